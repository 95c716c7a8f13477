//! Functions of the module system, of flake frameworks, and those that only pass values on.

use super::Call;
use crate::project::flake_parts;
use crate::project::hosts::Class;
use crate::project::value::{Attr, Attrs, Kind, Opaque, Root, State, SystemCall, Thunk, Value};
use std::rc::Rc;

pub(super) fn call(call: &Call) -> Option<Option<Value>> {
    Some(match call.name() {
        "mkIf" => Some(call.perhaps_module()),
        "mkMerge" => {
            let values = call.items(0).into_iter().map(|item| {
                let value = call.evaluator.force(&item.value);
                if item.conditional { call.result(Kind::Either([value].into())) } else { value }
            });
            Some(call.result(Kind::All(values.collect())))
        }
        "mkForce" | "mkDefault" | "mkBefore" | "mkAfter" | "mkOptionDefault" | "mkVMOverride" | "mkImageMediaOverride" => {
            Some(call.value(0))
        }
        "mkOverride" | "mkOrder" | "setDefaultModuleLocation" | "seq" | "deepSeq" | "trace" | "warn" => Some(call.value(1)),
        "warnIf" => Some(call.value(2)),
        "id" | "traceVal" | "const" => Some(call.value(0)),
        "flip" => Some(call.evaluator.force(&call.later(0, vec![call.thunk(2).clone(), call.thunk(1).clone()], call.place))),
        "pipe" => pipe(call),
        "fix" => Some(fix(call)),
        "extend" => extend(call),
        "makeOverridable" => Some(call.evaluator.apply(&call.value(0), call.thunk(1), call.place)),
        "isFunction" => is(call, |kind| matches!(kind, Kind::Lambda(_) | Kind::Partial(_))),
        "isAttrs" => is(call, |kind| matches!(kind, Kind::Attrs(_))),
        "isList" => is(call, |kind| matches!(kind, Kind::List(_))),
        "isString" => is(call, |kind| matches!(kind, Kind::Str(_))),
        "isPath" => is(call, |kind| matches!(kind, Kind::Path(_))),
        "eachDefaultSystem" => Some(each_system(call, 0)),
        "eachSystem" => Some(each_system(call, 1)),
        "mkFlake" => flake_parts::outputs(call.evaluator, call.thunk(0), call.thunk(1), call.place),
        "withSystem" => Some(with_system(call)),
        "mkAliasOptionModule"
        | "mkAliasOptionModuleMD"
        | "mkRenamedOptionModule"
        | "mkRenamedOptionModuleWith"
        | "mkRemovedOptionModule"
        | "mkChangedOptionModule"
        | "mkMergedOptionModule" => Some(call.result(Kind::Opaque(Opaque::new(Root::Input, &["lib", call.name()])))),
        "extendModules" => extend_modules(call),
        // The same with other arguments: it may have all that the first has, and something else.
        "override" => Some(call.result(Kind::All([call.value(0), call.evaluator.unknown_at(call.place)].into()))),
        "nixosSystem" => {
            let argument = call.thunk(0).clone();
            let system = SystemCall { class: Class::Nixos, argument, plain: true, function: "eval-config.nix".to_owned() };
            Some(call.result(Kind::System(Rc::new(system))))
        }
        _ => return None,
    })
}

impl Call<'_, '_> {
    fn perhaps_module(&self) -> Value {
        match self.value(0).as_bool() {
            Some(true) => self.value(1),
            Some(false) => self.result(Kind::All([].into())),
            None => self.result(Kind::Either([self.value(1)].into())),
        }
    }
}

fn is(call: &Call, test: fn(&Kind) -> bool) -> Option<Value> {
    match call.value(0).kind {
        Kind::Opaque(_) | Kind::Either(_) | Kind::All(_) => None,
        kind => Some(call.result(Kind::Bool(test(&kind)))),
    }
}

