//! `nixedit completions`.

use clap::CommandFactory;
use nixedit_core::diagnostic::Result;
use std::process::ExitCode;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit completions bash > ~/.local/share/bash-completion/completions/nixedit
  nixedit completions fish > ~/.config/fish/completions/nixedit.fish")]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    clap_complete::generate(args.shell, &mut crate::cli::Cli::command(), "nixedit", &mut std::io::stdout());
    Ok(ExitCode::SUCCESS)
}
