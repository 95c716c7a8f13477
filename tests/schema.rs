//! The JSON Schemas that `nixedit schema` prints: as they are committed, of one mind with what reads operations, and true of
//! what is printed.
//!
//! `NIXEDIT_BLESS=1` writes the committed copies; read the change before you commit it.

mod support;

use jsonschema::Validator;
use nixedit_core::operation;
use serde_json::{Map, Value, json};
use std::path::Path;
use support::{committed, copy, fixture, has_nix, nixedit};

fn printed(words: &[&str]) -> String {
    let run = nixedit(Path::new("."), words, "");
    assert_eq!(run.code, Some(0), "{}", run.says);
    run.prints
}

fn validator(words: &[&str]) -> Validator {
    let schema: Value = serde_json::from_str(&printed(words)).expect("JSON");
    jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{words:?} is no schema: {error}"));
    jsonschema::validator_for(&schema).expect("a schema")
}

#[test]
fn the_committed_copies_are_what_is_printed() {
    for what in ["operations", "results"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../tests/schema/{what}.json"));
        let now = printed(&["schema", what]);
        if std::env::var_os("NIXEDIT_BLESS").is_some() {
            std::fs::write(&path, &now).expect("written");
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == now, "tests/schema/{what}.json is not what `nixedit schema {what}` prints; NIXEDIT_BLESS=1 writes it");
    }
}

#[test]
fn a_name_that_is_not_there_gets_its_own() {
    let run = nixedit(Path::new("."), &["schema", "operations", "add-pakage"], "");
    assert_eq!((run.code, run.says.as_str()), (Some(2), "error: there is no operation 'add-pakage'; did you mean add-package?\n"));
    let run = nixedit(Path::new("."), &["schema", "results", "edits"], "");
    assert_eq!((run.code, run.says.as_str()), (Some(2), "error: there is no result 'edits'; did you mean edit?\n"));
}

/// A value with every field that the schema knows.
fn filled(schema: &Value, definitions: &Value) -> Value {
    let schema = schema["anyOf"].as_array().map_or(schema, |any| &any[0]);
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")) {
        return filled(&definitions[name], definitions);
    }
    if let Some(word) = schema.get("const") {
        return word.clone();
    }
    if let Some(first) = schema["oneOf"].as_array().and_then(|choices| choices.last()) {
        return filled(first, definitions);
    }
    match schema["type"].as_array().map_or(&schema["type"], |types| &types[0]).as_str().expect("a type") {
        "array" => json!([filled(&schema["items"], definitions)]),
        "string" => "a".into(),
        "boolean" => true.into(),
        "integer" => 1.into(),
        "object" => match schema["properties"].as_object() {
            Some(fields) => fields.iter().map(|(name, field)| (name.clone(), filled(field, definitions))).collect::<Map<_, _>>().into(),
            None => json!({ "a": filled(&schema["additionalProperties"], definitions) }),
        },
        other => panic!("{other}"),
    }
}

/// Every value that differs from this one in one place: something else there, a field less or one more.
fn variations(value: &Value) -> Vec<Value> {
    let others = [json!(null), json!(true), json!(1), json!(-1), json!(1.5), json!("a"), json!(""), json!(["a"]), json!({ "a": "b" })];
    let mut out: Vec<Value> = others.into_iter().filter(|other| other != value).collect();
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let mut less = fields.clone();
                less.remove(name);
                out.push(less.into());
                let put = |other| {
                    fields
                        .iter()
                        .map(|(n, v)| (n.clone(), if n == name { Value::clone(&other) } else { v.clone() }))
                        .collect::<Map<_, _>>()
                        .into()
                };
                out.extend(variations(field).into_iter().map(put));
            }
            let mut more = fields.clone();
            more.insert("nonsense".to_owned(), true.into());
            out.push(more.into());
        }
        Value::Array(items) => {
            out.push(json!([]));
            out.extend(variations(&items[0]).into_iter().map(|item| json!([item])));
        }
        _ => {}
    }
    out
}

