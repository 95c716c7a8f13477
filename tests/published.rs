//! What is said where nixedit is published agrees with what is built.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(repository().join(name)).expect(name)
}

/// The packages of Cargo.lock as cargo knows them.
fn packages() -> Vec<Value> {
    let mut command = Command::new(env!("CARGO"));
    let output = command.args(["metadata", "--locked", "--all-features", "--format-version=1"]).current_dir(repository()).output();
    let output = output.expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

/// `1.89` and `1.89.0` are the same.
fn numbers(version: &str) -> Vec<u64> {
    let mut numbers: Vec<u64> = version.split('.').map(|part| part.parse().expect("a number")).collect();
    numbers.resize(3, 0);
    numbers
}

#[test]
fn no_dependency_demands_a_newer_compiler() {
    let own = numbers(env!("CARGO_PKG_RUST_VERSION"));
    let newer: Vec<String> = packages()
        .iter()
        .filter(|package| package["rust_version"].as_str().is_some_and(|version| numbers(version) > own))
        .map(|package| format!("{} {} demands Rust {}", package["name"], package["version"], package["rust_version"]))
        .collect();
    assert!(newer.is_empty(), "rust-version is {}, but:\n{}", env!("CARGO_PKG_RUST_VERSION"), newer.join("\n"));
}

#[test]
fn the_library_and_the_program_are_of_one_version() {
    let own: Vec<Value> = packages().into_iter().filter(|package| package["source"].is_null()).collect();
    assert_eq!(own.len(), 2, "the crates of the workspace");
    for package in &own {
        assert_eq!(package["version"], env!("CARGO_PKG_VERSION"), "{}", package["name"]);
    }
    let core = own.iter().flat_map(|p| p["dependencies"].as_array().expect("dependencies")).find(|d| d["name"] == "nixedit-core");
    let demanded = core.and_then(|d| d["req"].as_str()).expect("the program uses the library");
    assert_eq!(demanded, format!("^{}", env!("CARGO_PKG_VERSION")), "what nixedit-cli demands of nixedit-core");
}

#[test]
fn the_changelog_has_a_heading_and_a_link_for_every_version() {
    let changelog = text("CHANGELOG.md");
    let versions: Vec<&str> = changelog.lines().filter_map(|l| l.strip_prefix("## [")).filter_map(|l| l.split(']').next()).collect();
    assert_eq!(versions.first(), Some(&"Unreleased"), "what is not released stands first");
    assert!(versions.contains(&env!("CARGO_PKG_VERSION")), "no heading [{}]", env!("CARGO_PKG_VERSION"));
    for version in versions {
        assert!(changelog.lines().any(|l| l.starts_with(&format!("[{version}]: https://"))), "no link for [{version}]");
    }
    let groups = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
    for heading in changelog.lines().filter_map(|l| l.strip_prefix("### ")) {
        assert!(groups.contains(&heading), "'{heading}' is none of {groups:?}");
    }
}
