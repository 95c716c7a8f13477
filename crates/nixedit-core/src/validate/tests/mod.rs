//! Flakes made on the spot, and the proof that nothing in them is written.

mod candidate;

use crate::change_set::{ChangeSet, FileChange};
use crate::system::command::{Cancel, Command, find_program};
use crate::system::nix::{Nix, Surroundings};
use crate::text::ContentHash;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder that is removed at the end.
pub(super) struct Place {
    _folder: TempDir,
    pub root: PathBuf,
}

pub(super) fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    Place { root: folder.path().canonicalize().unwrap(), _folder: folder }
}

impl Place {
    pub fn write(&self, path: &str, text: &str) -> &Self {
        let full = self.root.join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
        self
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        git(&self.root, arguments)
    }

    /// Makes it a repository with everything in it committed.
    pub fn commit(&self) -> &Self {
        self.git(&["init", "-q"]);
        self.git(&["add", "."]);
        self.git(&["commit", "-q", "-m", "one"]);
        self
    }

    /// Every file below: kind, mode, hash and time of change, `.git` included.
    pub fn fingerprint(&self) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        fingerprint(&self.root, &mut found);
        found
    }
}

fn fingerprint(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, data) = (entry.path(), entry.path().symlink_metadata().unwrap());
        let bytes = if data.is_file() { fs::read(&path).unwrap() } else { Vec::new() };
        let line = format!("{:o} {} {}.{}", data.mode(), ContentHash::of(&bytes), data.mtime(), data.mtime_nsec());
        found.insert(path.clone(), line);
        if data.is_dir() {
            fingerprint(&path, found);
        }
    }
}

pub(super) fn git(folder: &Path, arguments: &[&str]) -> String {
    let program = find_program("git", std::env::var_os("PATH").as_deref()).unwrap();
    let command = Command::new(&program).args(["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "init.defaultBranch=trunk"]);
    let run = command.args(arguments).folder(folder).run(&Cancel::default()).unwrap();
    assert!(run.status.success(), "{arguments:?}: {}", run.stderr_text());
    String::from_utf8(run.stdout).unwrap()
}

/// A change set of (path, before, after).
pub(super) fn changes(files: &[(&str, Option<&str>, Option<&str>)]) -> ChangeSet {
    let mut changes = ChangeSet::default();
    for (path, before, after) in files {
        let bytes = |text: &Option<&str>| text.map(|text| text.as_bytes().into());
        changes.record(FileChange { path: (*path).to_owned(), before: bytes(before), after: bytes(after) });
    }
    changes
}

/// The nix to test with. `None`, loudly, when there is none; under CI that is a failure.
pub(super) fn nix() -> Option<Nix> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/nix/bin/nix");
    let found = Nix::find(&Default::default(), &Surroundings::of_process(vec![project])).unwrap();
    if found.is_none() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "no nix to test with");
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "SKIPPED: no nix");
    }
    found
}
