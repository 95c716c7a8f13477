//! Why nothing was done, for programs.

use super::SchemaName;
use crate::diagnostic::{Code, Diagnostic, Kind, Way};
use schemars::JsonSchema;
use serde::Serialize;

/// Who is to do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailureStatus {
    /// The request is malformed, or was understood and turned down; another call settles it.
    Refused,
    /// A check of the edited candidate failed.
    Invalid,
    /// Something outside (nix, git, a lock, the disk) failed.
    Failed,
}

/// A failure: nothing was written.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Failure {
    /// Which schema this is.
    pub schema: SchemaName,
    /// What was asked for.
    pub command: String,
    /// Who is to do something about it.
    pub status: FailureStatus,
    /// Always false.
    pub written: bool,
    /// What went wrong, where, and the way out.
    pub error: ErrorReport,
    /// Of an invalid candidate: its first error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<FailedValidation>,
}

/// What went wrong, where, and the way out.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ErrorReport {
    /// Stable name; `nixedit explain CODE` tells what it means.
    pub code: Code,
    /// One sentence; may hold further lines.
    pub message: String,
    /// What would settle it.
    pub help: Option<String>,
    /// The names or places that could have been meant.
    pub candidates: Vec<String>,
    /// Command lines of which each would settle it.
    pub ways: Vec<Way>,
    /// The file of the first place, relative to the flake's root.
    pub file: Option<String>,
    /// Its 1-based line.
    pub line: Option<usize>,
    /// Its 1-based column, in bytes.
    pub column: Option<usize>,
    /// All places, the most important first.
    pub places: Vec<PlaceReport>,
    /// Which of several operations it is about; the first is 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<usize>,
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlaceReport {
    /// The file, relative to the flake's root.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in bytes.
    pub column: usize,
    /// What is there, in a few words; may be empty.
    pub message: String,
}

/// What an invalid candidate fails with.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FailedValidation {
    /// `failed`.
    pub status: crate::validate::Status,
    /// The first error, flat.
    pub first_error: FlatError,
}

/// An error without its other places and ways.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FlatError {
    /// Stable name.
    pub code: Code,
    /// The message, without `error:`.
    pub message: String,
    /// `error: ` and the message's first line.
    pub line_text: String,
    /// The file, relative to the flake's root.
    pub file: Option<String>,
    /// 1-based line.
    pub line: Option<usize>,
    /// 1-based column, in bytes.
    pub column: Option<usize>,
    /// What would settle it.
    pub hint: Option<String>,
}

impl From<&Diagnostic> for ErrorReport {
    fn from(diagnostic: &Diagnostic) -> Self {
        let places: Vec<PlaceReport> = diagnostic
            .labels
            .iter()
            .map(|label| {
                let at = label.position();
                PlaceReport { file: label.file.clone(), line: at.line, column: at.column, message: label.message.clone() }
            })
            .collect();
        let first = places.first();
        Self {
            code: diagnostic.code,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            candidates: diagnostic.candidates.clone(),
            ways: diagnostic.ways.clone(),
            file: first.map(|place| place.file.clone()),
            line: first.map(|place| place.line),
            column: first.map(|place| place.column),
            places,
            operation: diagnostic.operation,
        }
    }
}

impl FailedValidation {
    fn of(error: &ErrorReport) -> Self {
        let first = error.message.lines().next().unwrap_or_default();
        let first_error = FlatError {
            code: error.code,
            message: error.message.clone(),
            line_text: format!("error: {first}"),
            file: error.file.clone(),
            line: error.line,
            column: error.column,
            hint: error.help.clone(),
        };
        Self { status: crate::validate::Status::Failed, first_error }
    }
}

impl Failure {
    /// The failure of a command.
    pub fn of(command: &str, diagnostic: &Diagnostic) -> Self {
        let status = match diagnostic.code.kind() {
            Kind::Usage | Kind::Refused => FailureStatus::Refused,
            Kind::Invalid => FailureStatus::Invalid,
            _ => FailureStatus::Failed,
        };
        let error = ErrorReport::from(diagnostic);
        let validation = (status == FailureStatus::Invalid).then(|| FailedValidation::of(&error));
        Self { schema: SchemaName::Nixedit1, command: command.to_owned(), status, written: false, error, validation }
    }
}
