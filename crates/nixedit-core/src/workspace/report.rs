//! What an edit did, or would do.

use crate::change_set::ChangeSet;
use crate::flake_lock::LockChange;
use crate::plan::Note;
use crate::validate::{Status, ValidationReport};

/// What an edit did, or would do.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// What was asked for: `add-package`, `option set`, `batch`.
    pub command: String,
    /// The bytes of every touched file before and after; empty when everything was so already.
    pub changes: ChangeSet,
    /// One line per operation.
    pub summaries: Vec<String>,
    /// What becomes of each host, a line each.
    pub lines: Vec<String>,
    /// The hosts that were asked for.
    pub hosts: Vec<String>,
    /// The hosts that have a touched file.
    pub affects: Vec<String>,
    /// What was proven; `None` where there was nothing to prove.
    pub validation: Option<ValidationReport>,
    /// What became of inputs in the lock file.
    pub lock: Vec<LockChange>,
    /// Remarks.
    pub notes: Vec<Note>,
    /// Command lines that the user runs next.
    pub next: Vec<String>,
    /// The name to undo the edit by, once it has landed.
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
        let shown: Vec<_> = report.targets.iter().filter(|target| !target.effect.is_empty()).collect();
        let mut lines: Vec<String> =
            shown.iter().map(|t| format!("{} {}: {}", t.host.as_deref().unwrap_or("flake"), t.attr, t.effect.join(", "))).collect();
        // Of several operations, one may leave a host alone that another changes.
        let same = report.targets.iter().filter(|t| t.expect == "same" && !shown.iter().any(|other| other.host == t.host));
        let same = once_each(same.filter_map(|t| t.host.as_deref()));
        if !same.is_empty() {
            lines.push(format!("unchanged on {}", same.join(", ")));
        }
        let stands = once_each(report.targets.iter().filter(|target| target.ok).filter_map(|target| target.host.as_deref()));
        if !self.lock.is_empty() && !stands.is_empty() {
            lines.push(format!("evaluated with it: {}", stands.join(", ")));
        }
        lines.dedup();
        lines
    }
}

fn once_each<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for name in names {
        if !out.contains(&name) {
            out.push(name);
        }
    }
    out
}
