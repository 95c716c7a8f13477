//! The JSON Schema (draft 2020-12) of what programs read.

use super::{Edit, Failure, SchemaName};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Value, json};

/// The `$id` of [`schema`]: a name, not an address.
pub const RESULTS_ID: &str = "urn:nixedit:1:results";

/// What a command found that looks, or did that runs other programs: the data is in fields of its own.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "only its schema is used: each command writes its own data beside these fields")]
struct Finding {
    /// Which schema this is.
    schema: SchemaName,
    /// What was asked for: `inspect`, `list-packages`, `validate`.
    command: String,
    /// `unchanged` of what only looks; else what came of it.
    status: String,
}

fn generator() -> SchemaGenerator {
    // What is written, not what would be read: a field that is always there is required.
    SchemaSettings::draft2020_12().for_serialize().into_generator()
}

/// The JSON Schema of every object that is printed: an edit, a failure or a finding.
pub fn schema() -> Value {
    let mut generator = generator();
    let edit = generator.subschema_for::<Edit>();
    let failure = generator.subschema_for::<Failure>();
    let finding = generator.subschema_for::<Finding>();
    let mut definitions = generator.take_definitions(true);
    if let Some(finding) = definitions.get_mut("Finding") {
        // Only edits and failures say whether anything was written.
        finding["not"] = json!({ "required": ["written"] });
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": RESULTS_ID,
        "title": "nixedit/1",
        "description": "What nixedit prints with --format json: one object.",
        "oneOf": [edit, failure, finding],
        "$defs": definitions,
    })
}

/// The names that [`schema_of`] knows.
pub const RESULT_NAMES: [&str; 3] = ["edit", "failure", "finding"];

/// The JSON Schema of an `edit`, a `failure` or a `finding` alone; `None` for any other name.
pub fn schema_of(name: &str) -> Option<Value> {
    let mut schema = match name {
        "edit" => generator().into_root_schema_for::<Edit>().to_value(),
        "failure" => generator().into_root_schema_for::<Failure>().to_value(),
        "finding" => generator().into_root_schema_for::<Finding>().to_value(),
        _ => return None,
    };
    schema["$id"] = format!("{RESULTS_ID}:{name}").into();
    Some(schema)
}
