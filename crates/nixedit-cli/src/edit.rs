//! One edit from operation to report: settle what a dead process left, plan, prove, land.

use crate::cli::{Format, Global};
use crate::place::{Workspace, root_relative};
use crate::render::{human, json};
use crate::{asking, config, error, prove};
use nixedit_core::apply::{self, Proposal};
use nixedit_core::ask::hosts;
use nixedit_core::change_set::ChangeSet;
use nixedit_core::diagnostic::{Code, Result};
use nixedit_core::inspect::correction;
use nixedit_core::operation::Operation;
use nixedit_core::plan::Note;
use nixedit_core::project::Project;
use nixedit_core::text::shell_word;
use nixedit_core::transaction::{self, CommitOptions, EditMeta};
use nixedit_core::validate::{Status, Validated, ValidationReport};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// What an edit did, or would do.
#[derive(Debug, Default)]
pub struct Report {
    pub command: String,
    pub changes: ChangeSet,
    pub summaries: Vec<String>,
    pub lines: Vec<String>,
    pub hosts: Vec<String>,
    pub affects: Vec<String>,
    pub validation: Option<ValidationReport>,
    pub notes: Vec<Note>,
    pub next: Vec<String>,
    pub edit_id: Option<String>,
}

impl Report {
    /// `changed` or `unchanged`.
    pub fn status(&self) -> &'static str {
        if self.changes.is_empty() { "unchanged" } else { "changed" }
    }

    /// A summary line with what became of it.
    pub fn headline(&self, summary: &str) -> String {
        match (self.changes.is_empty(), &self.edit_id) {
            (true, _) if summary.starts_with("nothing to do") => summary.to_owned(),
            (true, _) => format!("unchanged: {summary}"),
            (false, Some(_)) => summary.to_owned(),
            (false, None) => format!("not written: {summary}"),
        }
    }

    /// What was proven, a line each.
    pub fn proof_lines(&self) -> Vec<String> {
        let Some(report) = self.validation.as_ref().filter(|_| !self.changes.is_empty()) else { return Vec::new() };
        if report.status == Status::Skipped {
            let why = report.skipped_because.as_deref().unwrap_or("not asked for");
            return vec![format!("not evaluated: {why}")];
        }
        let shown = report.targets.iter().filter(|target| !target.effect.is_empty());
        let mut lines: Vec<String> =
            shown.map(|t| format!("{} {}: {}", t.host.as_deref().unwrap_or("flake"), t.attr, t.effect.join(", "))).collect();
        let mut same: Vec<&str> = Vec::new();
        for host in report.targets.iter().filter(|t| t.expect == "same").filter_map(|t| t.host.as_deref()) {
            if !same.contains(&host) {
                same.push(host);
            }
        }
        if !same.is_empty() {
            lines.push(format!("unchanged on {}", same.join(", ")));
        }
        lines.dedup();
        lines
    }
}

/// Plans, proves and lands operations as one edit. Where a file changes between reading and
/// landing, all of it is done again on the files as they are then, as long as `--wait` allows.
pub fn run(command: &str, mut operations: Vec<Operation>, global: &Global) -> Result<ExitCode> {
    let named = operations.iter_mut().find_map(|operation| operation.files_mut().first().map(|file| file.to_string()));
    let place = crate::place::workspace(global.flake.as_deref(), named.as_deref())?;
    for operation in &mut operations {
        for file in operation.files_mut() {
            *file = root_relative(&place, file)?;
        }
    }
    let deadline = Instant::now() + config::duration(&global.wait)?;
    loop {
        match attempt(command, &operations, &place, global) {
            Err(error) if error.code == Code::FileChanged && Instant::now() < deadline => {}
            outcome => return Ok(finish(&outcome?, global)),
        }
    }
}

