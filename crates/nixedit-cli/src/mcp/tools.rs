//! The tools: names, what they are for, what they take. All of it is sent to every client, so every word counts;
//! a test holds the whole under 3 000 tokens.

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};
use std::sync::Arc;

/// What `edit` says: the frequent operations with their arguments, the others by name.
const EDIT: &str = "\
Change the flake by one operation, proven by evaluation before anything is written; already so = unchanged. \
Arguments of the operation stand beside its name. \
Frequent: add-package/remove-package {hosts, names}; replace-package {hosts, old, new}; \
option-set {hosts, path, value | nix: true for an expression}; option-unset {hosts, path}; \
perhost-set {key, value | values: {host: value}}; list-add/list-remove {hosts, path, items}; \
module-import {hosts, modules}; program-enable {hosts, name}; input-add {name, url}; input-remove {name}; update {inputs}; \
overlay-override {package, set}; hosts-add {name, copy_from}; fmt {files}. \
Instead of hosts, file: works on that one. Others: {names}. explain NAME lists the arguments of one.";

/// All tools; `apply` only where it is allowed.
pub fn all(allow_apply: bool) -> Vec<Tool> {
    let mut out = vec![inspect(), discover(), edit(), batch(), validate(), undo(), explain()];
    out.extend(allow_apply.then(apply));
    out
}

fn tool(name: &'static str, description: impl Into<String>, required: &[&str], properties: Value) -> Tool {
    let mut schema = JsonObject::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), properties);
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    Tool::new(name, description.into(), Arc::new(schema))
}

fn reading() -> ToolAnnotations {
    ToolAnnotations::new().read_only(true).idempotent(true).open_world(false)
}

/// Every edit can be undone, so none is destructive; twice is once.
fn writing() -> ToolAnnotations {
    ToolAnnotations::new().read_only(false).destructive(false).idempotent(true).open_world(false)
}

fn text(what: &str) -> Value {
    json!({ "type": "string", "description": what })
}

fn texts(what: &str) -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "description": what })
}

fn flag(what: &str) -> Value {
    json!({ "type": "boolean", "description": what })
}

fn inspect() -> Tool {
    let about = "What the files say, without Nix. No subject: the hosts. A host or file: its sections; with section that one whole.";
    let properties = json!({
        "subject": text("Host, or file relative to the flake"),
        "section": text("packages, modules, host tables, own options, secrets, overlays, activation; of files also imports, sets, declares"),
    });
    tool("inspect", about, &[], properties).with_annotations(reading())
}

fn discover() -> Tool {
    let about =
        "What a name means on a host, asked of the host's own package set: package (renamed, unfree, broken), option, or what was meant.";
    let properties = json!({ "name": text("Package or option path"), "host": text("Default: the only one") });
    tool("discover", about, &["name"], properties).with_annotations(reading())
}

fn edit() -> Tool {
    let about = EDIT.replace("{names}", &super::arguments::rare_operations().join(", "));
    let properties = json!({
        "operation": text("Name, such as add-package"),
        "hosts": texts("Host names; [\"*\"] means all, in the file they share"),
        "file": text("Relative to the flake"),
        "plan": flag("Show and prove, write nothing"),
    });
    tool("edit", about, &["operation"], properties).with_annotations(writing())
}

fn batch() -> Tool {
    let about = "Several operations as one edit: all or none, one proof, one undo. Later ones see what earlier ones left.";
    let properties = json!({
        "operations": json!({ "type": "array", "items": { "type": "object" }, "description": "Each as edit takes it" }),
        "plan": flag("Show and prove, write nothing"),
    });
    tool("batch", about, &["operations"], properties).with_annotations(writing())
}

fn validate() -> Tool {
    let about = "Evaluate the flake as it stands: whole systems, or with attrs those attributes. The first error at its line.";
    let properties = json!({ "hosts": texts("Default: all"), "attrs": texts("Paths below a host's config") });
    tool("validate", about, &[], properties).with_annotations(reading())
}

fn undo() -> Tool {
    let about = "Take an edit back: its files get exactly their old bytes; refused where one was changed since.";
    let properties = json!({ "edit": text("Its name; default: the newest") });
    let annotations = ToolAnnotations::new().read_only(false).destructive(true).idempotent(false).open_world(false);
    tool("undo", about, &[], properties).with_annotations(annotations)
}

fn explain() -> Tool {
    let about = "What an error code means and what settles it, or the arguments of an operation.";
    tool("explain", about, &["topic"], json!({ "topic": text("Error code or operation") })).with_annotations(reading())
}

fn apply() -> Tool {
    let about = "Deploy a host with the flake's own command. Changes the machine: only when the user asked for it.";
    let properties = json!({
        "host": text("Host"),
        "confirm": flag("Must be true"),
        "dry": flag("Run the dry command instead"),
    });
    let annotations = ToolAnnotations::new().read_only(false).destructive(true).idempotent(true).open_world(true);
    tool("apply", about, &["host", "confirm"], properties).with_annotations(annotations)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nixedit_core::operation;

    /// The arguments that the description of `edit` names are those of the operations.
    #[test]
    fn what_the_description_names_is_there() {
        let mut seen = 0;
        for (at, _) in EDIT.match_indices(" {") {
            let names = EDIT[..at].rsplit([' ', ';']).next().unwrap_or_default();
            let fields = EDIT[at + 2..].split_once('}').map(|(fields, _)| fields).unwrap_or_default();
            for name in names.split("/").filter(|name| !name.is_empty() && !name.ends_with(":")) {
                let schema = operation::schema_of(name).unwrap_or_else(|| panic!("there is no {name}"));
                let fields = fields.split([',', '|']).map(|field| field.trim().split([':', ' ']).next().unwrap_or_default());
                for field in fields.filter(|field| !field.is_empty()) {
                    assert!(schema["properties"].get(field).is_some(), "{name} has no {field}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 30, "{seen}");
    }
}
