//! One shape for everything that can go wrong: syntax errors, refusals, failed proofs.
//!
//! A diagnostic is data. Nothing here draws it; a front end decides how it looks.

mod codes;

use crate::text::{Position, Span, position};
pub use codes::Code;
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// `Result` of every stage: the value, or the one diagnostic that stopped it.
pub type Result<T> = std::result::Result<T, Box<Diagnostic>>;

/// What a code means for the caller; a command line turns it into an exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The request itself is malformed or lacks a value.
    Usage,
    /// The request is understood and was refused; nothing was changed.
    Refused,
    /// A check of the edited candidate failed; nothing was changed.
    Invalid,
    /// Something outside (nix, git, age, time, network) was missing or failed.
    Environment,
    /// Somebody else holds the lock, or a file changed underneath.
    Busy,
    /// A command that deploys failed; what was edited before stays.
    Apply,
    /// The disk or this program failed.
    Internal,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl schemars::JsonSchema for Code {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        // No closed list: codes are added, and what was valid stays so.
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[a-z0-9-]+(\\.[a-z0-9-]+)*$",
            "description": "A stable name; `nixedit explain CODE` tells what it means and what settles it.",
            "examples": [Code::HostUnknown.as_str(), Code::PackageMissing.as_str()]
        })
    }
}

/// A place in a file with the text it was found in, so that a front end can show it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Label {
    /// Path relative to the flake's root (or as the caller named it, in file mode).
    pub file: String,
    /// The file's text at the time; for a failed candidate, the edited text.
    pub source: Arc<str>,
    /// The bytes meant.
    pub span: Span,
    /// What is there, in a few words; may be empty.
    pub message: String,
}

impl Label {
    /// The 1-based line and column of the label's first byte.
    pub fn position(&self) -> Position {
        position(&self.source, self.span.start)
    }

    /// `file:line`, as people and editors write it.
    pub fn file_line(&self) -> String {
        format!("{}:{}", self.file, self.position().line)
    }
}

/// One finding: what, where, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Stable name of the kind of finding.
    pub code: Code,
    /// One sentence without a final full stop; may hold further lines.
    pub message: String,
    /// Places, the most important first.
    pub labels: Vec<Label>,
    /// What would settle it, usually a command to paste.
    pub help: Option<String>,
    /// The names or places that could have been meant.
    pub candidates: Vec<String>,
    /// Command lines of which each would settle it.
    pub ways: Vec<Way>,
    /// Which of the operations it is about, counted from 1, where that is known.
    pub operation: Option<usize>,
}

/// A command line to paste, and what it would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct Way {
    /// As typed in a shell.
    pub command: String,
    /// A few words.
    pub does: String,
}

impl Diagnostic {
    /// A finding without place or advice.
    pub fn new(code: Code, message: impl Into<String>) -> Box<Self> {
        let message = message.into();
        Box::new(Self { code, message, labels: Vec::new(), help: None, candidates: Vec::new(), ways: Vec::new(), operation: None })
    }

    /// Adds a place.
    pub fn at(mut self: Box<Self>, file: &str, source: &Arc<str>, span: Span, message: impl Into<String>) -> Box<Self> {
        self.labels.push(Label { file: file.to_owned(), source: source.clone(), span, message: message.into() });
        self
    }

    /// Adds the way out.
    pub fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help = Some(help.into());
        self
    }

    /// Adds a command line that would settle it; an empty one is none.
    pub fn way(mut self: Box<Self>, command: String, does: impl Into<String>) -> Box<Self> {
        if !command.is_empty() {
            self.ways.push(Way { command, does: does.into() });
        }
        self
    }

    /// Adds what could have been meant.
    pub fn candidates<S: Into<String>>(mut self: Box<Self>, names: impl IntoIterator<Item = S>) -> Box<Self> {
        self.candidates.extend(names.into_iter().map(Into::into));
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}
