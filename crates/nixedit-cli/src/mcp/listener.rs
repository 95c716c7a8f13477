//! Who called a tool: hears of evaluations, may cancel, gets the same call back with what was wrong put right.

use nixedit_core::system::command::Cancel;
use nixedit_core::validate::{Progress, Side};
use nixedit_core::workspace::{Caller, Event};
use serde_json::Value;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::mpsc::UnboundedSender;

/// A client that waits for the answer to one call.
pub struct Listener {
    tool: String,
    arguments: Value,
    cancel: Cancel,
    events: Option<UnboundedSender<(u32, String)>>,
    count: AtomicU32,
}

impl Listener {
    /// Without `events` nobody asked for progress.
    pub fn new(tool: &str, arguments: &Value, events: Option<UnboundedSender<(u32, String)>>) -> Self {
        Self { tool: tool.to_owned(), arguments: arguments.clone(), cancel: Cancel::default(), events, count: AtomicU32::new(0) }
    }

    /// Stops what runs.
    pub fn stop(&self) {
        self.cancel.cancel();
    }

    /// Whether it was stopped.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    fn call(&self, arguments: &Value) -> String {
        super::corrected::call(&self.tool, arguments).to_string()
    }
}

impl Caller for Listener {
    fn note(&self, event: &Event) {
        let Some(events) = &self.events else { return };
        let message = match event {
            Event::Asking(output) => format!("asking Nix about {output}"),
            Event::Locking => "locking inputs".to_owned(),
            Event::Proving(Progress::Started { host, attrs, side }) => {
                let before = if *side == Side::Base { " (before)" } else { "" };
                format!("evaluating {}{before} {}", host.as_deref().unwrap_or("flake"), attrs.first().map_or("", String::as_str))
            }
            _ => return,
        };
        // A client that has gone hears nothing more.
        let _ = events.send((self.count.fetch_add(1, Ordering::SeqCst) + 1, message.trim_end().to_owned()));
    }

    fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    fn command(&self) -> Vec<String> {
        let name = self.arguments.get("operation").and_then(Value::as_str).unwrap_or(&self.tool);
        vec!["nixedit".to_owned(), "mcp".to_owned(), name.to_owned()]
    }

    fn instead(&self, wrong: &str, right: &str) -> String {
        self.call(&replaced(&self.arguments, wrong, right))
    }

    fn without_lock(&self) -> String {
        let mut arguments = self.arguments.clone();
        arguments["no_lock"] = Value::Bool(true);
        self.call(&arguments)
    }
}

/// A value with one text in the place of another.
pub fn replaced(value: &Value, wrong: &str, right: &str) -> Value {
    match value {
        Value::String(text) if text == wrong => Value::String(right.to_owned()),
        Value::Array(items) => items.iter().map(|item| replaced(item, wrong, right)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), replaced(value, wrong, right))).collect(),
        other => other.clone(),
    }
}
