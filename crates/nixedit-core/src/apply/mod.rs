//! The spine: operations to a proposal, one after the other on an evolving snapshot.

mod blame;

pub use blame::blamed;

use crate::change_set::ChangeSet;
use crate::diagnostic::{Diagnostic, Result};
use crate::operation::Operation;
use crate::plan::{Expect, LockWish, Note, Plan, Target};
use crate::project::Project;
use crate::{compile, format, idioms, new_paths};
use std::collections::HashMap;

/// What operations would change, and what would prove it.
#[derive(Clone, Debug, Default)]
pub struct Proposal {
    /// The files' bytes before and after.
    pub changes: ChangeSet,
    /// Questions to Nix.
    pub targets: Vec<Target>,
    /// What is to become of the lock file.
    pub lock: Option<LockWish>,
    /// One line per operation.
    pub summaries: Vec<String>,
    /// The hosts that were asked for.
    pub hosts: Vec<String>,
    /// What becomes of each host, a line each.
    pub lines: Vec<String>,
    /// Remarks.
    pub notes: Vec<Note>,
    /// Commands that the user runs next.
    pub next: Vec<String>,
}

impl Proposal {
    /// What a plan has beside its steps.
    fn add(&mut self, plan: Plan) {
        self.targets.extend(plan.targets);
        self.lock = match (self.lock.take(), plan.lock) {
            (Some(known), Some(wish)) => Some(known.and(wish)),
            (known, wish) => known.or(wish),
        };
        self.summaries.extend(Some(plan.summary).filter(|summary| !summary.is_empty()));
        self.lines.extend(plan.lines);
        self.notes.extend(plan.notes);
        self.next.extend(plan.next);
        for host in plan.hosts {
            if !self.hosts.contains(&host) {
                self.hosts.push(host);
            }
        }
    }
}

/// One part of an operation on a snapshot: its plan, and the snapshot with its changes; `None` behind the last.
fn part(now: &Project, operation: &Operation, index: usize) -> Result<Option<(Plan, Project)>> {
    let Some(mut plan) = idioms::part(now, operation, index)? else { return Ok(None) };
    format::new_code(now, &mut plan)?;
    let (changes, notes) = format::keep(now, &plan, compile::compile(now, &plan)?);
    let next = now.with(&changes);
    // A file edited by its name alone may be one of a flake that is not here.
    if !plan.hosts.is_empty() {
        new_paths::check(now, &next, &changes)?;
    }
    plan.notes.extend(notes);
    Ok(Some((plan, next)))
}

/// A refusal that says which of several operations it is about; the first is 1.
fn named(mut error: Box<Diagnostic>, operations: &[Operation], number: usize) -> Box<Diagnostic> {
    error.operation = Some(number + 1);
    if operations.len() > 1 {
        let name = operations.get(number).map(Operation::name).unwrap_or_default();
        error.message = format!("operation {} ({name}): {}", number + 1, error.message);
    }
    error
}

/// What several operations expect of one question: that something changes, where one wants it to, whatever the others
/// left alone; of several values the last.
fn settle(targets: &mut Vec<Target>) {
    let weight = |target: &Target| match target.expect {
        Expect::Same => 0,
        Expect::Evaluates | Expect::Reported => 1,
        Expect::Changed | Expect::ChangedAny(_) => 2,
        Expect::Equals(_) => 3,
    };
    let mut strongest: HashMap<(&str, &str), usize> = HashMap::new();
    for (index, target) in targets.iter().enumerate() {
        let best = strongest.entry((&target.output, &target.question)).or_insert(index);
        if weight(target) >= weight(&targets[*best]) {
            *best = index;
        }
    }
    let mut kept: Vec<usize> = strongest.into_values().collect();
    kept.sort_unstable();
    *targets = kept.into_iter().map(|index| targets[index].clone()).collect();
}

/// What one of several operations can still expect of the whole: nothing of what a later one took back (then it would do
/// something again on the last files, or is refused there), and no difference where it only takes back what an earlier one
/// did (then it has nothing to do on the first).
fn net(first: &Project, last: &Project, operation: &Operation, targets: Vec<Target>) -> Vec<Target> {
    if targets.is_empty() {
        return targets;
    }
    let one = std::slice::from_ref(operation);
    let Ok(again) = propose(last, one) else { return Vec::new() };
    let taken_back = again.changes != *last.changes();
    let takes_back = propose(first, one).is_ok_and(|alone| alone.changes.is_empty());
    let expect = |expect: Expect| match expect {
        Expect::Changed | Expect::ChangedAny(_) if taken_back || takes_back => Expect::Reported,
        Expect::Equals(_) if taken_back => Expect::Reported,
        other => other,
    };
    targets.into_iter().map(|target| Target { expect: expect(target.expect), ..target }).collect()
}

/// Plans and compiles `operations` in order; each sees the files as the earlier ones left them.
/// Nothing is written.
pub fn propose(project: &Project, operations: &[Operation]) -> Result<Proposal> {
    proposed(project, operations).map_err(|stopped| stopped.error)
}

/// The same for operations that somebody listed: a refusal says which of them it is about.
pub fn propose_listed(project: &Project, operations: &[Operation]) -> Result<Proposal> {
    proposed(project, operations).map_err(|stopped| named(stopped.error, operations, stopped.number))
}

/// The operation that was refused, counted from 0, and why.
struct Stopped {
    number: usize,
    error: Box<Diagnostic>,
}

fn proposed(project: &Project, operations: &[Operation]) -> std::result::Result<Proposal, Stopped> {
    let mut out = Proposal::default();
    // The first operation works on the caller's snapshot, who may let go of its trees as it likes.
    let mut evolved: Option<Project> = None;
    let mut asked: Vec<Vec<Target>> = Vec::new();
    for (number, operation) in operations.iter().enumerate() {
        for index in 0.. {
            let now = evolved.as_ref().unwrap_or(project);
            let done = part(now, operation, index).map_err(|error| Stopped { number, error })?;
            let Some((mut plan, next)) = done else { break };
            evolved = Some(next);
            // The first part speaks for the whole operation.
            if index > 0 {
                plan.summary.clear();
            }
            out.add(plan);
        }
        asked.push(out.targets.split_off(0));
    }
    let last = evolved.as_ref().unwrap_or(project);
    out.targets = match operations {
        [_] => asked.into_iter().flatten().collect(),
        _ => operations.iter().zip(asked).flat_map(|(operation, targets)| net(project, last, operation, targets)).collect(),
    };
    if operations.len() > 1 {
        settle(&mut out.targets);
    }
    if out.notes.iter().any(|note| note.code == "lock-skipped") {
        // Nix reads no flake whose lock file lacks an input.
        out.targets.clear();
    }
    out.changes = evolved.as_ref().unwrap_or(project).changes().clone();
    Ok(out)
}
