//! Flakes made on the spot, and the proof that nothing in them is written.

mod candidate;
mod mesh;
mod overhead;
mod run;
mod stops;

use crate::change_set::{ChangeSet, FileChange};
use crate::plan::{Expect, Target};
use crate::settings::Settings;
use crate::system::command::{Cancel, Command, find_program};
use crate::system::nix::{Nix, Surroundings};
use crate::text::ContentHash;
use crate::validate::{Level, Request, Validated, ValidationFailure, validate};
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

    /// Commits everything in it once more.
    pub fn commit_again(&self) -> &Self {
        self.git(&["init", "-q"]);
        self.git(&["add", "."]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "again"]);
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
pub(crate) fn nix() -> Option<Nix> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/nix/bin/nix");
    let found = Nix::find(&Default::default(), &Surroundings::of_process(vec![project])).unwrap();
    if found.is_none() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "no nix to test with");
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "SKIPPED: no nix");
    }
    found
}

/// A flake of two hosts that evaluates without inputs.
pub(super) fn two_hosts() -> Place {
    let place = place();
    let flake = r#"{
  outputs = { self }: {
    nixosConfigurations = builtins.listToAttrs (map (name: {
      inherit name;
      value.config = {
        packages = import ./shared.nix ++ import (./. + "/${name}.nix");
        resolved = (import ./table.nix).${name};
        system.build.toplevel = derivation { inherit name; system = "x86_64-linux"; builder = toString (import ./build.nix); };
      };
    }) [ "a" "b" ]);
  };
}
"#;
    place.write("flake.nix", flake).write("shared.nix", "[ \"git\" ]\n").write("a.nix", "[ \"fd\" ]\n").write("b.nix", "[ ]\n");
    place.write("table.nix", "{ a = false; b = true; }\n").write("build.nix", "\"/bin/sh\"\n").commit();
    place
}

/// A question about `c.config.<attr>` of a host.
pub(super) fn target(host: &str, attr: &str, expect: Expect) -> Target {
    Target {
        host: Some(host.to_owned()),
        output: format!("nixosConfigurations.{host}"),
        label: attr.to_owned(),
        question: format!("c.config.{attr}"),
        expect,
        forced: false,
    }
}

/// Everything a request needs, with what most tests want.
pub(super) struct Ask<'a> {
    pub place: &'a Place,
    pub changes: ChangeSet,
    pub targets: Vec<Target>,
    pub hosts: Vec<String>,
    pub level: Option<Level>,
    pub settings: Settings,
    pub cancel: Cancel,
    pub remove_store_copy: bool,
}

impl<'a> Ask<'a> {
    pub fn new(place: &'a Place, changes: ChangeSet, targets: Vec<Target>) -> Self {
        let (hosts, settings) = (Vec::new(), Settings::default());
        Self { place, changes, targets, hosts, level: None, settings, cancel: Cancel::default(), remove_store_copy: false }
    }

    pub fn run(&self, nix: Option<Nix>) -> Result<Validated, Box<ValidationFailure>> {
        let before = self.place.fingerprint();
        let result = validate(&Request {
            root: &self.place.root,
            settings: &self.settings,
            changes: &self.changes,
            targets: &self.targets,
            hosts: &self.hosts,
            level: self.level,
            nix,
            remove_store_copy: self.remove_store_copy,
            progress: &|_| {},
            cancel: self.cancel.clone(),
            fleet: Default::default(),
        });
        assert_eq!(self.place.fingerprint(), before, "the work tree was touched");
        result
    }
}
