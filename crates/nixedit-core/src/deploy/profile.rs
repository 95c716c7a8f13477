//! A profile of the caller's own, changed by one process at a time.
//!
//! `nix profile` speaks differently from version to version: `add` was `install` before 2.30, packages have names
//! since 2.20, before that numbers. Here packages are always named.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::similar_names::near;
use crate::system::command::Cancel;
use crate::system::disk;
use crate::system::lock::Lock;
use crate::system::nix::Nix;
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One package of a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Element {
    /// What it is called in the profile.
    pub name: String,
    /// What it was installed from, where that is known: `flake:nixpkgs#legacyPackages.x86_64-linux.jq`.
    pub source: Option<String>,
    /// Its store paths.
    pub store_paths: Vec<String>,
    /// What this nix takes for it on its command line.
    #[serde(skip)]
    handle: String,
}

/// A profile that this process alone changes, until it is dropped.
#[derive(Debug)]
pub struct Profile {
    path: PathBuf,
    nix: Nix,
    _lock: Lock,
}

impl Profile {
    /// Takes the profile's lock (`PROFILE.nixedit.lock`), waiting at most `wait`; then fails with `lock.held` and who
    /// holds it. `command` is what others are told.
    pub fn open(path: &Path, nix: Nix, wait: Duration, command: &[String]) -> Result<Self> {
        let lock = PathBuf::from(format!("{}.nixedit.lock", path.display()));
        let lock = Lock::take(&lock, wait, command, &format!("changing {}", path.display()))?;
        Ok(Self { path: path.to_owned(), nix, _lock: lock })
    }

    /// What is in it; nothing where there is no such profile yet.
    pub fn elements(&self, cancel: &Cancel) -> Result<Vec<Element>> {
        if disk::entry(&self.path).is_err() {
            return Ok(Vec::new());
        }
        let said = self.nix.profile(&["list", "--json"], &self.path, &[], cancel)?;
        let answer: Value = serde_json::from_slice(&said)
            .map_err(|error| Diagnostic::new(Code::EnvCommand, format!("nix profile list printed no JSON: {error}")))?;
        Ok(elements(&answer))
    }

    /// Installs `installables`; `flake` is where the registry's names are looked up first.
    pub fn add(&self, installables: &[String], flake: Option<&Path>, cancel: &Cancel) -> Result<()> {
        let verb = if self.nix.knows_profile("add", cancel)? { "add" } else { "install" };
        let mut words: Vec<String> = Vec::new();
        if let Some(flake) = flake {
            words.extend(["--inputs-from".to_owned(), flake.to_string_lossy().into_owned()]);
        }
        words.extend(installables.iter().cloned());
        self.nix.profile(&[verb], &self.path, &words, cancel).map(drop)
    }

    /// Removes packages by their names.
    pub fn remove(&self, names: &[String], cancel: &Cancel) -> Result<()> {
        let handles = self.handles(names, cancel)?;
        self.nix.profile(&["remove"], &self.path, &handles, cancel).map(drop)
    }

    /// Upgrades packages by their names; all without names.
    pub fn upgrade(&self, names: &[String], cancel: &Cancel) -> Result<()> {
        if !names.is_empty() {
            let handles = self.handles(names, cancel)?;
            return self.nix.profile(&["upgrade"], &self.path, &handles, cancel).map(drop);
        }
        // Where packages are numbers, all are told by a pattern.
        let numbered = self.elements(cancel)?.iter().any(|element| element.handle != element.name);
        let handles = [if numbered { ".*" } else { "--all" }.to_owned()];
        self.nix.profile(&["upgrade"], &self.path, &handles, cancel).map(drop)
    }

    /// What this nix calls the packages of these names.
    fn handles(&self, names: &[String], cancel: &Cancel) -> Result<Vec<String>> {
        let known = self.elements(cancel)?;
        let handle = |name: &String| match known.iter().find(|element| element.name == *name) {
            Some(element) => Ok(element.handle.clone()),
            None => {
                let meant = near(name, known.iter().map(|element| element.name.as_str()));
                let question = meant.first().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                Err(Diagnostic::new(Code::PackageMissing, format!("{} has no {name}{question}", self.path.display()))
                    .help("see what it has: nixedit profile list")
                    .candidates(known.iter().map(|element| element.name.clone())))
            }
        };
        names.iter().map(handle).collect()
    }
}

/// The elements as `nix profile list --json` has them: by name since 2.20, as a list before.
fn elements(answer: &Value) -> Vec<Element> {
    let known = answer.get("elements").unwrap_or(&Value::Null);
    match known {
        Value::Object(named) => named.iter().map(|(name, element)| of(name.clone(), name.clone(), element)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(index, element)| numbered(index, element)).collect(),
        _ => Vec::new(),
    }
}

/// An element of a nix that counts: it is named after the end of its attribute path, and addressed by its number.
fn numbered(index: usize, element: &Value) -> Element {
    let path = element.get("attrPath").and_then(Value::as_str);
    let last = path.and_then(|path| path.rsplit('.').find(|part| *part != "default"));
    let stored = || {
        let path = element.get("storePaths")?.get(0)?.as_str()?;
        path.rsplit('/').next()?.split_once('-').map(|(_, name)| name.to_owned())
    };
    let name = last.map(str::to_owned).or_else(stored).unwrap_or_else(|| index.to_string());
    of(name, index.to_string(), element)
}

fn of(name: String, handle: String, element: &Value) -> Element {
    let text = |key: &str| element.get(key).and_then(Value::as_str).map(str::to_owned);
    let source = text("originalUrl").or_else(|| text("originalUri")).map(|url| match text("attrPath") {
        Some(path) => format!("{url}#{path}"),
        None => url,
    });
    let paths = element.get("storePaths").and_then(Value::as_array).cloned().unwrap_or_default();
    let store_paths = paths.iter().filter_map(|path| path.as_str().map(str::to_owned)).collect();
    Element { name, source, store_paths, handle }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_the_list_are_read() {
        let named = serde_json::json!({ "version": 3, "elements": { "jq": { "attrPath": "legacyPackages.x.jq", "originalUrl": "flake:nixpkgs", "storePaths": ["/nix/store/a-jq"] } } });
        let jq = &elements(&named)[0];
        assert_eq!((jq.name.as_str(), jq.handle.as_str(), jq.source.as_deref()), ("jq", "jq", Some("flake:nixpkgs#legacyPackages.x.jq")));
        let listed = serde_json::json!({ "version": 2, "elements": [{ "attrPath": "packages.x.hello.default", "originalUri": "flake:h" }, { "storePaths": ["/nix/store/abc-tool-1.0"] }] });
        let found: Vec<_> = elements(&listed).into_iter().map(|e| (e.name, e.handle)).collect();
        assert_eq!(found, [("hello".to_owned(), "0".to_owned()), ("tool-1.0".to_owned(), "1".to_owned())]);
        assert!(elements(&serde_json::json!({})).is_empty());
    }
}
