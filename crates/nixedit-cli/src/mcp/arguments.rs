//! What a call brings, as what is asked for. Wrong arguments are answered with the right call.

use super::corrected::call;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::Operation;
use nixedit_core::similar_names::near;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Operations that a description has room to spell out.
const FREQUENT: &[&str] = &[
    "add-package",
    "remove-package",
    "replace-package",
    "option-set",
    "option-unset",
    "perhost-set",
    "list-add",
    "list-remove",
    "module-import",
    "program-enable",
    "input-add",
    "input-remove",
    "update",
    "overlay-override",
    "hosts-add",
    "fmt",
];

/// The names of all operations.
pub fn operations() -> Vec<String> {
    // The list that the wire format itself knows.
    let error = serde_json::from_value::<Operation>(json!({ "operation": "" })).err().map(|e| e.to_string()).unwrap_or_default();
    error.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

/// Those that the description only names.
pub fn rare_operations() -> Vec<String> {
    operations().into_iter().filter(|name| !FREQUENT.contains(&name.as_str())).collect()
}

/// Arguments of a tool that is no edit.
pub fn parse<T: DeserializeOwned>(tool: &str, main: &str, arguments: &Value) -> Result<T> {
    serde_json::from_value(arguments.clone()).map_err(|error| {
        let wrong = Diagnostic::new(Code::UsageInvalid, format!("{tool}: {error}"));
        // One text under another name can only have been meant for the argument that matters.
        let only = arguments.as_object().filter(|fields| fields.len() == 1).and_then(|fields| fields.values().next());
        match only.filter(|value| value.is_string() && !main.is_empty()) {
            Some(value) => wrong.way(call(tool, &json!({ main: value })).to_string(), ""),
            None => wrong,
        }
    })
}

/// One operation in the wire form. `"hosts": ["nxiz"]` and `["*"]` stand for the longer forms.
pub fn operation(arguments: &Value) -> Result<Operation> {
    let mut arguments = arguments.clone();
    let Some(fields) = arguments.as_object_mut() else {
        return Err(Diagnostic::new(Code::UsageInvalid, "an operation is an object with its name under \"operation\""));
    };
    for name in ["plan", "does"] {
        fields.remove(name);
    }
    if let Some(secret) = secret_value(fields) {
        return Err(secret);
    }
    if let Some(hosts) = fields.get("hosts").and_then(named) {
        fields.insert("hosts".to_owned(), hosts);
    }
    serde_json::from_value(arguments.clone()).map_err(|error| wrong(&arguments, &error.to_string()))
}

/// The refusal of a call that brings a secret's value: it would stay in the client's records.
fn secret_value(fields: &mut Map<String, Value>) -> Option<Box<Diagnostic>> {
    let is_secret = fields.get("operation").and_then(Value::as_str).is_some_and(|name| name.starts_with("secret-"));
    let mut brought = false;
    if is_secret {
        for name in ["value", "text", "content", "secret"] {
            brought |= fields.remove(name).is_some();
        }
    }
    brought.then(|| {
        let error = Diagnostic::new(Code::SecretValueInArgv, "the value of a secret does not pass through here");
        error.way(call("edit", &Value::Object(fields.clone())).to_string(), "all but the value; the answer says how a person gives that")
    })
}

/// The hosts of a list or a single name.
fn named(hosts: &Value) -> Option<Value> {
    let names: Vec<&str> = match hosts {
        Value::String(name) => vec![name],
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    Some(if names == ["*"] { json!({ "all": true }) } else { json!({ "names": names }) })
}

fn wrong(arguments: &Value, why: &str) -> Box<Diagnostic> {
    let name = arguments.get("operation").and_then(Value::as_str).unwrap_or_default();
    let known = operations();
    if known.iter().any(|known| known == name) {
        return Diagnostic::new(Code::UsageInvalid, format!("{name}: {why}"))
            .way(call("explain", &json!({ "topic": name })).to_string(), "lists its arguments");
    }
    let near = near(name, known.iter().map(String::as_str));
    let question = near.first().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    let error = Diagnostic::new(Code::UsageInvalid, format!("there is no operation '{name}'{question}"));
    let error = near.first().into_iter().fold(error, |error, near| {
        let mut corrected = arguments.clone();
        corrected["operation"] = json!(near);
        error.way(call("edit", &corrected).to_string(), "")
    });
    error.candidates(if near.is_empty() { known } else { near })
}

/// What an operation takes, a line for each argument.
pub fn of_operation(name: &str) -> String {
    name.to_owned()
}
