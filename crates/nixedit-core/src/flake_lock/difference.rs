//! What became of each input between two lock files.

use super::{FlakeLock, Pin};
use serde::Serialize;
use std::fmt;

/// One input that is not held at what it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct LockChange {
    /// Its path from the root: `nixpkgs`, `home-manager/nixpkgs`.
    pub input: String,
    /// `None` when it was not locked.
    pub before: Option<Pin>,
    /// `None` when it is locked no more.
    pub after: Option<Pin>,
}

impl fmt::Display for LockChange {
    /// `nixpkgs: a1b2c3d 2026-08-20 → d4e5f6a 2026-09-01`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.before, &self.after) {
            (None, Some(after)) if after.follows.is_some() || after.is_own() => write!(f, "{}: {}", self.input, after.words()),
            (None, Some(after)) => write!(f, "{}: locked at {}", self.input, after.words()),
            (Some(before), None) => write!(f, "{}: {} → not locked any more", self.input, before.words()),
            (before, after) => {
                let words = |pin: &Option<Pin>| pin.as_ref().map(Pin::words).unwrap_or_default();
                write!(f, "{}: {} → {}", self.input, words(before), words(after))
            }
        }
    }
}

/// The inputs that differ, by path. What hangs below an input that came or went is told by that input.
pub fn difference(before: Option<&FlakeLock>, after: Option<&FlakeLock>) -> Vec<LockChange> {
    let pins = |lock: Option<&FlakeLock>| lock.map(FlakeLock::pins).unwrap_or_default();
    let (old, new) = (pins(before), pins(after));
    let mut paths: Vec<&String> = old.keys().chain(new.keys()).collect();
    paths.sort();
    paths.dedup();
    let changes = paths.into_iter().filter(|path| old.get(*path) != new.get(*path));
    let changes = changes.map(|path| LockChange { input: path.clone(), before: old.get(path).cloned(), after: new.get(path).cloned() });
    let mut out: Vec<LockChange> = Vec::new();
    for change in changes {
        let gone_with = |above: &LockChange| above.after.is_none() && change.input.starts_with(&format!("{}/", above.input));
        if change.after.is_some() || !out.iter().any(gone_with) {
            out.push(change);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(nodes: &str, inputs: &str) -> FlakeLock {
        let text = format!(r#"{{ "nodes": {{ {nodes}, "root": {{ "inputs": {{ {inputs} }} }} }}, "root": "root" }}"#);
        FlakeLock::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn differences_are_told_in_words() {
        let old = lock(
            r#""a": { "locked": { "rev": "aaaaaaaaaa", "lastModified": 86400 } }, "b": { "inputs": { "c": "c" }, "locked": { "rev": "bbbbbbbbb" } }, "c": { "locked": { "rev": "ccccccccc" } }"#,
            r#""a": "a", "b": "b""#,
        );
        let new = lock(
            r#""a": { "inputs": { "n": "n" }, "locked": { "rev": "dddddddddd", "lastModified": 172800 } }, "n": { "locked": { "rev": "nnnnnnnnn" } }"#,
            r#""a": "a", "m": ["a", "n"]"#,
        );
        let words: Vec<String> = difference(Some(&old), Some(&new)).iter().map(LockChange::to_string).collect();
        assert_eq!(
            words,
            ["a: aaaaaaa 1970-01-02 → ddddddd 1970-01-03", "a/n: locked at nnnnnnn", "b: bbbbbbb → not locked any more", "m: follows a/n"]
        );
        assert!(difference(Some(&old), Some(&old)).is_empty());
        assert_eq!(difference(None, Some(&new)).len(), 3);
    }
}
