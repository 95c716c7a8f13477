//! What an edit reads: counted, and the same however large the repository is.

use crate::idioms::plan;
use crate::operation::{AddPackage, Hosts, Operation, Target};
use crate::project::Project;
use crate::settings::Settings;
use std::path::Path;

const FLAKE: &str = "{
  outputs = { nixpkgs, ... }: let
    host = name: nixpkgs.lib.nixosSystem { modules = [ ./base.nix ./hosts/${name}.nix ]; };
  in { nixosConfigurations = { a = host \"a\"; b = host \"b\"; }; };
}";

fn write(root: &Path, path: &str, text: &str) {
    let full = root.join(path);
    std::fs::create_dir_all(full.parent().unwrap()).unwrap();
    std::fs::write(full, text).unwrap();
}

fn small(root: &Path) {
    write(root, "flake.nix", FLAKE);
    write(root, "base.nix", "{ }");
    write(root, "hosts/a.nix", "{ pkgs, ... }: { environment.systemPackages = [ pkgs.fd ]; }");
    write(root, "hosts/b.nix", "{ }");
}

fn read_by(root: &Path, args: AddPackage) -> usize {
    let project = Project::new(root, Settings::default());
    let plan = plan(&project, &Operation::AddPackage(AddPackage { names: vec!["jq".to_owned()], ..args })).unwrap();
    assert_eq!(plan.steps.len(), 1);
    project.files_read()
}

fn on_a_host() -> AddPackage {
    let hosts = Hosts { names: vec!["a".to_owned()], ..Hosts::default() };
    AddPackage { hosts, slot: crate::operation::Slot::System, ..AddPackage::default() }
}

fn in_a_file() -> AddPackage {
    AddPackage { target: Target { file: Some("hosts/a.nix".to_owned()), ..Target::default() }, ..AddPackage::default() }
}

#[test]
fn files_that_no_host_is_made_of_cost_nothing() {
    let folder = tempfile::tempdir().unwrap();
    small(folder.path());
    assert_eq!((read_by(folder.path(), on_a_host()), read_by(folder.path(), in_a_file())), (4, 1));
    for number in 0..600 {
        write(
            folder.path(),
            &format!("modules/{}/m{number}.nix", number % 7),
            "{ pkgs, ... }: { environment.systemPackages = [ pkgs.fd ]; }",
        );
        write(folder.path(), &format!("hosts/a{number}.nix"), "{ }");
    }
    assert_eq!((read_by(folder.path(), on_a_host()), read_by(folder.path(), in_a_file())), (4, 1));
}
