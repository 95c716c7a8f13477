//! `--apply`: deploying the hosts of an edit once it has landed.

use crate::cli::{Format, Global};
use crate::commands::apply::{self, Applied};
use crate::confirm;
use crate::edit;
use crate::render::{human, json};
use nixedit_core::deploy::Action;
use nixedit_core::diagnostic::Result;
use nixedit_core::workspace::{Report, Workspace};
use std::io::Write;
use std::process::ExitCode;

/// Refuses before the edit where it could not be applied for want of a yes.
pub fn check(global: &Global) -> Result<()> {
    if wanted(global) { confirm::check("deploy what is edited", global) } else { Ok(()) }
}

fn wanted(global: &Global) -> bool {
    global.apply && !global.dry_run && !global.check
}

/// Prints the report, with what became of its hosts where these are to be deployed; the exit status.
pub fn finish(report: &Report, workspace: &Workspace, global: &Global) -> Result<ExitCode> {
    if !wanted(global) || report.edit_id.is_none() {
        return Ok(edit::finish(report, global));
    }
    if global.format == Format::Human {
        human::report(report, global);
    }
    let applied = deployed(report, workspace, global)?;
    match global.format {
        Format::Human => apply::human(&applied, Action::Apply, global),
        Format::Json => {
            let mut value = json::report(report);
            let status = if applied.error.is_some() { "failed" } else { "applied" };
            value["apply"] = serde_json::json!({ "status": status, "hosts": applied.outcomes });
            if let Some(error) = &applied.error {
                value["apply"]["error"] = json::error("apply", error)["error"].clone();
            }
            json::print(&value);
        }
    }
    Ok(apply::exit(&applied))
}

/// Deploys the hosts that have what was edited.
fn deployed(report: &Report, workspace: &Workspace, global: &Global) -> Result<Applied> {
    let hosts = if report.affects.is_empty() { &report.hosts } else { &report.affects };
    if hosts.is_empty() {
        let _ = writeln!(anstream::stderr(), "note: no host has what was edited, so none was deployed");
        return Ok(Applied::default());
    }
    let project = workspace.project()?;
    let planned = apply::planned(workspace, &project, Action::Apply, hosts)?;
    apply::agree(&planned, &project, global)?;
    apply::hosts(&project, &planned, global)
}
