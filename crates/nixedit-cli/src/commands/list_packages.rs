//! `nixedit list-packages`.

use super::place::LookArgs;
use crate::cli::{Format, Global};
use crate::render::json;
use crate::render::width::{cut, fitted, remarked, words};
use nixedit_core::diagnostic::Result;
use nixedit_core::inspect::list_packages::{self, PackageListRow};
use std::io::Write;
use std::process::ExitCode;

/// Show the package lists of hosts, with their groups
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit list-packages --host nxiz
  nixedit list-packages --format json")]
pub struct Args {
    #[command(flatten)]
    pub hosts: LookArgs,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let (_, project) = crate::run::open(global, None)?;
    let rows = list_packages::by_reading(&project, &args.hosts.hosts())?;
    match global.format {
        Format::Json => {
            json::print(&serde_json::json!({ "schema": "nixedit/1", "command": "list-packages", "status": "unchanged", "lists": rows }));
        }
        Format::Human => {
            let hosts = if args.hosts.host.is_empty() { project.hosts()?.len() } else { args.hosts.host.len() };
            // Writing to a closed pipe is no reason to fail.
            let _ = write!(anstream::stdout().lock(), "{}", rows.iter().map(|row| text(row, hosts)).collect::<String>());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A list for people: its place, what holds for it, its groups.
pub fn text(row: &PackageListRow, hosts: usize) -> String {
    let mut remarks: Vec<String> = row.conditions.iter().map(|condition| format!("if {condition}")).collect();
    if row.hosts.len() < hosts {
        remarks.insert(0, format!("on {}", row.hosts.join(", ")));
    }
    let user = row.user.as_ref().map(|user| format!(" of {user}")).unwrap_or_default();
    let mut out = remarked(&format!("{}:{}  {}{user}", row.file, row.start.line, row.slot), &remarks);
    for group in &row.groups {
        let names: Vec<String> = group.packages.iter().map(|package| cut(&package.name, 60)).collect();
        if let Some(heading) = &group.heading {
            out.push_str(&(fitted("  # ", heading) + "\n"));
        }
        out.push_str(&words("    ", &names));
    }
    out
}
