//! The way out of a refusal, as the call that a client makes next.
//!
//! Refusals offer command lines. What the command line's own parser makes of one is the operation, and so the call.

use super::listener;
use crate::cli::{Cli, Command};
use crate::run;
use clap::Parser;
use nixedit_core::diagnostic::{Code, Diagnostic};
use nixedit_core::operation::Operation;
use nixedit_core::similar_names::near;
use serde_json::{Map, Value, json};

/// A call as it is written in answers.
pub fn call(tool: &str, arguments: &Value) -> Value {
    json!({ "tool": tool, "arguments": arguments })
}

/// Most calls that an answer offers.
const MOST: usize = 4;

/// What a client may call instead of a call that was refused or failed.
pub fn calls(tool: &str, arguments: &Value, error: &Diagnostic) -> Vec<Value> {
    let mut out: Vec<Value> = error.ways.iter().map(|way| of_way(&way.command, &way.does)).collect();
    if let Some(operation) = error.help.as_deref().filter(|_| out.is_empty()).and_then(told) {
        out.extend(with_operation(arguments, error, operation).map(|arguments| call(tool, &arguments)));
    }
    if out.is_empty() {
        out.extend(error.help.as_deref().and_then(of_help));
    }
    if out.is_empty() {
        out = error.candidates.iter().filter_map(|name| Some(call(tool, &chosen(arguments, error, name)?))).collect();
    }
    out.truncate(MOST);
    out
}

/// Advice that is an operation and nothing else.
fn told(help: &str) -> Option<Value> {
    serde_json::from_str::<Value>(help).ok().filter(|value| value.get("operation").is_some())
}

/// Whether advice is said by the calls that stand beside it.
pub fn is_call(help: &str) -> bool {
    told(help).is_some() || of_help(help).is_some()
}

/// The arguments with this operation in the place of the one that is at fault.
fn with_operation(arguments: &Value, error: &Diagnostic, mut operation: Value) -> Option<Value> {
    let mut out = arguments.clone();
    let place = at_fault(&mut out, error)?;
    if place.get("plan") == Some(&Value::Bool(true)) {
        operation["plan"] = Value::Bool(true);
    }
    *place = operation;
    Some(out)
}

/// The operation that an error is about: the call's only one, or that of a batch whose number the message names.
fn at_fault<'a>(arguments: &'a mut Value, error: &Diagnostic) -> Option<&'a mut Value> {
    if arguments.get("operations").is_none() {
        return Some(arguments);
    }
    let number = error.message.strip_prefix("operation ").and_then(|rest| rest.split([' ', ':']).next()?.parse::<usize>().ok())?;
    arguments["operations"].get_mut(number.checked_sub(1)?)
}

/// Advice that is a command line and nothing else, as the call.
fn of_help(help: &str) -> Option<Value> {
    let words = shlex::split(help.split("  #").next()?)?;
    if words.first()? == "nixedit" { of_words(&words) } else { None }
}

/// The same arguments with a candidate where it belongs.
fn chosen(arguments: &Value, error: &Diagnostic, name: &str) -> Option<Value> {
    let mut out = arguments.clone();
    let place = at_fault(&mut out, error)?;
    match error.code {
        Code::HostRequired => place["hosts"] = json!([name]),
        Code::FileShared => {
            place.as_object_mut()?.remove("hosts");
            place["file"] = json!(name);
        }
        _ => *place = meant(place, error, name)?,
    }
    Some(out)
}

/// The arguments with the first near candidate in the place of the name that the message is about.
fn meant(arguments: &Value, error: &Diagnostic, name: &str) -> Option<Value> {
    let mut texts = Vec::new();
    collect(arguments, &mut texts);
    let near_first =
        |text: &&str| error.candidates.iter().find(|name| !near(text, [name.as_str()]).is_empty()).is_some_and(|first| first == name);
    let wrong = texts.into_iter().filter(|text| error.message.contains(text) && *text != name).find(near_first)?;
    Some(listener::replaced(arguments, wrong, name))
}

/// All texts in a value.
fn collect<'a>(value: &'a Value, out: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if !text.is_empty() => out.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect(item, out)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, out)),
        _ => {}
    }
}

/// The call for a command line that was offered, with what it does; the line itself where no tool does that.
pub fn of_way(command: &str, does: &str) -> Value {
    let made = match command.starts_with('{') {
        true => serde_json::from_str(command).ok(),
        false => shlex::split(command).and_then(|words| of_words(&words)),
    };
    let mut out: Value = made.unwrap_or_else(|| json!({ "command": command }));
    if !does.is_empty() {
        out["does"] = json!(does);
    }
    out
}

fn of_words(words: &[String]) -> Option<Value> {
    let cli = Cli::try_parse_from(words).ok()?;
    match &cli.command {
        // Their values come from standard input or the network.
        Command::Secret(_) | Command::Derivation(_) | Command::File(_) => None,
        Command::Discover(args) => Some(call("discover", &pruned(json!({ "name": args.name, "host": args.host })))),
        Command::Inspect(args) => Some(call("inspect", &json!({ "subject": args.subject }))),
        Command::Explain(args) => Some(call("explain", &json!({ "topic": args.code.as_ref()? }))),
        Command::Undo(args) => Some(call("undo", &pruned(json!({ "edit": args.id })))),
        command => of_operations(&run::operations(command, &cli.global).ok()??),
    }
}

fn of_operations(operations: &[Operation]) -> Option<Value> {
    match operations {
        [] => None,
        [one] => Some(call("edit", &wire(one))),
        several => Some(call("batch", &json!({ "operations": several.iter().map(wire).collect::<Vec<_>>() }))),
    }
}

/// An operation without the arguments that say nothing.
pub fn wire(operation: &Operation) -> Value {
    let whole = serde_json::to_value(operation).unwrap_or_default();
    let short = pruned(whole.clone());
    match serde_json::from_value::<Operation>(short.clone()) {
        Ok(same) if same == *operation => short,
        _ => whole,
    }
}

/// A value without fields that are null, false or empty.
fn pruned(value: Value) -> Value {
    let Value::Object(fields) = value else { return value };
    let kept = fields.into_iter().map(|(name, value)| (name, pruned(value))).filter(|(_, value)| match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    });
    Value::Object(kept.collect::<Map<String, Value>>())
}
