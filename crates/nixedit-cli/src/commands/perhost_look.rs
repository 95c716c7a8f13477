//! `nixedit perhost list` and `get`.

use super::place::{FileArgs, HostArgs};
use crate::cli::{Format, Global};
use crate::render::{json, table};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::project::tables::report::TableReport;
use nixedit_core::similar_names;
use std::process::ExitCode;

/// Show the host tables: keys, values, and what reads them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit perhost list
  nixedit perhost list --file modules/networking.nix --format json")]
pub struct List {
    #[command(flatten)]
    pub file: FileArgs,
    /// Only the table of this name
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
}

/// Show a key's value for each host
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit perhost get resolvedDns
  nixedit perhost get flake --host nxiz")]
pub struct Get {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// Only the table of this name
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// The key; not needed for a table whose rows are plain values
    #[arg(value_name = "KEY", required_unless_present = "table")]
    pub key: Option<String>,
}

/// Prints the tables, or one key of them for some hosts.
pub fn show(command: &str, file: &FileArgs, table: Option<&str>, key: Option<&str>, hosts: &[String], global: &Global) -> Result<ExitCode> {
    let (place, project) = crate::run::open(global, file.file.as_deref())?;
    let named = file.file.as_deref().map(|file| crate::place::root_relative(place.root(), file)).transpose()?;
    let mut found = project.table_reports(named.as_deref())?;
    found.retain(|report| table.is_none_or(|name| report.name == name));
    let keys: Vec<(String, Vec<String>)> = found.iter().map(|report| (report.file.clone(), report.keys.clone())).collect();
    if let Some(key) = key {
        found.retain_mut(|report| keep(report, key, hosts));
    }
    if found.is_empty() {
        return Err(nothing(named.as_deref(), key, &keys));
    }
    match global.format {
        Format::Human => table::print(&found),
        Format::Json => json::found(command, "tables", &found),
    }
    Ok(ExitCode::SUCCESS)
}

fn nothing(file: Option<&str>, key: Option<&str>, tables: &[(String, Vec<String>)]) -> Box<Diagnostic> {
    let what =
        key.filter(|key| !key.is_empty()).map_or_else(|| "no host table".to_owned(), |key| format!("no host table with a key '{key}'"));
    let keys: Vec<&String> = tables.iter().flat_map(|(_, keys)| keys).collect();
    let near = key.and_then(|key| similar_names::near(key, keys.iter().map(|key| key.as_str())).into_iter().next());
    let hint = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
    let width = tables.iter().map(|(file, _)| file.len()).max().unwrap_or(0);
    let lines = tables.iter().filter(|(_, keys)| !keys.is_empty());
    let lines: String = lines.map(|(file, keys)| format!("\n   {file:width$}  {}", keys.join(", "))).collect();
    let message = format!("{what} in {}{hint}{lines}", file.unwrap_or("this flake"));
    Diagnostic::new(Code::TableMissing, message).help("nixedit perhost list  # shows all of them").candidates(keys)
}

/// Leaves only the key's cells of the hosts asked for; whether any are left.
fn keep(report: &mut TableReport, key: &str, hosts: &[String]) -> bool {
    report.cells.retain(|name, _| name == key);
    for cells in report.cells.values_mut() {
        cells.retain(|host, _| hosts.is_empty() || hosts.contains(host));
    }
    report.keys.retain(|name| name == key);
    report.hosts.retain(|host| hosts.is_empty() || hosts.contains(host));
    report.readers.retain(|reader| reader.key == key);
    report.cells.values().any(|cells| !cells.is_empty())
}
