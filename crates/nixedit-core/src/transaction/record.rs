//! What is written down about an edit: the journal's record and, once it has landed, history's.

use crate::system::disk::Ownership;
use serde::{Deserialize, Serialize};

/// One edit. Bytes are named by their hash and lie in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EditRecord {
    /// Short name, unique among the edits that are kept.
    pub id: String,
    /// Position in history, counted from 1.
    pub sequence: u64,
    /// Milliseconds since the beginning of 1970, UTC.
    pub time: u64,
    /// The flake's root relative to the top of the repository; empty when they are the same.
    pub root: String,
    /// The command line.
    pub command: Vec<String>,
    /// Name of the operation.
    pub operation: String,
    /// One line for people.
    pub summary: String,
    /// Whether this edit takes back or repeats another.
    pub relation: Option<Relation>,
    /// The files, ordered by path.
    pub files: Vec<FileRecord>,
    /// Folders that did not exist before, the outer ones first.
    pub folders: Vec<String>,
    /// Folders to remove if the edit leaves them empty, the inner ones first.
    pub emptied: Vec<String>,
    /// Whether git is told of new files.
    pub stage: bool,
    /// Removed files that git only knew as "to be added"; git is to forget them.
    pub unstage: Vec<String>,
}

/// One file of an edit. Hashes are SHA-256 in lower-case hexadecimal; `None` stands for no file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FileRecord {
    /// Path relative to the flake's root, as the edit named it.
    pub path: String,
    /// Path of the file itself, with symbolic links followed.
    pub real: String,
    /// Hash of the bytes before.
    pub before: Option<String>,
    /// Hash of the bytes after.
    pub after: Option<String>,
    /// Owner and bits that the file had, or is to get when it had none; `None`: as the umask says.
    pub ownership: Option<Ownership>,
}

/// What one edit is to another, named by the other's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Relation {
    /// Takes it back.
    Undo(String),
    /// Does it again.
    Redo(String),
}

impl EditRecord {
    /// Name of the record's file; names sort as the edits followed one another.
    pub(super) fn file_name(&self) -> String {
        format!("{:010}-{}.json", self.sequence, self.id)
    }
}
