//! What was asked of Nix and what it answered.

use crate::diagnostic::Diagnostic;
use crate::plan::{Expect, Target};
use crate::validate::Level;
use serde::Serialize;

/// How far a validation got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Everything that was asked for holds.
    Ok,
    /// Something does not.
    Failed,
    /// Nothing was evaluated; `skipped_because` says why.
    Skipped,
}

/// What became of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Answered as expected.
    Ok,
    /// Answered otherwise, or not at all.
    Failed,
    /// Not asked: something failed before.
    NotRun,
}

/// One question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct TargetReport {
    /// The host it is about.
    pub host: Option<String>,
    /// What people call the attribute: `home.packages`.
    pub attr: String,
    /// The flake output that was evaluated.
    pub output: String,
    /// The Nix expression over `c`, the value of `output`.
    pub question: String,
    /// What the answer had to be: `changed`, `same`, `reported`, `equals …`, `evaluates`.
    pub expect: String,
    /// Whether it was.
    pub ok: bool,
    /// The same with the third possibility.
    pub outcome: Outcome,
    /// How long the evaluation took that answered it (with others, maybe).
    #[serde(rename = "ms")]
    pub milliseconds: u64,
    /// The difference that the edit makes: `+ ripgrep-14.1.1`, `false -> true`.
    pub effect: Vec<String>,
    /// Whether an earlier run evaluated it, with the same content of the flake.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub known: bool,
    /// Store path of the derivation of a whole system that was evaluated.
    #[serde(rename = "drv", skip_serializing_if = "Option::is_none")]
    pub derivation: Option<String>,
    /// Why this system does not evaluate, where several are evaluated as one run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<FirstError>,
}

impl TargetReport {
    pub(super) fn new(target: &Target) -> Self {
        Self {
            host: target.host.clone(),
            attr: target.label.clone(),
            output: target.output.clone(),
            question: target.question.clone(),
            expect: match &target.expect {
                Expect::Changed => "changed".to_owned(),
                Expect::ChangedAny(_) => "changed, or another of its group".to_owned(),
                Expect::Same => "same".to_owned(),
                Expect::Reported => "reported".to_owned(),
                Expect::Equals(json) => format!("equals {json}"),
                Expect::Evaluates => "evaluates".to_owned(),
            },
            ok: false,
            outcome: Outcome::NotRun,
            milliseconds: 0,
            effect: Vec::new(),
            known: false,
            derivation: None,
            error: None,
        }
    }
}

/// The first failure, flat, for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct FirstError {
    /// Stable code: `nix.undefined-variable`.
    pub code: String,
    /// The message, without `error:`.
    pub message: String,
    /// `error: ` and the message's first line.
    pub line_text: String,
    /// File relative to the flake's root.
    pub file: Option<String>,
    /// 1-based line.
    pub line: Option<usize>,
    /// 1-based column, in bytes.
    pub column: Option<usize>,
    /// The host whose evaluation failed.
    pub host: Option<String>,
    /// The attribute that was evaluated.
    pub attr: Option<String>,
    /// What would settle it.
    pub hint: Option<String>,
}

impl FirstError {
    pub(super) fn of(diagnostic: &Diagnostic, at: Option<&TargetReport>) -> Self {
        let label = diagnostic.labels.first();
        let position = label.map(crate::diagnostic::Label::position);
        Self {
            code: diagnostic.code.to_string(),
            message: diagnostic.message.clone(),
            line_text: format!("error: {}", diagnostic.message.lines().next().unwrap_or_default()),
            file: label.map(|label| label.file.clone()),
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
            host: at.and_then(|at| at.host.clone()),
            attr: at.map(|at| at.attr.clone()),
            hint: diagnostic.help.clone(),
        }
    }
}

/// One validation, as the JSON interface shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct ValidationReport {
    /// The level that was gone to.
    pub level: Level,
    /// How it ended.
    pub status: Status,
    /// Why nothing was evaluated: `no nix on PATH`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped_because: Option<String>,
    /// Every question, in the order of the plan, then whole systems.
    pub targets: Vec<TargetReport>,
    /// The failure that ended it.
    pub first_error: Option<FirstError>,
}

impl ValidationReport {
    pub(super) fn new(level: Level) -> Self {
        Self { level, status: Status::Ok, skipped_because: None, targets: Vec::new(), first_error: None }
    }

    pub(super) fn skipped(level: Level, because: &str) -> Self {
        Self { status: Status::Skipped, skipped_because: Some(because.to_owned()), ..Self::new(level) }
    }
}

/// A validation that did not pass.
#[derive(Clone, Debug)]
pub struct ValidationFailure {
    /// What to tell.
    pub diagnostic: Box<Diagnostic>,
    /// How far it got.
    pub report: ValidationReport,
    /// Everything that Nix wrote to standard error in the evaluation that failed; may be empty.
    pub log: String,
}

impl ValidationFailure {
    /// A failure before the first evaluation.
    pub(crate) fn early(level: Level, diagnostic: Box<Diagnostic>) -> Box<Self> {
        let first_error = Some(FirstError::of(&diagnostic, None));
        let report = ValidationReport { status: Status::Failed, first_error, ..ValidationReport::new(level) };
        Box::new(Self { diagnostic, report, log: String::new() })
    }
}
