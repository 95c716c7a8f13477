//! `nixedit mcp`.

use crate::cli::Global;
use nixedit_core::diagnostic::Result;
use std::process::ExitCode;

/// Serve the operations to a program over the Model Context Protocol, on standard input and output
///
/// The tools: inspect, discover, edit (any operation by its name), batch, validate, undo, explain; apply only with
/// --allow-apply. Every edit is proven as on the command line and can be undone. The value of a secret never
/// passes through it. Ends when its input is closed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit -C ~/nix-config mcp
  nixedit mcp --allow-apply")]
pub struct Args {
    /// Offer a tool that deploys hosts, which the client must confirm at each call
    #[arg(long)]
    pub allow_apply: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    crate::mcp::serve(global, args.allow_apply)?;
    Ok(ExitCode::SUCCESS)
}
