//! Functions on lists.

use super::Call;
use crate::project::value::{Item, Kind, Thunk, Value};

pub(super) fn call(call: &Call) -> Option<Option<Value>> {
    Some(match call.name() {
        "map" => Some(map(call, 0, 1)),
        "forEach" => Some(map(call, 1, 0)),
        "imap0" => Some(map_indexed(call, 0)),
        "imap1" => Some(map_indexed(call, 1)),
        "filter" => Some(call.list(filter(call, true))),
        "concatMap" => Some(call.list(concat(call, call.evaluator.items(&map(call, 0, 1))))),
        "concatLists" => Some(call.list(concat(call, call.items(0)))),
        "flatten" => Some(call.list(flatten(call, call.items(0), 0))),
        "optional" => {
            let one = || call.list(vec![whole(call, 1)]);
            Some(call.perhaps(&call.value(0), one, Kind::List([].into())))
        }
        "optionals" => Some(call.perhaps(&call.value(0), || call.value(1), Kind::List([].into()))),
        "singleton" => Some(call.list(vec![whole(call, 0)])),
        "toList" => Some(match call.value(0) {
            list @ Value { kind: Kind::List(_), .. } => list,
            _ => call.list(vec![whole(call, 0)]),
        }),
        "unique" | "naturalSort" => Some(call.list(call.items(0))),
        "sort" => Some(call.list(call.items(1))),
        "reverseList" => Some(call.list(call.items(0).into_iter().rev().collect())),
        "head" => call.items(0).first().filter(|item| !item.rest && !item.conditional).map(|item| call.evaluator.force(&item.value)),
        "last" => closed(&call.items(0)).and_then(|items| items.last()).map(|item| call.evaluator.force(&item.value)),
        "elemAt" => element(call),
        "length" => closed(&call.items(0)).map(|items| call.result(Kind::Int(items.len() as i64))),
        "elem" => elem(call, &call.value(0), &call.items(1)).map(|found| call.result(Kind::Bool(found))),
        "remove" => Some(without(call, &[call.value(0)])),
        "subtractLists" => {
            let taken: Vec<Value> = call.items(0).iter().map(|item| call.evaluator.force(&item.value)).collect();
            Some(without(call, &taken))
        }
        "foldl'" | "foldl" => fold(call, false),
        "foldr" | "fold" => fold(call, true),
        "catAttrs" => Some(cat_attrs(call)),
        _ => return None,
    })
}

/// The items when their number is known.
fn closed(items: &[Item]) -> Option<&[Item]> {
    items.iter().all(|item| !item.rest && !item.conditional).then_some(items)
}

fn element(call: &Call) -> Option<Value> {
    let (items, Kind::Int(index)) = (call.items(0), call.value(1).kind) else { return None };
    let item = closed(&items)?.get(usize::try_from(index).ok()?)?;
    Some(call.evaluator.force(&item.value))
}

fn whole(call: &Call, index: usize) -> Item {
    Item { value: call.thunk(index).clone(), place: call.value(index).place, conditional: false, rest: false }
}

fn map(call: &Call, function: usize, list: usize) -> Value {
    let applied = |item: Item| match item.rest {
        true => Item { value: Thunk::done(call.evaluator.unknown_at(call.place)), ..item },
        false => Item { value: call.later(function, vec![item.value.clone()], &item.place), ..item },
    };
    call.list(call.items(list).into_iter().map(applied).collect())
}

fn map_indexed(call: &Call, first: i64) -> Value {
    let items = call.items(1);
    if closed(&items).is_none() {
        return map_unknown(call, items);
    }
    let applied = |(index, item): (usize, Item)| {
        let number = call.done(Kind::Int(first + index as i64), &item.place);
        Item { value: call.later(0, vec![number, item.value.clone()], &item.place), ..item }
    };
    call.list(items.into_iter().enumerate().map(applied).collect())
}

fn map_unknown(call: &Call, items: Vec<Item>) -> Value {
    call.list(items.into_iter().map(|item| Item { value: Thunk::done(call.evaluator.unknown_at(&item.place)), ..item }).collect())
}

/// What the predicate holds for, and what it cannot be told for.
fn filter(call: &Call, wanted: bool) -> Vec<Item> {
    let mut out = Vec::new();
    for item in call.items(1) {
        if item.rest {
            out.push(item);
            continue;
        }
        let answer = call.evaluator.apply(&call.value(0), &item.value, &item.place);
        match answer.as_bool() {
            Some(answer) if answer == wanted => out.push(item),
            Some(_) => {}
            None => out.push(Item { conditional: true, ..item }),
        }
    }
    out
}

fn concat(call: &Call, items: Vec<Item>) -> Vec<Item> {
    let parts = items.into_iter().flat_map(|item| {
        let inner = call.evaluator.items(&call.evaluator.force(&item.value));
        inner.into_iter().map(move |inner| Item { conditional: inner.conditional || item.conditional, ..inner })
    });
    parts.collect()
}

fn flatten(call: &Call, items: Vec<Item>, depth: usize) -> Vec<Item> {
    let mut out = Vec::new();
    for item in items {
        let value = call.evaluator.force(&item.value);
        match &value.kind {
            Kind::List(_) | Kind::Either(_) if depth < 64 => {
                let inner = call.evaluator.items(&value).into_iter();
                let inner = inner.map(|inner| Item { conditional: inner.conditional || item.conditional, ..inner });
                // What is no list stands for itself here.
                let inner = inner.map(|inner| Item { rest: false, ..inner }).collect();
                out.extend(flatten(call, inner, depth + 1));
            }
            _ => out.push(item),
        }
    }
    out
}

fn elem(call: &Call, wanted: &Value, items: &[Item]) -> Option<bool> {
    let mut unknown = false;
    for item in items {
        match call.evaluator.equal(wanted, &call.evaluator.force(&item.value)) {
            Some(true) if !item.conditional => return Some(true),
            Some(false) => {}
            _ => unknown = true,
        }
    }
    (!unknown).then_some(false)
}

fn without(call: &Call, taken: &[Value]) -> Value {
    let mut out = Vec::new();
    for item in call.items(1) {
        let value = call.evaluator.force(&item.value);
        let answers: Vec<Option<bool>> = taken.iter().map(|taken| call.evaluator.equal(taken, &value)).collect();
        if answers.contains(&Some(true)) {
            continue;
        }
        let unsure = answers.contains(&None);
        out.push(Item { conditional: item.conditional || unsure, ..item });
    }
    call.list(out)
}

fn fold(call: &Call, from_right: bool) -> Option<Value> {
    let mut items = call.items(2);
    closed(&items)?;
    if from_right {
        items.reverse();
    }
    let mut so_far = call.thunk(1).clone();
    for item in items {
        let pair = if from_right { vec![item.value, so_far] } else { vec![so_far, item.value] };
        so_far = Thunk::done(call.evaluator.force(&call.later(0, pair, &item.place)));
    }
    Some(call.evaluator.force(&so_far))
}

fn cat_attrs(call: &Call) -> Value {
    let Some(name) = call.text(0) else { return call.evaluator.unknown_at(call.place) };
    let mut out = Vec::new();
    for item in call.items(1) {
        let value = call.evaluator.force(&item.value);
        let has = call.evaluator.has_name(&value, &name);
        if let Some(found) = call.evaluator.select(&value, &name, &item.place)
            && has != Some(false)
        {
            out.push(Item { value: Thunk::done(found), conditional: item.conditional || has.is_none(), ..item });
        }
    }
    call.list(out)
}
