//! `nixedit show`.

use crate::cli::{Format, Global};
use crate::render::{diff, json};
use nixedit_core::diagnostic::Result;
use nixedit_core::transaction;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// What one edit changed, or all that Nix said of the last one that it refused
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit show 7f3a9c
  nixedit show --stderr")]
pub struct Args {
    /// The edit
    #[arg(value_name = "EDIT", required_unless_present = "stderr")]
    pub id: Option<String>,
    /// The whole output of the evaluation that failed last
    #[arg(long, conflicts_with = "id")]
    pub stderr: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let root = super::history_root(global);
    match &args.id {
        Some(id) => edit(&root, id, global),
        None => nix_log(&root, global),
    }
}

fn nix_log(root: &Path, global: &Global) -> Result<ExitCode> {
    let text = transaction::nix_log(root)?;
    match (global.format, &text) {
        (Format::Json, _) => json::found("show", "stderr", &text),
        (Format::Human, Some(text)) => drop(write!(anstream::stdout(), "{text}")),
        (Format::Human, None) => drop(writeln!(anstream::stderr(), "no evaluation has failed here")),
    }
    Ok(ExitCode::SUCCESS)
}

fn edit(root: &Path, id: &str, global: &Global) -> Result<ExitCode> {
    let (record, changes) = transaction::show(root, id)?;
    let text = changes.unified_diff();
    match global.format {
        Format::Json => json::print(
            &serde_json::json!({ "schema": "nixedit/1", "command": "show", "status": "unchanged", "edit": record, "diff": text }),
        ),
        Format::Human => {
            let _ = writeln!(anstream::stderr(), "{} {}", record.id, record.summary);
            let _ = write!(anstream::stdout(), "{}", diff::coloured(&text));
        }
    }
    Ok(ExitCode::SUCCESS)
}
