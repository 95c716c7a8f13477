//! What a name means, and what calling a function gives.

use super::Evaluator;
use crate::project::hosts::Class;
use crate::project::value::{Closure, Kind, Opaque, Partial, Place, Root, Scope, State, SystemCall, Thunk, Value};
use crate::project::{frameworks, functions};
use rnix::ast;
use rowan::ast::AstNode;
use std::rc::Rc;

impl Evaluator<'_> {
    /// What a name means: bindings around it first, then what is built in, then `with`.
    pub(super) fn lookup(&self, name: &str, scope: &Rc<Scope>, place: &Place) -> Value {
        let mut around = Some(scope);
        while let Some(here) = around {
            let found = here.names.borrow().get(name).cloned();
            if let Some(thunk) = found {
                return self.force(&thunk);
            }
            around = here.parent.as_ref();
        }
        match name {
            "true" => return Value::new(Kind::Bool(true), place),
            "false" => return Value::new(Kind::Bool(false), place),
            "null" => return Value::new(Kind::Null, place),
            "builtins" => return Value::new(Kind::Opaque(Opaque::new(Root::Builtins, &[])), place),
            _ if functions::GLOBAL.contains(&name) => return Value::new(Kind::Opaque(Opaque::new(Root::Builtins, &[name])), place),
            _ => {}
        }
        self.lookup_with(name, scope, place).unwrap_or_else(|| Value::unknown(name, place))
    }

    /// The innermost `with` that surely has the name; none when an inner one might have it.
    fn lookup_with(&self, name: &str, scope: &Rc<Scope>, place: &Place) -> Option<Value> {
        let mut around = Some(scope);
        while let Some(here) = around {
            if let Some(namespace) = &here.with {
                let namespace = self.force(namespace);
                if let Kind::Opaque(opaque) = &namespace.kind
                    && opaque.root != Root::Inputs
                {
                    let known = opaque.is_library() && (Class::of_function(name).is_some() || functions::find(name).is_some());
                    return known.then(|| Value::new(Kind::Opaque(opaque.child(name)), place));
                }
                if let Some(value) = self.select(&namespace, name, place) {
                    return Some(value);
                }
            }
            around = here.parent.as_ref();
        }
        None
    }

    /// Applies a function to one argument.
    pub fn apply(&self, function: &Value, argument: &Thunk, place: &Place) -> Value {
        match &function.kind {
            Kind::Lambda(closure) => self.apply_closure(closure, argument).unwrap_or_else(|| self.unknown_at(place)),
            Kind::Opaque(opaque) => self.apply_opaque(opaque, argument, place),
            Kind::Partial(partial) => {
                let mut arguments = partial.arguments.clone();
                arguments.push(argument.clone());
                self.complete(Partial { name: partial.name, arity: partial.arity, base: partial.base.clone(), arguments }, place)
            }
            Kind::Either(values) => {
                let results: Vec<Value> = values.iter().map(|function| self.apply(function, argument, place)).collect();
                Value::new(Kind::Either(results.into()), place)
            }
            Kind::Attrs(attrs) => match attrs.get("__functor") {
                Some(functor) => {
                    let method = self.apply(&self.force(&functor.value), &Thunk::done(function.clone()), place);
                    self.apply(&method, argument, place)
                }
                None => self.unknown_at(place),
            },
            _ => self.unknown_at(place),
        }
    }

    fn apply_opaque(&self, opaque: &Opaque, argument: &Thunk, place: &Place) -> Value {
        let name = opaque.last();
        if let Some(class) = Class::of_function(name) {
            let plain = opaque.is_library() && opaque.root != Root::Unknown;
            let call = SystemCall { class, argument: argument.clone(), plain, function: opaque.text() };
            return Value::new(Kind::System(Rc::new(call)), place);
        }
        if opaque.root == Root::Input && name == "import-tree" {
            return functions::import_tree(self, argument, place);
        }
        if let Some(value) = frameworks::apply(self, opaque, argument, place) {
            return value;
        }
        match functions::find(name).filter(|_| opaque.is_library() || opaque.root == Root::Builtins) {
            Some((name, arity)) => self.complete(Partial { name, arity, base: opaque.clone(), arguments: vec![argument.clone()] }, place),
            None => self.unknown_at(place),
        }
    }

    fn complete(&self, partial: Partial, place: &Place) -> Value {
        if partial.arguments.len() < partial.arity {
            return Value::new(Kind::Partial(Rc::new(partial)), place);
        }
        self.nested(|| functions::call(self, &partial, place)).unwrap_or_else(|| self.unknown_at(place))
    }

    fn apply_closure(&self, closure: &Closure, argument: &Thunk) -> Option<Value> {
        let scope = self.scope(&closure.scope.file, Some(&closure.scope), None);
        match closure.lambda.param()? {
            ast::Param::IdentParam(param) => {
                let name = param.ident()?.syntax().text().to_string();
                scope.names.borrow_mut().insert(name.into(), argument.clone());
            }
            ast::Param::Pattern(pattern) => self.bind_pattern(&pattern, argument, &scope),
        }
        Some(self.eval(&closure.lambda.body()?, &scope))
    }

    fn bind_pattern(&self, pattern: &ast::Pattern, argument: &Thunk, scope: &Rc<Scope>) {
        if let Some(ident) = pattern.pat_bind().and_then(|bind| bind.ident()) {
            scope.names.borrow_mut().insert(ident.syntax().text().to_string().into(), argument.clone());
        }
        for entry in pattern.pat_entries() {
            let Some(ident) = entry.ident() else { continue };
            let name: Rc<str> = ident.syntax().text().to_string().into();
            let place = self.place(ident.syntax(), scope);
            // `default()` of the tree library is off by one for entries without spaces; take the node.
            let default = entry.syntax().children().skip(1).find_map(ast::Expr::cast);
            let state = State::Parameter(argument.clone(), name.clone(), default, scope.clone(), place);
            scope.names.borrow_mut().insert(name, Thunk::new(state));
        }
    }
}
