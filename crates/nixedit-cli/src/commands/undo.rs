//! `nixedit undo`.

use crate::cli::Global;
use crate::edit;
use nixedit_core::diagnostic::Result;
use std::process::ExitCode;

/// Take an edit back: its files get exactly their old bytes
///
/// Refuses where a file was changed since.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit undo
  nixedit undo 7f3a9c")]
pub struct Args {
    /// The edit [default: the newest that is not taken back]
    #[arg(value_name = "EDIT")]
    pub id: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    Ok(edit::finish(&super::history(global)?.undo(args.id.as_deref())?, global))
}
