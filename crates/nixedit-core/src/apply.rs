//! The spine: operations to a proposal, one after the other on an evolving snapshot.

use crate::change_set::ChangeSet;
use crate::diagnostic::Result;
use crate::operation::Operation;
use crate::plan::{LockWish, Note, Target};
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

/// Plans and compiles `operations` in order; each sees the files as the earlier ones left them.
/// Nothing is written.
pub fn propose(project: &Project, operations: &[Operation]) -> Result<Proposal> {
    let mut out = Proposal::default();
    // The first operation works on the caller's snapshot, who may let go of its trees as it likes.
    let mut evolved: Option<Project> = None;
    for operation in operations {
        let now = evolved.as_ref().unwrap_or(project);
        let mut plan = idioms::plan(now, operation)?;
        format::new_code(now, &mut plan)?;
        let (changes, notes) = format::keep(now, &plan, compile::compile(now, &plan)?);
        let next = now.with(&changes);
        // A file edited by its name alone may be one of a flake that is not here.
        if !plan.hosts.is_empty() {
            new_paths::check(now, &next, &changes)?;
        }
        evolved = Some(next);
        out.targets.extend(plan.targets);
        out.lock = match (out.lock.take(), plan.lock) {
            (Some(known), Some(wish)) => Some(known.and(wish)),
            (known, wish) => known.or(wish),
        };
        out.summaries.push(plan.summary);
        out.lines.extend(plan.lines);
        out.notes.extend(plan.notes.into_iter().chain(notes));
        out.next.extend(plan.next);
        for host in plan.hosts {
            if !out.hosts.contains(&host) {
                out.hosts.push(host);
            }
        }
    }
    if out.notes.iter().any(|note| note.code == "lock-skipped") {
        // Nix reads no flake whose lock file lacks an input.
        out.targets.clear();
    }
    out.changes = evolved.as_ref().unwrap_or(project).changes().clone();
    Ok(out)
}
