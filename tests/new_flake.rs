//! Flakes that `nixedit new` starts: written once, taken back whole, and such as Nix evaluates.

mod support;

use std::path::Path;
use std::process::Command;
use support::{fixture, git, has_nix, nixedit};

/// What an attribute of the flake is, with the stub inputs in the place of the real ones.
fn evaluated(flake: &Path, attr: &str) -> String {
    let mut command = Command::new(std::env::var("NIXEDIT_NIX").unwrap_or_else(|_| "nix".to_owned()));
    command.args(["--extra-experimental-features", "nix-command flakes", "eval", "--offline", "--no-write-lock-file", "--raw"]);
    for input in ["nixpkgs", "home-manager"] {
        command.args(["--override-input", input, &format!("path:{}", fixture("stubs").join(input).display())]);
    }
    let output = command.arg(format!(".#{attr}")).current_dir(flake).output().expect("nix runs");
    assert!(output.status.success(), "{attr}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn every_template_evaluates_and_is_taken_back() {
    if !has_nix() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    for (template, attr, value) in [
        ("minimal", "devShells.x86_64-linux.default.name", "nix-shell"),
        ("project", "packages.x86_64-linux.default.name", "tools"),
        ("mesh", "nixosConfigurations.desk.config.networking.hostName", "desk"),
    ] {
        let words = ["new", template, "--template", template];
        let run = nixedit(folder.path(), &words, "");
        assert_eq!(run.code, Some(0), "{}", run.says);
        assert!(nixedit(folder.path(), &words, "").says.contains("nothing to do"), "{template}: a second time");
        let flake = folder.path().join(template);
        let back = nixedit(&flake, &["undo"], "");
        assert_eq!(back.code, Some(0), "{template}: {}", back.says);
        assert!(!flake.join("flake.nix").exists(), "{template} is taken back");
        assert_eq!(nixedit(folder.path(), &words, "").code, Some(0), "{template}: again");
        git(&flake, &["init", "-q"]);
        git(&flake, &["add", "-A"]);
        assert_eq!(evaluated(&flake, attr), value);
    }
}

#[test]
fn a_refusal_leaves_no_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(nixedit(folder.path(), &["new", "a", "--template", "mesh", "--host", "a b"], "").code, Some(2));
    assert_eq!(nixedit(folder.path(), &["new", "a", "--dry-run"], "").code, Some(0));
    assert!(!folder.path().join("a").exists());
}
