//! `nixedit lint`.

use crate::cli::{Format, Global};
use crate::place::root_relative;
use crate::render::json;
use crate::terminal;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::lint::{Finding, Findings, findings};
use std::io::Write;
use std::process::ExitCode;

/// Run statix and deadnix, and fail on what they did not find in the last commit
///
/// Without FILES the files are looked at that differ from the last commit.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit lint
  nixedit lint hosts/nxiz/home.nix
  nixedit lint --all")]
pub struct Args {
    /// All tracked files, and findings that are not new as well
    #[arg(long)]
    pub all: bool,
    /// These files only
    #[arg(value_name = "FILE")]
    pub files: Vec<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let (place, _) = crate::run::open(global, args.files.first().map(String::as_str))?;
    let files = args.files.iter().map(|file| root_relative(place.root(), file)).collect::<Result<Vec<_>>>()?;
    let path = std::env::var_os("PATH");
    let found = findings(place.root(), &files, args.all, path.as_deref(), &terminal::interrupt())?;
    let new: Vec<&Finding> = found.findings.iter().filter(|finding| finding.new).collect();
    match global.format {
        Format::Json => json::print(&serde_json::json!({
            "schema": "nixedit/1", "command": "lint", "status": if new.is_empty() { "unchanged" } else { "failed" },
            "tools": found.tools, "missing": found.missing, "files": found.files, "findings": found.findings,
        })),
        Format::Human => human(&found, args.all, global),
    }
    match new.first() {
        None => Ok(ExitCode::SUCCESS),
        Some(_) if global.format == Format::Json => Ok(ExitCode::from(crate::error::exit_code(Code::LintNew.kind()))),
        Some(first) => Err(Diagnostic::new(Code::LintNew, format!("{} new, the first at {}:{}", count(new.len()), first.file, first.line))),
    }
}

fn human(found: &Findings, all: bool, global: &Global) {
    let mut out = anstream::stdout().lock();
    for finding in found.findings.iter().filter(|finding| all || finding.new) {
        let old = if finding.new { "" } else { "  (not new)" };
        // Writing to a closed pipe is no reason to fail.
        let _ = writeln!(out, "{}:{}: {} ({}){old}", finding.file, finding.line, finding.message, finding.tool);
    }
    for tool in found.missing.iter().filter(|_| !global.quiet) {
        let _ = writeln!(anstream::stderr(), "note: {tool} is not on PATH and was not run");
    }
    if found.findings.iter().all(|finding| !finding.new) && !global.quiet {
        let files = if found.files == 1 { "1 file".to_owned() } else { format!("{} files", found.files) };
        let _ = writeln!(out, "nothing new in {files} ({})", found.tools.join(", "));
    }
}

fn count(number: usize) -> String {
    if number == 1 { "1 finding is".to_owned() } else { format!("{number} findings are") }
}
