//! Functions on attribute sets.

use super::Call;
use crate::project::value::{Attr, Attrs, Item, Kind, Thunk, Value};
use std::rc::Rc;

pub(super) fn call(call: &Call) -> Option<Option<Value>> {
    Some(match call.name() {
        "mapAttrs" => Some(map_attrs(call)),
        "mapAttrs'" => Some(renamed(call, map_attrs_items(call))),
        "mapAttrsToList" | "mapAttrsFlatten" => Some(call.list(map_attrs_items(call))),
        "concatMapAttrs" => Some(merged(call, map_attrs_items(call))),
        "genAttrs" => Some(gen_attrs(call)),
        "genAttrs'" => {
            let item = |item: Item| Item { value: call.later(1, vec![item.value.clone()], &item.place), ..item };
            Some(renamed(call, call.items(0).into_iter().map(item).collect()))
        }
        "listToAttrs" => Some(renamed(call, call.items(0))),
        "attrsToList" => Some(pairs(call)),
        "nameValuePair" => Some(set(call, vec![entry(call, "name", call.thunk(0)), entry(call, "value", call.thunk(1))])),
        "attrNames" => Some(names(call)),
        "attrValues" => Some(values(call)),
        "filterAttrs" => Some(filter_attrs(call)),
        "optionalAttrs" => {
            let empty = Kind::Attrs(Rc::new(Attrs::default()));
            Some(call.perhaps(&call.value(0), || call.value(1), empty))
        }
        "removeAttrs" => remove_attrs(call),
        "getAttrs" => get_attrs(call),
        "intersectAttrs" => intersect_attrs(call),
        "mergeAttrs" => Some(update(call, &call.value(0), &call.value(1))),
        "recursiveUpdate" => Some(recursive_update(call, &call.value(0), &call.value(1), 0)),
        "mergeAttrsList" => Some(merged(call, call.items(0))),
        "foldAttrs" => fold_attrs(call),
        "hasAttr" => call.text(0).and_then(|name| call.evaluator.has_name(&call.value(1), &name)).map(|has| call.result(Kind::Bool(has))),
        "getAttr" => call.text(0).and_then(|name| call.evaluator.select(&call.value(1), &name, call.place)),
        "setAttrByPath" => set_by_path(call),
        _ => return None,
    })
}

fn entry(call: &Call, name: &str, value: &Thunk) -> Attr {
    Attr { name: name.into(), value: value.clone(), place: call.place.clone(), conditional: false }
}

fn set(call: &Call, entries: Vec<Attr>) -> Value {
    call.result(Kind::Attrs(Rc::new(Attrs { entries, ..Attrs::default() })))
}

fn finished(call: &Call, attrs: Attrs) -> Value {
    call.result(Kind::Attrs(Rc::new(attrs)))
}

fn attrs(call: &Call, index: usize) -> Rc<Attrs> {
    call.evaluator.attrs(&call.value(index))
}

fn update(call: &Call, left: &Value, right: &Value) -> Value {
    finished(call, call.evaluator.update(&call.evaluator.attrs(left), &call.evaluator.attrs(right)))
}

fn name_thunk(call: &Call, attr: &Attr) -> Thunk {
    call.done(Kind::Str(attr.name.clone()), &attr.place)
}

fn map_attrs(call: &Call) -> Value {
    let base = attrs(call, 1);
    let with_name =
        |attr: &Attr| Attr { value: call.later(0, vec![name_thunk(call, attr), attr.value.clone()], &attr.place), ..attr.clone() };
    let unnamed = |attr: &Attr| {
        let name = Thunk::done(Value::unknown(&attr.name, &attr.place));
        Attr { value: call.later(0, vec![name, attr.value.clone()], &attr.place), ..attr.clone() }
    };
    let open = base.open.iter().map(|_| call.evaluator.unknown_at(call.place)).collect();
    let entries = base.entries.iter().map(with_name).collect();
    finished(call, Attrs { entries, dynamic: base.dynamic.iter().map(unnamed).collect(), open, pieces: Vec::new() })
}

