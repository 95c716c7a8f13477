//! `nixedit list-packages`.

use super::place::LookArgs;
use crate::cli::{Format, Global};
use crate::render::json;
use crate::render::width::{cut, fitted, remarked, words};
use nixedit_core::ask;
use nixedit_core::diagnostic::Result;
use nixedit_core::inspect::effective::{self, EffectivePackages};
use nixedit_core::inspect::list_packages::{self, PackageListRow};
use nixedit_core::project::Project;
use nixedit_core::workspace::Workspace;
use std::io::Write;
use std::process::ExitCode;

/// Show the package lists of hosts, with their groups
///
/// As they are written; with --effective Nix is asked which packages the hosts have in the end, and
/// from which file.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit list-packages --host nxiz
  nixedit list-packages --host nxiz --effective
  nixedit list-packages --format json")]
pub struct Args {
    #[command(flatten)]
    pub hosts: LookArgs,
    /// Ask Nix what is there in the end
    #[arg(long)]
    pub effective: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let (place, project) = crate::run::open(global, None)?;
    let project = place.with_hosts(project, &args.hosts.host)?;
    if args.effective {
        return effective(args, &place, &project, global);
    }
    let rows = list_packages::by_reading(&project, &args.hosts.hosts())?;
    let complete = !ask::hosts::left_open(&project, &args.hosts.host);
    match global.format {
        Format::Json => json::print(&serde_json::json!({
            "schema": "nixedit/1", "command": "list-packages", "status": "unchanged", "lists": rows, "complete": complete
        })),
        Format::Human => {
            let hosts = if args.hosts.host.is_empty() { project.hosts()?.len() } else { args.hosts.host.len() };
            // Writing to a closed pipe is no reason to fail.
            let _ = write!(anstream::stdout().lock(), "{}", rows.iter().map(|row| text(row, hosts)).collect::<String>());
            if !complete {
                let _ = writeln!(anstream::stderr(), "note: some modules cannot be read; --effective asks Nix");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn effective(args: &Args, place: &Workspace, project: &Project, global: &Global) -> Result<ExitCode> {
    let hosts = match args.hosts.host.as_slice() {
        [] => project.hosts()?,
        names => names.iter().map(|name| project.host(name)).collect::<Result<Vec<_>>>()?,
    };
    let asker = place.required_asker(project.settings())?;
    let (mut rows, mut failures) = (Vec::new(), Vec::new());
    for host in &hosts {
        rows.extend(effective::packages(&asker, host, &mut failures)?);
    }
    for failure in &failures {
        let _ = writeln!(anstream::stderr(), "note: one side does not evaluate: {}", failure.message.lines().next().unwrap_or_default());
    }
    match global.format {
        Format::Json => json::found("list-packages", "effective", &rows),
        // Writing to a closed pipe is no reason to fail.
        Format::Human => drop(write!(anstream::stdout().lock(), "{}", rows.iter().map(in_the_end).collect::<String>())),
    }
    Ok(ExitCode::SUCCESS)
}

/// What one file gives a host.
fn in_the_end(row: &EffectivePackages) -> String {
    let user = row.user.as_ref().map(|user| format!(" of {user}")).unwrap_or_default();
    fitted(&format!("{} {}{user}  ", row.host, row.slot), &row.file) + "\n" + &words("    ", &row.names)
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
