//! Small flakes of every architecture, written to a folder and read.

use super::*;
use crate::diagnostic::Code;
use crate::settings::Settings;
use std::path::Path;

mod classes;
mod frameworks;

/// A flake of these files; the folder lives as long as the value.
struct Case {
    _folder: tempfile::TempDir,
    project: Project,
}

impl Case {
    fn new(files: &[(&str, &str)]) -> Self {
        Self::with_settings(files, Settings::default())
    }

    fn with_settings(files: &[(&str, &str)], settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let full = folder.path().join(path);
            std::fs::create_dir_all(full.parent().unwrap()).unwrap();
            std::fs::write(full, text).unwrap();
        }
        let project = Project::new(folder.path(), settings);
        Self { _folder: folder, project }
    }

    /// One line a host: name, system, system modules, then each user with its modules.
    fn seen(&self) -> String {
        let map = self.project.host_map().unwrap();
        let mut out = String::new();
        for host in &map.hosts {
            let system = host.system.as_deref().unwrap_or("?");
            out.push_str(&format!("{} {system}:{}\n", host.name, shown(&host.modules)));
            for user in &host.users {
                out.push_str(&format!("  {}:{}\n", user.name, shown(&user.modules)));
            }
        }
        for (text, _) in &map.unresolved {
            out.push_str(&format!("unresolved {text}\n"));
        }
        out
    }
}

fn shown(modules: &[Module]) -> String {
    let one = |module: &Module| {
        let place = match &module.place {
            ModulePlace::File(file) => file.clone(),
            ModulePlace::Inline { file, .. } => format!("<{file}>"),
            ModulePlace::Input(text) => format!("@{text}"),
            ModulePlace::Unknown(text) => format!("!{text}"),
        };
        format!(" {}{}{place}", ">".repeat(module.depth), if module.conditional { "?" } else { "" })
    };
    modules.iter().map(one).collect()
}

const EMPTY: &str = "{ }";

#[test]
fn explicit_blocks() {
    let flake = r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs";
  inputs.agenix.url = "github:ryantm/agenix";
  inputs.home-manager.url = "github:nix-community/home-manager";
  outputs = { self, nixpkgs, agenix, home-manager, ... }@inputs:
    let system = "x86_64-linux"; in {
      nixosConfigurations.b = nixpkgs.lib.nixosSystem {
        specialArgs = { inherit inputs; };
        modules = [
          { nixpkgs.hostPlatform = system; }
          ./hosts/b/configuration.nix
          agenix.nixosModules.default
          home-manager.nixosModules.home-manager
          {
            home-manager.extraSpecialArgs = { inherit inputs; };
            home-manager.users.zk = { imports = [ inputs.agenix.homeManagerModules.default ./hosts/b/home.nix ]; };
          }
        ];
      };
      nixosConfigurations.a = nixpkgs.lib.nixosSystem {
        inherit system;
        modules = [
          ./hosts/a
          ({ pkgs, ... }: { home-manager = { users.zk.imports = [ ./hosts/a/home.nix ]; users.zk.home.x = 1; }; })
        ];
      };
    };
}"#;
    let case = Case::new(&[
        ("flake.nix", flake),
        (
            "hosts/b/configuration.nix",
            "{ lib, config, ... }: { imports = [ ../../modules/x.nix ./gone.nix ] ++ lib.optionals config.y [ ../../modules/y.nix ]; }",
        ),
        ("hosts/b/home.nix", "{ imports = [ ../../modules/home ]; }"),
        ("hosts/a/default.nix", "{ imports = [ ../../modules/x.nix ../../modules/y.nix ]; }"),
        ("hosts/a/home.nix", EMPTY),
        ("modules/x.nix", "{ imports = [ ./x.nix ./y.nix ]; a = 1; }"),
        ("modules/y.nix", "{ imports = [ ./x.nix ]; }"),
        ("modules/home/default.nix", "{ home.x = 1; }"),
    ]);
    assert_eq!(
        case.seen(),
        "b x86_64-linux: <flake.nix> hosts/b/configuration.nix >modules/x.nix >>modules/y.nix >!hosts/b/gone.nix (there is no such file) \
         @agenix.nixosModules.default @home-manager.nixosModules.home-manager <flake.nix>\n\
         \x20 zk: @agenix.homeManagerModules.default hosts/b/home.nix >modules/home/default.nix\n\
         a x86_64-linux: hosts/a/default.nix >modules/x.nix >>modules/y.nix <flake.nix>\n\
         \x20 zk: <flake.nix> >hosts/a/home.nix\n"
    );
    assert_eq!(case.project.hosts_importing("modules/y.nix").unwrap(), ["b", "a"]);
    assert_eq!(case.project.hosts_importing("hosts/a/home.nix").unwrap(), ["a"]);
    let b = case.project.host("b").unwrap();
    assert_eq!((b.special_args.passes("inputs"), b.special_args.passes("self")), (Some(true), Some(false)));
    assert_eq!(b.users[0].special_args.passes("inputs"), Some(true));
    let a = case.project.host("a").unwrap();
    assert_eq!((a.special_args.passes("inputs"), a.users[0].special_args.passes("inputs")), (Some(false), Some(false)));
    let error = case.project.host("bb").unwrap_err();
    assert_eq!(
        (error.code, error.message.as_str()),
        (Code::HostUnknown, "unknown host 'bb' — hosts of this flake: a, b (did you mean 'b'?)")
    );
    assert_eq!(error.candidates, ["a", "b"]);
}

