//! `nixedit diff`.

use crate::cli::{Format, Global};
use crate::render::{diff, json};
use nixedit_core::change_set::ChangeSet;
use nixedit_core::diagnostic::Result;
use nixedit_core::transaction;
use std::io::Write;
use std::process::ExitCode;

/// What nixedit has changed since an edit, that edit included
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit diff            all edits that are in the history
  nixedit diff 7f3a9c     since this edit")]
pub struct Args {
    /// The first edit to count [default: the oldest kept]
    #[arg(value_name = "EDIT")]
    pub since: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let root = super::history_root(global);
    let first = match &args.since {
        Some(id) => Some(id.clone()),
        None => transaction::log(&root)?.into_iter().min_by_key(|record| record.sequence).map(|record| record.id),
    };
    let changes = first.map_or(Ok(ChangeSet::default()), |id| transaction::since(&root, &id))?;
    let text = diff::plain(&changes);
    match global.format {
        Format::Json => json::print(&serde_json::json!({ "schema": "nixedit/1", "command": "diff", "status": "unchanged", "diff": text })),
        Format::Human => drop(write!(anstream::stdout(), "{}", diff::coloured(&text))),
    }
    Ok(ExitCode::SUCCESS)
}
