//! One edit from operation to report: settle what a dead process left, plan, prove, land.

use super::{Report, Workspace, locking};
use crate::apply::{self, Proposal};
use crate::ask::hosts;
use crate::change_set::ChangeSet;
use crate::diagnostic::{Code, Diagnostic, Kind, Result};
use crate::inspect::correction;
use crate::operation::Operation;
use crate::plan::Note;
use crate::project::Project;
use crate::syntax::parse::on_large_stack;
use crate::transaction::{self, CommitOptions, EditMeta};
use crate::validate::Validated;
use std::time::{Duration, Instant};

/// Longer than it takes an editor to write a file that it has cut to nothing, even on a busy machine.
const SAVING: Duration = Duration::from_millis(250);

impl Workspace {
    /// Plans, proves and lands operations as one edit, all or none; files are named relative to the root. A later
    /// operation sees the files as the earlier ones left them. `command` is what the history calls it:
    /// `add-package`, or a word of the caller's own.
    ///
    /// Where a file changes between reading and landing, all of it is done again on the files as they are then, as
    /// long as [`super::Options::wait`] allows. Works on a thread of its own with a large stack, and waits for it.
    ///
    /// An edit of what is so already succeeds and changes nothing. Fails with what kept it from being done, by
    /// [`Code::kind`]: refused, not proven, something missing outside, somebody else at work. Nothing is written then.
    pub fn edit(&self, command: &str, operations: &[Operation]) -> Result<Report> {
        on_large_stack(|| self.edit_here(command, operations))
    }

