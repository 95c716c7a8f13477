//! nixedit: edits NixOS flakes the way a careful maintainer would.

mod applying;
mod asking;
mod cli;
mod commands;
mod config;
mod confirm;
mod edit;
mod error;
#[cfg(test)]
mod examples;
mod place;
mod progress;
mod prove;
mod relocking;
mod render;
mod run;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    nixedit_core::syntax::parse::with_large_stack(|| run::run(cli))
}
