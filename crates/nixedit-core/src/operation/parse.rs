//! The wire format, read: an operation, or what is wrong with the call and how it reads corrected.

use super::repair::{Flaw, repaired};
use super::{Operation, schema};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::similar_names::near_or_longer;
use serde::Deserialize;
use serde_json::Value;
use std::sync::LazyLock;

/// Made once: a batch may hold thousands of operations.
static SCHEMA: LazyLock<Value> = LazyLock::new(schema);

/// Reads one operation from JSON: an object with its name as `operation` and its arguments beside it. Files in it are
/// relative to the flake's root. Fails with `usage.invalid`; where it is plain what was meant, the help ends with the
/// corrected call.
pub fn parse(text: &str) -> Result<Operation> {
    parse_value(serde_json::from_str(text).map_err(|error| no_json(&error))?)
}

/// The same for JSON that is parsed already.
pub fn parse_value(call: Value) -> Result<Operation> {
    // What is right is read at once; the schema is looked at only to say what is wrong.
    let error = match Operation::deserialize(&call) {
        Ok(operation) => return Ok(operation),
        Err(error) => error,
    };
    let Value::Object(fields) = &call else { return Err(no_object(&call)) };
    let name = match fields.get("operation") {
        Some(Value::String(name)) => name,
        Some(_) => return Err(invalid("'operation' is the name of an operation, a string").help(EXAMPLE)),
        None => return Err(invalid("the field 'operation' is missing: the name of what is to be done").help(EXAMPLE)),
    };
    let Some(variant) = variant(name) else { return Err(unknown(&call, name)) };
    let (meant, flaws) = repaired(variant, &SCHEMA["$defs"], &call);
    match flaws.into_iter().next() {
        Some(flaw) => Err(diagnostic(name, flaw, &meant)),
        None => Err(other(&error)),
    }
}

const EXAMPLE: &str = "an operation is one object, its name and its arguments: \
    {\"operation\":\"add-package\",\"hosts\":{\"names\":[\"HOST\"]},\"names\":[\"ripgrep\"]}";

fn invalid(message: impl Into<String>) -> Box<Diagnostic> {
    Diagnostic::new(Code::UsageInvalid, message)
}

fn other(error: &serde_json::Error) -> Box<Diagnostic> {
    invalid(error.to_string()).help(EXAMPLE)
}

/// The position counts within the text of the one operation.
fn no_json(error: &serde_json::Error) -> Box<Diagnostic> {
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or(&text);
    let place =
        if error.line() > 1 { format!("line {}, column {}", error.line(), error.column()) } else { format!("column {}", error.column()) };
    invalid(format!("this is no JSON: {what} ({place})")).help(EXAMPLE)
}

fn no_object(call: &Value) -> Box<Diagnostic> {
    let what = super::repair::kind_of(call);
    invalid(format!("an operation is an object; this is {what}")).help(EXAMPLE)
}

fn variant(name: &str) -> Option<&'static Value> {
    let mut variants = SCHEMA["oneOf"].as_array()?.iter();
    variants.find(|variant| variant["properties"]["operation"]["const"] == *name)
}

fn unknown(call: &Value, name: &str) -> Box<Diagnostic> {
    let names = super::names();
    let near = near_or_longer(&name.replace([' ', '_'], "-"), names.iter().map(String::as_str));
    let spelt = names.iter().find(|known| **known == name.trim().replace([' ', '_'], "-"));
    let near: Vec<String> = spelt.cloned().into_iter().chain(near).collect();
    let question = near.first().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    let error = invalid(format!("there is no operation '{name}'{question}"));
    let mut meant = call.clone();
    match near.first() {
        Some(first) => meant["operation"] = first.clone().into(),
        None => return error.candidates(names),
    }
    let right = Operation::deserialize(&meant).is_ok();
    if right { error.help(as_told(meant)) } else { error }.candidates(near)
}

/// A call as people write it: the operation's name in front.
fn as_told(mut call: Value) -> String {
    let name = call["operation"].take();
    let fields = call.as_object().into_iter().flatten().filter(|(field, _)| *field != "operation");
    let fields: String = fields.map(|(field, value)| format!(",{}:{value}", Value::from(field.as_str()))).collect();
    format!("{{\"operation\":{name}{fields}}}")
}