const MK_HOST: &str = r#"{ inputs, self }:
name: { extraModules ? [ ], system ? "x86_64-linux", user ? "zk" }:
inputs.nixpkgs.lib.nixosSystem {
  specialArgs = { inherit inputs; hostname = name; };
  modules = [
    { nixpkgs.hostPlatform = system; networking.hostName = name; }
    ../hosts/${name}/configuration.nix
    (self + "/modules")
    ({ hostname, ... }: { home-manager.users.${user} = import "${self}/hosts/${hostname}/home.nix"; })
    { home-manager.sharedModules = [ ../modules/shared-home.nix ]; }
  ] ++ extraModules;
}"#;

fn mk_host_files(flake: &str) -> Vec<(&str, &str)> {
    vec![
        ("flake.nix", flake),
        ("lib/mk-host.nix", MK_HOST),
        ("modules/default.nix", EMPTY),
        ("modules/shared-home.nix", EMPTY),
        ("hosts/a/configuration.nix", "{ hostname, ... }: { imports = [ ./${hostname}-disk.nix ]; }"),
        ("hosts/a/a-disk.nix", EMPTY),
        ("hosts/a/home.nix", "{ pkgs, ... }: { home.x = 1; }"),
        ("hosts/b/configuration.nix", EMPTY),
        ("hosts/b/home.nix", EMPTY),
    ]
}

const MK_HOST_SEEN: &str = "a x86_64-linux: <lib/mk-host.nix> hosts/a/configuration.nix >hosts/a/a-disk.nix modules/default.nix <lib/mk-host.nix> <lib/mk-host.nix>\n\
     \x20 zk: hosts/a/home.nix modules/shared-home.nix\n\
     b aarch64-linux: <lib/mk-host.nix> hosts/b/configuration.nix modules/default.nix <lib/mk-host.nix> <lib/mk-host.nix> @jovian.nixosModules.default\n\
     \x20 eve: hosts/b/home.nix modules/shared-home.nix\n";

#[test]
fn a_helper_that_makes_hosts() {
    let flake = r#"{
  inputs.nixpkgs.url = "x"; inputs.jovian.url = "x";
  outputs = inputs@{ self, jovian, ... }:
    let mkHost = import ./lib/mk-host.nix { inherit inputs self; }; in {
      nixosConfigurations = {
        a = mkHost "a" { };
        b = mkHost "b" { system = "aarch64-linux"; user = "eve"; extraModules = [ jovian.nixosModules.default ]; };
      };
    };
}"#;
    assert_eq!(Case::new(&mk_host_files(flake)).seen(), MK_HOST_SEEN);
}

