//! The wire format of operations as JSON Schema (draft 2020-12), made from the types that read it, so that it
//! cannot say anything else than they do.

use super::Operation;
use schemars::SchemaGenerator;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The `$id` of [`schema`]: a name, not an address.
pub const SCHEMA_ID: &str = "urn:nixedit:1:operations";

/// The JSON Schema of every operation: one of the objects under `oneOf`.
pub fn schema() -> Value {
    let mut schema = SchemaGenerator::default().into_root_schema_for::<Operation>().to_value();
    schema["$id"] = SCHEMA_ID.into();
    let mut definitions = schema["$defs"].take();
    for variant in schema["oneOf"].as_array_mut().into_iter().flatten() {
        write_out(variant, &mut definitions);
    }
    schema["$defs"] = definitions;
    schema
}

/// Puts the arguments beside the operation's name: they are one object, and whoever reads of one operation is not
/// sent elsewhere for its fields.
fn write_out(variant: &mut Value, definitions: &mut Value) {
    let reference = variant["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")).map(str::to_owned);
    let arguments = reference.and_then(|name| definitions.as_object_mut()?.remove(&name));
    let (Some(Value::Object(mut arguments)), Some(variant)) = (arguments, variant.as_object_mut()) else { return };
    variant.remove("$ref");
    let fields = arguments.remove("properties");
    if let (Some(Value::Object(fields)), Some(all)) = (fields, variant["properties"].as_object_mut()) {
        all.extend(fields);
    }
    if let (Some(Value::Array(names)), Some(all)) = (arguments.remove("required"), variant["required"].as_array_mut()) {
        all.extend(names);
    }
    variant.remove("unevaluatedProperties");
    variant.insert("additionalProperties".to_owned(), false.into());
}

/// The JSON Schema of the operation of this name (`add-package`) alone, with what it refers to; `None` where
/// there is no such operation.
pub fn schema_of(name: &str) -> Option<Value> {
    let mut whole = schema();
    let mut own = whole["oneOf"].as_array()?.iter().find(|variant| variant["properties"]["operation"]["const"] == name)?.clone();
    let mut needed = BTreeSet::new();
    let Some(Value::Object(definitions)) = whole.get_mut("$defs").map(Value::take) else { return Some(own) };
    refer(&own, &definitions, &mut needed);
    let kept: Map<String, Value> = definitions.into_iter().filter(|(name, _)| needed.contains(name)).collect();
    own["$schema"] = whole["$schema"].take();
    own["$id"] = format!("{SCHEMA_ID}:{name}").into();
    if !kept.is_empty() {
        own["$defs"] = kept.into();
    }
    Some(own)
}

/// The names of all operations.
pub fn names() -> Vec<String> {
    let whole = schema();
    let variants = whole["oneOf"].as_array().into_iter().flatten();
    variants.filter_map(|variant| variant["properties"]["operation"]["const"].as_str()).map(str::to_owned).collect()
}

/// Adds the definitions that `value` refers to, and those that they do.
fn refer(value: &Value, definitions: &Map<String, Value>, needed: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| refer(item, definitions, needed)),
        Value::Object(fields) => {
            let name = fields.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix("#/$defs/"));
            if let Some(name) = name
                && needed.insert(name.to_owned())
                && let Some(definition) = definitions.get(name)
            {
                refer(definition, definitions, needed);
            }
            fields.values().for_each(|field| refer(field, definitions, needed));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_operation_its_fields_and_nothing_else() {
        let schema = schema_of("add-package").expect("an operation");
        assert_eq!(schema["$id"], "urn:nixedit:1:operations:add-package");
        assert_eq!(schema["additionalProperties"], false);
        assert_eq!(schema["required"], serde_json::json!(["operation", "names"]));
        assert_eq!(schema["properties"]["names"]["items"]["type"], "string");
        assert_eq!(schema["properties"]["at"]["minimum"], 0);
        let definitions: Vec<&String> = schema["$defs"].as_object().expect("some").keys().collect();
        assert_eq!(definitions, ["AttrPath", "Hosts", "OfOverlay", "Place", "Slot"]);
        assert_eq!(schema_of("add-packages"), None);
    }

    #[test]
    fn values_of_secrets_are_no_field() {
        assert!(schema_of("secret-add").is_some_and(|schema| schema["properties"]["value"].is_null()));
    }

    #[test]
    fn a_field_that_no_operation_has_is_refused_by_every_operation() {
        let schema = schema();
        for variant in schema["oneOf"].as_array().expect("variants") {
            assert_eq!(variant["additionalProperties"], false, "{variant}");
            let mut call = Map::new();
            for name in variant["required"].as_array().expect("names") {
                let name = name.as_str().expect("a name");
                let field = &variant["properties"][name];
                let value = if field["type"] == "array" { Value::Array(Vec::new()) } else { "a".into() };
                call.insert(name.to_owned(), field.get("const").cloned().unwrap_or(value));
            }
            serde_json::from_value::<Operation>(call.clone().into()).expect("no more is required");
            call.insert("nonsense".to_owned(), true.into());
            let error = serde_json::from_value::<Operation>(call.into()).expect_err("nonsense").to_string();
            assert!(error.contains("unknown field `nonsense`"), "{error}");
        }
    }
}
