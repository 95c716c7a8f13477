//! Attribute sets: building them from bindings, selecting from them, putting one over another.

use super::evaluate::Evaluator;
use super::value::{Attr, Attrs, Binding, Kind, Opaque, Partial, Piece, Place, Root, Scope, State, Thunk, Value};
use crate::syntax::attr_path::name_of;
use rnix::ast::{self, HasEntry};
use rowan::ast::AstNode;
use std::rc::Rc;

/// What Nix adds to `self` beside the outputs.
const FLAKE_FACTS: &[&str] = &["lastModified", "lastModifiedDate", "narHash", "rev", "shortRev", "dirtyRev", "dirtyShortRev", "sourceInfo"];

impl Evaluator<'_> {
    /// The attributes of a set literal.
    pub(super) fn attr_set(&self, set: &ast::AttrSet, scope: &Rc<Scope>) -> Attrs {
        if set.rec_token().is_none() {
            return self.entries(set, scope, scope);
        }
        let inner = self.scope(&scope.file, Some(scope), None);
        let attrs = self.entries(set, &inner, scope);
        for entry in &attrs.entries {
            inner.names.borrow_mut().insert(entry.name.clone(), entry.value.clone());
        }
        attrs
    }

    /// Puts the bindings of a `let` into `inner`.
    pub(super) fn bind_names(&self, let_in: &ast::LetIn, inner: &Rc<Scope>, outer: &Rc<Scope>) {
        let attrs = self.entries(let_in, inner, outer);
        for entry in attrs.entries {
            inner.names.borrow_mut().insert(entry.name, entry.value);
        }
    }

    fn entries(&self, owner: &impl HasEntry, scope: &Rc<Scope>, outer: &Rc<Scope>) -> Attrs {
        let bindings = owner.attrpath_values().filter_map(|binding| {
            let path = binding.attrpath()?.attrs().collect();
            Some(Binding { path, value: binding.value()? })
        });
        let mut attrs = self.bindings(&bindings.collect::<Vec<_>>(), scope);
        for inherit in owner.inherits() {
            let from = inherit.from().and_then(|from| from.expr()).map(|from| Thunk::expr(&from, scope));
            for attr in inherit.attrs() {
                let (name, place): (Rc<str>, _) = (name_of(&attr).into(), self.place(attr.syntax(), scope));
                let state = match (&from, attr) {
                    (Some(from), _) => State::Select(from.clone(), name.clone(), place.clone()),
                    (None, ast::Attr::Ident(ident)) => State::Expr(ast::Expr::Ident(ident), outer.clone()),
                    (None, _) => continue,
                };
                attrs.entries.push(Attr { name, value: Thunk::new(state), place, conditional: false });
            }
        }
        attrs
    }

    /// The set that bindings with these paths make, each first name once.
    pub(super) fn bindings(&self, bindings: &[Binding], scope: &Rc<Scope>) -> Attrs {
        let mut groups: Vec<(Option<Rc<str>>, ast::Attr, Vec<Binding>)> = Vec::new();
        let mut attrs = Attrs::default();
        for binding in opened(bindings) {
            let Some((first, rest)) = binding.path.split_first() else {
                attrs = self.merge(&attrs, &self.attrs(&self.eval(&binding.value, scope)));
                continue;
            };
            let name = self.attr_name(first, scope);
            let rest = Binding { path: rest.to_vec(), value: binding.value.clone() };
            match groups.iter_mut().find(|(known, ..)| known.is_some() && *known == name) {
                Some((.., group)) => group.push(rest),
                None => groups.push((name, first.clone(), vec![rest])),
            }
        }
        for (name, first, group) in groups {
            let place = self.place(first.syntax(), scope);
            let state = match group.as_slice() {
                [only] if only.path.is_empty() => State::Expr(only.value.clone(), scope.clone()),
                _ => State::Bindings(group, scope.clone(), place.clone()),
            };
            let value = Thunk::new(state);
            match name {
                Some(name) => self.join(&mut attrs.entries, Attr { name, value, place, conditional: false }, false),
                None => attrs.dynamic.push(Attr { name: name_of(&first).into(), value, place, conditional: false }),
            }
        }
        attrs
    }

    /// The name of one part of an attribute path; `None` when it is computed from unknown parts.
    fn attr_name(&self, attr: &ast::Attr, scope: &Rc<Scope>) -> Option<Rc<str>> {
        let value = match attr {
            ast::Attr::Ident(ident) => return Some(ident.syntax().text().to_string().into()),
            ast::Attr::Str(text) => self.eval(&ast::Expr::Str(text.clone()), scope),
            ast::Attr::Dynamic(dynamic) => self.eval(&dynamic.expr()?, scope),
        };
        value.as_str().map(Into::into)
    }

    /// `left // right`.
    pub(super) fn update(&self, left: &Attrs, right: &Attrs) -> Attrs {
        let mut out = Attrs { dynamic: left.dynamic.clone(), open: left.open.clone(), ..Attrs::default() };
        for entry in &left.entries {
            let mut entry = entry.clone();
            let mut others: Vec<Thunk> = right.open.iter().map(|open| Thunk::new(self.state_below(open, &entry))).collect();
            match right.get(&entry.name) {
                Some(over) if !over.conditional => continue,
                Some(over) => others.push(over.value.clone()),
                None => {}
            }
            if !others.is_empty() {
                others.insert(0, entry.value);
                entry.value = Thunk::new(State::Either(others, entry.place.clone()));
            }
            out.entries.push(entry);
        }
        let new = right.entries.iter().filter(|entry| !entry.conditional || left.get(&entry.name).is_none());
        out.entries.extend(new.cloned());
        out.dynamic.extend(right.dynamic.iter().cloned());
        out.open.extend(right.open.iter().cloned());
        out
    }

    /// Both sets at once; where they share a name, both values hold.
    fn merge(&self, left: &Attrs, right: &Attrs) -> Attrs {
        let mut out = left.clone();
        for entry in &right.entries {
            self.join(&mut out.entries, entry.clone(), false);
        }
        out.dynamic.extend(right.dynamic.iter().cloned());
        out.open.extend(right.open.iter().cloned());
        out
    }

    /// The places that a set below one name is written at.
    pub(super) fn pieces(&self, bindings: &[Binding], scope: &Scope) -> Vec<Piece> {
        let piece = |binding: &Binding| {
            let whole = if binding.path.is_empty() { None } else { binding.value.syntax().parent() };
            let node = whole.unwrap_or_else(|| binding.value.syntax().clone());
            let head = binding.path.first().map(name_of);
            Piece { place: self.place(&node, scope), head }
        };
        bindings.iter().map(piece).collect()
    }

    fn state_below(&self, open: &Value, entry: &Attr) -> State {
        State::Select(Thunk::done(open.clone()), entry.name.clone(), open.place.clone())
    }

    /// `base.name`; `None` when there is surely no such attribute.
    pub(super) fn select(&self, base: &Value, name: &str, place: &Place) -> Option<Value> {
        match &base.kind {
            Kind::Attrs(attrs) => match attrs.get(name) {
                Some(entry) if entry.conditional && attrs.open.is_empty() => {
                    let value = self.force(&entry.value);
                    Some(if matches!(value.kind, Kind::Either(_)) { value } else { Value::new(Kind::Either([value].into()), place) })
                }
                Some(entry) => Some(self.force(&entry.value)),
                None => self.select_open(attrs, name, place),
            },
            Kind::Either(values) | Kind::All(values) => {
                let mut found: Vec<Value> = values.iter().filter_map(|value| self.select(value, name, place)).collect();
                let all = matches!(base.kind, Kind::All(_));
                if all && found.iter().any(|value| !matches!(value.kind, Kind::Opaque(_))) {
                    // Modules that cannot be read do not define again what another one defines.
                    found.retain(|value| !matches!(value.kind, Kind::Opaque(_)));
                }
                match found.as_slice() {
                    [] => None,
                    [only] if all => Some(only.clone()),
                    _ => Some(Value::new(if all { Kind::All(found.into()) } else { Kind::Either(found.into()) }, place)),
                }
            }
            Kind::Opaque(opaque) => self.select_opaque(opaque, name, place),
            Kind::Null | Kind::Bool(_) | Kind::Int(_) | Kind::Str(_) | Kind::List(_) => None,
            Kind::Path(_) | Kind::RootText(_) => None,
            Kind::System(_) if matches!(name, "extendModules" | "override") => {
                let arguments = vec![Thunk::done(base.clone())];
                let name = if name == "override" { "override" } else { "extendModules" };
                let partial = Partial { name, arity: 2, base: Opaque::new(Root::Lib, &[]), arguments };
                Some(Value::new(Kind::Partial(Rc::new(partial)), place))
            }
            Kind::Lambda(_) | Kind::Partial(_) | Kind::System(_) => Some(self.unknown_at(place)),
        }
    }

    fn select_open(&self, attrs: &Attrs, name: &str, place: &Place) -> Option<Value> {
        let library =
            |value: &&Value| matches!(&value.kind, Kind::Opaque(opaque) if opaque.is_library()) && super::functions::find(name).is_some();
        let input = |value: &&Value| {
            matches!(&value.kind, Kind::Opaque(opaque) if opaque.root == Root::Inputs) && self.has_name(value, name) == Some(true)
        };
        match (attrs.open.iter().rev().find(library).or_else(|| attrs.open.iter().rev().find(input)), attrs.open.as_slice()) {
            (Some(known), _) => self.select(known, name, place),
            (None, []) if attrs.dynamic.is_empty() => None,
            (None, [only]) if attrs.dynamic.is_empty() => self.select(only, name, place),
            _ => Some(Value::unknown(name, place)),
        }
    }

    fn select_opaque(&self, opaque: &Opaque, name: &str, place: &Place) -> Option<Value> {
        let known = |root, names: &[&str]| Some(Value::new(Kind::Opaque(Opaque::new(root, names)), place));
        match opaque.root {
            Root::Inputs if name == "self" => known(Root::Flake, &[]),
            Root::Inputs if self.inputs.iter().any(|input| input == name) => known(Root::Input, &[name]),
            // Nix wants every input to be written down; `nixpkgs` alone comes from the registry.
            Root::Inputs if name == "nixpkgs" => known(Root::Input, &[name]),
            Root::Inputs => None,
            Root::Arguments => known(Root::Unknown, &[name]),
            Root::Input if opaque.names.len() == 1 && name == "outPath" => Some(Value::new(Kind::Opaque(opaque.clone()), place)),
            Root::Flake if name == "inputs" => known(Root::Inputs, &[]),
            Root::Flake if name == "outputs" => known(Root::Flake, &[]),
            Root::Config => {
                let option = opaque.child(name);
                let text = self.option_text(&option.names);
                Some(text.unwrap_or_else(|| Value::new(Kind::Opaque(option), place)))
            }
            Root::Flake if name == "outPath" => Some(Value::new(Kind::RootText("".into()), place)),
            Root::Flake if FLAKE_FACTS.contains(&name) => Some(Value::unknown(&format!("self.{name}"), place)),
            Root::Flake => {
                let outputs = self.outputs.borrow().clone()?;
                let outputs = self.force(&outputs);
                self.select(&outputs, name, place)
            }
            _ => Some(Value::new(Kind::Opaque(opaque.child(name)), place)),
        }
    }

    /// `base.a.b`, or the default behind `or`.
    pub(super) fn eval_select(&self, select: &ast::Select, scope: &Rc<Scope>, place: &Place) -> Option<Value> {
        let mut value = self.eval(&select.expr()?, scope);
        for attr in select.attrpath()?.attrs() {
            let Some(name) = self.attr_name(&attr, scope) else { return Some(self.unknown_at(place)) };
            match self.select(&value, &name, place) {
                Some(next) => value = next,
                None => {
                    let default = select.default_expr().map(|default| self.eval(&default, scope));
                    return Some(default.unwrap_or_else(|| self.unknown_at(place)));
                }
            }
        }
        match (select.default_expr(), &value.kind) {
            // It may be missing: then the default holds.
            (Some(default), Kind::Opaque(_)) => {
                let default = self.eval(&default, scope);
                Some(Value::new(Kind::Either([value, default].into()), place))
            }
            _ => Some(value),
        }
    }

    /// Whether a set has a path; `None` where that cannot be told.
    pub(super) fn has_attr(&self, has: &ast::HasAttr, scope: &Rc<Scope>) -> Option<bool> {
        let mut value = self.eval(&has.expr()?, scope);
        for attr in has.attrpath()?.attrs() {
            let name = self.attr_name(&attr, scope)?;
            if !self.has_name(&value, &name)? {
                return Some(false);
            }
            value = self.select(&value, &name, &value.place)?;
        }
        Some(true)
    }

    /// Whether a value has an attribute; `None` where that cannot be told.
    pub(super) fn has_name(&self, value: &Value, name: &str) -> Option<bool> {
        match &value.kind {
            Kind::Attrs(attrs) => match attrs.get(name) {
                Some(entry) => (!entry.conditional).then_some(true),
                None => attrs.is_closed().then_some(false),
            },
            Kind::Opaque(opaque) if opaque.root == Root::Inputs => Some(self.inputs.iter().any(|input| input == name)),
            Kind::Opaque(_) | Kind::Either(_) | Kind::All(_) => None,
            _ => Some(false),
        }
    }
}

/// Bindings with set literals opened where other bindings add to them, as Nix merges them.
fn opened(bindings: &[Binding]) -> Vec<Binding> {
    let mut out = Vec::new();
    for binding in bindings {
        match &binding.value {
            ast::Expr::AttrSet(set) if binding.path.is_empty() && set.rec_token().is_none() && set.inherits().next().is_none() => {
                let inner = set
                    .attrpath_values()
                    .filter_map(|inner| Some(Binding { path: inner.attrpath()?.attrs().collect(), value: inner.value()? }));
                out.extend(inner);
            }
            _ => out.push(binding.clone()),
        }
    }
    out
}
