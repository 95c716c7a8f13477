//! A small evaluator that reads as far as reading is honest: lazily, with fuel, without inputs.
//!
//! Functions of the flake are applied, well-known functions of nixpkgs are imitated
//! ([`super::functions`]), files of the flake are imported. Everything else stays opaque.

mod contents;
mod expression;
mod names;

use super::value::{Attrs, Kind, Place, Scope, State, Thunk, Value};
use crate::diagnostic::Diagnostic;
use crate::project::Project;
use crate::syntax::parse::stack_budget;
use crate::syntax::{SyntaxNode, span};
use rnix::ast;
use rowan::ast::AstNode;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::{Rc, Weak};

/// Steps one reading of a flake may take; a flake of 100 hosts and 3 500 files takes a tenth.
const FUEL: u64 = 4_000_000;
/// Expressions within expressions, calls included; the stack may end it sooner.
const MAX_NESTING: u32 = 2000;

/// Where the stack is now.
fn address() -> usize {
    let here = 0u8;
    std::ptr::from_ref(&here).addr()
}

pub(super) struct Evaluator<'p> {
    pub project: &'p Project,
    /// The value of `outputs`, for `self.x`.
    pub outputs: RefCell<Option<Thunk>>,
    /// Names of the flake's inputs.
    pub inputs: Vec<String>,
    /// Files that could not be read, each with the reason.
    pub notes: RefCell<Vec<Diagnostic>>,
    /// What the modules of the host at hand define, once all of them are known.
    pub definitions: RefCell<Vec<(Rc<Attrs>, bool)>>,
    files: RefCell<HashMap<Rc<str>, Thunk>>,
    /// Texts that are no file of the flake, each with the place in the flake that led to it.
    stand_ins: RefCell<HashMap<Rc<str>, Place>>,
    scopes: RefCell<Vec<Weak<Scope>>>,
    fuel: Cell<u64>,
    nesting: Cell<u32>,
    /// Address of a local at the start and the bytes of stack that may be used from there.
    stack: (usize, usize),
}

impl Drop for Evaluator<'_> {
    /// Recursive bindings hold the scope that holds them; this lets go of them.
    fn drop(&mut self) {
        for scope in self.scopes.take().iter().filter_map(Weak::upgrade) {
            scope.names.take();
        }
    }
}

impl<'p> Evaluator<'p> {
    pub fn new(project: &'p Project, inputs: Vec<String>) -> Self {
        Self {
            project,
            outputs: RefCell::default(),
            inputs,
            notes: RefCell::default(),
            definitions: RefCell::default(),
            files: RefCell::default(),
            stand_ins: RefCell::default(),
            scopes: RefCell::default(),
            fuel: Cell::new(FUEL),
            nesting: Cell::new(0),
            stack: (address(), stack_budget()),
        }
    }

    pub fn place(&self, node: &SyntaxNode, scope: &Scope) -> Place {
        if let Some(call) = self.stand_ins.borrow().get(&scope.file) {
            return call.clone();
        }
        Place { file: scope.file.clone(), span: span(node) }
    }

    /// The name of a text that is no file of the flake: whatever stands in it stands at `call`.
    pub fn stand_in(&self, call: &Place) -> Rc<str> {
        let mut known = self.stand_ins.borrow_mut();
        let name: Rc<str> = format!("<{}>", known.len()).into();
        known.insert(name.clone(), call.clone());
        name
    }

    /// Whether a place is where a library was called that stands for all it does.
    pub fn is_stand_in(&self, place: &Place) -> bool {
        self.stand_ins.borrow().values().any(|call| call == place)
    }

    pub fn scope(&self, file: &Rc<str>, parent: Option<&Rc<Scope>>, with: Option<Thunk>) -> Rc<Scope> {
        let scope = Rc::new(Scope { file: file.clone(), parent: parent.cloned(), names: RefCell::default(), with });
        self.scopes.borrow_mut().push(Rc::downgrade(&scope));
        scope
    }

    /// The source text of a place on one line, shortened.
    pub fn snippet(&self, place: &Place) -> String {
        let Ok(source) = self.project.source(&place.file) else { return String::new() };
        let mut words = String::new();
        for word in source.slice(place.span).split_whitespace() {
            if words.chars().count() > 70 {
                words.push_str(" …");
                break;
            }
            if !words.is_empty() {
                words.push(' ');
            }
            words.extend(word.chars().take(90));
        }
        words
    }

    pub fn unknown_at(&self, place: &Place) -> Value {
        Value::unknown(&self.snippet(place), place)
    }

    /// The value of a thunk. One that needs itself is unknown.
    pub fn force(&self, thunk: &Thunk) -> Value {
        let state = match &*thunk.0.borrow() {
            State::Done(value) => return value.clone(),
            State::Busy => return Value::unknown("a value that needs itself", &Place { file: "".into(), span: crate::text::Span::at(0) }),
            state => state.clone(),
        };
        thunk.0.replace(State::Busy);
        let value = self.run(&state);
        thunk.0.replace(State::Done(value.clone()));
        value
    }

    fn run(&self, state: &State) -> Value {
        match state {
            State::Done(value) => value.clone(),
            State::Busy => Value::unknown("", &Place { file: "".into(), span: crate::text::Span::at(0) }),
            State::Expr(expr, scope) => self.eval(expr, scope),
            State::Select(base, name, place) => {
                let base = self.force(base);
                self.select(&base, name, place).unwrap_or_else(|| self.unknown_at(place))
            }
            State::Apply(function, arguments, place) => {
                arguments.iter().fold(self.force(function), |function, argument| self.apply(&function, argument, place))
            }
            State::Parameter(argument, name, default, scope, place) => {
                let argument = self.force(argument);
                match (self.select(&argument, name, place), default) {
                    (Some(value), _) => value,
                    (None, Some(default)) => self.eval(default, scope),
                    (None, None) => Value::unknown(name, place),
                }
            }
            State::Bindings(bindings, scope, place) => {
                let attrs = Attrs { pieces: self.pieces(bindings, scope), ..self.bindings(bindings, scope) };
                Value::new(Kind::Attrs(Rc::new(attrs)), place)
            }
            State::Either(values, place) => Value::new(Kind::Either(values.iter().map(|v| self.force(v)).collect()), place),
            State::All(values, place) => Value::new(Kind::All(values.iter().map(|v| self.force(v)).collect()), place),
        }
    }

    /// The value of an expression, to weak head normal form.
    pub fn eval(&self, expr: &ast::Expr, scope: &Rc<Scope>) -> Value {
        let place = self.place(expr.syntax(), scope);
        let value = self.nested(|| self.eval_inner(expr, scope, &place));
        value.unwrap_or_else(|| self.unknown_at(&place))
    }

    /// Whether the stack allows no further recursion.
    pub fn is_deep(&self) -> bool {
        self.stack.0.abs_diff(address()) > self.stack.1
    }

    /// Takes a step that may lead to others; none where the limits are reached.
    fn nested(&self, step: impl FnOnce() -> Option<Value>) -> Option<Value> {
        let (fuel, nesting) = (self.fuel.get().checked_sub(1)?, self.nesting.get());
        if nesting > MAX_NESTING || self.is_deep() {
            return None;
        }
        self.fuel.set(fuel);
        self.nesting.set(nesting + 1);
        let value = step();
        self.nesting.set(nesting);
        value
    }
}