#[test]
fn a_map_over_a_registry_file() {
    let flake = r#"{
  inputs.nixpkgs.url = "x"; inputs.jovian.url = "x";
  outputs = inputs: let
    inherit (inputs) self; inherit (inputs.nixpkgs) lib;
    mkHost = import ./lib/mk-host.nix { inherit inputs self; };
  in { nixosConfigurations = lib.mapAttrs mkHost (import ./hosts/registry.nix { inherit inputs; }); };
}"#;
    let registry = r#"{ inputs }: { a = { }; b = { system = "aarch64-linux"; user = "eve"; extraModules = [ inputs.jovian.nixosModules.default ]; }; }"#;
    let mut files = mk_host_files(flake);
    files.push(("hosts/registry.nix", registry));
    let case = Case::new(&files);
    assert_eq!(case.seen(), MK_HOST_SEEN);
    assert_eq!(case.project.host("a").unwrap().evidence.file, "hosts/registry.nix");
}

#[test]
fn names_in_a_list_and_a_map_of_overlays() {
    let flake = r#"{
  inputs.nixpkgs.url = "x";
  outputs = { self, nixpkgs, extra }@inputs: with nixpkgs.lib; let
    overlays = { a = [ (final: prev: { }) ]; };
    mk = host: nixosSystem {
      modules = [ (./hosts + "/${host}") { nixpkgs.overlays = overlays.${host} or [ ]; } ] ++ optional (host == "a") ./only-a.nix;
    };
  in { nixosConfigurations = genAttrs [ "a" "b" ] mk // { c = mk "c"; }; };
}"#;
    let case = Case::new(&[("flake.nix", flake), ("hosts/a/default.nix", EMPTY), ("hosts/b/default.nix", EMPTY), ("only-a.nix", EMPTY)]);
    assert_eq!(
        case.seen(),
        "a ?: hosts/a/default.nix <flake.nix> only-a.nix\nb ?: hosts/b/default.nix <flake.nix>\nc ?: !hosts/c (there is no such file) <flake.nix>\n"
    );
}

#[test]
fn folders_become_hosts() {
    let flake = r#"{
  inputs.nixpkgs.url = "x";
  outputs = { nixpkgs, ... }: let
    lib = nixpkgs.lib;
    names = builtins.attrNames (lib.filterAttrs (n: type: type == "directory" && !lib.hasPrefix "_" n) (builtins.readDir ./hosts));
    isModule = file: lib.hasSuffix ".nix" (toString file);
  in {
    nixosConfigurations = builtins.listToAttrs (map (name: {
      inherit name;
      value = lib.nixosSystem { modules = [ ./hosts/${name} ] ++ builtins.filter isModule (lib.filesystem.listFilesRecursive ./modules); };
    }) names);
  };
}"#;
    let case = Case::new(&[
        ("flake.nix", flake),
        ("hosts/_template/default.nix", EMPTY),
        ("hosts/one/default.nix", EMPTY),
        ("hosts/two/default.nix", EMPTY),
        ("hosts/README.md", ""),
        ("modules/a/b.nix", EMPTY),
        ("modules/note.txt", ""),
    ]);
    assert_eq!(case.seen(), "one ?: hosts/one/default.nix modules/a/b.nix\ntwo ?: hosts/two/default.nix modules/a/b.nix\n");
}

