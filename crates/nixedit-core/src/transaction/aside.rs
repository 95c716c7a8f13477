//! Replaced and removed files, set aside for a while instead of being deleted at once.
//!
//! A program that saves in place finds a file by its name, then cuts it and writes it. If the file is
//! replaced between the finding and the cutting, however short that is, what it writes goes into a file without
//! a name, and would be gone when it closes it. So a replaced file keeps a name in the state folder,
//! `replaced/<edit>-<index>-<hash of its bytes>`. What still holds those bytes ten seconds later
//! is deleted; what does not holds something that somebody saved: it moves to `saved/`, and the next edit says so.

use super::history;
use super::prepare::Work;
use super::recover::holds;
use super::state::State;
use crate::plan::Note;
use crate::system::disk;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How long a program may take between finding a file and cutting it: it has been put to sleep meanwhile, no more.
pub(super) const LONG_ENOUGH: Duration = Duration::from_secs(10);

impl Work<'_> {
    /// Takes a file that has been replaced, or is to be removed, out of the tree; says where it is now. `None` where it
    /// had to be deleted, for the state folder is on another file system.
    pub fn set_aside(&self, index: usize, path: &Path) -> io::Result<Option<PathBuf>> {
        let before = self.record.files[index].before.as_deref().unwrap_or_default();
        let aside = self.state.replaced().join(format!("{}-{index}-{before}", self.record.id));
        match disk::rename(path, &aside) {
            Ok(()) => Ok(Some(aside)),
            Err(_) => disk::remove(path).map(|()| None),
        }
    }

    /// Removes the record's `index`th file; `false` where it is not what was to be removed: then it stands there as before.
    pub fn remove_if_old(&self, index: usize) -> io::Result<bool> {
        let file = &self.record.files[index];
        let real = self.real(file);
        let Some(aside) = self.set_aside(index, &real)? else { return Ok(true) };
        if holds(&aside, file.before.as_deref())? || !disk::exists(&aside) {
            return Ok(true);
        }
        // Should somebody have made a file of that name meanwhile, theirs is the latest, and this one is told of later.
        Ok(disk::hard_link(&aside, &real).and_then(|()| disk::remove(&aside)).is_err())
    }
}

/// Deletes what nobody wrote into, and moves what somebody did to where it stays; says of each which
/// file it was and where it is. Files set aside for less than `at_least` are left for later.
pub(super) fn sweep(state: &State, at_least: Duration) -> Vec<Note> {
    let names = disk::folder(&state.replaced());
    names.iter().filter_map(|name| settle(state, name, at_least)).collect()
}

/// What cannot be read or moved stays for the next time: it harms nobody.
fn settle(state: &State, name: &str, at_least: Duration) -> Option<Note> {
    let path = state.replaced().join(name);
    let age = disk::entry(&path).ok().and_then(|entry| SystemTime::now().duration_since(disk::status_changed(&entry)).ok())?;
    let (edit, before) = name.rsplit_once('-')?;
    if age < at_least {
        return None;
    }
    if holds(&path, Some(before)).ok()? {
        let _ = disk::remove(&path);
        return None;
    }
    let kept = state.saved().join(edit);
    disk::create_private_folders(&state.saved()).and_then(|()| disk::rename(&path, &kept)).ok()?;
    Some(Note { code: "saved-over".to_owned(), message: told(state, edit, &kept) })
}

fn told(state: &State, edit: &str, kept: &Path) -> String {
    let (id, index) = edit.split_once('-').unwrap_or((edit, ""));
    let record = history::any(state, id);
    let file = record.as_ref().and_then(|record| record.files.get(index.parse::<usize>().ok()?));
    let file = file.map_or("a file", |file| &file.path);
    format!(
        "{file} was saved by another program in the instant in which edit {id} replaced it; what that program saved is in {}",
        kept.display()
    )
}
