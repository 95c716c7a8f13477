//! The flake that installs nixedit: all its outputs evaluate, and its modules put the program where
//! each module system has its programs. Offline, with the stub nixpkgs.

mod support;

use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use support::{fixture, has_nix};

fn facts() -> Value {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository");
    let stubs = fixture("stubs").canonicalize().expect("the stubs");
    let expr = format!("import {0}/tests/own_flake.nix {{ flake = {0}; stubs = {1}; }}", repository.display(), stubs.display());
    let mut command = Command::new(std::env::var("NIXEDIT_NIX").unwrap_or_else(|_| "nix".to_owned()));
    command.args(["--extra-experimental-features", "nix-command flakes", "eval", "--offline", "--impure", "--json", "--expr", &expr]);
    let output = command.output().expect("nix runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn the_flake_gives_programs_and_modules() {
    if !has_nix() {
        return;
    }
    let facts = facts();
    let ours = json!([format!("nixedit-{}", env!("CARGO_PKG_VERSION"))]);
    for (name, wanted) in [
        ("packages", json!(["default", "static"])),
        ("checks", json!(["format", "package"])),
        ("shells", json!(["default"])),
        ("program", json!("nixedit")),
        ("version", json!(env!("CARGO_PKG_VERSION"))),
        ("drvs", json!([true, true])),
        ("wrapped", json!([true, false])),
        ("overlay", json!("nixedit")),
        ("nixos", ours.clone()),
        ("nixos_off", json!([])),
        ("nixos_other", json!(true)),
        ("darwin", ours.clone()),
        ("home", ours.clone()),
        ("home_off", json!([])),
        ("home_manager", ours.clone()),
    ] {
        assert_eq!(facts[name], wanted, "{name}");
    }
}
