//! What a tool answers: a few lines of text, and the same as data.

use super::corrected;
use crate::render::json;
use nixedit_core::diagnostic::Diagnostic;
use nixedit_core::workspace::Report;
use serde_json::{Map, Value, json};

/// Most lines of text, hunks, proofs and the like that an answer carries.
const MOST: usize = 20;
/// Longest text in an answer, in bytes.
const LONGEST: usize = 2000;

/// An answer to a call.
#[derive(Debug)]
pub struct Answer {
    pub text: String,
    pub structured: Value,
    pub is_error: bool,
}

impl Answer {
    /// What a tool that looks has found, as lines of text. `more` says how to see the rest.
    pub fn lines(subject: &str, lines: &[String], more: &str) -> Self {
        let (shown, left) = (&lines[..lines.len().min(2 * MOST)], lines.len().saturating_sub(2 * MOST));
        let mut text = shown.join("\n");
        let mut structured = json!({ "subject": subject, "lines": shown });
        if left > 0 {
            text += &format!("\n… {left} more lines; {more}");
            structured["left"] = json!(left);
        }
        Self { text, structured, is_error: false }
    }

    /// What an edit did, or with `plan` would do.
    pub fn report(report: &Report) -> Self {
        let whole = json::report(report);
        let mut out = Map::new();
        for name in ["status", "written", "summary"] {
            out.insert(name.to_owned(), whole[name].clone());
        }
        let hunks: Vec<Value> = whole["changes"].as_array().into_iter().flatten().map(hunk).collect();
        put(&mut out, "changes", json!(&hunks[..hunks.len().min(MOST)]));
        put(&mut out, "lines", json!(report.lines));
        put(&mut out, "proof", json!(report.proof_lines()));
        put(&mut out, "lock", json!(report.lock.iter().map(ToString::to_string).collect::<Vec<_>>()));
        put(&mut out, "notes", json!(report.notes.iter().map(|note| &note.message).collect::<Vec<_>>()));
        put(&mut out, "next", json!(report.next));
        put(&mut out, "edit", json!(report.edit_id));
        Self { text: text_of(report, &hunks), structured: cut(Value::Object(out)), is_error: false }
    }

    /// Why nothing was done, and the call that would settle it.
    pub fn error(diagnostic: &Diagnostic, calls: Vec<Value>) -> Self {
        let whole = json::error("", diagnostic);
        let mut error = Map::new();
        for name in ["code", "message", "help", "file", "line", "candidates"] {
            put(&mut error, name, whole["error"][name].clone());
        }
        if diagnostic.help.as_deref().is_some_and(corrected::is_call) {
            // The calls say it.
            error.remove("help");
        }
        let place =
            error.get("file").and_then(Value::as_str).map(|file| format!("{file}:{}: ", whole["error"]["line"])).unwrap_or_default();
        let mut text = format!("{}: {place}{}", whole["status"].as_str().unwrap_or("failed"), diagnostic.message);
        if let Some(help) = error.get("help").and_then(Value::as_str) {
            text += &format!("\nhelp: {help}");
        }
        calls.iter().for_each(|call| text += &format!("\n{call}"));
        let mut out = Map::new();
        out.insert("status".to_owned(), whole["status"].clone());
        out.insert("written".to_owned(), json!(false));
        out.insert("error".to_owned(), Value::Object(error));
        put(&mut out, "calls", json!(calls));
        Self { text: shortened(&text), structured: cut(Value::Object(out)), is_error: true }
    }
}

/// A field, unless it says nothing.
fn put(out: &mut Map<String, Value>, name: &str, value: Value) {
    let empty = match &value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    if !empty {
        out.insert(name.to_owned(), value);
    }
}

/// One place of a file that changed: what stood there and what stands there now.
fn hunk(change: &Value) -> Value {
    let mut out = Map::new();
    put(&mut out, "file", change["file"].clone());
    put(&mut out, "line", change["start"]["line"].clone());
    if change["kind"] != "edit" {
        put(&mut out, "kind", change["kind"].clone());
    }
    for name in ["slot", "group", "removed", "inserted"] {
        put(&mut out, name, change[name].clone());
    }
    Value::Object(out)
}

/// The report in at most twenty lines or so.
fn text_of(report: &Report, hunks: &[Value]) -> String {
    let mut lines: Vec<String> = report.summaries.iter().map(|summary| report.headline(summary)).collect();
    for hunk in hunks {
        let line = hunk.get("line").map(|line| format!(":{line}")).unwrap_or_default();
        lines.push(format!("{}{line}", hunk["file"].as_str().unwrap_or_default()));
        for (sign, name) in [("-", "removed"), ("+", "inserted")] {
            let text = hunk.get(name).and_then(Value::as_str).unwrap_or_default();
            lines.extend(text.lines().map(|line| format!("{sign}{line}")));
        }
    }
    lines.extend(report.proof_lines());
    lines.extend(report.notes.iter().map(|note| format!("note: {}", note.message)));
    lines.extend(report.next.iter().map(|next| format!("next: {next}")));
    let left = lines.len().saturating_sub(2 * MOST);
    lines.truncate(2 * MOST);
    lines.extend((left > 0).then(|| format!("… {left} more lines")));
    lines.extend(report.edit_id.as_ref().map(|id| format!("edit {id}")));
    shortened(&lines.join("\n"))
}

/// Every text in a value at most so long.
fn cut(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(shortened(&text)),
        Value::Array(items) => items.into_iter().map(cut).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, cut(value))).collect(),
        other => other,
    }
}

fn shortened(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}… ({} more bytes)", &text[..end], text.len() - end)
}
