//! What changed in a file, hunk by hunk.

use crate::change_set::FileChange;
use crate::inspect::slot::{parsed, slot_at};
use crate::text::{ContentHash, Position, position};
use schemars::JsonSchema;
use serde::Serialize;
use similar::{DiffTag, TextDiff};
use std::cell::LazyCell;

/// The SHA-256 of a file's bytes in hexadecimal; null where there is no file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Hashes {
    /// Before the edit.
    pub before: Option<String>,
    /// After it.
    pub after: Option<String>,
}

/// A new file, a file that goes, or lines of one that stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Change {
    /// A file that was not there.
    Create {
        /// The file, relative to the flake's root.
        file: String,
        /// Its hashes.
        sha256: Hashes,
    },
    /// A file that is no more.
    Delete {
        /// The file, relative to the flake's root.
        file: String,
        /// Its hashes.
        sha256: Hashes,
    },
    /// Neighbouring lines of a file.
    Edit {
        /// The file, relative to the flake's root.
        file: String,
        /// The attribute path that the lines belong to, as far as the file writes it; null outside of any.
        slot: Option<String>,
        /// The heading of the list's group.
        group: Option<String>,
        /// Where they begin in the file before.
        start: Position,
        /// Whole lines that go, with their ends.
        removed: String,
        /// Whole lines that take their place, with their ends.
        inserted: String,
        /// The file's hashes.
        sha256: Hashes,
    },
}

impl Change {
    /// The hunks of one file.
    pub(super) fn of(change: &FileChange) -> Vec<Self> {
        let hash = |bytes: Option<&[u8]>| bytes.map(|bytes| ContentHash::of(bytes).to_string());
        let sha256 = Hashes { before: hash(change.before.as_deref()), after: hash(change.after.as_deref()) };
        let file = change.path.clone();
        match (&change.before, &change.after) {
            (None, _) => vec![Self::Create { file, sha256 }],
            (_, None) => vec![Self::Delete { file, sha256 }],
            (Some(before), Some(after)) => hunks(&file, text(before), text(after), &sha256),
        }
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

fn hunks(file: &str, before: &str, after: &str, sha256: &Hashes) -> Vec<Change> {
    let diff = TextDiff::from_lines(before, after);
    let lines: Vec<&str> = before.split_inclusive('\n').collect();
    let new_lines: Vec<&str> = after.split_inclusive('\n').collect();
    let (old, new) = (LazyCell::new(|| parsed(before)), LazyCell::new(|| parsed(after)));
    let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    let hunks = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    hunks
        .map(|op| {
            let offset = length(&lines[..op.old_range().start]);
            let at = match op.new_range().is_empty() {
                true => old.as_ref().and_then(|source| slot_at(source, offset)),
                false => new.as_ref().and_then(|source| slot_at(source, length(&new_lines[..op.new_range().start]))),
            };
            let (slot, group) = at.map_or((None, None), |at| (Some(at.slot), at.group));
            Change::Edit {
                file: file.to_owned(),
                slot,
                group,
                start: position(before, offset),
                removed: lines[op.old_range()].concat(),
                inserted: new_lines[op.new_range()].concat(),
                sha256: sha256.clone(),
            }
        })
        .collect()
}
