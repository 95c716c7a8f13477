//! Machines that run macOS, and homes without a system around them.

use super::{Case, EMPTY};
use crate::project::{Class, Side};

const FLAKE: &str = r#"{
  inputs.nixpkgs.url = "x"; inputs.darwin.url = "x"; inputs.home-manager.url = "x";
  outputs = { nixpkgs, darwin, home-manager, ... }@inputs: let
    mkHome = { user, modules ? [ ] }: home-manager.lib.homeManagerConfiguration {
      pkgs = nixpkgs.legacyPackages.aarch64-darwin;
      extraSpecialArgs = { inherit user inputs; };
      modules = [ ./home/common.nix ] ++ modules;
    };
  in {
    nixosConfigurations.desk = nixpkgs.lib.nixosSystem {
      modules = [ ./desk.nix { home-manager.users.zk = ./home/desk.nix; } ];
    };
    darwinConfigurations.book = darwin.lib.darwinSystem {
      system = "aarch64-darwin";
      modules = [ ./book.nix home-manager.darwinModules.home-manager { home-manager.users.zk = import ./home/book.nix; } ];
    };
    homeConfigurations = {
      "zk@desk" = mkHome { user = "zk"; modules = [ ./home/desk.nix ]; };
      guest = mkHome { user = "guest"; };
    };
  };
}"#;

fn case() -> Case {
    let files = ["desk.nix", "book.nix", "home/common.nix", "home/desk.nix", "home/book.nix"];
    Case::new(&[("flake.nix", FLAKE)].into_iter().chain(files.map(|file| (file, EMPTY))).collect::<Vec<_>>())
}

#[test]
fn machines_and_homes_are_hosts() {
    let seen = case().seen();
    let wanted = "desk ?: desk.nix <flake.nix>\n  zk: home/desk.nix\n\
        book aarch64-darwin: book.nix @home-manager.darwinModules.home-manager <flake.nix>\n  zk: home/book.nix\n\
        zk@desk aarch64-darwin:\n  zk: home/common.nix home/desk.nix\n\
        guest aarch64-darwin:\n  guest: home/common.nix\n";
    assert_eq!(seen, wanted);
}

#[test]
fn each_has_its_output_and_its_options() {
    let case = case();
    let project = &case.project;
    let seen: Vec<(String, String)> = project.hosts().unwrap().iter().map(|host| (host.output(), host.config_of(&host.users[0]))).collect();
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    let wanted = [
        pair("nixosConfigurations.desk", "c.config.home-manager.users.zk"),
        pair("darwinConfigurations.book", "c.config.home-manager.users.zk"),
        pair("homeConfigurations.\"zk@desk\"", "c.config"),
        pair("homeConfigurations.guest", "c.config"),
    ];
    assert_eq!(seen, wanted);
    assert_eq!(project.output_of("zk@desk"), "homeConfigurations.\"zk@desk\"");
    assert!(project.host("guest").unwrap().users[0].special_args.passes("user").unwrap());
}

#[test]
fn a_home_is_part_of_the_machine_in_its_name() {
    let case = case();
    let project = &case.project;
    let host = |name| project.host(name).unwrap();
    assert_eq!(project.others_with(&host("desk"), "home/desk.nix").unwrap(), [] as [&str; 0]);
    assert_eq!(project.others_with(&host("book"), "home/common.nix").unwrap(), ["zk@desk", "guest"]);
    assert!(project.files_of(&host("zk@desk"), Side::System).is_empty());
}

#[test]
fn one_name_in_two_outputs() {
    let flake = "{ outputs = { nixpkgs, home-manager, ... }: {
      nixosConfigurations.zk = nixpkgs.lib.nixosSystem { modules = [ ./a.nix ]; };
      homeConfigurations.zk = home-manager.lib.homeManagerConfiguration { modules = [ ./b.nix ]; };
    }; }";
    let case = Case::new(&[("flake.nix", flake), ("a.nix", EMPTY), ("b.nix", EMPTY)]);
    let project = &case.project;
    let names: Vec<String> = project.hosts().unwrap().into_iter().map(|host| host.name).collect();
    assert_eq!(names, ["zk", "homeConfigurations.zk"]);
    assert_eq!(project.host("zk").unwrap().class, Class::Nixos);
    assert_eq!(project.host("homeConfigurations.zk").unwrap().class, Class::Home);
    assert_eq!(project.host("nixosConfigurations.zk").unwrap().name, "zk");
}
