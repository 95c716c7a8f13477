//! From what Nix printed to a typed failure: message, places, names, kind.
//!
//! Nix is run with `--log-format internal-json --show-trace`; then its failure is the first event
//! of level 0 that has a `raw_msg`. Plain text is read too, for the few errors that Nix prints
//! before or beside its logger. Nothing here reads a file: a printed path becomes a path of the
//! flake through [`SourceRoots`], and the caller looks into the file.
//!
//! The wordings are those of Nix 2.8, 2.26 and 2.34; `recorded/` holds what each of them printed.

mod classify;
mod json_log;
mod plain_text;
mod quoted;
mod source_roots;

#[cfg(test)]
mod tests;

pub use classify::classify;
pub use quoted::{Quoted, between, quoted_paths, renamed, with_own_paths};
pub use source_roots::SourceRoots;

use crate::diagnostic::Code;

/// How a place came to be known; the order is that of trust.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The position of the error itself.
    Own,
    /// A path that the message names.
    Quoted,
    /// An entry of the trace: its position or a path in its text.
    Trace,
}

/// A place as Nix printed it; not yet a file of the flake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NixPlace {
    /// The path as printed, without line and column: a store path, a real path, or `«…»/path`.
    pub path: String,
    /// 1-based line, when Nix gave one.
    pub line: Option<usize>,
    /// 1-based column in bytes, when Nix gave one.
    pub column: Option<usize>,
    /// How the place came to be known.
    pub origin: Origin,
}

/// One failure of Nix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NixFailure {
    /// The bare message: no trace, no position, no colours; may have several lines.
    pub message: String,
    /// The names of Nix's own "Did you mean …".
    pub suggestions: Vec<String>,
    /// The option that the message, or else the innermost trace entry, is about.
    pub option: Option<String>,
    /// Places in the order of trust: own, quoted in the message, trace from the innermost outwards.
    pub places: Vec<NixPlace>,
    /// Texts of the trace, innermost first.
    pub trace: Vec<String>,
    /// Every path that the message names, in order.
    pub files: Vec<String>,
    /// The path that is not there, for a failure about a missing file; as printed.
    pub missing: Option<String>,
    /// Nix's own full rendering, without colours.
    pub raw: String,
}

impl NixFailure {
    /// The kind of failure. Looks at the trace where the message alone would mislead.
    pub fn code(&self) -> Code {
        let code = classify(&self.message);
        let innermost = |text: &str| self.trace.iter().take(8).any(|entry| entry.contains(text));
        match code {
            Code::NixAttributeMissing if self.module_argument().is_some() => Code::NixArgument,
            Code::NixDownload if self.trace.iter().any(|entry| entry.contains("updating the lock file")) => Code::NixLockStale,
            Code::NixOther if innermost("condition of the assertion") => Code::NixAssertion,
            code => code,
        }
    }

    /// The name of a module argument that nobody passes, when that is what failed.
    pub fn module_argument(&self) -> Option<&str> {
        let name = quoted::between(&self.message, "attribute '", "' missing")?;
        let asked = format!("module argument `{name}'");
        self.trace.iter().any(|entry| entry.contains(&asked)).then_some(name)
    }

    /// The flake input that Nix could not bring up to date, where the trace names it.
    pub fn input(&self) -> Option<&str> {
        let in_message = quoted::between(&self.message, "'flake:", "' is an indirect flake reference");
        in_message.or_else(|| self.trace.iter().find_map(|entry| quoted::between(entry, "flake input '", "'")))
    }

    /// A failure from a message, its rendering, its own position and its trace (innermost first).
    fn assemble(message: &str, raw: String, own: Option<NixPlace>, trace: Vec<(String, Option<NixPlace>)>) -> Self {
        let message = message.trim().to_owned();
        let code = classify(&message);
        let missing = quoted::missing_path(&message);
        let files = quoted_paths(&message);
        let names_place = missing.is_none() && code != Code::NixLockStale && code != Code::NixDownload;
        let mut places: Vec<NixPlace> = own.into_iter().collect();
        places.extend(files.iter().filter(|_| names_place).map(|q| q.place(Origin::Quoted)));
        for (text, place) in &trace {
            places.extend(place.clone());
            places.extend(quoted_paths(text).iter().map(|q| q.place(Origin::Trace)));
        }
        // Nix 2.8 names the missing file in its trace too; that is not where it was asked for.
        places.retain(|place| missing.as_ref() != Some(&place.path));
        let trace: Vec<String> = trace.into_iter().map(|(text, _)| text).collect();
        let of_trace = || trace.iter().find_map(|text| quoted::between(text, "while evaluating the option `", "'"));
        let option = quoted::option(&message).or_else(|| of_trace().map(str::to_owned));
        let suggestions = quoted::suggestions(&raw);
        let files = files.into_iter().map(|q| q.path).collect();
        Self { message, suggestions, option, places, trace, files, missing, raw }
    }
}

/// The failure in what Nix wrote to standard error; `None` when there is none in it. Never
/// panics, whatever the bytes.
pub fn parse_events(stderr: &[u8]) -> Option<NixFailure> {
    let text = String::from_utf8_lossy(stderr);
    json_log::parse(&text).or_else(|| plain_text::parse(&text))
}

/// The messages in what Nix wrote to standard error, as it would have shown them to people.
pub fn messages(stderr: &str) -> String {
    stderr.lines().filter_map(json_log::message).collect()
}

/// `text` without terminal colours (`ESC [ … m`) and whatever else a terminal would take for an order.
fn without_colours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_digit() && c != ';');
        rest = match end {
            Some(end) if after[end..].starts_with('m') => &after[end + 1..],
            _ => after,
        };
    }
    out.push_str(rest);
    out.retain(|c| !c.is_control() || matches!(c, '\n' | '\t'));
    out
}
