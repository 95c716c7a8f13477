//! What an edit did or why it did nothing, as programs read it: schema `nixedit/1`, from the types that are written.
//!
//! Objects serialise with their fields in order of the alphabet when they go through [`serde_json::Value`], as the
//! command line prints them.

mod change;
mod failure;
mod schema;

pub use change::{Change, Hashes};
pub use failure::{ErrorReport, FailedValidation, Failure, FailureStatus, FlatError, PlaceReport};
pub use schema::{RESULT_NAMES, RESULTS_ID, schema, schema_of};

use crate::flake_lock::LockChange;
use crate::plan::Note;
use crate::validate::ValidationReport;
use crate::workspace::Report;
use schemars::JsonSchema;
use serde::Serialize;

/// The name of the schema that every object states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub enum SchemaName {
    /// The first, and so far the only one; fields are only added to it.
    #[default]
    #[serde(rename = "nixedit/1")]
    Nixedit1,
}

/// Whether an edit changes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EditStatus {
    /// Files are, or would be, other than before.
    Changed,
    /// Everything was so already.
    Unchanged,
}

/// What an edit did, or would do.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Edit {
    /// Which schema this is.
    pub schema: SchemaName,
    /// What was asked for: `add-package`, `option set`, `batch`.
    pub command: String,
    /// Whether anything changes.
    pub status: EditStatus,
    /// Whether it landed; not with `--dry-run`, nor where nothing changes.
    pub written: bool,
    /// One line for people; of several operations with `; ` between.
    pub summary: String,
    /// What becomes of each host, a line each.
    pub lines: Vec<String>,
    /// The hosts that were asked for.
    pub hosts: Vec<String>,
    /// The hosts that have a touched file.
    pub affects: Vec<String>,
    /// Every hunk of every touched file, in order.
    pub changes: Vec<Change>,
    /// The same as a unified diff.
    pub diff: String,
    /// What was proven; null where there was nothing to prove.
    pub validation: Option<ValidationReport>,
    /// What became of inputs in the lock file.
    pub lock: Vec<LockChange>,
    /// Remarks.
    pub notes: Vec<Note>,
    /// Command lines that the user runs next.
    pub next: Vec<String>,
    /// The name to undo the edit by; null unless it landed.
    pub edit_id: Option<String>,
    /// The command line that takes it back; null unless it landed.
    pub undo: Option<String>,
    /// With `--apply`: what became of each host that was deployed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub apply: Option<serde_json::Value>,
}

impl From<&Report> for Edit {
    fn from(report: &Report) -> Self {
        Self {
            schema: SchemaName::Nixedit1,
            command: report.command.clone(),
            status: if report.changes.is_empty() { EditStatus::Unchanged } else { EditStatus::Changed },
            written: report.edit_id.is_some(),
            summary: report.summaries.join("; "),
            lines: report.lines.clone(),
            hosts: report.hosts.clone(),
            affects: report.affects.clone(),
            changes: report.changes.files().flat_map(Change::of).collect(),
            diff: report.changes.unified_diff(),
            validation: report.validation.clone(),
            lock: report.lock.clone(),
            notes: report.notes.clone(),
            next: report.next.clone(),
            edit_id: report.edit_id.clone(),
            undo: report.edit_id.as_ref().map(|id| format!("nixedit undo {id}")),
            apply: None,
        }
    }
}
