//! nixedit: edits NixOS flakes the way a careful maintainer would.

mod applying;
mod cli;
mod commands;
mod confirm;
mod duration;
mod edit;
mod error;
#[cfg(test)]
mod examples;
mod global;
mod mcp;
mod place;
mod progress;
mod render;
mod run;
mod terminal;

use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = cli::Cli::from_process();
    nixedit_core::syntax::parse::with_large_stack(|| run::run(cli))
}
