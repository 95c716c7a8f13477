//! Where a package for a host goes, and where it must not.

use crate::diagnostic::Code;
use crate::idioms::plan;
use crate::operation::{AddPackage, Hosts, Operation, Slot};
use crate::project::Project;
use crate::settings::Settings;

#[test]
fn a_set_in_place_gets_no_list_that_it_could_not_read() {
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
    // `pkgs` could only be added to the arguments of `outputs`, where it means nothing.
    let refusal = add("a").unwrap_err();
    assert_eq!(refusal.code, Code::FileShared);
    assert!(refusal.ways.iter().any(|way| way.command.contains("--host a --to system --file base.nix")), "{refusal:?}");
    assert_eq!(add("b").unwrap().steps.len(), 1);
}
