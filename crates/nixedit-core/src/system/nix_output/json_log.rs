//! `--log-format internal-json`: each line is `@nix {…}`.

use super::quoted::split_position;
use super::{NixFailure, NixPlace, Origin, without_colours};
use serde::Deserialize;

/// Trace entries kept; an endless recursion prints twenty thousand.
const MAX_TRACE: usize = 2_000;

/// What the events hold that matters here; everything else is skipped.
#[derive(Deserialize)]
struct Event {
    action: String,
    level: Option<u64>,
    raw_msg: Option<String>,
    msg: Option<String>,
    #[serde(flatten)]
    position: Position,
    #[serde(default)]
    trace: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    raw_msg: Option<String>,
    #[serde(flatten)]
    position: Position,
}

#[derive(Deserialize)]
struct Position {
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
}

impl Position {
    /// The place; `None` for `«none»`, for `«string»` (the question's own text) and for nothing.
    fn place(&self, origin: Origin) -> Option<NixPlace> {
        let file = self.file.as_deref().filter(|file| !file.is_empty())?;
        // Nix 2.26 and later glue the position to the file, 2.8 does not.
        let (path, glued) = split_position(file);
        if path.starts_with("«none»") || path.starts_with("«string»") || path.starts_with("«stdin»") {
            return None;
        }
        let (line, column) = match (self.line, self.column) {
            (Some(line), column) if line > 0 => (Some(line), column.filter(|&c| c > 0)),
            _ => (glued.map(|(line, _)| line), glued.and_then(|(_, column)| column)),
        };
        Some(NixPlace { path: path.to_owned(), line, column, origin })
    }
}

/// What one line says to people, with its line feed; `None` for news of progress.
pub(super) fn message(line: &str) -> Option<String> {
    let Some(event) = line.trim_start().strip_prefix("@nix ") else { return Some(format!("{line}\n")) };
    let event = serde_json::from_str::<Event>(event).ok().filter(|event| event.action == "msg")?;
    event.msg.map(|text| format!("{}\n", without_colours(&text)))
}

/// The first event of level 0 with a bare message.
pub(super) fn parse(text: &str) -> Option<NixFailure> {
    let lines = text.lines().filter_map(|line| line.trim_start().strip_prefix("@nix "));
    // Progress events are many and long; only these can be the failure.
    let candidates = lines.filter(|line| line.contains("\"raw_msg\"") && line.contains("\"msg\""));
    candidates.filter_map(|line| serde_json::from_str::<Event>(line).ok()).find_map(failure)
}

fn failure(event: Event) -> Option<NixFailure> {
    let message = event.raw_msg.filter(|_| event.action == "msg" && event.level == Some(0))?;
    let trace = event.trace.iter().take(MAX_TRACE);
    let trace = trace.map(|entry| {
        let text = without_colours(entry.raw_msg.as_deref().unwrap_or_default());
        (text, entry.position.place(Origin::Trace))
    });
    let raw = without_colours(event.msg.as_deref().unwrap_or(&message));
    Some(NixFailure::assemble(&without_colours(&message), raw, event.position.place(Origin::Own), trace.collect()))
}
