//! Libraries that make hosts of folders and rows.

use super::{Case, EMPTY};

fn case(flake: &str, files: &[&'static str]) -> String {
    Case::new(&[("flake.nix", flake)].into_iter().chain(files.iter().map(|file| (*file, EMPTY))).collect::<Vec<_>>()).seen()
}

#[test]
fn snowfall_with_a_library_of_its_own() {
    let flake = r#"{ inputs.snowfall-lib.url = "x"; inputs.nixpkgs.url = "x"; inputs.disko.url = "x";
      outputs = inputs: let
        lib = inputs.snowfall-lib.mkLib { inherit inputs; src = ./.; snowfall.root = ./nix; };
      in lib.mkFlake {
        systems.modules.nixos = [ inputs.disko.nixosModules.disko ];
        systems.hosts.desk.modules = [ ./extra.nix ];
      };
    }"#;
    let files = [
        "extra.nix",
        "nix/systems/x86_64-linux/desk/default.nix",
        "nix/systems/aarch64-darwin/book/default.nix",
        "nix/modules/nixos/deep/one/default.nix",
        "nix/modules/darwin/two/default.nix",
        "nix/homes/x86_64-linux/zk@desk/default.nix",
    ];
    let wanted = "desk x86_64-linux: nix/systems/x86_64-linux/desk/default.nix nix/modules/nixos/deep/one/default.nix \
        @disko.nixosModules.disko extra.nix\n  zk: nix/homes/x86_64-linux/zk@desk/default.nix\n\
        book aarch64-darwin: nix/systems/aarch64-darwin/book/default.nix nix/modules/darwin/two/default.nix\n\
        zk@desk ?:\n  zk: nix/homes/x86_64-linux/zk@desk/default.nix\n";
    assert_eq!(case(flake, &files), wanted);
}

#[test]
fn haumea_with_a_loader_and_a_transformer() {
    let flake = r#"{ inputs.haumea.url = "x"; inputs.nixpkgs.url = "x";
      outputs = { haumea, nixpkgs, ... }: let
        inherit (nixpkgs) lib;
        rake = src: haumea.lib.load {
          inherit src; loader = lib.const lib.id;
          transformer = _: dir: if dir ? default then dir.default else dir;
        };
        hosts = haumea.lib.load { src = ./hosts; loader = haumea.lib.loaders.verbatim; };
      in { nixosConfigurations = builtins.mapAttrs (_: host: lib.nixosSystem { modules = [ host (rake ./modules).base ]; }) hosts; };
    }"#;
    let wanted = "a ?: hosts/a.nix modules/base/default.nix\nb ?: hosts/b.nix modules/base/default.nix\n";
    assert_eq!(case(flake, &["hosts/a.nix", "hosts/b.nix", "hosts/_c.nix", "modules/base/default.nix"]), wanted);
}

#[test]
fn nixos_unified_wires_folders() {
    let flake = r#"{ inputs.flake-parts.url = "x"; inputs.nixos-unified.url = "x";
      outputs = inputs: inputs.flake-parts.lib.mkFlake { inherit inputs; } {
        imports = [ inputs.nixos-unified.flakeModules.default inputs.nixos-unified.flakeModules.autoWire ];
      };
    }"#;
    let files = ["configurations/nixos/desk/default.nix", "configurations/darwin/book.nix", "configurations/home/zk@desk.nix"];
    let wanted = "desk ?: configurations/nixos/desk/default.nix\nbook ?: configurations/darwin/book.nix\n\
        zk@desk ?:\n  zk: configurations/home/zk@desk.nix\n";
    assert_eq!(case(flake, &files), wanted);
    let own = r#"{ inputs.nixos-unified.url = "x"; outputs = inputs: inputs.nixos-unified.lib.mkFlake { inherit inputs; root = ./.; }; }"#;
    assert_eq!(case(own, &files), wanted);
}

#[test]
fn clan_with_folders_rows_and_modules() {
    let clan = r#"{ inventory.machines.book.machineClass = "darwin"; machines.desk = ./more.nix; }"#;
    let files = ["more.nix", "machines/desk/configuration.nix", "machines/book/configuration.nix", "machines/README.md"];
    let wanted =
        "desk ?: machines/desk/configuration.nix more.nix !clan-services\nbook ?: machines/book/configuration.nix !clan-services\n";
    let plain = format!(
        r#"{{ inputs.clan-core.url = "x"; outputs = {{ self, clan-core, ... }}: let clan = clan-core.lib.clan ({{ inherit self; }} // {clan}); in {{
          inherit (clan.config) nixosConfigurations darwinConfigurations; }}; }}"#
    );
    assert_eq!(case(&plain, &files), wanted);
    let parts = format!(
        r#"{{ inputs.clan-core.url = "x"; inputs.flake-parts.url = "x"; outputs = inputs: inputs.flake-parts.lib.mkFlake {{ inherit inputs; }} {{
          imports = [ inputs.clan-core.flakeModules.default ]; clan = {clan}; }}; }}"#
    );
    assert_eq!(case(&parts, &files), wanted);
}

#[test]
fn flake_utils_plus_has_rows() {
    let flake = r#"{ inputs.utils.url = "x"; inputs.nixpkgs.url = "x";
      outputs = { self, utils, ... }@inputs: utils.lib.mkFlake {
        inherit self inputs;
        nixosModules.base = ./base.nix;
        hostDefaults.modules = [ self.nixosModules.base ];
        hosts.desk.modules = [ ./desk.nix ];
        hosts.book = { system = "aarch64-darwin"; output = "darwinConfigurations"; modules = [ ./book.nix ]; };
      };
    }"#;
    let wanted = "desk x86_64-linux: base.nix desk.nix\nbook aarch64-darwin: base.nix book.nix\n";
    assert_eq!(case(flake, &["base.nix", "desk.nix", "book.nix"]), wanted);
}

#[test]
fn blueprint_has_folders_of_hosts_with_users() {
    let flake = r#"{ inputs.blueprint.url = "x"; outputs = inputs: inputs.blueprint { inherit inputs; prefix = "nix"; }; }"#;
    let files = ["nix/hosts/desk/configuration.nix", "nix/hosts/desk/users/zk.nix", "nix/hosts/book/darwin-configuration.nix"];
    let wanted = "desk ?: nix/hosts/desk/configuration.nix\n  zk: nix/hosts/desk/users/zk.nix\n\
        book ?: nix/hosts/book/darwin-configuration.nix\nzk@desk ?:\n  zk: nix/hosts/desk/users/zk.nix\n";
    assert_eq!(case(flake, &files), wanted);
}