fn attempt(command: &str, operations: &[Operation], place: &Workspace, global: &Global) -> Result<Report> {
    let wait = config::duration(&global.wait)?;
    let recovered = transaction::recover(&place.root, wait)?;
    let project = Project::new(&place.root, config::settings(&place.root, global.config.as_deref())?);
    let (project, proposal) = propose(project, operations, place, global)?;
    let affects = affected(&project, place, &proposal.changes);
    let mut report = Report {
        command: command.to_owned(),
        changes: proposal.changes,
        summaries: proposal.summaries,
        lines: proposal.lines,
        hosts: proposal.hosts,
        affects,
        notes: recovered.into_iter().map(|message| Note { code: "recovered".to_owned(), message }).chain(proposal.notes).collect(),
        next: proposal.next,
        ..Report::default()
    };
    if !report.changes.is_empty() {
        let validated =
            prove::prove(place, project.settings(), &report.changes, &proposal.targets, &whole_hosts(&report, &project), global)
                .map_err(|error| correction::corrected(operations, error, &with_name))?;
        if !global.dry_run && !global.check {
            land(&mut report, &validated, &project, place, global, wait)?;
        }
        report.validation = Some(validated.report().clone());
    }
    // The process is about to end: handing back large trees node by node only delays that.
    std::mem::forget(project);
    Ok(report)
}

/// The proposal by reading; where that is refused for want of what could not be read, with what Nix
/// knows about the hosts.
fn propose(project: Project, operations: &[Operation], place: &Workspace, global: &Global) -> Result<(Project, Proposal)> {
    let refusal = match apply::propose(&project, operations) {
        Ok(proposal) => return Ok((project, proposal)),
        Err(refusal) => refusal,
    };
    if !hosts::may_settle(&project, refusal.code) {
        return Err(refusal);
    }
    let Some(asker) = asking::asker(place, project.settings(), global)? else { return Err(refusal) };
    let project = hosts::learned(&asker, &project, &[])?;
    let proposal = apply::propose(&project, operations)?;
    Ok((project, proposal))
}

/// The command line of this process with one name in the place of another.
fn with_name(wrong: &str, right: &str) -> String {
    let words = command_line().into_iter().map(|word| if word == wrong { right.to_owned() } else { word });
    words.map(|word| shell_word(&word)).collect::<Vec<_>>().join(" ")
}

fn land(report: &mut Report, validated: &Validated, project: &Project, place: &Workspace, global: &Global, wait: Duration) -> Result<()> {
    let checked_files = project.files_read_besides(validated.changes());
    let options = CommitOptions { wait, stage: !global.no_stage, checked_files, ..CommitOptions::default() };
    let meta = EditMeta { command: command_line(), operation: report.command.clone(), summary: report.summaries.join("; ") };
    let committed = transaction::commit(&place.root, validated.changes(), meta, &options)?;
    report.edit_id = Some(committed.edit_id);
    report.notes.extend(committed.recovered.map(|message| Note { code: "recovered".to_owned(), message }));
    report.notes.extend(committed.notes);
    Ok(())
}

/// The outputs that level `host` evaluates as a whole: those of the hosts that have a touched file.
fn whole_hosts(report: &Report, project: &Project) -> Vec<String> {
    let hosts = if report.affects.is_empty() { &report.hosts } else { &report.affects };
    hosts.iter().map(|host| project.output_of(host)).collect()
}

/// The command line as the history keeps it.
pub fn command_line() -> Vec<String> {
    std::iter::once("nixedit".to_owned()).chain(std::env::args().skip(1)).collect()
}

/// The hosts that have a touched file.
fn affected(project: &Project, place: &Workspace, changes: &ChangeSet) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    if place.is_flake && !changes.is_empty() {
        for change in changes.files() {
            out.extend(project.hosts_importing(&change.path).unwrap_or_default());
        }
    }
    out.sort();
    out.dedup();
    out
}

/// Prints the report; the exit status.
pub fn finish(report: &Report, global: &Global) -> ExitCode {
    match global.format {
        Format::Human => human::report(report, global),
        Format::Json => json::print(&json::report(report)),
    }
    let pending = global.check && !report.changes.is_empty();
    if pending { ExitCode::from(error::WOULD_CHANGE) } else { ExitCode::SUCCESS }
}
