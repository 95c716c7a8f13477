//! The journal: one record per edit under way, gone or moved to history when the edit has ended.

use super::record::EditRecord;
use super::state::State;
use super::{Step, Steps};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::system::disk::{self, Sync, failure};
use std::path::{Path, PathBuf};

/// Whether no edit is under way or left behind.
pub(super) fn is_empty(state: &State) -> bool {
    disk::folder(&state.journal()).is_empty()
}

/// Writes the record down, whole or not at all, and gives its file, which is to be synced before the
/// first target changes. From here on a dead edit is noticed.
pub(super) fn begin(state: &State, record: &EditRecord, steps: Steps) -> Result<PathBuf> {
    let (folder, name) = (state.journal(), record.file_name());
    let failed = failure("write the journal in", &folder);
    let text = serde_json::to_vec_pretty(record).map_err(|error| failed(error.into()))?;
    let unfinished = folder.join(format!("{name}.new"));
    disk::remove(&unfinished).map_err(&failed)?;
    disk::write(&unfinished, text).map_err(&failed)?;
    steps(Step::JournalWritten);
    let written = folder.join(name);
    disk::rename(&unfinished, &written).map_err(&failed)?;
    steps(Step::Recorded);
    Ok(written)
}

/// The edit has landed: its record becomes history. Should this be lost with the power, recovery
/// finds nothing left to do and does it again.
pub(super) fn seal(state: &State, record: &EditRecord, sync: Sync) -> Result<()> {
    let (from, to) = (state.journal().join(record.file_name()), state.edits().join(record.file_name()));
    disk::rename(&from, &to).map_err(failure("keep the record", &to))?;
    if sync == Sync::Full {
        disk::sync_folders(&[state.edits(), state.journal()], sync).map_err(failure("sync", &to))?;
    }
    Ok(())
}

/// The edit has been rolled back: its record goes.
pub(super) fn abandon(state: &State, record: &EditRecord) -> Result<()> {
    let path = state.journal().join(record.file_name());
    disk::remove(&path).map_err(failure("remove", &path))
}

/// Records left behind, the oldest first. Half-written ones never took effect and are removed; so
/// are those that the power took: empty, or of NUL bytes only, as some file systems leave them.
pub(super) fn left_behind(state: &State) -> Result<Vec<EditRecord>> {
    let folder = state.journal();
    let mut records = Vec::new();
    for name in disk::folder(&folder) {
        let path = folder.join(&name);
        let text = disk::bytes(&path).map_err(failure("read", &path))?;
        if name.ends_with(".json") && text.iter().any(|&byte| byte != 0) {
            records.push(read(&path, &text)?);
        } else {
            disk::remove(&path).map_err(failure("remove", &path))?;
        }
    }
    Ok(records)
}

fn read(path: &Path, text: &[u8]) -> Result<EditRecord> {
    serde_json::from_slice(text).map_err(|error| {
        let message = format!("an edit was interrupted and its record {} cannot be read: {error}", path.display());
        Diagnostic::new(Code::JournalBroken, message).help("compare the tree with git, then delete the record")
    })
}
