//! Taking an edit back, and making it again.

use super::{Report, Workspace};
use crate::diagnostic::Result;
use crate::plan::Note;
use crate::transaction::{self, CommitOptions, Wish};

impl Workspace {
    /// Takes back the edit `id`, or the newest that is not taken back: its files get exactly their old bytes. Fails
    /// with `file.changed` where one of them was changed since, with `edit.unknown` where there is no such edit.
    pub fn undo(&self, id: Option<&str>) -> Result<Report> {
        self.reversed("undo", Wish::Undo, id)
    }

    /// Does the undone edit `id` again, or the one undone last. Fails as [`Workspace::undo`] does.
    pub fn redo(&self, id: Option<&str>) -> Result<Report> {
        self.reversed("redo", Wish::Redo, id)
    }

    fn reversed(&self, command: &str, wish: Wish, id: Option<&str>) -> Result<Report> {
        let planned = transaction::reversal(&self.root, wish, id)?;
        let summaries = vec![planned.summary];
        let mut report = Report { command: command.to_owned(), changes: planned.changes, summaries, ..Report::default() };
        if self.options.write {
            let options = CommitOptions { wait: self.options.wait, stage: self.options.stage, ..CommitOptions::default() };
            let reverse = if wish == Wish::Undo { transaction::undo } else { transaction::redo };
            let committed = reverse(&self.root, id, self.caller.command(), &options)?;
            report.edit_id = Some(committed.edit_id);
            report.notes = committed.notes;
            report.notes.extend(committed.recovered.map(|message| Note { code: "recovered".to_owned(), message }));
        }
        Ok(report)
    }
}
