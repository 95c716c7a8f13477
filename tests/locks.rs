//! Lock files that change with real content: inputs that are folders elsewhere, so that Nix hashes them
//! as it does what it fetches, without network.

mod support;

use std::path::Path;
use support::{committed, copy, fixture, git, has_nix, nixedit};

const FLAKE: &str = "{\n  inputs = { };\n  outputs = { self, ... }: { };\n}\n";

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// A folder with a flake and, beside it, an input.
fn scratch() -> (tempfile::TempDir, std::path::PathBuf, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let base = folder.path().canonicalize().expect("a path");
    let (flake, input) = (base.join("flake"), base.join("tools"));
    write(&flake.join("flake.nix"), FLAKE);
    write(&input.join("flake.nix"), "{ outputs = _: { x = 1; }; }");
    let address = format!("path:{}", input.display());
    (folder, flake, address)
}

#[test]
fn an_update_moves_one_input_and_undo_moves_it_back() {
    if !has_nix() {
        return;
    }
    let (folder, flake, address) = scratch();
    committed(&flake);
    let added = nixedit(&flake, &["input", "add", "tools", &address], "");
    assert_eq!(added.code, Some(0), "{}", added.says);
    assert!(added.says.contains("flake.lock  tools: locked at sha256-") && added.says.contains("flake.lock is new"), "{}", added.says);
    assert!(git(&flake, &["status", "--short"]).contains(" A flake.lock"), "what Nix is to see is staged");
    let first = read(&flake.join("flake.lock"));

    write(&folder.path().join("tools/flake.nix"), "{ outputs = _: { x = 2; }; }");
    let same = nixedit(&flake, &["input", "lock"], "");
    assert!(same.says.starts_with("unchanged: flake.lock is up to date"), "locking moves nothing: {}", same.says);
    let dry = nixedit(&flake, &["update", "tools", "--dry-run"], "");
    assert!(dry.says.contains("flake.lock  tools: sha256-") && dry.says.contains(" → sha256-"), "{}", dry.says);
    assert_eq!(read(&flake.join("flake.lock")), first, "a dry run writes nothing");

    let updated = nixedit(&flake, &["update", "tools"], "");
    assert_eq!(updated.code, Some(0), "{}", updated.says);
    assert_ne!(read(&flake.join("flake.lock")), first);
    assert!(nixedit(&flake, &["update", "tools"], "").says.starts_with("unchanged:"));
    assert_eq!(nixedit(&flake, &["undo"], "").code, Some(0));
    assert_eq!(read(&flake.join("flake.lock")), first);
    assert_eq!(nixedit(&flake, &["undo"], "").code, Some(0));
    assert_eq!(read(&flake.join("flake.nix")), FLAKE);
    assert!(!flake.join("flake.lock").exists(), "the lock file that the edit made is gone with it");
}

#[test]
fn an_edit_without_its_lock_is_made_up_for() {
    if !has_nix() {
        return;
    }
    let (_folder, flake, address) = scratch();
    let added = nixedit(&flake, &["input", "add", "tools", &address, "--no-lock"], "");
    assert_eq!(added.code, Some(0), "{}", added.says);
    assert!(!flake.join("flake.lock").exists());
    assert!(nixedit(&flake, &["input", "list"], "").prints.contains("not locked"));
    let locked = nixedit(&flake, &["input", "lock"], "");
    assert_eq!(locked.code, Some(0), "{}", locked.says);
    assert!(read(&flake.join("flake.lock")).contains("tools"));
    let removed = nixedit(&flake, &["input", "remove", "tools"], "");
    assert!(removed.says.contains("not locked any more"), "{}", removed.says);
}

#[test]
fn a_flake_in_a_subfolder_keeps_its_own_lock() {
    if !has_nix() {
        return;
    }
    let (_folder, flake, address) = scratch();
    write(&flake.join("nested/flake.nix"), FLAKE);
    committed(&flake);
    for (number, words) in [["--file", "nested/flake.nix"], ["-C", "nested"]].into_iter().enumerate() {
        let name = format!("tools{number}");
        let added = nixedit(&flake, &[&["input", "add", &name, &address], words.as_slice()].concat(), "");
        assert_eq!(added.code, Some(0), "{}", added.says);
        assert!(read(&flake.join("nested/flake.lock")).contains(&name));
    }
    assert!(!flake.join("flake.lock").exists());
}

/// The mesh with inputs that are folders beside it.
fn mesh(base: &Path) -> std::path::PathBuf {
    let root = base.join("mesh");
    copy(&fixture("mesh"), &root);
    copy(&fixture("stubs"), &base.join("stubs"));
    let address = |text: String, (old, stub): (&str, &str)| text.replace(old, &format!("path:{}/stubs/{stub}", base.display()));
    let pairs = [("github:NixOS/nixpkgs/nixos-unstable", "nixpkgs"), ("github:Jovian-Experiments/Jovian-NixOS", "jovian")];
    let text = pairs.into_iter().fold(read(&root.join("flake.nix")), address);
    write(&root.join("flake.nix"), &text);
    committed(&root);
    root
}

#[test]
fn an_update_that_breaks_a_host_is_refused() {
    if !has_nix() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let base = folder.path().canonicalize().expect("a path");
    let root = mesh(&base);
    let locked = nixedit(&root, &["input", "lock"], "");
    assert_eq!(locked.code, Some(0), "{}", locked.says);
    assert!(
        locked.says.contains("  flake.lock  nixpkgs: ") && locked.says.contains("evaluated with it: nxiz, adeck, zrrh"),
        "{}",
        locked.says
    );
    assert!(!locked.says.contains("agenix"), "what fits stays: {}", locked.says);
    let before = read(&root.join("flake.lock"));
    let stub = base.join("stubs/jovian/flake.nix");
    write(&stub, &read(&stub).replace("steam.enable = ", "steam.enabled = "));
    let refused = nixedit(&root, &["update", "jovian"], "");
    assert_eq!(refused.code, Some(4), "{}", refused.says);
    assert!(refused.says.contains("jovian.steam.enable") && refused.says.contains("hosts/adeck/configuration.nix"), "{}", refused.says);
    assert_eq!(read(&root.join("flake.lock")), before);
}

#[test]
fn a_machine_without_nix_writes_the_edit_and_says_so() {
    let (_folder, flake, address) = scratch();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_nixedit"));
    let command = command.args(["input", "add", "tools", &address]).current_dir(&flake).env("PATH", "/nowhere").env_remove("NIXEDIT_NIX");
    let output = command.output().expect("nixedit starts");
    let says = String::from_utf8_lossy(&output.stderr).into_owned();
    let beside = Path::new(env!("CARGO_BIN_EXE_nixedit")).ancestors().any(|dir| dir.join(".tools/nix/bin/nix").exists());
    assert!(output.status.success(), "{says}");
    assert!(beside || says.contains("there is no nix on PATH"), "{says}");
}
