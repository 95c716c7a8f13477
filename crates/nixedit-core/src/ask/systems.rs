//! Systems that evaluated, kept under the flake's content beside the journal, so that a run that was
//! interrupted, or failed on one host, goes on where it was.
//!
//! A file for each state of the flake: a line of JSON that names the state, then a line for each answer, written
//! as it comes. A line that is torn is as one that was never written. A folder that cannot be read or written
//! makes a system cost an evaluation, and is no error.

use crate::diagnostic::Result;
use crate::system::disk;
use crate::text::ContentHash;
use crate::transaction;
use crate::validate::Memory;
use crate::validate::fleet::{Kept, Recalled};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Answers about so many states are kept; the least used go first.
const MAX_STATES: usize = 8;
/// The file of what failed, beside those of the states.
const FAILED: &str = "failed";

/// What is kept about the systems of one flake.
pub struct Systems {
    folder: PathBuf,
    again: bool,
}

impl Systems {
    /// What is kept about the flake in `root`. With `again` nothing is taken from before, and what this run
    /// finds out takes its place. Fails where there is no place for it.
    pub fn of(root: &Path, again: bool) -> Result<Self> {
        Ok(Self { folder: transaction::state_folder(root)?.join("systems"), again })
    }

    fn path(&self, state: &str) -> PathBuf {
        self.folder.join(&ContentHash::of(state.as_bytes()).to_string()[..32])
    }

    /// The answers in a state's file; nothing of a file that is another state's.
    fn answers(&self, state: &str) -> Option<Vec<(String, Kept)>> {
        let path = self.path(state);
        let text = String::from_utf8_lossy(&disk::bytes(&path).ok()?).into_owned();
        let mut lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        if lines.next()?.get("state")?.as_str()? != state {
            return None;
        }
        // Its age counts from its last use.
        let _ = disk::set_modified(&path, SystemTime::now());
        Some(lines.filter_map(answer).collect())
    }

    fn append(&self, state: &str, line: &Value) -> std::io::Result<()> {
        disk::create_dir_all(&self.folder)?;
        let path = self.path(state);
        let mut text = format!("{line}\n");
        if !disk::exists(&path) {
            text = format!("{}\n{text}", json!({ "state": state }));
            self.forget();
        } else if !disk::bytes(&path)?.ends_with(b"\n") {
            text.insert(0, '\n');
        }
        // One write: lines of several processes do not mix.
        disk::append(&path, text.as_bytes())
    }

    /// Makes room for one more state.
    fn forget(&self) {
        let used = |path: &Path| disk::entry(path).and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let states = disk::folder(&self.folder).into_iter().filter(|name| name != FAILED).map(|name| self.folder.join(name));
        let mut states: Vec<(SystemTime, PathBuf)> = states.map(|path| (used(&path), path)).collect();
        states.sort_unstable();
        for (_, path) in states.iter().take((states.len() + 1).saturating_sub(MAX_STATES)) {
            let _ = disk::remove_file(path);
        }
    }
}

fn answer(line: Value) -> Option<(String, Kept)> {
    let text = |name: &str| line.get(name)?.as_str().map(str::to_owned);
    let milliseconds = line.get("ms").and_then(Value::as_u64).unwrap_or_default();
    Some((text("key")?, Kept { answer: line.get("answer")?.clone(), milliseconds }))
}

impl Memory for Systems {
    fn recall(&self, state: &str) -> Recalled {
        let failed = disk::bytes(self.folder.join(FAILED)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if self.again {
            let _ = disk::remove_file(self.path(state));
        }
        Recalled { answers: self.answers(state).unwrap_or_default().into_iter().collect(), failed: failed.unwrap_or_default() }
    }

    fn keep(&self, state: &str, key: &str, answer: &Kept) {
        let _ = self.append(state, &json!({ "key": key, "answer": answer.answer, "ms": answer.milliseconds }));
    }

    fn keep_failed(&self, keys: &BTreeSet<String>) {
        let written = || -> std::io::Result<()> {
            disk::create_dir_all(&self.folder)?;
            disk::replace(&self.folder.join(FAILED), json!(keys).to_string().as_bytes())
        };
        let _ = written();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn kept(text: &str) -> Kept {
        Kept { answer: json!(text), milliseconds: 7 }
    }

    #[test]
    fn answers_are_kept_by_state_and_a_torn_line_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let systems = |again| Systems { folder: folder.path().join("systems"), again };
        let known = |again, state: &str| systems(again).recall(state).answers.into_keys().collect::<Vec<_>>();
        assert!(known(false, "a").is_empty());
        systems(false).keep("a", "one", &kept("/nix/store/x.drv"));
        systems(false).keep("a", "two", &kept("y"));
        assert_eq!(systems(false).recall("a").answers["one"], kept("/nix/store/x.drv"));
        assert!(known(false, "b").is_empty(), "another state of the flake");
        let path = systems(false).path("a");
        fs::write(&path, fs::read_to_string(&path).unwrap().trim_end().trim_end_matches('}')).unwrap();
        assert_eq!(known(false, "a"), ["one"]);
        systems(false).keep("a", "three", &kept("z"));
        assert_eq!(known(false, "a"), ["one", "three"]);
        fs::write(systems(false).path("b"), fs::read(&path).unwrap()).unwrap();
        assert!(known(false, "b").is_empty(), "a file of another state");
        assert!(known(true, "a").is_empty());
        assert!(known(false, "a").is_empty(), "what was forgotten stays so");
    }

    #[test]
    fn states_are_kept_up_to_a_limit_and_failures_apart() {
        let folder = tempfile::tempdir().unwrap();
        let systems = Systems { folder: folder.path().to_owned(), again: false };
        let failed: BTreeSet<String> = ["x".to_owned()].into();
        systems.keep_failed(&failed);
        for number in 0..MAX_STATES + 3 {
            systems.keep(&format!("state {number}"), "one", &kept("x"));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), MAX_STATES + 1);
        assert_eq!(systems.recall("any").failed, failed);
        fs::write(folder.path().join(FAILED), "{").unwrap();
        assert!(systems.recall("any").failed.is_empty());
    }
}
