//! What is wrong with a call, told by the schema, and the call as it was probably meant.

use crate::similar_names::near_or_longer;
use crate::syntax::attr_path::AttrPath;
use serde_json::{Map, Value};

/// One thing that is wrong.
pub(super) struct Flaw {
    /// Where and what.
    pub message: String,
    /// What is expected there.
    pub help: String,
    /// What could have been meant.
    pub candidates: Vec<String>,
}

impl Flaw {
    fn new(message: String, help: String) -> Self {
        Self { message, help, candidates: Vec::new() }
    }
}

/// The call as it was probably meant, and everything that is wrong with the one that is there.
pub(super) fn repaired(schema: &Value, definitions: &Value, call: &Value) -> (Value, Vec<Flaw>) {
    let mut repair = Repair { definitions, flaws: Vec::new() };
    let meant = repair.value(schema, call, "");
    (meant, repair.flaws)
}

/// What a value is, with its article.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

struct Repair<'a> {
    definitions: &'a Value,
    flaws: Vec<Flaw>,
}

impl<'a> Repair<'a> {
    /// The schema that a reference or a choice between it and null leads to; and its name.
    fn resolved(&self, schema: &'a Value) -> (&'a Value, &'a str) {
        let inner = schema["anyOf"].as_array().and_then(|any| any.first()).unwrap_or(schema);
        match inner["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")) {
            Some(name) => (&self.definitions[name], name),
            None => (inner, ""),
        }
    }

    fn value(&mut self, schema: &'a Value, value: &Value, at: &str) -> Value {
        if value.is_null() && may_be_null(schema) {
            return Value::Null;
        }
        let (schema, name) = self.resolved(schema);
        if let Some(choices) = schema["oneOf"].as_array() {
            return self.choice(choices, value, at);
        }
        match (main_type(schema), value) {
            ("object", Value::Object(fields)) => self.object(schema, fields, at).into(),
            ("array", Value::Array(items)) => {
                items.iter().enumerate().map(|(index, item)| self.value(&schema["items"], item, &format!("{at}[{index}]"))).collect()
            }
            ("string", Value::String(text)) => {
                if let Some(Err(error)) = (name == "AttrPath").then(|| AttrPath::parse(text)) {
                    self.flaws.push(Flaw::new(format!("{at}: {}", error.message), error.help.unwrap_or_default()));
                }
                value.clone()
            }
            ("boolean", Value::Bool(_)) => value.clone(),
            ("integer", Value::Number(number)) if number.is_u64() => value.clone(),
            (wanted, _) => {
                let expected = expected(schema, wanted);
                let message = format!("{at} is {expected}; this is {}, {}", kind_of(value), shortened(value));
                self.flaws.push(Flaw::new(message, format!("{at} is {expected}")));
                self.converted(schema, wanted, value)
            }
        }
    }

    /// The value as another type, where there is only one way to read it so.
    fn converted(&self, schema: &Value, wanted: &str, value: &Value) -> Value {
        match (wanted, value) {
            ("array", Value::String(_)) => Value::Array(vec![value.clone()]),
            ("string", Value::Bool(_) | Value::Number(_)) => value.to_string().into(),
            ("boolean", Value::String(text)) if text == "true" || text == "false" => (text == "true").into(),
            ("integer", Value::String(text)) => text.parse::<u64>().map_or_else(|_| value.clone(), Value::from),
            // Hosts are an object, and everybody writes their names.
            ("object", Value::String(_)) if schema["properties"].get("names").is_some() => {
                serde_json::json!({ "names": [value] })
            }
            ("object", Value::Array(_)) if schema["properties"].get("names").is_some() => serde_json::json!({ "names": value }),
            _ => value.clone(),
        }
    }

    fn object(&mut self, schema: &'a Value, fields: &Map<String, Value>, at: &str) -> Map<String, Value> {
        let mut out = Map::new();
        let Some(known) = schema["properties"].as_object() else {
            let each = &schema["additionalProperties"];
            return fields.iter().map(|(name, value)| (name.clone(), self.value(each, value, &below(at, name)))).collect();
        };
        for (name, value) in fields {
            let name = if known.contains_key(name) { name.clone() } else { self.unknown(known, fields, name, at) };
            match known.get(&name) {
                Some(schema) => out.insert(name.clone(), self.value(schema, value, &below(at, &name))),
                None => out.insert(name, value.clone()),
            };
        }
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for name in required.filter(|name| !out.contains_key(*name)) {
            let about = known[name]["description"].as_str().unwrap_or_default();
            self.flaws.push(Flaw::new(format!("the field '{}' is missing", below(at, name)), format!("{name}: {about}")));
        }
        out
    }

    /// The field that was meant, of those that are not told; the name itself where there is none.
    fn unknown(&mut self, known: &Map<String, Value>, told: &Map<String, Value>, name: &str, at: &str) -> String {
        let open: Vec<&str> = known.keys().map(String::as_str).filter(|field| *field != "operation").collect();
        let near = near_or_longer(name, open.iter().copied().filter(|field| !told.contains_key(*field)));
        let place = if at.is_empty() { String::new() } else { format!(" in {at}") };
        let rest = match near.first() {
            Some(near) => format!("did you mean {near}?"),
            None if open.is_empty() => "it takes none".to_owned(),
            None => format!("there are {}", open.join(", ")),
        };
        let candidates = if near.is_empty() { open.iter().map(|field| (*field).to_owned()).collect() } else { near.clone() };
        let message = format!("there is no field '{name}'{place}; {rest}");
        self.flaws.push(Flaw { message, help: format!("the fields are {}", open.join(", ")), candidates });
        near.into_iter().next().unwrap_or_else(|| name.to_owned())
    }

    /// One of several words, or of objects with one field.
    fn choice(&mut self, choices: &'a [Value], value: &Value, at: &str) -> Value {
        if let (Some(fields), true) = (value.as_object(), value.as_object().is_some_and(|fields| fields.len() == 1)) {
            let chosen = choices.iter().find(|choice| fields.keys().all(|name| choice["properties"].get(name).is_some()));
            if let Some(choice) = chosen {
                return self.object(choice, fields, at).into();
            }
        }
        let words: Vec<&str> = choices.iter().filter_map(|choice| choice["const"].as_str()).collect();
        if value.as_str().is_some_and(|word| words.contains(&word)) {
            return value.clone();
        }
        let objects = choices.iter().filter_map(|choice| choice["properties"].as_object()?.keys().next());
        let all: Vec<String> =
            words.iter().map(|word| (*word).to_owned()).chain(objects.map(|name| format!("{{\"{name}\": …}}"))).collect();
        let near = near_or_longer(value.as_str().unwrap_or_default(), words.iter().copied());
        let message = format!("{at} is none of {}: {}", all.join(", "), shortened(value));
        let candidates = if near.is_empty() { all.clone() } else { near.clone() };
        self.flaws.push(Flaw { message, help: format!("{at} is one of {}", all.join(", ")), candidates });
        near.into_iter().next().map_or_else(|| value.clone(), Value::from)
    }
}

fn below(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

fn may_be_null(schema: &Value) -> bool {
    let null = |types: &Value| types.as_array().is_some_and(|types| types.iter().any(|name| name == "null"));
    null(&schema["type"]) || schema["anyOf"].as_array().is_some_and(|any| any.iter().any(|one| one["type"] == "null"))
}

fn main_type(schema: &Value) -> &str {
    let first = schema["type"].as_array().and_then(|types| types.first());
    first.unwrap_or(&schema["type"]).as_str().unwrap_or_default()
}

fn expected(schema: &Value, wanted: &str) -> String {
    match wanted {
        "array" => "a list of strings".to_owned(),
        "integer" => "a number".to_owned(),
        "object" => match schema["properties"].as_object() {
            Some(fields) => format!("an object with {}", fields.keys().cloned().collect::<Vec<_>>().join(", ")),
            None => "an object of strings".to_owned(),
        },
        "boolean" => "true or false".to_owned(),
        other => format!("a {other}"),
    }
}

/// A value in a message: all of it where it is short.
fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
