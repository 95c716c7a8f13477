//! Where a package for a host goes, and where it must not.

use crate::diagnostic::Code;
use crate::idioms::plan;
use crate::operation::{AddPackage, Hosts, ModuleUnimport, Operation, Slot, Target};
use crate::plan::Step;
use crate::project::Project;
use crate::settings::Settings;

#[test]
fn a_set_in_place_becomes_a_function_of_what_its_list_reads() {
    let folder = tempfile::tempdir().unwrap();
    let host = |name: &str, module: &str| format!("{name} = nixpkgs.lib.nixosSystem {{ modules = [ ./base.nix {module} ]; }};");
    let hosts = [host("a", "{ networking.domain = \"x\"; }"), host("b", "({ pkgs, ... }: { networking.domain = \"y\"; })")];
    let flake = format!("{{ outputs = {{ nixpkgs, ... }}: {{ nixosConfigurations = {{ {} }}; }}; }}", hosts.concat());
    std::fs::write(folder.path().join("flake.nix"), flake).unwrap();
    std::fs::write(folder.path().join("base.nix"), "{ }").unwrap();
    let project = Project::new(folder.path(), Settings::default());
    let add = |host: &str| {
        let hosts = Hosts { names: vec![host.to_owned()], ..Hosts::default() };
        let args = AddPackage { hosts, slot: Slot::System, names: vec!["jq".to_owned()], ..AddPackage::default() };
        plan(&project, &Operation::AddPackage(args))
    };
    let steps = add("a").unwrap().steps;
    assert!(matches!(&steps[0], Step::AddArgument { module: Some(_), name, .. } if name == "pkgs"), "{steps:?}");
    assert_eq!(steps.len(), 2);
    assert_eq!(add("b").unwrap().steps.len(), 1);
}

fn write(folder: &std::path::Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

#[test]
fn a_folder_of_two_names_is_shared() {
    let folder = tempfile::tempdir().unwrap();
    let host = |name: &str| format!("{name} = nixpkgs.lib.nixosSystem {{ modules = [ ./hosts/{name} ]; }};");
    let flake = format!("{{ outputs = {{ nixpkgs, ... }}: {{ nixosConfigurations = {{ {} }}; }}; }}", host("a") + &host("b"));
    write(folder.path(), &[("flake.nix", &flake), ("hosts/a/default.nix", "{ networking.domain = \"x\"; }\n")]);
    std::os::unix::fs::symlink("a", folder.path().join("hosts/b")).unwrap();
    let project = Project::new(folder.path(), Settings::default());
    assert_eq!(project.hosts_importing("hosts/a/default.nix").unwrap(), ["a", "b"]);
    let hosts = Hosts { names: vec!["b".to_owned()], ..Hosts::default() };
    let args = AddPackage { hosts, slot: Slot::System, names: vec!["jq".to_owned()], ..AddPackage::default() };
    let refusal = plan(&project, &Operation::AddPackage(args)).unwrap_err();
    assert_eq!(refusal.code, Code::FileShared);
    assert!(refusal.ways[0].command.contains("--file hosts/a/default.nix"), "{refusal:?}");
}

#[test]
fn a_home_of_one_binding_gets_its_list_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let flake = "{ outputs = { nixpkgs, home-manager, ... }: { nixosConfigurations.a = nixpkgs.lib.nixosSystem { modules = [ home-manager.nixosModules.home-manager ./a.nix ]; }; }; }";
    write(folder.path(), &[("flake.nix", flake), ("a.nix", "{ pkgs, ... }: {\n  home-manager.users.zk.programs.git.enable = true;\n}\n")]);
    let project = Project::new(folder.path(), Settings::default());
    let hosts = Hosts { names: vec!["a".to_owned()], ..Hosts::default() };
    let args = AddPackage { hosts, names: vec!["jq".to_owned()], ..AddPackage::default() };
    let steps = plan(&project, &Operation::AddPackage(args)).unwrap().steps;
    assert!(
        matches!(&steps[..], [Step::InsertBinding { path, .. }] if path.to_string() == "home-manager.users.zk.home.packages"),
        "{steps:?}"
    );
}

#[test]
fn what_a_host_calls_itself_is_known_in_conditions() {
    let folder = tempfile::tempdir().unwrap();
    let host = |name: &str| format!("{name} = nixpkgs.lib.nixosSystem {{ modules = [ ./{name}.nix ]; }};");
    let flake = format!("{{ outputs = {{ nixpkgs, ... }}: {{ nixosConfigurations = {{ {} }}; }}; }}", host("a") + &host("b"));
    let own = |name: &str| format!("{{ imports = [ ./base.nix ]; networking.hostName = \"{name}\"; }}\n");
    let base = "{ config, lib, pkgs, ... }: {\n  environment.systemPackages = [ pkgs.fd ] ++ lib.optionals (config.networking.hostName == \"aa\") [ pkgs.jq ];\n}\n";
    write(folder.path(), &[("flake.nix", &flake), ("a.nix", &own("aa")), ("b.nix", &own("bb")), ("base.nix", base)]);
    let project = Project::new(folder.path(), Settings::default());
    let add = |host: &str, name: &str| {
        let hosts = Hosts { names: vec![host.to_owned()], ..Hosts::default() };
        let target = Target { file: Some("base.nix".to_owned()), ..Target::default() };
        plan(&project, &Operation::AddPackage(AddPackage { hosts, target, names: vec![name.to_owned()], ..AddPackage::default() })).unwrap()
    };
    assert_eq!(add("a", "jq").steps, [], "it has it");
    assert!(matches!(&add("a", "git").steps[..], [Step::InsertElements { .. }]), "beside it");
    assert!(matches!(&add("b", "jq").steps[..], [Step::AppendOperand { .. }]), "b does not have it");
}

#[test]
fn an_import_of_other_words_than_a_relative_path_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let host = |name: &str| {
        format!("{name} = nixpkgs.lib.nixosSystem {{ specialArgs = {{ inherit self; }}; modules = common ++ [ ./{name}.nix ]; }};")
    };
    let flake = format!(
        "{{ outputs = {{ self, nixpkgs, ... }}: let common = [ ./common.nix ]; in {{ nixosConfigurations = {{ {} }}; }}; }}",
        host("a") + &host("b")
    );
    let own = "{ self, ... }: { imports = [ (self + /modules/m.nix) \"${self}/modules/n.nix\" ]; }\n";
    let modules = [("common.nix", "{ }"), ("modules/m.nix", "{ }"), ("modules/n.nix", "{ }")];
    write(folder.path(), &[("flake.nix", &flake), ("a.nix", own), ("b.nix", "{ }")]);
    write(folder.path(), &modules);
    let project = Project::new(folder.path(), Settings::default());
    let unimport = |host: &str, module: &str| {
        let hosts = Hosts { names: vec![host.to_owned()], ..Hosts::default() };
        plan(&project, &Operation::ModuleUnimport(ModuleUnimport { hosts, target: Target::default(), modules: vec![module.to_owned()] }))
    };
    for module in ["modules/m.nix", "modules/n.nix"] {
        let steps = unimport("a", module).unwrap().steps;
        assert!(matches!(&steps[..], [Step::RemoveElements { file, .. }] if file == "a.nix"), "{module}: {steps:?}");
        assert_eq!(unimport("b", module).unwrap().steps, [], "b has none");
    }
    assert_eq!(unimport("a", "common.nix").unwrap_err().code, Code::FileShared);
}