/// Of every operation and every field: what the schema says is what is read.
#[test]
fn what_the_schema_allows_is_what_is_read() {
    let whole = validator(&["schema", "operations"]);
    let mut wrong = Vec::new();
    let mut tried = 0;
    for name in operation::names() {
        let schema = operation::schema_of(&name).expect("an operation");
        let alone = jsonschema::validator_for(&schema).expect("a schema");
        let all = filled(&schema, &schema["$defs"]);
        let read = operation::parse_value(all.clone()).unwrap_or_else(|error| panic!("{all}: {error}"));
        assert!(whole.is_valid(&serde_json::to_value(&read).expect("JSON")), "{read:?} as it is written");
        for call in variations(&all).into_iter().filter(|call| call["operation"] == *name) {
            tried += 1;
            let (allowed, read) = (alone.is_valid(&call), operation::parse_value(call.clone()));
            assert_eq!(allowed, whole.is_valid(&call), "one schema and all of them: {call}");
            if allowed != read.is_ok() {
                wrong.push(format!("allowed {allowed}, read {:?}: {call}", read.err().map(|error| error.message)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 5000, "{tried}");
}

/// Command lines whose results are looked at, in this order, in one copy of the mesh fixture.
const COMMANDS: &str = "\
    hosts list|hosts show nxiz|inspect nxiz|inspect hosts/nxiz/home.nix|list-packages --host nxiz|list-packages --host nxiz --effective\
    |where git|get networking.hostName --host nxiz|discover ripgrep|perhost list|overlay list|secret list|activation list|input list\
    |skill list|mcp-server list|derivation list|explain|explain host.unknown|validate --host nxiz|profile list\
    |add-package ripgrep --host nxiz --dry-run|add-package ripgrep --host nxiz|add-package ripgrep --host nxiz|log|diff|show last\
    |add-package rigrep --host nxiz|add-package fd --host nxizz|add-package fd|option set networking.hostNam x --host nxiz\
    |option set networking.hostName --nix 'nonsense.x' --host nxiz|perhost set resolvedDns true --host adeck --check|input remove nixpkgs|undo|redo\
    |module new modules/extra.nix --host nxiz --no-validate|lint|batch missing.jsonl|batch -|undo nonsense|apply nonsense --yes|gc";

fn statuses(validator: &Validator) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&fixture("mesh"), &folder.path().join("mesh"));
    copy(&fixture("stubs"), &folder.path().join("stubs"));
    let root = folder.path().join("mesh");
    committed(&root);
    let input = r#"{"operation":"add-package","hosts":{"names":["nxiz"]},"names":["bat"]}"#;
    let mut out = Vec::new();
    for line in COMMANDS.split('|').map(str::trim) {
        let words: Vec<&str> = line.split(' ').map(|word| word.trim_matches('\'')).chain(["--format", "json"]).collect();
        let run = nixedit(&root, &words, if words.contains(&"-") { input } else { "" });
        let result: Value = serde_json::from_str(&run.prints).unwrap_or_else(|error| panic!("{line}: {error}: {}{}", run.prints, run.says));
        let errors: Vec<String> = validator.iter_errors(&result).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{line}: {result}\n{}", errors.join("\n"));
        out.push(result["status"].as_str().unwrap_or_default().to_owned());
    }
    out
}

#[test]
fn what_is_printed_is_as_the_schema_says() {
    if !has_nix() {
        return;
    }
    let statuses = statuses(&validator(&["schema", "results"]));
    for status in ["changed", "unchanged", "refused", "invalid", "failed"] {
        assert!(statuses.iter().any(|other| other == status), "no result is {status}: {statuses:?}");
    }
}

#[test]
fn results_that_are_otherwise_are_told() {
    let validator = validator(&["schema", "results"]);
    let hashes = json!({ "before": null, "after": "00" });
    let edit = json!({
        "schema": "nixedit/1", "command": "add-package", "status": "changed", "written": false, "summary": "", "lines": [], "hosts": ["a"],
        "affects": [], "diff": "", "validation": null, "lock": [], "notes": [{ "code": "a", "message": "b" }], "next": [], "edit_id": null,
        "undo": null, "changes": [{ "kind": "edit", "file": "a", "slot": null, "group": null, "start": { "line": 1, "column": 1, "offset": 0 },
            "removed": "", "inserted": "", "sha256": hashes }],
    });
    let failure = json!({
        "schema": "nixedit/1", "command": "add-package", "status": "refused", "written": false,
        "error": { "code": "host.unknown", "message": "", "help": null, "candidates": [], "ways": [], "file": null, "line": null,
            "column": null, "places": [] },
    });
    for right in [edit, failure] {
        let errors: Vec<String> = validator.iter_errors(&right).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{right}: {}", errors.join("\n"));
        for name in right.as_object().expect("an object").keys() {
            let (mut less, mut other) = (right.clone(), right.clone());
            less.as_object_mut().expect("an object").remove(name);
            other[name] = json!({ "nonsense": 1 });
            // Without this field it is an object of another kind, which needs less.
            assert!(name == "written" || !validator.is_valid(&less), "without {name}");
            assert!(!validator.is_valid(&other), "another {name}");
        }
    }
}
