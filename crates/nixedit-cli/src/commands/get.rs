//! `nixedit get`.

use super::place::{FileArgs, HostArgs};
use crate::cli::{Format, Global};
use crate::render::json;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::inspect;
use std::io::Write;
use std::process::ExitCode;

/// Print the source text of an attribute's value
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit get home.packages --host nxiz
  nixedit get imports --file hosts/nxiz/home.nix")]
pub struct Args {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// The attribute's path; `.` for the file's own expression
    #[arg(value_name = "ATTR.PATH")]
    pub path: String,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let (place, project) = crate::run::open(global, args.file.file.as_deref())?;
    let file = args.file.file.as_deref().map(|file| crate::place::root_relative(place.root(), file)).transpose()?;
    let path = super::place::attr_path(Some(&args.path))?;
    let found = inspect::values(&project, &args.hosts.hosts(), file.as_deref(), path.as_ref())?;
    if found.is_empty() {
        let host = args
            .hosts
            .hosts()
            .names
            .first()
            .map_or_else(String::new, |host| format!("; ask: nix eval '.#{}.config.{}'", project.output_of(host), args.path));
        return Err(
            Diagnostic::new(Code::OptionMissing, format!("nothing sets {}", args.path)).help(format!("it may have its default{host}"))
        );
    }
    match global.format {
        Format::Human => found.iter().for_each(|value| drop(writeln!(anstream::stdout().lock(), "{}", value.text))),
        Format::Json => json::found("get", "values", &found),
    }
    Ok(ExitCode::SUCCESS)
}
