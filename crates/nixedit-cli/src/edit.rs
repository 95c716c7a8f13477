//! One edit from operation to report: settle what a dead process left, plan, prove, land.

use crate::cli::{Format, Global};
use crate::place::{Workspace, root_relative};
use crate::render::{human, json};
use crate::{applying, asking, config, error, prove, relocking};
use nixedit_core::apply::{self, Proposal};
use nixedit_core::ask::hosts;
use nixedit_core::change_set::ChangeSet;
use nixedit_core::diagnostic::{Code, Kind, Result};
use nixedit_core::flake_lock::LockChange;
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
    /// What became of inputs in the lock file.
    pub lock: Vec<LockChange>,
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
        lines.extend(relocking::stands(report).filter(|_| !self.lock.is_empty()));
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
    applying::check(global)?;
    let deadline = Instant::now() + config::duration(&global.wait)?;
    loop {
        match attempt(command, &operations, &place, global) {
            Err(error) if error.code == Code::FileChanged && Instant::now() < deadline => {}
            Err(error) if may_read_otherwise(&operations, error.code) => {
                return applying::finish(&other_reading(command, &operations, &place, global).ok_or(error)?, &place, global);
            }
            outcome => return applying::finish(&outcome?, &place, global),
        }
    }
}

/// Whether Nix refused what can be read in another way.
fn may_read_otherwise(operations: &[Operation], code: Code) -> bool {
    match code {
        Code::NixType => matches!(operations, [Operation::OptionSet(_)]),
        Code::NixAttributeMissing | Code::NixUndefinedVariable => operations.iter().any(|operation| operation.in_pkgs_itself().is_some()),
        Code::NixOptionMissing => operations.iter().any(|operation| operation.on_the_system().is_some()),
        _ => false,
    }
}

/// The edit read the other way: an option's value `true` as a text or `"0.5"` as a number, where that is
/// what the option takes; packages as attributes of pkgs where the overlay has no set of them; a program of the system where Home
/// Manager has none of that name.
fn other_reading(command: &str, operations: &[Operation], place: &Workspace, global: &Global) -> Option<Report> {
    let project = Project::new(&place.root, config::settings(&place.root, global.config.as_deref()).ok()?);
    let refused = apply::propose(&project, operations).ok()?.changes;
    let others = readings(operations).into_iter();
    let mut others = others.filter(|other| apply::propose(&project, other).is_ok_and(|proposal| proposal.changes != refused));
    others.find_map(|other| attempt(command, &other, place, global).ok())
}

fn readings(operations: &[Operation]) -> Vec<Vec<Operation>> {
    match operations {
        [Operation::OptionSet(args)] => args.readings().into_iter().map(|reading| vec![Operation::OptionSet(reading)]).collect(),
        _ => {
            let other = |operation: &Operation| operation.in_pkgs_itself().or_else(|| operation.on_the_system());
            vec![operations.iter().map(|operation| other(operation).unwrap_or_else(|| operation.clone())).collect()]
        }
    }
}

/// The proposal; of a batch a refusal names the operation.
fn propose(command: &str, project: &Project, operations: &[Operation]) -> Result<Proposal> {
    if command == "batch" { apply::propose_listed(project, operations) } else { apply::propose(project, operations) }
}

fn attempt(command: &str, operations: &[Operation], place: &Workspace, global: &Global) -> Result<Report> {
    let recovered = transaction::recover(&place.root, config::duration(&global.wait)?)?;
    let read = Project::new(&place.root, config::settings(&place.root, global.config.as_deref())?);
    let by_reading = propose(command, &read, operations);
    let (known, project, proposal) = match hosts::may_settle(&read, &by_reading) {
        true => known(read, by_reading, operations, place, global)?,
        false => (false, read, by_reading?),
    };
    let settled = Attempt { command, operations, place, global, recovered };
    let error = match settled.prove_and_land(&project, &proposal) {
        Err(error) if !known && error.code.kind() == Kind::Invalid && hosts::left_open(&project, &proposal.hosts) => error,
        // The process is about to end: handing back large trees node by node only delays that.
        outcome => {
            std::mem::forget(project);
            return outcome;
        }
    };
    // Perhaps another place is the right one, of those that could not be read.
    let changes = proposal.changes.clone();
    match asking::learned(place, &project, global)?.map(|project| (apply::propose(&project, operations), project)) {
        Some((Ok(better), project)) if better.changes != changes => settled.prove_and_land(&project, &better),
        _ => Err(error),
    }
}

/// The proposal with what Nix knows about the hosts, and whether Nix was asked.
fn known(
    read: Project,
    by_reading: Result<Proposal>,
    operations: &[Operation],
    place: &Workspace,
    global: &Global,
) -> Result<(bool, Project, Proposal)> {
    match asking::learned(place, &read, global)? {
        Some(project) => {
            let proposal = apply::propose(&project, operations)?;
            Ok((true, project, proposal))
        }
        None => Ok((false, read, by_reading?)),
    }
}

/// One try to make an edit, whatever its place.
struct Attempt<'a> {
    command: &'a str,
    operations: &'a [Operation],
    place: &'a Workspace,
    global: &'a Global,
    recovered: Option<String>,
}

impl Attempt<'_> {
    fn prove_and_land(&self, project: &Project, proposal: &Proposal) -> Result<Report> {
        let recovered = self.recovered.iter().map(|message| Note { code: "recovered".to_owned(), message: message.clone() });
        let mut report = Report {
            command: self.command.to_owned(),
            changes: proposal.changes.clone(),
            summaries: proposal.summaries.clone(),
            lines: proposal.lines.clone(),
            hosts: proposal.hosts.clone(),
            affects: affected(project, self.place, &proposal.changes),
            notes: recovered.chain(proposal.notes.iter().cloned()).collect(),
            next: proposal.next.clone(),
            ..Report::default()
        };
        relocking::add_lock(&mut report, project, proposal, self.place, self.global)?;
        if !report.changes.is_empty() {
            let whole = whole_hosts(&report, project);
            let validated = prove::prove(self.place, project.settings(), &report.changes, &proposal.targets, &whole, self.global)
                .map_err(|error| correction::corrected(self.operations, error, &with_name))?;
            if !self.global.dry_run && !self.global.check {
                land(&mut report, &validated, project, self.place, self.global, config::duration(&self.global.wait)?)?;
            }
            report.validation = Some(validated.report().clone());
        }
        Ok(report)
    }
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
