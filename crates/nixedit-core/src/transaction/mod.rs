//! Landing a change set: all files or none, at any instant, and the way back.
//!
//! An edit is written down before it touches the tree. Under a lock, the journal gets one record
//! that names every file with the hashes of its bytes before and after; the new bytes go into
//! hidden temporaries beside their targets and both old and new bytes into the store; then the
//! temporaries are renamed over the targets. The record then moves from `journal/` to `edits/`,
//! which ends the edit and makes it history in one step. A record still in `journal/` when
//! somebody takes the lock belongs to a process that died: if no target has changed the edit is
//! rolled back, if some have it is finished, and when neither fits (somebody else wrote one of the
//! files meanwhile) what landed is taken back and their file is left alone.
//!
//! SIGKILL at any instant needs no sync, for the kernel has what was written. Against a loss of power
//! everything that must lie ready is synced, side by side, before the first replacement: the record,
//! both versions of the bytes, the temporaries; and the folders that name the files before the record
//! is put away. One file that is replaced is all old or all new by its rename: only its new bytes are
//! synced, and a loss of power within seconds may take the whole edit, or the way back to the version
//! before, but never half of either. Such a loss may leave an empty record, which recovery drops, and
//! at worst a hidden temporary that nothing reads.
//!
//! Programs that know nothing of the lock may save at any time. A file that is replaced is exchanged with its
//! new bytes in one step, and then what came out is looked at: where it is not what the edit began from,
//! somebody saved in between; theirs is put back and the edit fails with `file.changed`. What came out, and a file
//! that is removed, is set aside in the state folder for ten seconds, and what somebody writes into it there
//! is kept and told of.
//!
//! Limitations: extended attributes and further hard links of a replaced file are not kept. Lost is the
//! first of two saves of which the second was read and written while the first was out; what is saved in the
//! instant between the last look at a file and its replacement, where the file system cannot exchange;
//! and what is written into a file that was replaced, where the state folder is on another file system
//! (`undo` has the bytes that were looked at, not those).

mod aside;
mod history;
mod journal;
mod land;
mod nix_log;
mod prepare;
mod record;
mod recover;
mod stage;
mod state;
mod target;
mod undo;

#[cfg(test)]
mod tests;

pub use crate::system::disk::{Ownership, Sync};
pub use history::{log, show, since};
pub use nix_log::{keep_nix_log, nix_log};
pub use record::{EditRecord, FileRecord, Relation};
pub use undo::{Reversal, Wish, redo, reversal, undo};

use crate::change_set::ChangeSet;
use crate::diagnostic::Result;
use crate::plan::Note;
use crate::text::ContentHash;
use land::{Request, Session};
use state::State;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the history says about an edit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EditMeta {
    /// The command line as it may be shown to others (no secret values).
    pub command: Vec<String>,
    /// Name of the operation: `add-package`.
    pub operation: String,
    /// One line for people: `added ripgrep to home.packages of nxiz`.
    pub summary: String,
}

/// How to land.
#[derive(Clone, Debug)]
pub struct CommitOptions {
    /// How long to wait for another process to finish its edit.
    pub wait: Duration,
    /// Tell git about new files (`git add -N`), as a flake needs.
    pub stage: bool,
    /// How hard to push the bytes to the disk.
    pub sync: Sync,
    /// Files that the change was decided from, with the hash of what was read (`None`: absent).
    pub checked_files: Vec<(String, Option<ContentHash>)>,
}

impl Default for CommitOptions {
    fn default() -> Self {
        Self { wait: Duration::from_secs(60), stage: true, sync: Sync::Data, checked_files: Vec::new() }
    }
}

/// What landed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The name to `undo` and `show` it by.
    pub edit_id: String,
    /// The changed files, relative to the flake's root.
    pub files: Vec<String>,
    /// What was done about an edit that a dead process left behind.
    pub recovered: Option<String>,
    /// Remarks: git could not be told of a new file.
    pub notes: Vec<Note>,
}

/// A point that a process may die at; tests do, at each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Locked,
    JournalWritten,
    Recorded,
    FolderMade,
    TemporaryMade,
    TemporaryFilled,
    TemporaryWhole,
    BytesKept,
    Synced,
    Looked,
    Exchanged,
    Landed,
    FoldersSynced,
    FolderRemoved,
    GitTold,
    Sealed,
    Pruned,
    RestoreMade,
    Restored,
    Cleaned,
    Dropped,
}

/// Hears of every step as it is done.
pub(crate) type Steps<'a> = &'a mut dyn FnMut(Step);

/// Lands `changes` in the tree at `root`: all of them or none.
///
/// Every changed file must hold its `before`, and every checked file what was read, else
/// `file.changed`. Refuses with `file.read-only`, `file.outside` (a path or symbolic link that
/// leads out of the root), `shape.unsupported` (a folder, a link to nothing); fails with
/// `lock.held` when another process does not finish in time, `journal.broken` when an edit left
/// behind cannot be settled, `file.io` when the disk fails. After any failure the tree is as it was;
/// only when all files have landed and the record cannot be moved to history are they new, and the
/// next call completes the record.
pub fn commit(root: &Path, changes: &ChangeSet, meta: EditMeta, options: &CommitOptions) -> Result<Committed> {
    commit_in(State::of(root)?, changes, meta, options, &mut |_| {})
}

/// Fails with `file.changed`, naming them, where files are not what was read (`None`: absent); takes no lock.
pub fn unchanged(root: &Path, read: &[(String, Option<ContentHash>)]) -> Result<()> {
    target::unchanged(root, std::iter::empty(), read)
}

/// Settles an edit that a dead process left behind, so that what is read next is all old or all
/// new; says what was done. Costs one look at a folder when there is none, and writes nothing then.
pub fn recover(root: &Path, wait: Duration) -> Result<Option<String>> {
    recover_in(State::of(root)?, wait, &mut |_| {})
}

/// The folder of the flake at `root` that holds lock, journal and history; others may keep there what
/// is no loss.
pub fn state_folder(root: &Path) -> Result<PathBuf> {
    Ok(State::of(root)?.folder)
}

fn commit_in(state: State, changes: &ChangeSet, meta: EditMeta, options: &CommitOptions, steps: Steps) -> Result<Committed> {
    let session = Session::open(state, options.wait, &meta.command, steps)?;
    session.land(Request { changes, meta, relation: None, emptied: Vec::new(), ownership: Default::default() }, options, steps)
}

fn recover_in(state: State, wait: Duration, steps: Steps) -> Result<Option<String>> {
    if journal::is_empty(&state) {
        return Ok(None);
    }
    Session::open(state, wait, &["recovery".to_owned()], steps).map(|session| session.recovered)
}
