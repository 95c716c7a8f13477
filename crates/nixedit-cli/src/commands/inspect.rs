//! `nixedit inspect`.

use crate::cli::{Format, Global};
use crate::render::{json, overview};
use nixedit_core::diagnostic::Result;
use nixedit_core::inspect::{file, host};
use serde::Serialize;
use std::io::Write;
use std::process::ExitCode;

/// Show all that the files say about a host, or about one file
///
/// Modules, package lists with their groups, rows of host tables, the flake's own options, secrets,
/// overlays, activation scripts: what one would read fifteen files for. Nix is asked only about a host
/// that cannot be read.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit inspect nxiz
  nixedit inspect nxiz --format json
  nixedit inspect hosts/nxiz/home.nix")]
pub struct Args {
    /// A host's name, or a file
    #[arg(value_name = "HOST|FILE")]
    pub subject: String,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let (place, project) = crate::run::open(global, None)?;
    let known = project.hosts().is_ok_and(|hosts| hosts.iter().any(|host| host.name == args.subject));
    let named = crate::place::root_relative(place.root(), &args.subject).ok().filter(|path| project.root().join(path).is_file());
    match named.filter(|_| !known) {
        Some(path) => show("file", &file::by_reading(&project, &path)?, global, overview::file),
        None => {
            let project = place.with_hosts(project, std::slice::from_ref(&args.subject))?;
            show("host", &host::by_reading(&project, &args.subject)?, global, overview::host);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show<T: Serialize>(kind: &str, view: &T, global: &Global, text: fn(&T) -> String) {
    match global.format {
        Format::Json => json::found("inspect", kind, &view),
        // Writing to a closed pipe is no reason to fail.
        Format::Human => drop(write!(anstream::stdout().lock(), "{}", text(view))),
    }
}
