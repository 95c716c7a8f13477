//! The installed Nix, asked live: what it prints today still becomes what the recordings became.

use super::tests::{Mesh, failure, folder, mesh, roots};
use super::*;
use crate::change_set::{ChangeSet, FileChange};
use crate::diagnostic::Label;
use crate::system::command::{Cancel, Command};
use crate::system::nix::{Evaluation, Nix};
use crate::system::nix_output::parse_events;
use crate::validate::Candidate;
use crate::validate::tests::{Place, nix, place};
use std::path::Path;

/// Causes that the stand-ins for nixpkgs and home-manager report as the real ones do.
const CAUSES: &[&str] = &[
    "attribute-missing",
    "attribute-twice-nested",
    "cell-wrong-type",
    "comma-in-list",
    "file-missing",
    "host-not-in-enum",
    "host-row-missing",
    "module-argument-missing-file",
    "option-conflict",
    "option-unknown-home-file",
    "option-unknown-nested",
    "script-variable",
    "semicolon-missing",
    "undefined-with",
];

/// The small flake without mistakes, its inputs the stand-ins, locked and committed.
fn flake(nix: &Nix) -> Place {
    let stubs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/stubs").canonicalize().unwrap();
    let place = place();
    for (path, text) in &mesh("").texts {
        place.write(path, text);
    }
    let inputs = mesh("").texts["flake.nix"].replace("/home/zk/nixpkgs", &format!("{}/nixpkgs", stubs.display()));
    let follows = format!("{}/home-manager\";\n  inputs.home-manager.inputs.nixpkgs.follows = \"nixpkgs", stubs.display());
    place.write("flake.nix", &inputs.replace("/home/zk/home-manager", &follows));
    std::fs::remove_file(place.root.join("flake.lock")).unwrap();
    place.git(&["init", "-q"]);
    place.git(&["add", "."]);
    // A store of its own works on every machine, and the lock file does not depend on it.
    let store = tempfile::tempdir().unwrap();
    let lock = Command::new(&nix.program).args(["--extra-experimental-features", "nix-command flakes", "flake", "lock"]);
    let run = lock.arg("--store").arg(store.path()).folder(&place.root).run(&Cancel::default()).unwrap();
    assert!(run.status.success(), "{}", run.stderr_text());
    // Nix makes the folders of a store read-only.
    let _ = std::process::Command::new("chmod").args(["-R", "u+w"]).arg(store.path()).status();
    place.git(&["add", "."]);
    place.git(&["commit", "-q", "-m", "one"]);
    place
}

fn changed(cause: &str) -> (Mesh, ChangeSet) {
    let (before, after) = (mesh(""), mesh(cause));
    let mut changes = ChangeSet::default();
    for (path, text) in after.texts.iter().filter(|(path, text)| before.texts.get(*path) != Some(text)) {
        let bytes = |text: &str| text.as_bytes().into();
        let before = before.texts.get(path).map(|text| bytes(text));
        changes.record(FileChange { path: path.clone(), before, after: Some(bytes(text)) });
    }
    (after, changes)
}

/// What must be the same: kind, places and help.
fn essence(diagnostic: &Diagnostic) -> (&str, Vec<String>, Option<&str>) {
    let place = |label: &Label| format!("{}:{} {}", label.file_line(), label.position().column, label.message);
    (diagnostic.code.as_str(), diagnostic.labels.iter().map(place).collect(), diagnostic.help.as_deref())
}

#[test]
fn the_installed_nix_says_what_the_recordings_say() {
    let Some(nix) = nix() else { return };
    let cancel = Cancel::default();
    let recorded = if nix.version(&cancel).unwrap() < (2, 20) { "2.8" } else { "2.34" };
    let questions: serde_json::Value = serde_json::from_slice(&std::fs::read(folder().join("causes.json")).unwrap()).unwrap();
    let place = flake(&nix);
    for cause in CAUSES {
        let (mesh, changes) = changed(cause);
        let candidate = Candidate::make(&place.root, &changes, &cancel).unwrap();
        let asked = |what: &str| questions[cause][what].as_str().unwrap();
        let said = nix.eval(&candidate.edited.reference, asked("attribute"), asked("apply"), &cancel).unwrap();
        let Evaluation::Failed(stderr) = said else { panic!("{cause} evaluates") };
        let live = parse_events(stderr.as_bytes()).unwrap_or_else(|| panic!("{cause}: {stderr}"));
        let live = to_diagnostic(&live, &candidate.edited.located(&nix, &cancel), &mesh);
        let known = to_diagnostic(&failure(cause, recorded), &roots(), &mesh);
        assert_eq!(essence(&live), essence(&known), "{cause}: {}\n{stderr}", live.message);
    }
}
