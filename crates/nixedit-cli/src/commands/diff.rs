//! `nixedit diff`.

use crate::cli::{Format, Global};
use crate::render::{diff, json};
use nixedit_core::change_set::{ChangeSet, FileChange};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::system::command::Cancel;
use nixedit_core::system::git::Repository;
use nixedit_core::transaction;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// What nixedit has changed since an edit, that edit included
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit diff            all edits that are in the history
  nixedit diff 7f3a9c     since this edit
  nixedit diff --against HEAD   those files as they are now, against a commit")]
pub struct Args {
    /// The first edit to count [default: the oldest kept]
    #[arg(value_name = "EDIT")]
    pub since: Option<String>,
    /// Compare the files that were edited with this commit instead, and as they are now
    #[arg(long, value_name = "COMMIT")]
    pub against: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let root = super::history_root(global);
    let first = match &args.since {
        Some(id) => Some(id.clone()),
        None => transaction::log(&root)?.into_iter().min_by_key(|record| record.sequence).map(|record| record.id),
    };
    let mut changes = first.map_or(Ok(ChangeSet::default()), |id| transaction::since(&root, &id))?;
    if let Some(commit) = &args.against {
        changes = against(&root, commit, &changes)?;
    }
    let text = changes.unified_diff();
    match global.format {
        Format::Json => json::found("diff", "diff", &text),
        Format::Human => drop(write!(anstream::stdout(), "{}", diff::coloured(&text))),
    }
    Ok(ExitCode::SUCCESS)
}

/// The same files, from what `commit` has to what is on the disk.
fn against(root: &Path, commit: &str, edited: &ChangeSet) -> Result<ChangeSet> {
    let no_git = || Diagnostic::new(Code::EnvCommand, "there is no git repository here, so no commit to compare with");
    let repository = Repository::of(root, &Cancel::default())?.ok_or_else(no_git)?;
    repository
        .run(
            "rev-parse",
            repository.command("rev-parse").args(["--verify", "--quiet", "--end-of-options"]).arg(format!("{commit}^{{commit}}")),
        )
        .map_err(|_| Diagnostic::new(Code::UsageInvalid, format!("git knows no commit '{commit}'")))?;
    let mut changes = ChangeSet::default();
    for change in edited.files() {
        let before = repository.committed_in(commit, &change.path)?.map(Into::into);
        let after = std::fs::read(root.join(&change.path)).ok().map(Into::into);
        if before != after {
            changes.record(FileChange::new(&change.path, before, after));
        }
    }
    Ok(changes)
}
