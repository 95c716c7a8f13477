//! Where a package for a host goes, and where it must not.

use crate::idioms::plan;
use crate::operation::{AddPackage, Hosts, Operation, Slot};
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
