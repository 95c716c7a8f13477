//! What Nix prints for people: the fallback when there is no event.

use super::quoted::{quoted_paths, split_position};
use super::{NixFailure, NixPlace, Origin, without_colours};

/// The failure in plain text. Nix 2.26 and later print the trace first and the message last, 2.8
/// the message first: a first line `error:` with nothing behind it tells the newer form.
pub(super) fn parse(text: &str) -> Option<NixFailure> {
    let text = without_colours(text);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("@nix ")).collect();
    let heads: Vec<usize> = (0..lines.len()).filter(|&i| lines[i].trim_start().starts_with("error:")).collect();
    let (&first, &last) = (heads.first()?, heads.last()?);
    let trace_first = heads.len() > 1 && lines[first].trim() == "error:";
    let start = if trace_first { last } else { first };
    let block = block_end(&lines, start);
    let (message, own) = message_and_place(&lines[start..block]);
    let mut trace = trace(if trace_first { &lines[first + 1..start] } else { &lines[block..] });
    if trace_first {
        trace.reverse();
    }
    Some(NixFailure::assemble(&message, text.clone(), own, trace))
}

/// The first line behind `start` that begins the trace, or the end.
fn block_end(lines: &[&str], start: usize) -> usize {
    let begins_trace = |line: &str| line.trim_start().starts_with('…') || line.contains("--show-trace");
    (start + 1..lines.len()).find(|&i| begins_trace(lines[i])).unwrap_or(lines.len())
}

/// The message of an error's block and the place below it, without the quoted code.
fn message_and_place(block: &[&str]) -> (String, Option<NixPlace>) {
    let mut message = String::new();
    for (at, line) in block.iter().enumerate() {
        let line = line.trim();
        let line = if at == 0 { line.trim_start_matches("error:").trim() } else { line };
        if at > 0 && line.starts_with("at ") {
            return (message, place(line, Origin::Own));
        }
        if at > 0 && line.starts_with("Did you mean ") {
            break;
        }
        message.push_str(line);
        message.push('\n');
    }
    (message, None)
}

/// The entries of a trace in printed order: a line `… text`, then perhaps `at file:l:c:`.
fn trace(lines: &[&str]) -> Vec<(String, Option<NixPlace>)> {
    let mut entries: Vec<(String, Option<NixPlace>)> = Vec::new();
    for line in lines.iter().map(|line| line.trim()) {
        if let Some(text) = line.strip_prefix('…') {
            entries.push((text.trim().to_owned(), None));
        } else if let (true, Some(entry)) = (line.starts_with("at "), entries.last_mut()) {
            entry.1 = entry.1.take().or_else(|| place(line, Origin::Trace));
        }
    }
    entries
}

/// The place in a line `at file:line:column:`.
fn place(line: &str, origin: Origin) -> Option<NixPlace> {
    let (path, position) = split_position(line.trim_start_matches("at ").trim());
    let known = path.starts_with('/') || quoted_paths(path).len() == 1;
    let known = known && !path.starts_with("«none»") && !path.starts_with("«string»");
    let (line, column) = (position.map(|p| p.0), position.and_then(|p| p.1));
    known.then(|| NixPlace { path: path.to_owned(), line, column, origin })
}
