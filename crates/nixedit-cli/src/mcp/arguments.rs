//! What a call brings, as what is asked for. Wrong arguments are answered with the right call.

use super::corrected::call;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::{self, Operation};
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

/// Those that the description only names.
pub fn rare_operations() -> Vec<String> {
    operation::names().into_iter().filter(|name| !FREQUENT.contains(&name.as_str())).collect()
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
    operation::parse_value(arguments)
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

/// What an operation takes, a line for each argument.
pub fn of_operation(name: &str) -> String {
    let schema = operation::schema_of(name).unwrap_or_default();
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut out = format!("{}\n", schema["description"].as_str().unwrap_or(name));
    for (field, what) in schema["properties"].as_object().into_iter().flatten().filter(|(field, _)| *field != "operation") {
        let must = if required.contains(&field.as_str()) { ", required" } else { "" };
        let about = what["description"].as_str().unwrap_or_default().lines().next().unwrap_or_default();
        out += format!("{field} ({}{must}): {about}", kind(what, &schema["$defs"])).trim_end_matches(": ");
        out.push('\n');
    }
    out
}

/// What kind of value a schema stands for, in a few words.
fn kind(schema: &Value, definitions: &Value) -> String {
    let of = |list: &Value| {
        list.as_array().into_iter().flatten().map(|one| kind(one, definitions)).filter(|kind| kind != "null").collect::<Vec<_>>()
    };
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")) {
        return match name {
            "Hosts" => "host names".to_owned(),
            _ => kind(&definitions[name], definitions),
        };
    }
    match (&schema["const"], &schema["enum"], &schema["type"]) {
        (Value::String(text), _, _) => format!("\"{text}\""),
        (_, Value::Array(texts), _) => texts.iter().map(Value::to_string).collect::<Vec<_>>().join(" | "),
        (_, _, Value::Array(types)) => {
            types.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect::<Vec<_>>().join(" | ")
        }
        (_, _, Value::String(name)) if name == "array" => format!("list of {}", kind(&schema["items"], definitions)),
        (_, _, Value::String(name)) if name == "object" => {
            let fields: Vec<&String> = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name).collect();
            if fields.is_empty() {
                "object".to_owned()
            } else {
                format!("{{{}}}", fields.iter().map(|f| f.as_str()).collect::<Vec<_>>().join(", "))
            }
        }
        (_, _, Value::String(name)) => name.clone(),
        _ => [of(&schema["anyOf"]), of(&schema["oneOf"])].concat().join(" | "),
    }
}