    fn edit_here(&self, command: &str, operations: &[Operation]) -> Result<Report> {
        let deadline = Instant::now() + self.options.wait;
        let edit = Edit { command, operations, workspace: self };
        loop {
            match edit.attempt() {
                Err(error) if error.code == Code::FileChanged && Instant::now() < deadline => {}
                Err(error) if may_read_otherwise(operations, error.code) => return edit.other_reading().ok_or(error),
                outcome => return outcome,
            }
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

fn readings(operations: &[Operation]) -> Vec<Vec<Operation>> {
    match operations {
        [Operation::OptionSet(args)] => args.readings().into_iter().map(|reading| vec![Operation::OptionSet(reading)]).collect(),
        _ => {
            let other = |operation: &Operation| operation.in_pkgs_itself().or_else(|| operation.on_the_system());
            vec![operations.iter().map(|operation| other(operation).unwrap_or_else(|| operation.clone())).collect()]
        }
    }
}

/// What is asked for, and where.
#[derive(Clone, Copy)]
struct Edit<'a> {
    command: &'a str,
    operations: &'a [Operation],
    workspace: &'a Workspace,
}

impl Edit<'_> {
    /// The proposal; of a batch a refusal names the operation.
    fn propose(&self, project: &Project) -> Result<Proposal> {
        match self.command {
            "batch" => apply::propose_listed(project, self.operations),
            _ => apply::propose(project, self.operations),
        }
    }

    /// The edit read the other way: an option's value `true` as a text or `"0.5"` as a number, where that is
    /// what the option takes; packages as attributes of pkgs where the overlay has no set of them; a program of
    /// the system where Home Manager has none of that name.
    fn other_reading(&self) -> Option<Report> {
        let project = self.workspace.project().ok()?;
        let refused = apply::propose(&project, self.operations).ok()?.changes;
        let others = readings(self.operations).into_iter();
        let mut others = others.filter(|other| apply::propose(&project, other).is_ok_and(|proposal| proposal.changes != refused));
        others.find_map(|other| Edit { operations: &other, ..*self }.attempt().ok())
    }

    fn attempt(&self) -> Result<Report> {
        let workspace = self.workspace;
        let recovered = transaction::recover(&workspace.root, workspace.options.wait)?;
        let read = workspace.project()?;
        let by_reading = self.propose(&read).map_err(|error| self.unless_saved_since(&read, error));
        let (known, project, proposal) = match hosts::may_settle(&read, &by_reading) {
            true => self.known(read, by_reading)?,
            false => (false, read, by_reading?),
        };
        let error = match self.prove_and_land(&project, &proposal, recovered.as_deref()) {
            Err(error) if !known && error.code.kind() == Kind::Invalid && hosts::left_open(&project, &proposal.hosts) => error,
            outcome => {
                workspace.caller.let_go(project);
                return outcome;
            }
        };
        // Perhaps another place is the right one, of those that could not be read.
        let changes = proposal.changes.clone();
        match workspace.learned(&project)?.map(|project| (apply::propose(&project, self.operations), project)) {
            Some((Ok(better), project)) if better.changes != changes => self.prove_and_land(&project, &better, recovered.as_deref()),
            _ => Err(error),
        }
    }

    /// A refusal of what stands there no more is none: an editor that saves in place leaves a file empty for an
    /// instant, and who reads it then is to read again.
    fn unless_saved_since(&self, read: &Project, refusal: Box<Diagnostic>) -> Box<Diagnostic> {
        let files = read.files_read_besides(&ChangeSet::default());
        let deadline = Instant::now() + if refusal.code == Code::FileParse { SAVING } else { Duration::ZERO };
        loop {
            match transaction::unchanged(&self.workspace.root, &files) {
                Err(changed) if changed.code == Code::FileChanged => return changed,
                _ if Instant::now() >= deadline => return refusal,
                _ => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    /// The proposal with what Nix knows about the hosts, and whether Nix was asked.
    fn known(&self, read: Project, by_reading: Result<Proposal>) -> Result<(bool, Project, Proposal)> {
        match self.workspace.learned(&read)? {
            Some(project) => {
                let proposal = apply::propose(&project, self.operations)?;
                Ok((true, project, proposal))
            }
            None => Ok((false, read, by_reading?)),
        }
    }

    fn prove_and_land(&self, project: &Project, proposal: &Proposal, recovered: Option<&str>) -> Result<Report> {
        let workspace = self.workspace;
        let recovered = recovered.map(|message| Note { code: "recovered".to_owned(), message: message.to_owned() });
        let mut report = Report {
            command: self.command.to_owned(),
            changes: proposal.changes.clone(),
            summaries: proposal.summaries.clone(),
            lines: proposal.lines.clone(),
            hosts: proposal.hosts.clone(),
            affects: if workspace.is_flake { affected(project, &proposal.changes) } else { Vec::new() },
            notes: recovered.into_iter().chain(proposal.notes.iter().cloned()).collect(),
            next: proposal.next.clone(),
            ..Report::default()
        };
        locking::add_lock(&mut report, project, proposal, workspace)?;
        if !report.changes.is_empty() {
            let whole = whole_hosts(&report, project);
            let validated = workspace
                .prove(project.settings(), &report.changes, &proposal.targets, &whole)
                .map_err(|error| correction::corrected(self.operations, error, &|wrong, right| workspace.caller.instead(wrong, right)))
                .map_err(|error| self.blamed(project, error))?;
            if workspace.options.write {
                self.land(&mut report, &validated, project)?;
            }
            report.validation = Some(validated.report().clone());
        }
        Ok(report)
    }

    /// Of a batch, what Nix refused with the operation that it is about.
    fn blamed(&self, project: &Project, error: Box<Diagnostic>) -> Box<Diagnostic> {
        let is_about_one = self.command == "batch" && error.code.kind() == Kind::Invalid;
        if is_about_one { apply::blamed(project, self.operations, error) } else { error }
    }

    fn land(&self, report: &mut Report, validated: &Validated, project: &Project) -> Result<()> {
        let Workspace { options, caller, root, .. } = self.workspace;
        let checked_files = project.files_read_besides(validated.changes());
        let commit = CommitOptions { wait: options.wait, stage: options.stage, checked_files, ..CommitOptions::default() };
        let meta = EditMeta { command: caller.command(), operation: report.command.clone(), summary: report.summaries.join("; ") };
        let committed = transaction::commit(root, validated.changes(), meta, &commit)?;
        report.edit_id = Some(committed.edit_id);
        report.notes.extend(committed.recovered.map(|message| Note { code: "recovered".to_owned(), message }));
        report.notes.extend(committed.notes);
        Ok(())
    }
}

/// The outputs that level `host` evaluates as a whole: those of the hosts that have a touched file.
fn whole_hosts(report: &Report, project: &Project) -> Vec<String> {
    let hosts = if report.affects.is_empty() { &report.hosts } else { &report.affects };
    hosts.iter().map(|host| project.output_of(host)).collect()
}

/// The hosts that have a touched file.
fn affected(project: &Project, changes: &ChangeSet) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for change in changes.files() {
        out.extend(project.hosts_importing(&change.path).unwrap_or_default());
    }
    out.sort();
    out.dedup();
    out
}