/// What is wrong first, with the whole call as it was probably meant.
fn diagnostic(name: &str, flaw: Flaw, meant: &Value) -> Box<Diagnostic> {
    let error = invalid(format!("{name}: {}", flaw.message)).candidates(flaw.candidates);
    match Operation::deserialize(meant) {
        Ok(_) => error.help(as_told(meant.clone())),
        Err(_) => error.help(flaw.help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> (String, String, Vec<String>) {
        let error = parse(text).expect_err("a refusal");
        assert_eq!(error.code, Code::UsageInvalid);
        (error.message, error.help.unwrap_or_default(), error.candidates)
    }

    #[test]
    fn what_is_right_is_read() {
        let operation = parse(r#"{"operation":"add-package","hosts":{"names":["nxiz"]},"names":["fd"],"at":3}"#).expect("right");
        let Operation::AddPackage(args) = &operation else { panic!("{operation:?}") };
        assert_eq!((args.hosts.names.as_slice(), args.target.at), (["nxiz".to_owned()].as_slice(), Some(3)));
        let again = parse_value(serde_json::to_value(&operation).expect("JSON")).expect("right");
        assert_eq!(again, operation);
    }

    #[test]
    fn a_field_that_is_not_there_gets_its_name() {
        let (message, help, candidates) = said(r#"{"operation":"add-package","name":["x"]}"#);
        assert_eq!(message, "add-package: there is no field 'name'; did you mean names?");
        assert_eq!(help, r#"{"operation":"add-package","names":["x"]}"#);
        assert_eq!(candidates, ["names"]);
        let (message, help, _) = said(r#"{"operation":"add-package","names":["x"],"hosts":{"name":["a"]}}"#);
        assert_eq!(message, "add-package: there is no field 'name' in hosts; did you mean names?");
        assert_eq!(help, r#"{"operation":"add-package","hosts":{"names":["a"]},"names":["x"]}"#);
        let (message, _, candidates) = said(r#"{"operation":"secret-remove","name":"x","zzzzzzzz":1}"#);
        assert_eq!(message, "secret-remove: there is no field 'zzzzzzzz'; there are name");
        assert_eq!(candidates, ["name"]);
    }

    #[test]
    fn a_type_that_is_wrong_is_corrected() {
        let (message, help, _) = said(r#"{"operation":"add-package","names":"x","host":"nxiz"}"#);
        assert_eq!(message, "add-package: there is no field 'host'; did you mean hosts?");
        assert_eq!(help, r#"{"operation":"add-package","hosts":{"names":["nxiz"]},"names":["x"]}"#);
        let (message, help, _) = said(r#"{"operation":"add-package","names":"x"}"#);
        assert_eq!(message, "add-package: names is a list of strings; this is a string, \"x\"");
        assert_eq!(help, r#"{"operation":"add-package","names":["x"]}"#);
        let (message, help, _) = said(r#"{"operation":"option-set","path":"a.b","value":true}"#);
        assert_eq!(message, "option-set: value is a string; this is a boolean, true");
        assert_eq!(help, r#"{"operation":"option-set","path":"a.b","value":"true"}"#);
        let (message, help, _) = said(r#"{"operation":"add-package","names":["a"],"at":"12","force":"true"}"#);
        assert_eq!(message, "add-package: at is a number; this is a string, \"12\"");
        assert_eq!(help, r#"{"operation":"add-package","at":12,"force":true,"names":["a"]}"#);
    }

    #[test]
    fn one_of_several_words_is_told_with_all_of_them() {
        let (message, help, _) = said(r#"{"operation":"add-package","names":["a"],"place":"frist"}"#);
        assert_eq!(
            message,
            "add-package: place is none of fitting, sorted, first, last, {\"after\": …}, {\"before\": …}, {\"group\": …}, {\"new-group\": …}: \"frist\""
        );
        assert_eq!(help, r#"{"operation":"add-package","names":["a"],"place":"first"}"#);
        let (message, help, _) = said(r#"{"operation":"add-package","names":["a"],"place":{"after":["b"]}}"#);
        assert_eq!(message, "add-package: place.after is a string; this is a list, [\"b\"]");
        assert_eq!(help, "place.after is a string");
    }

    #[test]
    fn what_is_missing_is_named() {
        let (message, help, _) = said(r#"{"operation":"input-add","name":"a"}"#);
        assert_eq!(message, "input-add: the field 'url' is missing");
        assert_eq!(help, "url: Its flake reference: `github:owner/repository`.");
        let (message, _, _) = said(r#"{"name":"a"}"#);
        assert_eq!(message, "the field 'operation' is missing: the name of what is to be done");
        let (message, _, _) = said(r#"{"operation":"option-set","path":"a..b"}"#);
        assert_eq!(message, "option-set: path: 'a..b' is not an attribute path");
    }

    #[test]
    fn an_operation_that_is_not_there_gets_its_name() {
        let (message, help, candidates) = said(r#"{"operation":"option set","path":"a.b","value":"1"}"#);
        assert_eq!(message, "there is no operation 'option set'; did you mean option-set?");
        assert_eq!(help, r#"{"operation":"option-set","path":"a.b","value":"1"}"#);
        assert_eq!(candidates[0], "option-set");
        assert!(said(r#"{"operation":"xxxxxxxxxx"}"#).2.len() > 60);
    }

    #[test]
    fn what_is_no_object_is_refused() {
        assert_eq!(said("[1]").0, "an operation is an object; this is a list");
        assert_eq!(said("{\"operation\":").0, "this is no JSON: EOF while parsing a value (column 13)");
        assert_eq!(said(r#"{"operation":7}"#).0, "'operation' is the name of an operation, a string");
    }

    #[test]
    fn the_value_of_a_secret_cannot_be_told() {
        let (message, _, _) = said(r#"{"operation":"secret-add","name":"a","value":"hunter2"}"#);
        assert!(message.starts_with("secret-add: there is no field 'value'"), "{message}");
    }
}
