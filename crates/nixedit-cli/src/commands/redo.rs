//! `nixedit redo`.

use crate::cli::Global;
use crate::edit;
use nixedit_core::diagnostic::Result;
use std::process::ExitCode;

/// Do an undone edit again
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit redo")]
pub struct Args {
    /// The edit [default: the one undone last]
    #[arg(value_name = "EDIT")]
    pub id: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    Ok(edit::finish(&super::history(global)?.redo(args.id.as_deref())?, global))
}
