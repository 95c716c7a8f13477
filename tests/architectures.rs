//! One small flake per way in which people build their hosts (`fixtures/architectures/`): all hosts are
//! found, and a package for one of them changes that one, as Nix sees it, and no other. Where there is
//! no place for it, every command line that the refusal offers does what it says.

#![allow(clippy::print_stderr)] // a skipped test says so

mod support;

use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use support::{copy, has_nix};

/// A package for one host: the fixture, the words behind `add-package`, and the file that is edited; for
/// a refusal what it says.
type Row = (&'static str, &'static str, Result<&'static str, &'static str>);

const ROWS: &[Row] = &[
    ("closed-outputs", "--host desk --to system", Ok("desk.nix")),
    ("closed-outputs", "--host lap --to system", Ok("lap.nix")),
    ("closed-outputs", "--host lap", Err("Home Manager is not enabled there")),
    ("darwin", "--host desk", Ok("home/desk.nix")),
    ("darwin", "--host book", Ok("home/book.nix")),
    ("darwin", "--host book --to system", Ok("book.nix")),
    ("flake-parts", "--host desk", Ok("home/desk.nix")),
    ("flake-parts", "--host desk --to system", Ok("hosts/desk.nix")),
    ("flake-parts", "--host lap", Ok("parts/lap.nix")),
    ("flake-parts", "--host lap --to system", Ok("parts/lap.nix")),
    ("gen-attrs", "--host desk --to system", Ok("hosts/desk.nix")),
    ("gen-attrs", "--host lap --to system", Ok("hosts/lap.nix")),
    ("haumea", "--host desk --to system", Ok("machines/desk.nix")),
    ("haumea", "--host lap --to system", Ok("machines/lap.nix")),
    ("home-imports", "--host desk", Ok("home/profiles/desk.nix")),
    ("home-imports", "--host lap", Ok("home/profiles/lap/default.nix")),
    ("home-imports", "--host lap --to system", Err("no system file of its own")),
    ("homes", "--host zk@nxiz", Ok("homes/zk@nxiz.nix")),
    ("homes", "--host mo", Ok("homes/mo.nix")),
    ("homes", "--host mo --to system", Err("a home without a system")),
    ("import-tree", "--host desk --to system", Ok("desk/apps/media.nix")),
    ("import-tree", "--host lap --to system", Ok("lap/net.nix")),
    ("list-files", "--host desk", Ok("packages/desk.nix")),
    ("list-files", "--host lap", Ok("packages/lap.nix")),
    ("list-files", "--host desk --to system", Ok("hosts/desk-packages.nix")),
    ("list-files", "--host lap --to system", Ok("hosts/lap.nix")),
    ("list-files", "--host lap --file packages/common.nix", Err("is a list that desk have too")),
    ("read-dir", "--host desk --to system", Ok("hosts/desk/packages.nix")),
    ("read-dir", "--host lap --to system", Ok("hosts/lap/configuration.nix")),
    ("registry", "--host desk", Ok("home/zk/desk.nix")),
    ("registry", "--host lap", Ok("home/mo/lap.nix")),
    ("registry", "--host lap --to system", Ok("hosts/lap/default.nix")),
    ("registry", "--host arm --to system", Ok("hosts/arm/default.nix")),
    ("snowfall", "--host desk", Ok("homes/x86_64-linux/zk@desk/default.nix")),
    ("snowfall", "--host zk@lap", Ok("homes/x86_64-linux/zk@lap/default.nix")),
    ("snowfall", "--host guest", Ok("homes/x86_64-linux/guest/default.nix")),
    ("snowfall", "--host lap --to system", Ok("systems/x86_64-linux/lap/default.nix")),
    ("subfolder/nix", "--host desk --to system", Ok("desk.nix")),
    ("two-users", "--host desk", Err("whose packages?")),
    ("two-users", "--host lap", Ok("users/zk-lap.nix")),
    ("two-users", "--host lap --to system", Ok("lap.nix")),
];