#[test]
fn flake_parts_and_a_map_of_home_imports() {
    let flake = r#"{
  inputs.flake-parts.url = "x"; inputs.nixpkgs.url = "x";
  outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } { systems = [ ]; imports = [ ./hosts ./home ]; };
}"#;
    let hosts = r#"{ self, inputs, homeImports, ... }: {
  flake.nixosConfigurations = let inherit (inputs.nixpkgs.lib) nixosSystem; inherit (self) modules; in {
    io = nixosSystem { modules = [ ./io "${self}/system" { home-manager.users.u.imports = homeImports."u@io"; } ]; };
  };
}"#;
    let home = r#"{ ... }: let homeImports = { "u@io" = [ ../. ./io.nix ]; }; in {
  imports = [ { _module.args = { inherit homeImports; }; } ];
}"#;
    let case = Case::new(&[
        ("flake.nix", flake),
        ("hosts/default.nix", hosts),
        ("hosts/io/default.nix", EMPTY),
        ("home/default.nix", home),
        ("home/io.nix", EMPTY),
        ("default.nix", EMPTY),
        ("system/default.nix", EMPTY),
    ]);
    assert_eq!(case.seen(), "io ?: hosts/io/default.nix system/default.nix <hosts/default.nix>\n  u: default.nix home/io.nix\n");
}

#[test]
fn what_is_computed_is_unknown() {
    let flake = r#"{
  inputs.nixpkgs.url = "x"; inputs.gen.url = "x";
  outputs = { nixpkgs, gen, ... }: {
    nixosConfigurations = {
      a = nixpkgs.lib.nixosSystem { modules = gen.lib.modulesOf "a" ++ [ ./a.nix (if gen.lib.big then ./a.nix else ./b.nix) ]; };
      b = gen.lib.host ./b.nix;
      ${gen.lib.name} = { };
    } // gen.lib.more;
  };
}"#;
    let case = Case::new(&[("flake.nix", flake), ("a.nix", EMPTY), ("b.nix", EMPTY)]);
    assert_eq!(
        case.seen(),
        "a ?: ?!gen.lib.modulesOf \"a\" ?a.nix ?b.nix ?!gen.lib.more.a\nb ?: ?!gen.lib.host ./b.nix ?!gen.lib.more.b\n\
         unresolved ${gen.lib.name}\nunresolved gen.lib.more\n"
    );
}

#[test]
fn a_file_that_does_not_parse_is_a_note() {
    let flake = "{ outputs = { nixpkgs, ... }: { nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ./b.nix ]; }; }; }";
    let case = Case::new(&[("flake.nix", flake), ("a.nix", "{ a = ; }"), ("b.nix", EMPTY)]);
    assert_eq!(case.seen(), "a ?: !a.nix (file.parse) b.nix\n");
    let map = case.project.host_map().unwrap();
    assert_eq!(map.notes.iter().map(|note| note.code).collect::<Vec<_>>(), [Code::FileParse]);
    assert!(!map.hosts[0].is_complete(Side::System) && map.hosts[0].is_complete(Side::Home));
}

#[test]
fn flakes_without_hosts() {
    assert!(Case::new(&[("flake.nix", "{ outputs = { self }: { packages = { }; }; }")]).project.hosts().unwrap().is_empty());
    assert_eq!(Case::new(&[]).project.hosts().unwrap_err().code, Code::FlakeMissing);
    assert_eq!(Case::new(&[("flake.nix", "{ a = ")]).project.hosts().unwrap_err().code, Code::FileParse);
    let hint = Case::new(&[("flake.nix", "{ outputs = i: i.x.lib.mk { }; }"), ("hosts/z/configuration.nix", EMPTY)]);
    let error = hint.project.host("z").unwrap_err();
    assert!(error.help.as_deref().unwrap_or_default().contains('z'), "{error:?}");
}

#[test]
fn two_users_and_stated_entries() {
    let flake = r#"{ outputs = { nixpkgs, ... }: { nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ ./sys.nix ]; }; }; }"#;
    let sys = r#"{ lib, config, ... }: {
  config = lib.mkMerge [
    { home-manager.users = { zk = ./zk.nix; eve = { ... }: { imports = [ ./eve.nix ]; }; }; }
    (lib.mkIf config.a.b { home-manager.users.zk.imports = [ ./more.nix ]; })
  ];
}"#;
    let files =
        [("flake.nix", flake), ("sys.nix", sys), ("zk.nix", EMPTY), ("eve.nix", EMPTY), ("more.nix", EMPTY), ("entry/a.nix", EMPTY)];
    let seen = "a ?: sys.nix\n  zk: zk.nix ?more.nix\n  eve: <sys.nix> >eve.nix\n";
    assert_eq!(Case::new(&files).seen(), seen);
    let mut settings = Settings::default();
    settings.flake.home_entry = Some("entry/{host}.nix".to_owned());
    settings.flake.user = Some("eve".to_owned());
    assert_eq!(Case::with_settings(&files, settings).seen(), seen.replace("eve:", "eve: entry/a.nix"));
}

