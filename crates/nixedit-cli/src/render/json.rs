//! What programs read: one object of schema `nixedit/1` on stdout.

use nixedit_core::diagnostic::Diagnostic;
use nixedit_core::report::{Edit, Failure};
use nixedit_core::workspace::Report;
use serde_json::{Value, json};
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
    as_value(&Edit::from(report))
}

/// A failure: refused, invalid or failed.
pub fn error(command: &str, diagnostic: &Diagnostic) -> Value {
    as_value(&Failure::of(command, diagnostic))
}

fn as_value(result: &impl serde::Serialize) -> Value {
    serde_json::to_value(result).unwrap_or_default()
}
