//! Functions on strings.

use super::Call;
use crate::project::text_parts;
use crate::project::value::{Item, Kind, Value};

pub(super) fn call(call: &Call) -> Option<Option<Value>> {
    Some(match call.name() {
        "hasSuffix" => test(call, |part, text| text.ends_with(part)),
        "hasPrefix" => test(call, |part, text| text.starts_with(part)),
        "hasInfix" => test(call, |part, text| text.contains(part)),
        "removeSuffix" | "removePrefix" => cut(call),
        "toLower" => call.text(0).map(|text| call.string(&text.to_ascii_lowercase())),
        "unsafeDiscardStringContext" => Some(call.value(0)),
        "toString" => to_string(call),
        "baseNameOf" => tail(call, 0).map(|text| call.string(text.rsplit('/').next().unwrap_or_default())),
        "dirOf" => match call.value(0).kind {
            Kind::Path(path) if !path.is_empty() => Some(call.result(Kind::Path(text_parts::folder_of(&path).into()))),
            _ => None,
        },
        "concatStringsSep" => join(call),
        "splitString" => split(call),
        "split" => split_by_pattern(call),
        "replaceStrings" => replace(call),
        _ => return None,
    })
}

/// The text of a string, or of a path from the flake's root (good for its last part only).
fn tail(call: &Call, index: usize) -> Option<String> {
    match call.value(index).kind {
        Kind::Str(text) => Some(text.to_string()),
        Kind::Path(path) if !path.is_empty() => Some(format!("/{path}")),
        Kind::RootText(text) if !text.is_empty() => Some(text.to_string()),
        _ => None,
    }
}

fn test(call: &Call, holds: fn(&str, &str) -> bool) -> Option<Value> {
    let part = call.text(0)?;
    let text = match call.value(1).kind {
        Kind::Str(text) => text.to_string(),
        // The end of a path is known, where the flake lies is not.
        Kind::Path(path) if call.name() == "hasSuffix" => format!("/{path}"),
        Kind::RootText(text) if call.name() == "hasSuffix" => text.to_string(),
        _ => return None,
    };
    Some(call.result(Kind::Bool(holds(&part, &text))))
}

fn cut(call: &Call) -> Option<Value> {
    if let (Kind::RootText(part), Kind::RootText(text)) = (call.value(0).kind, call.value(1).kind) {
        let cut = text.strip_prefix(&*part).filter(|_| call.name() == "removePrefix")?;
        return Some(call.string(cut));
    }
    let (part, text) = (call.text(0)?, call.text(1)?);
    let cut = match call.name() {
        "removeSuffix" => text.strip_suffix(part.as_str()),
        _ => text.strip_prefix(part.as_str()),
    };
    Some(call.string(cut.unwrap_or(&text)))
}

fn to_string(call: &Call) -> Option<Value> {
    let value = call.value(0);
    match &value.kind {
        Kind::Str(_) | Kind::RootText(_) => Some(value),
        Kind::Int(number) => Some(call.string(&number.to_string())),
        Kind::Bool(value) => Some(call.string(if *value { "1" } else { "" })),
        Kind::Null => Some(call.string("")),
        _ => text_parts::add(&call.string(""), &value, call.place),
    }
}

fn join(call: &Call) -> Option<Value> {
    let separator = call.text(0)?;
    let mut texts = Vec::new();
    for item in call.items(1) {
        if item.conditional || item.rest {
            return None;
        }
        texts.push(call.evaluator.force(&item.value).as_str()?.to_owned());
    }
    Some(call.string(&texts.join(&separator)))
}

/// `builtins.split` by a pattern that is plain text: the parts with an empty list between them.
fn split_by_pattern(call: &Call) -> Option<Value> {
    let (pattern, text) = (call.text(0)?, call.text(1)?);
    if pattern.is_empty() || !pattern.chars().all(|c| c.is_ascii_alphanumeric() || "@-_/:, ".contains(c)) {
        return None;
    }
    let item = |kind| Item { value: call.done(kind, call.place), place: call.place.clone(), conditional: false, rest: false };
    let mut items = Vec::new();
    for part in text.split(pattern.as_str()) {
        if !items.is_empty() {
            items.push(item(Kind::List([].into())));
        }
        items.push(item(Kind::Str(part.into())));
    }
    Some(call.list(items))
}

/// `replaceStrings [ one ] [ other ] text`; several at once are left unread.
fn replace(call: &Call) -> Option<Value> {
    let only = |index| match call.items(index).as_slice() {
        [item] if !item.rest && !item.conditional => call.evaluator.force(&item.value).as_str().map(str::to_owned),
        _ => None,
    };
    let (from, to): (Option<String>, Option<String>) = (only(0), only(1));
    let from = from.filter(|from| !from.is_empty())?;
    Some(call.string(&call.text(2)?.replace(&from, &to?)))
}

fn split(call: &Call) -> Option<Value> {
    let (separator, text) = (call.text(0).filter(|text| !text.is_empty())?, call.text(1)?);
    let item = |part: &str| Item {
        value: call.done(Kind::Str(part.into()), call.place),
        place: call.place.clone(),
        conditional: false,
        rest: false,
    };
    Some(call.list(text.split(separator.as_str()).map(item).collect()))
}