#[test]
fn endless_flakes_end() {
    for text in [
        "{ outputs = inputs: let x = x; in x; }",
        "{ outputs = inputs: let f = x: f (x + \"a\"); in f \"\"; }",
        "{ outputs = i: let f = n: { ${n} = f \"${n}a\"; }; in { nixosConfigurations = (f \"a\") // (let r = { a = r; } // r; in r); }; }",
        "{ outputs = i: { nixosConfigurations = builtins.foldl' (a: b: a // a) { } (builtins.genList (x: x) 9); }; }",
        "{ outputs = { self }: self.outputs; }",
        "{ outputs = { self }: { nixosConfigurations = self.nixosConfigurations; }; }",
        "{ outputs = { nixpkgs, ... }: { nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = let m = { imports = [ m { b = 1; } ]; }; in [ m ]; }; }; }",
    ] {
        let case = Case::new(&[("flake.nix", text)]);
        assert!(case.project.hosts().is_ok(), "{text}");
    }
}

fn fixture(name: &str) -> Project {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name);
    Project::new(&folder, Settings::default())
}

#[test]
fn the_fixtures_are_read_to_the_end() {
    for name in ["mesh", "mkhost"] {
        let project = fixture(name);
        let map = project.host_map().unwrap();
        let mut names: Vec<&str> = map.hosts.iter().map(|host| host.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["adeck", "nxiz", "zrrh"], "{name}");
        assert!(map.unresolved.is_empty() && map.notes.is_empty(), "{name}");
        for host in &map.hosts {
            assert!(host.is_complete(Side::System) && host.is_complete(Side::Home), "{name} {host:#?}");
            assert_eq!(host.system.as_deref(), Some("x86_64-linux"));
            assert_eq!(host.users[0].special_args.passes("inputs"), Some(true));
            let home = project.files_of(host, Side::Home);
            assert!(home.contains(&format!("hosts/{}/home.nix", host.name)), "{home:?}");
            assert!(project.files_of(host, Side::System).contains(&format!("hosts/{}/configuration.nix", host.name)));
            assert_eq!(project.hosts_importing(&format!("hosts/{}/home.nix", host.name)).unwrap(), std::slice::from_ref(&host.name));
        }
    }
}

#[test]
fn outputs_that_lean_on_themselves_and_on_options() {
    let flake = r#"{
  inputs.nixpkgs.url = "x"; inputs.import-tree.url = "x";
  outputs = { self, nixpkgs, import-tree, ... }: let inherit (self) outputs; inherit (nixpkgs) lib; in {
    nixosModules = import ./modules;
    nixosConfigurations = rec {
      a = lib.nixosSystem {
        modules = [ { networking.hostName = "a"; } (import-tree ./tree) ./user.nix ] ++ builtins.attrValues outputs.nixosModules;
      };
      b = a.extendModules { modules = [ (./. + /b.nix) (lib.mkAliasOptionModule [ "x" ] [ "y" ]) ]; };
    };
  };
}"#;
    let user = r#"{ config, ... }: {
  home-manager.users.u = { osConfig, ... }: { imports = [ ./home/${osConfig.networking.hostName}.nix ./home/${config.networking.hostName}.nix ]; };
  home-manager.users.v = ./home/${config.networking.domain}.nix;
  networking.domain = "a";
}"#;
    let domain = "{ lib, ... }: { networking.domain = lib.mkForce \"z\"; }";
    let case = Case::new(&[
        ("flake.nix", flake),
        ("modules/default.nix", "{ one = ./one.nix; two = { imports = [ ./one.nix ]; }; }"),
        ("modules/one.nix", EMPTY),
        ("tree/x/y.nix", EMPTY),
        ("tree/_x/y.nix", EMPTY),
        ("user.nix", user),
        ("b.nix", domain),
        ("home/a.nix", EMPTY),
    ]);
    assert_eq!(
        case.seen(),
        "a ?: <flake.nix> tree/x/y.nix user.nix modules/one.nix\n  u: <user.nix> >home/a.nix\n  v: home/a.nix\n\
         b ?: <flake.nix> tree/x/y.nix user.nix modules/one.nix b.nix @lib.mkAliasOptionModule\n  \
         u: <user.nix> >home/a.nix\n  v: !./home/${config.networking.domain}.nix\n"
    );
}

