//! Everything that must lie ready before the first target changes.

use super::history::store;
use super::record::{EditRecord, FileRecord};
use super::state::State;
use super::{Step, Steps, journal};
use crate::change_set::ChangeSet;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::system::disk::{self, Sync, failure};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// An edit under way: its record and the tree it is about.
pub(super) struct Work<'a> {
    pub state: &'a State,
    pub root: PathBuf,
    pub record: &'a EditRecord,
    pub sync: Sync,
}

impl<'a> Work<'a> {
    /// The work on `record`, in the flake that it names.
    pub fn on(state: &'a State, record: &'a EditRecord, sync: Sync) -> Self {
        Self { state, root: state.root(&record.root), record, sync }
    }

    /// The file itself.
    pub fn real(&self, file: &FileRecord) -> PathBuf {
        self.root.join(&file.real)
    }

    /// Where the new bytes of the record's `index`th file wait.
    pub fn temporary(&self, index: usize) -> PathBuf {
        self.beside(index, "")
    }

    /// Where the new bytes are written. Under the name above they are whole, or have been exchanged.
    pub fn unfinished(&self, index: usize) -> PathBuf {
        self.beside(index, "-part")
    }

    /// Where its old bytes wait to be restored.
    pub fn restored(&self, index: usize) -> PathBuf {
        self.beside(index, "-old")
    }

    fn beside(&self, index: usize, end: &str) -> PathBuf {
        self.root.join(&self.record.files[index].real).with_file_name(format!(".nixedit-{}-{index}{end}", self.record.id))
    }

    /// The folders of the changed files and of those made for them, each once.
    pub fn folders(&self) -> Vec<PathBuf> {
        let made = self.record.folders.iter().map(|folder| self.root.join(folder));
        let holders = self.record.files.iter().map(|file| self.real(file)).chain(made);
        let mut folders: Vec<PathBuf> = holders.filter_map(|path| path.parent().map(Path::to_owned)).collect();
        folders.sort();
        folders.dedup();
        folders
    }

    /// Writes the record, makes folders, writes the temporaries and stores old and new bytes; on
    /// return what a loss of power must not take is on the disk and no target has changed. A failure
    /// leaves work for `roll_back`.
    pub fn prepare(&self, changes: &ChangeSet, steps: Steps) -> Result<()> {
        let record = journal::begin(self.state, self.record, steps)?;
        for folder in &self.record.folders {
            let path = self.root.join(folder);
            disk::create_dir(&path).map_err(failure("make", &path))?;
            steps(Step::FolderMade);
        }
        let mut written = vec![record, self.state.journal(), self.state.blobs()];
        let mut temporaries = Vec::new();
        for (index, file) in self.record.files.iter().enumerate() {
            let change = changes.get(&file.path).ok_or_else(|| lost(&file.path))?;
            if let Some(bytes) = &change.after {
                temporaries.push(self.write_temporary(index, bytes, steps)?);
            }
            for (hash, bytes) in [(&file.before, &change.before), (&file.after, &change.after)] {
                if let (Some(hash), Some(bytes)) = (hash, bytes) {
                    written.push(store(self.state, hash, bytes)?);
                }
            }
            steps(Step::BytesKept);
        }
        if !self.is_whole_by_rename() {
            temporaries.append(&mut written);
        }
        disk::sync_files(&temporaries, self.sync).map_err(failure("sync the files of", &self.root))?;
        steps(Step::Synced);
        Ok(())
    }

    /// Whether one rename makes the edit, which then is all old or all new without its record. Most
    /// edits are like that, and one sync instead of six is half of what landing costs.
    pub fn is_whole_by_rename(&self) -> bool {
        self.sync != Sync::Full && matches!(&self.record.files[..], [only] if only.after.is_some())
    }

    fn write_temporary(&self, index: usize, bytes: &[u8], steps: Steps) -> Result<PathBuf> {
        let (path, ownership) = (self.unfinished(index), self.record.files[index].ownership);
        let file = disk::create(&path, ownership).map_err(|error| match error.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                Diagnostic::new(Code::FileReadOnly, format!("cannot write beside {}: {error}", self.record.files[index].path))
            }
            _ => failure("write", &path)(error),
        })?;
        steps(Step::TemporaryMade);
        disk::fill(file, bytes, ownership).map_err(failure("write", &path))?;
        steps(Step::TemporaryFilled);
        let whole = self.temporary(index);
        disk::rename(&path, &whole).map_err(failure("write", &whole))?;
        steps(Step::TemporaryWhole);
        Ok(whole)
    }
}

fn lost(path: &str) -> Box<Diagnostic> {
    Diagnostic::new(Code::ResultBroken, format!("the record names {path}, which is not changed"))
}
