//! `import`, `readDir` and their like, within the flake.

use super::Call;
use crate::project::text_parts::normal;
use crate::project::value::{Attr, Attrs, Item, Kind, Opaque, Partial, Place, Root, Thunk, Value};
use std::rc::Rc;

pub(super) fn call(call: &Call) -> Option<Option<Value>> {
    Some(match call.name() {
        "import" => import(call),
        "importApply" => import(call).map(|function| call.evaluator.apply(&function, call.thunk(1), call.place)),
        "readDir" => path_of(call, 0).map(|path| read_dir(call, &path)),
        "listFilesRecursive" => path_of(call, 0).map(|path| {
            let mut items = Vec::new();
            files_below(call, &path, &mut items, 0);
            call.list(items)
        }),
        "pathExists" => path_of(call, 0).map(|path| call.result(Kind::Bool(call.evaluator.project.exists(&path)))),
        "readFile" => read_file(call),
        "importJSON" => read_file(call).and_then(|text| json(call, &text)),
        "importTOML" => read_file(call).and_then(|text| toml(call, &text)),
        "fromTOML" => toml(call, &call.value(0)),
        "fromJSON" => json(call, &call.value(0)),
        "path" => {
            let argument = call.value(0);
            call.evaluator.select(&argument, "path", call.place).filter(|value| value.as_path().is_some())
        }
        "append" => match (call.value(0).kind, call.value(1).kind) {
            (Kind::Path(base), Kind::Str(more)) => normal(&format!("{base}/{more}")).map(|path| call.result(Kind::Path(path.into()))),
            _ => None,
        },
        _ => return None,
    })
}

/// The path of the flake that an argument means.
fn path_of(call: &Call, index: usize) -> Option<String> {
    call.value(index).as_path().map(|path| path.to_string())
}

fn import(call: &Call) -> Option<Value> {
    let argument = call.value(0);
    match &argument.kind {
        Kind::Opaque(opaque) if opaque.root == Root::InputFile && opaque.text().ends_with("/nixos/lib/eval-config.nix") => {
            let base = Opaque::new(Root::Lib, &[]);
            Some(call.result(Kind::Partial(Rc::new(Partial { name: "nixosSystem", arity: 1, base, arguments: Vec::new() }))))
        }
        Kind::Either(values) => {
            let all = values.iter().map(|value| match value.as_path() {
                Some(path) => call.evaluator.import(&path, call.place),
                None => call.evaluator.unknown_at(call.place),
            });
            Some(call.result(Kind::Either(all.collect())))
        }
        _ => path_of(call, 0).map(|path| call.evaluator.import(&path, call.place)),
    }
}

fn read_dir(call: &Call, path: &str) -> Value {
    let mut attrs = Attrs::default();
    for name in call.evaluator.project.folder(path) {
        let kind = if call.evaluator.project.is_folder(&join(path, &name)) { "directory" } else { "regular" };
        let value = call.done(Kind::Str(kind.into()), call.place);
        attrs.entries.push(Attr { name: name.as_str().into(), value, place: call.place.clone(), conditional: false });
    }
    call.result(Kind::Attrs(Rc::new(attrs)))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn files_below(call: &Call, path: &str, items: &mut Vec<Item>, depth: usize) {
    // A loop of symbolic links ends here.
    if depth > 32 {
        return;
    }
    for name in call.evaluator.project.folder(path) {
        let inner = join(path, &name);
        if call.evaluator.project.is_folder(&inner) {
            files_below(call, &inner, items, depth + 1);
        } else {
            let value = call.done(Kind::Path(inner.as_str().into()), call.place);
            items.push(Item { value, place: call.place.clone(), conditional: false, rest: false });
        }
    }
}

fn read_file(call: &Call) -> Option<Value> {
    let bytes = call.evaluator.project.bytes(&path_of(call, 0)?).ok()??;
    Some(call.string(std::str::from_utf8(&bytes).ok()?))
}

fn json(call: &Call, text: &Value) -> Option<Value> {
    let parsed: serde_json::Value = serde_json::from_str(text.as_str()?).ok()?;
    Some(of_json(&parsed, call.place))
}

fn toml(call: &Call, text: &Value) -> Option<Value> {
    let parsed: serde_json::Value = toml::from_str(text.as_str()?).ok()?;
    Some(of_json(&parsed, call.place))
}

pub(super) fn import_tree(call: &Call) -> Option<Value> {
    let folder = path_of(call, 0)?;
    let mut items = Vec::new();
    files_below(call, &folder, &mut items, 0);
    items.retain(|item| {
        let path = call.evaluator.force(&item.value).as_path();
        path.is_some_and(|path| path.ends_with(".nix") && !path[folder.len()..].contains("/_"))
    });
    let imports = Attr { name: "imports".into(), value: Thunk::done(call.list(items)), place: call.place.clone(), conditional: false };
    Some(call.result(Kind::Attrs(Rc::new(Attrs { entries: vec![imports], ..Attrs::default() }))))
}

fn of_json(json: &serde_json::Value, place: &Place) -> Value {
    use serde_json::Value as J;
    let kind = match json {
        J::Null => Kind::Null,
        J::Bool(value) => Kind::Bool(*value),
        J::String(text) => Kind::Str(text.as_str().into()),
        J::Number(number) => match number.as_i64() {
            Some(number) => Kind::Int(number),
            None => return Value::unknown(&number.to_string(), place),
        },
        J::Array(items) => {
            let item = |item| Item { value: Thunk::done(of_json(item, place)), place: place.clone(), conditional: false, rest: false };
            Kind::List(items.iter().map(item).collect())
        }
        J::Object(fields) => {
            let entry = |(name, value): (&String, _)| {
                let value = Thunk::done(of_json(value, place));
                Attr { name: name.as_str().into(), value, place: place.clone(), conditional: false }
            };
            Kind::Attrs(Rc::new(Attrs { entries: fields.iter().map(entry).collect(), ..Attrs::default() }))
        }
    };
    Value::new(kind, place)
}