/// The packages of every configuration, by name: of the system, and of each user's home.
const PACKAGES: &str = "f: let
    names = map (p: p.name);
    system = c: [ (names c.config.environment.systemPackages)
      (builtins.mapAttrs (_: user: names user.home.packages) (c.config.home-manager.users or { })) ];
  in builtins.mapAttrs (_: system) (f.nixosConfigurations or { } // f.darwinConfigurations or { })
  // builtins.mapAttrs (_: c: names c.config.home.packages) (f.homeConfigurations or { })";

/// A committed copy of a fixture, and the folder of the flake in it.
struct Copy {
    _folder: tempfile::TempDir,
    top: PathBuf,
    root: PathBuf,
}

impl Copy {
    fn new(fixture: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (name, below) = fixture.split_once('/').unwrap_or((fixture, ""));
        let top = folder.path().join(name);
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/architectures").join(name), &top);
        for words in [&["init", "-q"][..], &["add", "-A"], &["-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "x"]] {
            let output = Command::new("git").arg("-C").arg(&top).args(words).output().expect("git runs");
            assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        Self { root: top.join(below), top, _folder: folder }
    }

    /// What Nix says that every host has now.
    fn packages(&self) -> Map<String, Value> {
        let below = self.root.strip_prefix(&self.top).expect("below").display().to_string();
        let folder = if below.is_empty() { String::new() } else { format!("?dir={below}") };
        let expression = format!("({PACKAGES}) (builtins.getFlake \"git+file://{}{folder}\")", self.top.display());
        let words = ["eval", "--json", "--impure", "--offline", "--no-update-lock-file", "--expr", &expression];
        let output = Command::new("nix").args(words).stdin(Stdio::null()).output().expect("nix runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("a JSON object")
    }

    fn nixedit(&self, line: &str) -> (i32, Value) {
        let words = line.split_whitespace().map(|word| word.trim_matches('\''));
        let output = Command::new(env!("CARGO_BIN_EXE_nixedit"))
            .current_dir(&self.root)
            .args(words)
            .args(["--format", "json"])
            .env("XDG_STATE_HOME", self.top.join(".git/state"))
            .stdin(Stdio::null())
            .output()
            .expect("nixedit runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code().unwrap_or(-1), serde_json::from_str(&said).unwrap_or(Value::String(said)))
    }
}

/// The hosts that a command line asks for, and the homes that are theirs.
fn asked(line: &str, all: &Map<String, Value>) -> Vec<String> {
    let hosts = line.split_whitespace().skip_while(|word| *word != "--host").nth(1).expect("a host");
    let named: Vec<&str> = hosts.split(',').collect();
    let is_asked = |name: &&String| named.iter().any(|host| *host == **name);
    all.keys().filter(is_asked).cloned().collect()
}

fn changed(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<String> {
    before.iter().filter(|(name, packages)| after.get(*name) != Some(packages)).map(|(name, _)| name.clone()).collect()
}

/// Whether a configuration is another name of a machine that was asked for: `zk@nxiz` of `nxiz`.
fn is_same_machine(name: &str, asked: &[String]) -> bool {
    let machine = |name: &str| name.rsplit('@').next().unwrap_or_default().to_owned();
    asked.iter().any(|host| machine(host) == machine(name) && (host.contains('@') != name.contains('@')))
}

/// Makes an edit; its hosts, and only they, must have the package then.
fn reaches_only(fixture: &str, line: &str, before: &Map<String, Value>) -> Result<Value, String> {
    let copy = Copy::new(fixture);
    let (exit, said) = copy.nixedit(line);
    if exit != 0 {
        return Err(format!("exit {exit}: {said}"));
    }
    let after = copy.packages();
    let (wanted, got) = (asked(line, before), changed(before, &after));
    let without = wanted.iter().find(|host| !after[*host].to_string().contains("hello-"));
    if let Some(host) = without {
        return Err(format!("{host} has no hello after {line}"));
    }
    match got.iter().find(|name| !wanted.contains(name) && !is_same_machine(name, &wanted)) {
        Some(spilled) => Err(format!("{line} also changed {spilled}")),
        None => Ok(said),
    }
}

fn check((fixture, words, expected): &Row) -> Result<(), String> {
    let line = format!("add-package {words} hello");
    let copy = Copy::new(fixture);
    let before = copy.packages();
    let (exit, said) = copy.nixedit(&format!("{line} --no-validate --dry-run"));
    match expected {
        Ok(file) => {
            let edited: Vec<&str> = said["changes"].as_array().into_iter().flatten().filter_map(|change| change["file"].as_str()).collect();
            if exit != 0 || edited.is_empty() || edited.iter().any(|edited| edited != file) {
                return Err(format!("exit {exit}, edited {edited:?}: {said}"));
            }
            reaches_only(fixture, &format!("{line} --no-validate"), &before)?;
            let proven = reaches_only(fixture, &line, &before)?;
            match proven["validation"]["status"].as_str() {
                Some("ok") => Ok(()),
                other => Err(format!("the proof: {other:?}")),
            }
        }
        Err(message) => {
            let ways: Vec<&str> =
                said["error"]["ways"].as_array().into_iter().flatten().filter_map(|way| way["command"].as_str()).collect();
            if exit != 3 || ways.is_empty() || !said["error"]["message"].as_str().is_some_and(|said| said.contains(message)) {
                return Err(format!("exit {exit}: {said}"));
            }
            let tried = ways.iter().map(|way| reaches_only(fixture, way.trim_start_matches("nixedit "), &before).map(drop));
            tried.collect()
        }
    }
}

#[test]
fn a_package_reaches_its_host_and_no_other() {
    if !has_nix() {
        return;
    }
    let only = std::env::var("NIXEDIT_CASE").unwrap_or_default();
    let rows: Vec<&Row> = ROWS.iter().filter(|row| row.0.contains(&only)).collect();
    let (next, failures) = (AtomicUsize::new(0), std::sync::Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if let Err(why) = check(row) {
                        failures.lock().expect("the list").push(format!("{} {}\n{why}", row.0, row.1));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("the list");
    assert!(failures.is_empty(), "{} of {} failed\n\n{}", failures.len(), rows.len(), failures.join("\n\n"));
}

#[test]
fn every_host_is_found() {
    if !has_nix() {
        return;
    }
    let mut fixtures: Vec<&str> = ROWS.iter().map(|row| row.0).collect();
    fixtures.dedup();
    for fixture in fixtures {
        let copy = Copy::new(fixture);
        let (_, said) = copy.nixedit("hosts list");
        let hosts = said["hosts"].as_array().into_iter().flatten();
        let mut names: Vec<String> = hosts.filter_map(|host| host["name"].as_str().map(str::to_owned)).collect();
        names.sort();
        let mut wanted: Vec<String> = copy.packages().keys().cloned().collect();
        wanted.sort();
        assert_eq!(names, wanted, "{fixture}");
        assert_eq!(said["unresolved"].as_array().map(Vec::len), Some(0), "{fixture}: {said}");
    }
}

#[test]
fn without_a_flake_the_file_is_named() {
    if !has_nix() {
        return;
    }
    let copy = Copy::new("classic");
    let stubs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/stubs/nixpkgs");
    let packages = || {
        let system = format!(
            "import {0}/nixos {{ lib = import {0}/lib; modules = [ {1}/configuration.nix ]; }}",
            stubs.display(),
            copy.top.display()
        );
        let expression = format!("map (p: p.name) ({system}).config.environment.systemPackages");
        let output = Command::new("nix").args(["eval", "--json", "--impure", "--expr", &expression]).output().expect("nix runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Vec<String>>(&output.stdout).expect("a list")
    };
    assert_eq!(packages(), ["vlc-3.0.21"]);
    let (exit, said) = copy.nixedit("add-package --host old hello");
    let way = said["error"]["ways"][0]["command"].as_str().unwrap_or_default().to_owned();
    assert_eq!((exit, way.as_str()), (3, "nixedit add-package hello --format json --file configuration.nix"), "{said}");
    let (exit, said) = copy.nixedit("add-package hello --file configuration.nix");
    assert_eq!(exit, 0, "{said}");
    assert_eq!(packages(), ["vlc-3.0.21", "hello-2.12.2"]);
}
