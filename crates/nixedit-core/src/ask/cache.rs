//! Answers of Nix, kept under the content of the flake that they are about.
//!
//! They lie beside the journal, never in the user's tree. A folder that cannot be written or read
//! makes a question cost an evaluation, and is no error.

use crate::system::disk;
use crate::system::nix::Nix;
use crate::text::ContentHash;
use crate::transaction;
use crate::validate::Source;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// At most so many answers are kept; the least used go first.
const MAX_ANSWERS: usize = 64;
/// A longer answer (in bytes) is not kept.
const MAX_BYTES: usize = 4 << 20;

/// The answers about one state of one flake.
pub(super) struct Cache {
    folder: PathBuf,
    /// What the answers depend on besides the question.
    about: String,
}

impl Cache {
    /// The cache of the flake in `root`, where its content has a name: a commit, and its inputs are those it locks.
    pub fn of(root: &Path, state: &Source, nix: &Nix) -> Option<Self> {
        let revision = state.roots.revision.as_ref().filter(|_| !nix.replaces_inputs())?;
        let folder = transaction::state_folder(root).ok()?.join("answers");
        Some(Self { folder, about: format!("{revision}\n{}\n{}", state.roots.subdirectory, nix.identity()) })
    }

    fn name(&self, question: &str) -> (String, PathBuf) {
        let key = format!("{}\n{question}", self.about);
        let name = ContentHash::of(key.as_bytes()).to_string();
        (key, self.folder.join(&name[..32]))
    }

    /// The answer to a question, if it is kept.
    pub fn get(&self, question: &str) -> Option<Value> {
        let (key, path) = self.name(question);
        let mut kept: Value = serde_json::from_slice(&disk::bytes(&path).ok()?).ok()?;
        if kept.get("key")?.as_str()? != key {
            return None;
        }
        // Its age counts from its last use.
        let _ = disk::set_modified(&path, SystemTime::now());
        Some(kept.get_mut("answer")?.take())
    }

    /// Keeps an answer.
    pub fn put(&self, question: &str, answer: &Value) {
        let (key, path) = self.name(question);
        let text = json!({ "key": key, "answer": answer }).to_string();
        if text.len() > MAX_BYTES || disk::create_dir_all(&self.folder).is_err() {
            return;
        }
        let _ = disk::replace(&path, text.as_bytes());
        self.forget();
    }

    /// Removes the least used answers beyond the limit.
    fn forget(&self) {
        let used = |path: &PathBuf| disk::entry(path).and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        let paths = disk::folder(&self.folder).into_iter().map(|name| self.folder.join(name));
        let mut kept: Vec<(SystemTime, PathBuf)> = paths.map(|path| (used(&path), path)).collect();
        kept.sort_unstable();
        for (_, path) in kept.iter().take(kept.len().saturating_sub(MAX_ANSWERS)) {
            let _ = disk::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn answers_are_kept_up_to_a_limit_and_by_what_they_are_about() {
        let folder = tempfile::tempdir().unwrap();
        let cache = |about: &str| Cache { folder: folder.path().join("answers"), about: about.to_owned() };
        assert_eq!(cache("a").get("q"), None);
        cache("a").put("q", &json!([1]));
        assert_eq!(cache("a").get("q"), Some(json!([1])));
        assert_eq!(cache("b").get("q"), None, "another state of the flake");
        for n in 0..MAX_ANSWERS + 10 {
            cache("a").put(&format!("q{n}"), &json!(n));
        }
        assert_eq!(fs::read_dir(folder.path().join("answers")).unwrap().count(), MAX_ANSWERS);
        cache("a").put("long", &json!("x".repeat(MAX_BYTES)));
        assert_eq!(cache("a").get("long"), None);
        fs::write(cache("a").name("broken").1, "{").unwrap();
        assert_eq!(cache("a").get("broken"), None);
    }
}
