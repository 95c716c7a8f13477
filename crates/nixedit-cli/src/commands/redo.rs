//! `nixedit redo`.

use crate::cli::Global;
use nixedit_core::diagnostic::Result;
use nixedit_core::transaction::{self, Wish};
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
    super::reverse::run("redo", Wish::Redo, args.id.as_deref(), transaction::redo, global)
}