fn map_attrs_items(call: &Call) -> Vec<Item> {
    let Value { kind: Kind::Attrs(mapped), .. } = map_attrs(call) else { return Vec::new() };
    items_of(&mapped)
}

/// The values of a set as a list; parts that cannot be read stand for any number.
fn items_of(attrs: &Attrs) -> Vec<Item> {
    let item = |attr: &Attr| Item { value: attr.value.clone(), place: attr.place.clone(), conditional: attr.conditional, rest: false };
    let rest = |value: &Value| Item { value: Thunk::done(value.clone()), place: value.place.clone(), conditional: false, rest: true };
    attrs.entries.iter().chain(&attrs.dynamic).map(item).chain(attrs.open.iter().map(rest)).collect()
}

/// The set that `{ name; value; }` pairs make.
fn renamed(call: &Call, items: Vec<Item>) -> Value {
    let mut out = Attrs::default();
    for item in items {
        let pair = call.evaluator.force(&item.value);
        if item.rest {
            out.open.push(pair);
            continue;
        }
        let name = call.evaluator.select(&pair, "name", &item.place);
        let value = Thunk::new(crate::project::value::State::Select(item.value.clone(), "value".into(), item.place.clone()));
        match name.as_ref().and_then(|name| name.as_str().map(|text| (text, &name.place))) {
            Some((text, _)) => {
                out.entries.push(Attr { name: text.into(), value, place: item.place.clone(), conditional: item.conditional })
            }
            None => {
                let text = name.map_or_else(String::new, |name| call.evaluator.snippet(&name.place));
                let name = format!("${{{text}}}").into();
                out.dynamic.push(Attr { name, value, place: item.place.clone(), conditional: item.conditional });
            }
        }
    }
    finished(call, out)
}

/// All sets of a list, later ones over earlier ones.
fn merged(call: &Call, items: Vec<Item>) -> Value {
    let mut out = Attrs::default();
    for item in items {
        let mut next = (*call.evaluator.attrs(&call.evaluator.force(&item.value))).clone();
        if item.conditional {
            next.entries.iter_mut().for_each(|entry| entry.conditional = true);
        }
        out = call.evaluator.update(&out, &next);
    }
    finished(call, out)
}

fn gen_attrs(call: &Call) -> Value {
    let mut out = Attrs::default();
    for item in call.items(0) {
        let name = call.evaluator.force(&item.value);
        let value = call.later(1, vec![item.value.clone()], &item.place);
        let attr = |name: &str| Attr { name: name.into(), value, place: item.place.clone(), conditional: item.conditional };
        match name.as_str() {
            Some(text) => out.entries.push(attr(text)),
            None if item.rest => out.open.push(name),
            None => out.dynamic.push(attr(&format!("${{{}}}", call.evaluator.snippet(&item.place)))),
        }
    }
    finished(call, out)
}

fn pairs(call: &Call) -> Value {
    let base = attrs(call, 0);
    let pair = |attr: &Attr| {
        let value = set(call, vec![entry(call, "name", &name_thunk(call, attr)), entry(call, "value", &attr.value)]);
        Item { value: Thunk::done(value), place: attr.place.clone(), conditional: attr.conditional, rest: false }
    };
    let known = base.entries.iter().map(pair);
    let rest = items_of(&Attrs { entries: Vec::new(), ..(*base).clone() });
    call.list(known.chain(rest.into_iter().map(|item| Item { rest: true, ..item })).collect())
}

fn names(call: &Call) -> Value {
    let base = attrs(call, 0);
    let known = base.entries.iter();
    let known =
        known.map(|attr| Item { value: name_thunk(call, attr), place: attr.place.clone(), conditional: attr.conditional, rest: false });
    let unknown = |place: &crate::project::value::Place, rest| {
        let value = Thunk::done(call.evaluator.unknown_at(place));
        Item { value, place: place.clone(), conditional: false, rest }
    };
    let dynamic = base.dynamic.iter().map(|attr| unknown(&attr.place, false));
    let open = base.open.iter().map(|value| unknown(&value.place, true));
    call.list(known.chain(dynamic).chain(open).collect())
}

fn values(call: &Call) -> Value {
    call.list(items_of(&attrs(call, 0)))
}

