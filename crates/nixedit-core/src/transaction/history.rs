//! Edits that landed, and the store of bytes before and after them.

use super::record::EditRecord;
use super::state::State;
use crate::change_set::{ChangeSet, FileChange};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::system::disk::{self, failure};
use crate::text::ContentHash;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many edits are kept at least.
pub(super) const KEPT: usize = 100;

/// How many more may gather before they are pruned: it takes reading every record, which each edit
/// should not pay for.
pub(super) const SLACK: usize = 20;

/// The edits of the flake at `root`, the newest first; undoing and redoing are edits too.
pub fn log(root: &Path) -> Result<Vec<EditRecord>> {
    records_here(&State::of(root)?)
}

/// One edit (by its id or an unambiguous beginning of it) with the bytes before and after.
/// Fails with `edit.unknown`; with `journal.broken` when its bytes are lost.
pub fn show(root: &Path, id: &str) -> Result<(EditRecord, ChangeSet)> {
    let state = State::of(root)?;
    let record = find(&records_here(&state)?, id)?.clone();
    let changes = changes(&state, &record)?;
    Ok((record, changes))
}

/// What the edit `id` and all that followed it did together, as far as nixedit knows: what others
/// wrote in between is not in it unless a later edit began from it.
pub fn since(root: &Path, id: &str) -> Result<ChangeSet> {
    let state = State::of(root)?;
    let records = records_here(&state)?;
    let first = find(&records, id)?.sequence;
    let mut all = ChangeSet::default();
    for record in records.iter().rev().filter(|record| record.sequence >= first) {
        changes(&state, record)?.files().for_each(|change| all.record(change.clone()));
    }
    Ok(all)
}

/// The edits of this flake, the newest first.
pub(super) fn records_here(state: &State) -> Result<Vec<EditRecord>> {
    Ok(records(state).into_iter().filter(|record| record.root == state.prefix).collect())
}

/// The edits of all flakes of the repository, the newest first. Records that cannot be read
/// (pruned this instant, written by a later version) are left out.
fn records(state: &State) -> Vec<EditRecord> {
    let folder = state.edits();
    let read = |name: &String| serde_json::from_slice(&disk::bytes(folder.join(name)).ok()?).ok();
    disk::folder(&folder).iter().rev().take(KEPT).filter_map(read).collect()
}

/// The edit with this id, of whichever flake of the repository.
pub(super) fn any(state: &State, id: &str) -> Option<EditRecord> {
    records(state).into_iter().find(|record| record.id == id)
}

/// The edit that `id` names or begins the name of.
pub(super) fn find<'a>(records: &'a [EditRecord], id: &str) -> Result<&'a EditRecord> {
    if let Some(exact) = records.iter().find(|record| record.id == id) {
        return Ok(exact);
    }
    let similar: Vec<&EditRecord> = records.iter().filter(|record| !id.is_empty() && record.id.starts_with(id)).collect();
    match similar[..] {
        [only] => Ok(only),
        _ => {
            let message = if similar.is_empty() { format!("there is no edit {id}") } else { format!("{id} could be several edits") };
            let names = similar.iter().map(|record| format!("{} {}", record.id, record.summary));
            Err(Diagnostic::new(Code::EditUnknown, message).help("nixedit log lists the edits").candidates(names))
        }
    }
}

/// The sequence number and name of the next edit. `seed` makes the name hard to meet twice.
pub(super) fn next_name(state: &State, seed: &str) -> (u64, String) {
    let names = disk::folder(&state.edits());
    let sequence = |name: &String| name.split_once('-').and_then(|(number, _)| number.parse::<u64>().ok());
    let sequence = names.iter().filter_map(sequence).max().unwrap_or(0) + 1;
    let mut id = String::new();
    for attempt in 0.. {
        id = ContentHash::of(format!("{sequence} {attempt} {seed}").as_bytes()).to_string();
        id.truncate(6);
        if !names.iter().any(|name| name.ends_with(&format!("-{id}.json"))) {
            break;
        }
    }
    (sequence, id)
}

/// The bytes before and after an edit.
pub(super) fn changes(state: &State, record: &EditRecord) -> Result<ChangeSet> {
    let mut all = ChangeSet::default();
    for file in &record.files {
        let bytes = |hash: &Option<String>| hash.as_deref().map(|hash| load(state, hash)).transpose();
        all.record(FileChange { path: file.path.clone(), before: bytes(&file.before)?, after: bytes(&file.after)? });
    }
    Ok(all)
}

/// The stored bytes with this hash; `journal.broken` when they are gone or were damaged.
pub(super) fn load(state: &State, hash: &str) -> Result<Arc<[u8]>> {
    let path = state.blobs().join(hash);
    match disk::read_if_there(&path).map_err(failure("read", &path))? {
        Some(bytes) if ContentHash::of(&bytes).to_string() == hash => Ok(bytes.into()),
        _ => Err(Diagnostic::new(Code::JournalBroken, format!("the stored bytes {} are lost or damaged", path.display()))),
    }
}

/// Stores bytes under their hash, unless they are there already; gives the file they are in.
pub(super) fn store(state: &State, hash: &str, bytes: &[u8]) -> Result<PathBuf> {
    let path = state.blobs().join(hash);
    if load(state, hash).is_err() {
        disk::write_private(&path, bytes).map_err(failure("write", &path))?;
    }
    Ok(path)
}

/// Forgets the edits beyond those that are kept, and bytes that no edit needs any more. What
/// cannot be removed stays: history that is too long harms nobody.
pub(super) fn prune(state: &State) {
    let names = disk::folder(&state.edits());
    if names.len() <= KEPT + SLACK {
        return;
    }
    for name in &names[..names.len() - KEPT] {
        let _ = disk::remove_file(state.edits().join(name));
    }
    let kept = records(state);
    // A record of another version may need any of them.
    if kept.len() == KEPT {
        let hashes = kept.iter().flat_map(|record| &record.files).flat_map(|file| [&file.before, &file.after]);
        let needed: BTreeSet<&String> = hashes.flatten().collect();
        for name in disk::folder(&state.blobs()).iter().filter(|name| !needed.contains(name)) {
            let _ = disk::remove_file(state.blobs().join(name));
        }
    }
}
