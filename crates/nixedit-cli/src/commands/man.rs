//! `nixedit man`.

use clap::CommandFactory;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use std::path::PathBuf;
use std::process::ExitCode;

/// Print the manual page, or write those of all commands into a folder
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Write one page per command into this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let command = crate::cli::Cli::command();
    let done = match &args.out {
        Some(folder) => std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder)),
        None => clap_mangen::Man::new(command).render(&mut std::io::stdout()),
    };
    done.map_err(|e| Diagnostic::new(Code::FileIo, format!("cannot write the manual page: {e}")))?;
    Ok(ExitCode::SUCCESS)
}
