//! `nixedit show`.

use crate::cli::{Format, Global};
use crate::render::{diff, json};
use nixedit_core::diagnostic::Result;
use nixedit_core::transaction;
use std::io::Write;
use std::process::ExitCode;

/// What one edit changed
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit show 7f3a9c")]
pub struct Args {
    /// The edit
    #[arg(value_name = "EDIT")]
    pub id: String,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let (record, changes) = transaction::show(&super::history_root(global), &args.id)?;
    let text = diff::plain(&changes);
    match global.format {
        Format::Json => json::print(
            &serde_json::json!({ "schema": "nixedit/1", "command": "show", "status": "unchanged", "edit": record, "diff": text }),
        ),
        Format::Human => {
            let _ = writeln!(anstream::stderr(), "{} {}", record.id, record.summary);
            let _ = write!(anstream::stdout(), "{}", diff::coloured(&text));
        }
    }
    Ok(ExitCode::SUCCESS)
}
