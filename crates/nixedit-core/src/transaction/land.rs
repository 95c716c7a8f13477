//! The commit: under the lock, from a change set to files and history.

use super::prepare::Work;
use super::record::{EditRecord, FileRecord, Relation};
use super::recover::holds;
use super::state::State;
use super::{CommitOptions, Committed, EditMeta, Step, Steps, aside, history, journal, recover, stage, target};
use crate::change_set::{ChangeSet, FileChange};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::Note;
use crate::system::disk::{self, Ownership, failure};
use crate::system::lock::Lock;
use crate::text::ContentHash;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// What is to land, and as what.
pub(super) struct Request<'a> {
    pub changes: &'a ChangeSet,
    pub meta: EditMeta,
    pub relation: Option<Relation>,
    /// Folders to remove if the edit leaves them empty, the inner ones first.
    pub emptied: Vec<String>,
    /// Owner and bits for files that come back, by path.
    pub ownership: BTreeMap<String, Ownership>,
}

/// The lock is ours and nothing is left behind.
pub(super) struct Session {
    pub state: State,
    pub recovered: Option<String>,
    _lock: Lock,
}

impl Session {
    /// Waits for the lock, then settles what a dead process left.
    pub fn open(state: State, wait: std::time::Duration, command: &[String], steps: Steps) -> Result<Self> {
        state.create()?;
        let lock = Lock::take(&state.lock(), wait, command, "editing this flake")?;
        steps(Step::Locked);
        let recovered = recover::settle(&state, steps)?;
        Ok(Self { state, recovered, _lock: lock })
    }

    /// Lands the request, or fails with the tree as it was.
    pub fn land(self, request: Request, options: &CommitOptions, steps: Steps) -> Result<Committed> {
        let root = self.state.root(&self.state.prefix);
        target::unchanged(&root, request.changes.files(), &options.checked_files)?;
        let record = self.record(&root, &request, options)?;
        let work = Work::on(&self.state, &record, options.sync);
        let landed = work
            .prepare(request.changes, steps)
            // Writing and syncing takes a while: somebody's editor may have saved meanwhile.
            .and_then(|()| target::unchanged(&root, request.changes.files(), &[]))
            .and_then(|()| work.land(steps));
        if let Err(error) = landed {
            // The cause is worth more than a second failure, which recovery will meet again.
            let _ = work.roll_back(steps);
            return Err(error);
        }
        let mut notes = work.finish(steps)?;
        notes.extend(aside::sweep(&self.state, aside::LONG_ENOUGH));
        let files = record.files.iter().map(|file| file.path.clone()).collect();
        Ok(Committed { edit_id: record.id.clone(), files, recovered: self.recovered, notes })
    }

    fn record(&self, root: &Path, request: &Request, options: &CommitOptions) -> Result<EditRecord> {
        let (mut files, mut folders, mut seen) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for change in request.changes.files() {
            let target = target::resolve(root, change)?;
            if !seen.insert(target.real.clone()) {
                let message = format!("{} is another name of {}, which changes too", change.path, target.real);
                return Err(Diagnostic::new(Code::ShapeUnsupported, message));
            }
            folders.extend(target.missing);
            let ownership = target.ownership.or_else(|| request.ownership.get(&change.path).copied());
            files.push(file_record(change, target.real, ownership));
        }
        if files.is_empty() {
            return Err(Diagnostic::new(Code::ResultBroken, "there is nothing to land"));
        }
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seed = format!("{} {} {}", elapsed.as_nanos(), std::process::id(), root.display());
        let (sequence, id) = history::next_name(&self.state, &seed);
        let removed = files.iter().filter(|file| file.after.is_none()).map(|file| file.real.clone()).collect();
        Ok(EditRecord {
            id,
            sequence,
            time: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            root: self.state.prefix.clone(),
            command: request.meta.command.clone(),
            operation: request.meta.operation.clone(),
            summary: request.meta.summary.clone(),
            relation: request.relation.clone(),
            files,
            folders: folders.into_iter().collect(),
            emptied: request.emptied.clone(),
            stage: options.stage && self.state.in_git,
            unstage: if options.stage && self.state.in_git { stage::only_intended(root, removed) } else { Vec::new() },
        })
    }
}

fn file_record(change: &FileChange, real: String, ownership: Option<Ownership>) -> FileRecord {
    let hash = |bytes: &Option<std::sync::Arc<[u8]>>| bytes.as_deref().map(|bytes| ContentHash::of(bytes).to_string());
    FileRecord { path: change.path.clone(), real, before: hash(&change.before), after: hash(&change.after), ownership }
}

impl Work<'_> {
    /// Puts every temporary that still waits in its place, and removes what is to go. Doing it
    /// again does no harm.
    pub fn land(&self, steps: Steps) -> Result<()> {
        for (index, file) in self.record.files.iter().enumerate() {
            // The last look, as near to the replacement as can be: those before it took their time.
            if self.is_foreign(index, file)? {
                return Err(target::changed_since(std::slice::from_ref(&file.path)));
            }
            steps(Step::Looked);
            match self.put_in_place(index, file, steps) {
                // It landed before the process died; bytes that vanish from under a living one are a failure.
                Err(error) if error.kind() == ErrorKind::NotFound && !disk::exists(&self.temporary(index)) && !self.is_old(file)? => {}
                Ok(false) => return Err(target::changed_since(std::slice::from_ref(&file.path))),
                landed => drop(landed.map_err(failure("replace", &self.real(file)))?),
            }
            steps(Step::Landed);
        }
        // Of several files, all names must be on the disk before the record that could finish the edit
        // is put away.
        if !self.is_whole_by_rename() {
            disk::sync_folders(&self.folders(), self.sync).map_err(failure("sync", &self.root))?;
        }
        steps(Step::FoldersSynced);
        Ok(())
    }

    /// Replaces or removes a file; `false` where somebody saved it since the last look: then theirs stands there. One that
    /// is replaced is exchanged with its new bytes, so that what stood there can be looked at once nobody can save it any more.
    fn put_in_place(&self, index: usize, file: &FileRecord, steps: Steps) -> io::Result<bool> {
        let (real, temporary) = (self.real(file), self.temporary(index));
        if file.after.is_none() {
            return self.remove_if_old(index);
        }
        let exchanged = file.before.is_some() && (self.came_out(index, file)? || disk::exchange(&temporary, &real)?);
        if !exchanged {
            return disk::rename(&temporary, &real).map(|()| true);
        }
        steps(Step::Exchanged);
        if !holds(&temporary, file.before.as_deref())? && !holds(&temporary, file.after.as_deref())? {
            return self.give_back(index, file).map(|()| false);
        }
        self.set_aside(index, &temporary).map(|_| true)
    }

    /// What follows once all files are new: empty folders go, git is told, the record becomes
    /// history. Gives remarks about what git refused.
    pub fn finish(&self, steps: Steps) -> Result<Vec<Note>> {
        for folder in &self.record.emptied {
            // Not empty, or gone already: both are as it should be.
            let _ = disk::remove_dir(self.root.join(folder));
            steps(Step::FolderRemoved);
        }
        let notes = stage::tell_git(&self.root, self.record);
        steps(Step::GitTold);
        journal::seal(self.state, self.record, self.sync)?;
        steps(Step::Sealed);
        history::prune(self.state);
        steps(Step::Pruned);
        Ok(notes)
    }
}
