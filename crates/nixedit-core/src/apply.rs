//! The spine: operations to a proposal, one after the other on an evolving snapshot.

use crate::change_set::ChangeSet;
use crate::diagnostic::Result;
use crate::operation::Operation;
use crate::plan::{LockWish, Note, Plan, Target};
use crate::project::Project;
use crate::{compile, format, idioms, new_paths};

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

/// Plans and compiles `operations` in order; each sees the files as the earlier ones left them.
/// Nothing is written.
pub fn propose(project: &Project, operations: &[Operation]) -> Result<Proposal> {
    let mut out = Proposal::default();
    // The first operation works on the caller's snapshot, who may let go of its trees as it likes.
    let mut evolved: Option<Project> = None;
    for operation in operations {
        for index in 0.. {
            let now = evolved.as_ref().unwrap_or(project);
            let Some(mut plan) = idioms::part(now, operation, index)? else { break };
            format::new_code(now, &mut plan)?;
            let (changes, notes) = format::keep(now, &plan, compile::compile(now, &plan)?);
            let next = now.with(&changes);
            // A file edited by its name alone may be one of a flake that is not here.
            if !plan.hosts.is_empty() {
                new_paths::check(now, &next, &changes)?;
            }
            evolved = Some(next);
            plan.notes.extend(notes);
            // The first part speaks for the whole operation.
            if index > 0 {
                plan.summary.clear();
            }
            out.add(plan);
        }
    }
    if out.notes.iter().any(|note| note.code == "lock-skipped") {
        // Nix reads no flake whose lock file lacks an input.
        out.targets.clear();
    }
    out.changes = evolved.as_ref().unwrap_or(project).changes().clone();
    Ok(out)
}
