//! What programs read: one object of schema `nixedit/1` on stdout.

use nixedit_core::change_set::FileChange;
use nixedit_core::diagnostic::{Diagnostic, Kind};
use nixedit_core::inspect::slot::{parsed, slot_at};
use nixedit_core::text::{ContentHash, position};
use nixedit_core::workspace::Report;
use serde_json::{Value, json};
use similar::{DiffTag, TextDiff};
use std::cell::LazyCell;
use std::io::Write;

/// Prints one JSON value on a line of its own.
pub fn print(value: &Value) {
    // Writing to a closed pipe is no reason to fail.
    let _ = writeln!(std::io::stdout().lock(), "{value}");
}

/// Prints what a command that looks has found, as the field `what`.
pub fn found(command: &str, what: &str, data: &impl serde::Serialize) {
    print(&json!({ "schema": "nixedit/1", "command": command, "status": "unchanged", what: data }));
}

/// Adds the fields of `data` to an object.
pub fn extend(object: &mut Value, data: &impl serde::Serialize) {
    if let (Some(fields), Ok(Value::Object(more))) = (object.as_object_mut(), serde_json::to_value(data)) {
        fields.extend(more);
    }
}

/// An edit's report.
pub fn report(report: &Report) -> Value {
    json!({
        "schema": "nixedit/1",
        "command": report.command,
        "status": report.status(),
        "written": report.edit_id.is_some(),
        "summary": report.summaries.join("; "),
        "lines": report.lines,
        "hosts": report.hosts,
        "affects": report.affects,
        "changes": report.changes.files().flat_map(changes_of).collect::<Vec<_>>(),
        "diff": report.changes.unified_diff(),
        "validation": report.validation,
        "lock": report.lock,
        "notes": report.notes,
        "next": report.next,
        "edit_id": report.edit_id,
        "undo": report.edit_id.as_ref().map(|id| format!("nixedit undo {id}")),
    })
}

/// The hunks of one file.
fn changes_of(change: &FileChange) -> Vec<Value> {
    let kind = match (&change.before, &change.after) {
        (None, _) => "create",
        (_, None) => "delete",
        _ => "edit",
    };
    let hash = |bytes: &Option<std::sync::Arc<[u8]>>| bytes.as_deref().map(|b| ContentHash::of(b).to_string());
    let sha256 = json!({ "before": hash(&change.before), "after": hash(&change.after) });
    let text =
        |bytes: &Option<std::sync::Arc<[u8]>>| bytes.as_deref().and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default().to_owned();
    if kind != "edit" {
        return vec![json!({ "file": change.path, "kind": kind, "sha256": sha256 })];
    }
    let (before, after) = (text(&change.before), text(&change.after));
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let lines: Vec<&str> = before.split_inclusive('\n').collect();
    let new_lines: Vec<&str> = after.split_inclusive('\n').collect();
    let (old, new) = (LazyCell::new(|| parsed(&before)), LazyCell::new(|| parsed(&after)));
    let hunks = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    hunks
        .map(|op| {
            let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
            let offset = length(&lines[..op.old_range().start]);
            let at = match op.new_range().is_empty() {
                true => old.as_ref().and_then(|source| slot_at(source, offset)),
                false => new.as_ref().and_then(|source| slot_at(source, length(&new_lines[..op.new_range().start]))),
            };
            json!({
                "file": change.path, "kind": kind, "slot": at.as_ref().map(|at| &at.slot),
                "group": at.as_ref().and_then(|at| at.group.as_ref()), "start": position(&before, offset),
                "removed": lines[op.old_range()].concat(), "inserted": new_lines[op.new_range()].concat(), "sha256": sha256,
            })
        })
        .collect()
}

/// A failure: refused, invalid or failed.
pub fn error(command: &str, diagnostic: &Diagnostic) -> Value {
    let status = match diagnostic.code.kind() {
        Kind::Usage | Kind::Refused => "refused",
        Kind::Invalid => "invalid",
        _ => "failed",
    };
    let place = diagnostic.labels.first().map(|label| (label.file.clone(), label.position()));
    let places: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| json!({ "file": label.file, "line": label.position().line, "column": label.position().column, "message": label.message }))
        .collect();
    let error = json!({
        "code": diagnostic.code, "message": diagnostic.message, "help": diagnostic.help, "candidates": diagnostic.candidates, "ways": diagnostic.ways,
        "file": place.as_ref().map(|p| &p.0), "line": place.as_ref().map(|p| p.1.line), "column": place.as_ref().map(|p| p.1.column), "places": places,
    });
    let mut out = json!({ "schema": "nixedit/1", "command": command, "status": status, "written": false, "error": error });
    if status == "invalid" {
        let first = diagnostic.message.lines().next().unwrap_or_default();
        out["validation"] = json!({ "status": "failed", "first_error": {
            "message": diagnostic.message, "line_text": format!("error: {first}"), "file": place.as_ref().map(|p| &p.0),
            "line": place.as_ref().map(|p| p.1.line), "column": place.as_ref().map(|p| p.1.column),
            "hint": diagnostic.help, "code": diagnostic.code } });
    }
    out
}