fn filter_attrs(call: &Call) -> Value {
    let base = attrs(call, 1);
    let predicate = call.value(0);
    let mut out = Attrs { entries: Vec::new(), ..(*base).clone() };
    for attr in &base.entries {
        let half = call.evaluator.apply(&predicate, &name_thunk(call, attr), &attr.place);
        match call.evaluator.apply(&half, &attr.value, &attr.place).as_bool() {
            Some(true) => out.entries.push(attr.clone()),
            Some(false) => {}
            None => out.entries.push(Attr { conditional: true, ..attr.clone() }),
        }
    }
    finished(call, out)
}

fn known_names(call: &Call, index: usize) -> Option<Vec<String>> {
    let texts = call.items(index).into_iter().map(|item| {
        let value = call.evaluator.force(&item.value);
        value.as_str().filter(|_| !item.conditional && !item.rest).map(str::to_owned)
    });
    texts.collect()
}

fn remove_attrs(call: &Call) -> Option<Value> {
    let taken = known_names(call, 1)?;
    let base = attrs(call, 0);
    let entries = base.entries.iter().filter(|attr| !taken.iter().any(|name| **name == *attr.name)).cloned().collect();
    Some(finished(call, Attrs { entries, ..(*base).clone() }))
}

fn get_attrs(call: &Call) -> Option<Value> {
    let wanted = known_names(call, 0)?;
    let base = call.value(1);
    let entry = |name: &String| {
        let value = call.evaluator.select(&base, name, call.place)?;
        Some(Attr { name: name.as_str().into(), place: value.place.clone(), value: Thunk::done(value), conditional: false })
    };
    Some(set(call, wanted.iter().map(entry).collect::<Option<_>>()?))
}

fn intersect_attrs(call: &Call) -> Option<Value> {
    let (left, right) = (attrs(call, 0), attrs(call, 1));
    if !left.is_closed() || !right.is_closed() {
        return None;
    }
    let both = right.entries.iter().filter_map(|attr| {
        let conditional = attr.conditional || left.get(&attr.name)?.conditional;
        Some(Attr { conditional, ..attr.clone() })
    });
    Some(set(call, both.collect()))
}

fn recursive_update(call: &Call, left: &Value, right: &Value, depth: usize) -> Value {
    let (Kind::Attrs(a), Kind::Attrs(b)) = (&left.kind, &right.kind) else { return update(call, left, right) };
    let mut out = call.evaluator.update(a, b);
    for entry in out.entries.iter_mut().filter(|_| depth < 16) {
        let (Some(old), Some(new)) = (a.get(&entry.name), b.get(&entry.name)) else { continue };
        let (old, new) = (call.evaluator.force(&old.value), call.evaluator.force(&new.value));
        if let (Kind::Attrs(_), Kind::Attrs(_)) = (&old.kind, &new.kind) {
            entry.value = Thunk::done(recursive_update(call, &old, &new, depth + 1));
        }
    }
    finished(call, out)
}

/// `foldAttrs op nul sets`: under each name `op` from the right over the values of all sets.
fn fold_attrs(call: &Call) -> Option<Value> {
    let mut out = Attrs::default();
    for item in call.items(2).into_iter().rev() {
        let part = call.evaluator.attrs(&call.evaluator.force(&item.value));
        if item.rest || item.conditional || !part.is_closed() {
            return None;
        }
        for entry in &part.entries {
            let known = out.entries.iter().position(|known: &Attr| known.name == entry.name);
            let so_far = known.map_or_else(|| call.thunk(1).clone(), |at| out.entries[at].value.clone());
            let value = call.later(0, vec![entry.value.clone(), so_far], &entry.place);
            match known {
                Some(at) => out.entries[at].value = value,
                None => out.entries.push(Attr { value, ..entry.clone() }),
            }
        }
    }
    Some(finished(call, out))
}

fn set_by_path(call: &Call) -> Option<Value> {
    let names = known_names(call, 0)?;
    let inner = names.iter().rev().fold(call.thunk(1).clone(), |value, name| Thunk::done(set(call, vec![entry(call, name, &value)])));
    Some(call.evaluator.force(&inner))
}
