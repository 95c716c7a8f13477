//! `nixedit undo`.

use crate::cli::Global;
use nixedit_core::diagnostic::Result;
use nixedit_core::transaction::{self, Wish};
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
    super::reverse::run("undo", Wish::Undo, args.id.as_deref(), transaction::undo, global)
}