/// `configuration.extendModules { modules = …; specialArgs = …; }`.
fn extend_modules(call: &Call) -> Option<Value> {
    let Kind::System(base) = call.value(0).kind else { return None };
    let (old, new) = (call.evaluator.force(&base.argument), call.value(1));
    let both = |name: &str| [&old, &new].map(|value| call.evaluator.select(value, name, call.place));
    let modules = both("modules").into_iter().flatten().flat_map(|list| call.evaluator.items(&list)).collect();
    let special = both(base.class.special_args()).into_iter().flatten();
    let special = special.fold(Attrs::default(), |so_far, next| call.evaluator.update(&so_far, &call.evaluator.attrs(&next)));
    let attr = |name: &str, value| Attr { name: name.into(), value: Thunk::done(value), place: call.place.clone(), conditional: false };
    let over = Attrs {
        entries: vec![attr("modules", call.list(modules)), attr(base.class.special_args(), call.result(Kind::Attrs(Rc::new(special))))],
        ..Attrs::default()
    };
    let argument = call.result(Kind::Attrs(Rc::new(call.evaluator.update(&call.evaluator.attrs(&old), &over))));
    let system = SystemCall { class: base.class, argument: Thunk::done(argument), plain: base.plain, function: base.function.clone() };
    Some(call.result(Kind::System(Rc::new(system))))
}

fn pipe(call: &Call) -> Option<Value> {
    let functions = call.items(1);
    if functions.iter().any(|item| item.rest || item.conditional) {
        return None;
    }
    let mut value = call.thunk(0).clone();
    for function in functions {
        let function = call.evaluator.force(&function.value);
        value = Thunk::done(call.evaluator.apply(&function, &value, call.place));
    }
    Some(call.evaluator.force(&value))
}

/// `fix f`: the function's own result is its argument.
fn fix(call: &Call) -> Value {
    let result = Thunk::new(State::Busy);
    result.0.replace(State::Apply(call.thunk(0).clone(), vec![result.clone()], call.place.clone()));
    let value = call.evaluator.force(&result);
    result.0.replace(State::Done(value.clone()));
    value
}

/// `lib.extend (final: prev: { … })`.
fn extend(call: &Call) -> Option<Value> {
    let base = &call.partial.base;
    let names: Vec<&str> = base.names[..base.names.len().saturating_sub(1)].iter().map(|name| &**name).collect();
    let library = call.result(Kind::Opaque(Opaque::new(base.root, &names)));
    let result = Thunk::new(State::Busy);
    let more = call.evaluator.force(&call.later(0, vec![result.clone(), Thunk::done(library.clone())], call.place));
    let attrs = call.evaluator.update(&call.evaluator.attrs(&library), &call.evaluator.attrs(&more));
    let value = call.result(Kind::Attrs(Rc::new(attrs)));
    result.0.replace(State::Done(value.clone()));
    Some(value)
}

/// flake-utils: the names are those of the function's result, the values per system.
fn each_system(call: &Call, function: usize) -> Value {
    let system = Thunk::done(Value::unknown("system", call.place));
    let one = call.evaluator.force(&call.later(function, vec![system], call.place));
    let attrs = call.evaluator.attrs(&one);
    let unknown = |attr: &Attr| Attr { value: Thunk::done(call.evaluator.unknown_at(call.place)), ..attr.clone() };
    let entries = attrs.entries.iter().map(unknown).collect();
    call.result(Kind::Attrs(Rc::new(Attrs { entries, ..(*attrs).clone() })))
}

/// flake-parts: `withSystem "x86_64-linux" ({ pkgs, … }: …)`.
fn with_system(call: &Call) -> Value {
    let system = Attr { name: "system".into(), value: call.thunk(0).clone(), place: call.place.clone(), conditional: false };
    let open = vec![call.result(Kind::Opaque(Opaque::new(Root::Arguments, &[])))];
    let arguments = call.result(Kind::Attrs(Rc::new(Attrs { entries: vec![system], open, ..Attrs::default() })));
    call.evaluator.apply(&call.value(1), &Thunk::done(arguments), call.place)
}
