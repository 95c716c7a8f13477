//! What becomes of an edit whose process died, or that failed half-way.

use super::history::load;
use super::prepare::Work;
use super::record::{EditRecord, FileRecord};
use super::state::State;
use super::{Step, Steps, journal};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::system::disk::{self, Sync, failure};
use crate::text::ContentHash;
use std::io;
use std::path::Path;

/// How a file stands to the record that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// Its bytes are those before the edit.
    Old,
    /// Its bytes are those after the edit.
    New,
    /// Somebody else wrote it since.
    Other,
}

/// Finishes or rolls back every edit left behind and says so; `None` when there was none.
pub(super) fn settle(state: &State, steps: Steps) -> Result<Option<String>> {
    let mut told = Vec::new();
    for record in journal::left_behind(state)? {
        let work = Work::on(state, &record, Sync::Data);
        let name = format!("the interrupted edit {} ({})", record.id, record.summary);
        if work.can_go_on()? && work.land(steps).is_ok() {
            work.finish(steps)?;
            told.push(format!("finished {name}"));
            continue;
        }
        let kept = work.roll_back(steps).map_err(|error| broken(&record, &error))?;
        let but = if kept.is_empty() { String::new() } else { format!("; changed since and left alone: {}", kept.join(", ")) };
        told.push(format!("rolled back {name}{but}"));
    }
    Ok((!told.is_empty()).then(|| told.join("; ")))
}

fn broken(record: &EditRecord, error: &Diagnostic) -> Box<Diagnostic> {
    let files: Vec<&str> = record.files.iter().map(|file| file.path.as_str()).collect();
    let message = format!("the interrupted edit {} ({}) can be neither finished nor rolled back: {error}", record.id, record.summary);
    Diagnostic::new(Code::JournalBroken, message).help("settle what the message names, then run any command again").candidates(files)
}

impl Work<'_> {
    /// Whether the edit should be finished: something landed, and all that did not still can. An
    /// edit of which nothing landed is not brought back to life, for who knows how much later.
    fn can_go_on(&self) -> Result<bool> {
        let mut landed = false;
        for (index, file) in self.record.files.iter().enumerate() {
            let temporary = self.temporary(index);
            let waits = self.holds(&temporary, file.after.as_deref())?;
            let out = self.came_out(index, file).map_err(failure("read", &temporary))?;
            if disk::exists(&self.unfinished(index)) || (out && !self.holds(&temporary, file.before.as_deref())?) {
                return Ok(false);
            }
            match (self.standing(file)?, file.after.is_some()) {
                (Standing::New, _) => landed = true,
                (Standing::Old, true) if !waits => return Ok(false),
                (Standing::Old, _) => {}
                // Landed, and changed since: temporaries only go by landing or by rolling back,
                // and then another file is old without one.
                (Standing::Other, true) if out || !disk::exists(&temporary) => {}
                (Standing::Other, _) => return Ok(false),
            }
        }
        Ok(landed)
    }

    /// Whether a file's bytes are still those before the edit.
    pub fn is_old(&self, file: &FileRecord) -> Result<bool> {
        Ok(self.standing(file)? == Standing::Old)
    }

    /// Whether somebody else wrote a file that is still to be replaced or removed.
    pub fn is_foreign(&self, index: usize, file: &FileRecord) -> Result<bool> {
        let temporary = self.temporary(index);
        let out = self.came_out(index, file).map_err(failure("read", &temporary))?;
        let waits = file.after.is_none() || (disk::exists(&temporary) && !out);
        Ok(waits && self.standing(file)? == Standing::Other)
    }

    /// Whether the file has been exchanged with its new bytes: under their name lies what stood there.
    pub fn came_out(&self, index: usize, file: &FileRecord) -> io::Result<bool> {
        let temporary = self.temporary(index);
        let replaces = file.before.is_some() && file.after.is_some();
        Ok(replaces && disk::exists(&temporary) && !holds(&temporary, file.after.as_deref())?)
    }

    /// Exchanges them again. Should somebody have saved once more in between, that is the latest and stays.
    pub fn give_back(&self, index: usize, file: &FileRecord) -> io::Result<()> {
        let (real, temporary) = (self.real(file), self.temporary(index));
        disk::exchange(&temporary, &real)?;
        if !holds(&temporary, file.after.as_deref())? {
            disk::exchange(&temporary, &real)?;
        }
        Ok(())
    }

    fn holds(&self, path: &Path, hash: Option<&str>) -> Result<bool> {
        holds(path, hash).map_err(failure("read", path))
    }

    fn standing(&self, file: &FileRecord) -> Result<Standing> {
        let real = self.real(file);
        if self.holds(&real, file.after.as_deref())? {
            return Ok(Standing::New);
        }
        Ok(if self.holds(&real, file.before.as_deref())? { Standing::Old } else { Standing::Other })
    }

    /// Takes back what landed and removes every trace in the tree; doing it again does no harm.
    /// Gives the files that were left alone because somebody else wrote them.
    pub fn roll_back(&self, steps: Steps) -> Result<Vec<String>> {
        let mut kept = Vec::new();
        for (index, file) in self.record.files.iter().enumerate() {
            let (temporary, real) = (self.temporary(index), self.real(file));
            match self.standing(file)? {
                Standing::Old => {}
                Standing::New if self.came_out(index, file).map_err(failure("read", &temporary))? => {
                    self.give_back(index, file).map_err(failure("restore", &real))?;
                    steps(Step::Restored);
                }
                // A temporary that waits has not landed: these bytes are somebody else's.
                Standing::New if disk::exists(&temporary) => {}
                Standing::New => self.restore(index, file, steps)?,
                Standing::Other => kept.push(file.path.clone()),
            }
            for trace in [temporary, self.unfinished(index), self.restored(index)] {
                disk::remove(&trace).map_err(failure("remove", &trace))?;
            }
            steps(Step::Cleaned);
        }
        for folder in self.record.folders.iter().rev() {
            // Not empty, or never made: both are as it should be.
            let _ = disk::remove_dir(self.root.join(folder));
            steps(Step::FolderRemoved);
        }
        disk::sync_folders(&self.folders(), self.sync).map_err(failure("sync", &self.root))?;
        journal::abandon(self.state, self.record)?;
        steps(Step::Dropped);
        Ok(kept)
    }

    fn restore(&self, index: usize, file: &FileRecord, steps: Steps) -> Result<()> {
        let (real, aside) = (self.real(file), self.restored(index));
        let Some(hash) = &file.before else {
            disk::remove(&real).map_err(failure("remove", &real))?;
            steps(Step::Restored);
            return Ok(());
        };
        let bytes = load(self.state, hash)?;
        let failed = failure("restore", &real);
        disk::remove(&aside).map_err(&failed)?;
        disk::create_dir_all(real.parent().unwrap_or(&self.root)).map_err(&failed)?;
        let made = disk::create(&aside, file.ownership).map_err(&failed)?;
        disk::fill(made, &bytes, file.ownership).map_err(&failed)?;
        disk::sync_files(std::slice::from_ref(&aside), self.sync).map_err(&failed)?;
        steps(Step::RestoreMade);
        disk::rename(&aside, &real).map_err(&failed)?;
        steps(Step::Restored);
        Ok(())
    }
}

/// Whether a file holds the bytes with this hash; `None` stands for no file. A folder holds none.
pub(super) fn holds(path: &Path, hash: Option<&str>) -> io::Result<bool> {
    if disk::is_folder(path) {
        return Ok(false);
    }
    let bytes = disk::read_if_there(path)?;
    Ok(bytes.map(|bytes| ContentHash::of(&bytes).to_string()).as_deref() == hash)
}
