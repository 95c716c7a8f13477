//! What `undo` and `redo` share.

use crate::cli::Global;
use crate::edit::{self, Report};
use nixedit_core::diagnostic::Result;
use nixedit_core::plan::Note;
use nixedit_core::transaction::{self, CommitOptions, Committed, Wish};
use std::path::Path;
use std::process::ExitCode;

type Reverse = fn(&Path, Option<&str>, Vec<String>, &CommitOptions) -> Result<Committed>;

pub fn run(command: &str, wish: Wish, id: Option<&str>, reverse: Reverse, global: &Global) -> Result<ExitCode> {
    let root = super::history_root(global);
    let planned = transaction::reversal(&root, wish, id)?;
    let mut report =
        Report { command: command.to_owned(), changes: planned.changes, summaries: vec![planned.summary], ..Report::default() };
    if !global.dry_run && !global.check {
        let wait = crate::config::duration(&global.wait)?;
        let options = CommitOptions { wait, stage: !global.no_stage, ..CommitOptions::default() };
        let committed = reverse(&root, id, edit::command_line(), &options)?;
        report.edit_id = Some(committed.edit_id);
        report.notes = committed.notes;
        report.notes.extend(committed.recovered.map(|message| Note { code: "recovered".to_owned(), message }));
    }
    Ok(edit::finish(&report, global))
}