#[test]
fn what_may_be_is_marked() {
    let flake = r#"{
  outputs = { nixpkgs, other, ... }: {
    nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = builtins.filter (m: other.lib.likes m) [ ./m.nix ] ++ [ ./users.nix ]; };
  };
}"#;
    let users = r#"{ lib, config, ... }: {
  networking.domain = lib.mkDefault "m";
  home-manager.users.v = ./${config.networking.domain}.nix;
  home-manager.users.${config.x} = if config.y then ./m.nix else null;
  home-manager.users.${config.x} = ./m.nix;
}"#;
    let case = Case::new(&[("flake.nix", flake), ("m.nix", EMPTY), ("users.nix", users)]);
    assert_eq!(
        case.seen(),
        "a ?: ?m.nix users.nix\n  v: !./${config.networking.domain}.nix\n  ${config.x}: ?m.nix\n  ${config.x}: m.nix\n"
    );
    assert_eq!(case.project.host("b").unwrap_err().code, Code::HostUnknown);
    assert!(case.project.host("abc").unwrap_err().message.ends_with("hosts of this flake: a"));
}

#[test]
fn a_registry_of_another_format() {
    let flake = r#"{
  outputs = { nixpkgs, ... }: let
    rows = builtins.fromTOML (builtins.readFile ./hosts.toml) // builtins.fromJSON (builtins.readFile ./more.json);
    mine = nixpkgs.lib.filterAttrs (_: row: nixpkgs.lib.hasSuffix "-linux" row.system) rows;
  in { nixosConfigurations = builtins.mapAttrs (name: row: nixpkgs.lib.nixosSystem { inherit (row) system; modules = map (m: ./${m}.nix) row.modules; }) mine; };
}"#;
    let case = Case::new(&[
        ("flake.nix", flake),
        ("hosts.toml", "[a]\nsystem = \"x86_64-linux\"\nmodules = [\"m\"]\n[mac]\nsystem = \"aarch64-darwin\"\nmodules = []\n"),
        ("more.json", r#"{ "b": { "system": "aarch64-linux", "modules": [] } }"#),
        ("m.nix", EMPTY),
    ]);
    assert_eq!(case.seen(), "a x86_64-linux: m.nix\nb aarch64-linux:\n");
}

#[test]
fn inputs_that_are_passed_as_a_whole() {
    let flake = r#"{
  inputs.nixpkgs.url = "x"; inputs.disko.url = "x"; inputs.home-manager.url = "x";
  outputs = inputs: let
    host = homes: inputs.nixpkgs.lib.nixosSystem {
      specialArgs = inputs // { mine = 1; };
      modules = [ ./m.nix ] ++ inputs.nixpkgs.lib.optionals (builtins.length homes > 0) [ { home-manager.users.u.imports = homes; } ];
    };
  in { nixosConfigurations = { a = host [ ./home.nix ]; b = host [ ]; }; };
}"#;
    let case =
        Case::new(&[("flake.nix", flake), ("m.nix", "{ disko, ... }: { imports = [ disko.nixosModules.disko ]; }"), ("home.nix", EMPTY)]);
    let seen = "a ?: m.nix >@disko.nixosModules.disko <flake.nix>\n  u: home.nix\nb ?: m.nix >@disko.nixosModules.disko\n";
    assert_eq!(case.seen(), seen);
}
