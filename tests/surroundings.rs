//! One edit, proven by Nix, in flakes that live in odd places: below a repository's root, without
//! git, with uncommitted work around, in a linked work tree, called from a subfolder.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::{committed, copy, fixture, git, has_nix};

const EDIT: &[&str] = &["add-package", "--host", "nxiz", "ripgrep"];

/// The mesh fixture at `place` below a new folder.
fn mesh_at(place: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join(place);
    copy(&fixture("mesh"), &root);
    (folder, root)
}

/// Makes the edit and undoes it; both must succeed, the first with the proof that Nix gives.
fn edits_and_undoes(root: &Path, from: &Path) {
    let run = |words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_nixedit")).args(words).current_dir(from).stdin(Stdio::null()).output();
        let output = output.expect("nixedit runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words:?}: {said}");
        said
    };
    let home = root.join("hosts/nxiz/home.nix");
    let before = std::fs::read(&home).expect("a file");
    let said = run(EDIT);
    assert!(said.contains("nxiz home.packages: + ripgrep-14.1.1"), "{said}");
    assert!(std::fs::read_to_string(&home).expect("a file").contains("    ripgrep\n"));
    run(&["undo"]);
    assert_eq!(std::fs::read(&home).expect("a file"), before);
}

#[test]
fn what_nix_said_of_a_refused_edit_and_what_git_has_not() {
    if !has_nix() {
        return;
    }
    let (_folder, root) = mesh_at("");
    committed(&root);
    let run = |words: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_nixedit")).args(words).current_dir(&root).stdin(Stdio::null()).output();
        let output = output.expect("nixedit runs");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(run(&["show", "--stderr"]), (Some(0), String::new(), "no evaluation has failed here\n".to_owned()));
    assert_eq!(run(&["add-package", "--host", "nxiz", "ripgrepp"]).0, Some(4));
    let (code, said, _) = run(&["show", "--stderr"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("error:") && said.contains("undefined variable 'ripgrepp'") && said.lines().count() > 5, "{said}");
    assert!(!said.contains("@nix"), "{said}");

    assert_eq!(run(&["diff", "--against", "HEAD"]), (Some(0), String::new(), String::new()));
    assert_eq!(run(&["add-package", "--host", "nxiz", "--no-validate", "ripgrep"]).0, Some(0));
    let home = root.join("hosts/nxiz/home.nix");
    std::fs::write(&home, format!("{}# by hand\n", std::fs::read_to_string(&home).expect("a file"))).expect("it is written");
    let (_, said, _) = run(&["diff", "--against", "HEAD"]);
    assert!(said.contains("+    ripgrep\n") && said.contains("+# by hand\n"), "{said}");
    git(&root, &["commit", "-qam", "Edited"]);
    assert_eq!(run(&["diff", "--against", "HEAD"]).1, "");
    assert!(run(&["diff", "--against", "HEAD~1"]).1.contains("+    ripgrep\n"));
    assert_eq!(run(&["diff", "--against", "--all"]).0, Some(2));
    assert_eq!(run(&["diff", "--against", "nowhere"]).2, "error: git knows no commit 'nowhere'\n");
}

#[test]
fn a_flake_below_the_root_of_its_repository() {
    if has_nix() {
        let (folder, root) = mesh_at("infra/nixos");
        std::fs::write(folder.path().join("README.md"), "Not the flake.\n").expect("a file");
        committed(folder.path());
        edits_and_undoes(&root, &root);
        assert_eq!(git(folder.path(), &["status", "--short"]), "");
    }
}

#[test]
fn a_flake_without_git() {
    if has_nix() {
        let (_folder, root) = mesh_at("flake");
        edits_and_undoes(&root, &root);
    }
}

#[test]
fn uncommitted_work_counts_and_stays() {
    if has_nix() {
        let (_folder, root) = mesh_at("flake");
        committed(&root);
        let module = root.join("modules/nh.nix");
        let text = std::fs::read_to_string(&module).expect("a file");
        let edited = text.replacen("    nix-diff\n", "", 1);
        assert_ne!(edited, text, "the fixture has nix-diff for all");
        std::fs::write(&module, &edited).expect("a file");
        std::fs::write(root.join("untracked.txt"), "mine\n").expect("a file");
        edits_and_undoes(&root, &root);
        assert_eq!(std::fs::read_to_string(&module).expect("a file"), edited);
        assert_eq!(git(&root, &["status", "--short"]), " M modules/nh.nix\n?? untracked.txt\n");
    }
}

#[test]
fn a_linked_work_tree() {
    if has_nix() {
        let (folder, root) = mesh_at("flake");
        committed(&root);
        let linked = folder.path().join("linked");
        git(&root, &["worktree", "add", "-q", "-b", "other", linked.to_str().expect("a name")]);
        edits_and_undoes(&linked, &linked);
        assert_eq!(git(&root, &["status", "--short"]), "");
    }
}

#[test]
fn called_from_a_subfolder() {
    if has_nix() {
        let (_folder, root) = mesh_at("flake");
        committed(&root);
        edits_and_undoes(&root, &root.join("hosts/adeck"));
    }
}
