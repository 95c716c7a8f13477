//! `nixedit log`.

use crate::cli::{Format, Global};
use crate::render::json;
use nixedit_core::diagnostic::Result;
use nixedit_core::transaction;
use std::io::Write;
use std::process::ExitCode;

/// The edits that nixedit made here, newest first
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit log
  nixedit log --limit 5 --format json")]
pub struct Args {
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let root = super::history_root(global);
    let mut records = transaction::log(&root)?;
    records.sort_by_key(|record| std::cmp::Reverse(record.sequence));
    records.truncate(args.limit);
    match global.format {
        Format::Json => json::found("log", "edits", &records),
        Format::Human => {
            let mut out = anstream::stdout().lock();
            for record in &records {
                let files: Vec<&str> = record.files.iter().map(|f| f.path.as_str()).collect();
                let _ = writeln!(out, "{}  {}  {} ({})", record.id, crate::render::age_of(record.time), record.summary, files.join(", "));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
