//! A small evaluator that reads as far as reading is honest: lazily, with fuel, without inputs.
//!
//! Functions of the flake are applied, well-known functions of nixpkgs are imitated
//! ([`super::functions`]), files of the flake are imported. Everything else stays opaque.

use super::value::{Attr, Attrs, Closure, Item, Kind, Opaque, Partial, Place, Root, Scope, State, SystemCall, Thunk, Value};
use super::{functions, text_parts};
use crate::diagnostic::Diagnostic;
use crate::project::Project;
use crate::syntax::parse::stack_budget;
use crate::syntax::{SyntaxNode, span};
use rnix::ast::{self, BinOpKind, UnaryOpKind};
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
            scopes: RefCell::default(),
            fuel: Cell::new(FUEL),
            nesting: Cell::new(0),
            stack: (address(), stack_budget()),
        }
    }

    pub fn place(&self, node: &SyntaxNode, scope: &Scope) -> Place {
        Place { file: scope.file.clone(), span: span(node) }
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

    fn eval_inner(&self, expr: &ast::Expr, scope: &Rc<Scope>, place: &Place) -> Option<Value> {
        use ast::Expr as E;
        Some(match expr {
            E::Ident(ident) => self.lookup(&ident.syntax().text().to_string(), scope, place),
            E::Paren(paren) => self.eval(&paren.expr()?, scope),
            E::Assert(assert) => self.eval(&assert.body()?, scope),
            E::Select(select) => self.eval_select(select, scope, place)?,
            E::Apply(apply) => {
                let function = self.eval(&apply.lambda()?, scope);
                self.apply(&function, &Thunk::expr(&apply.argument()?, scope), place)
            }
            E::LetIn(let_in) => {
                let inner = self.scope(&scope.file, Some(scope), None);
                self.bind_names(let_in, &inner, scope);
                self.eval(&let_in.body()?, &inner)
            }
            E::With(with) => {
                let namespace = Thunk::expr(&with.namespace()?, scope);
                self.eval(&with.body()?, &self.scope(&scope.file, Some(scope), Some(namespace)))
            }
            E::IfElse(if_else) => self.eval_if(if_else, scope, place)?,
            E::Lambda(lambda) => Value::new(Kind::Lambda(Rc::new(Closure { lambda: lambda.clone(), scope: scope.clone() })), place),
            E::List(list) => Value::new(Kind::List(list.items().map(|item| self.item(&item, scope)).collect()), place),
            E::AttrSet(set) => Value::new(Kind::Attrs(Rc::new(self.attr_set(set, scope))), place),
            E::BinOp(operation) => self.eval_operation(operation, scope, place)?,
            E::UnaryOp(operation) if operation.operator() == Some(UnaryOpKind::Invert) => {
                let value = self.eval(&operation.expr()?, scope).as_bool()?;
                Value::new(Kind::Bool(!value), place)
            }
            E::HasAttr(has) => Value::new(Kind::Bool(self.has_attr(has, scope)?), place),
            E::Str(text) => text_parts::string(self, text, scope, place)?,
            E::PathRel(_) | E::PathAbs(_) | E::PathHome(_) | E::PathSearch(_) => text_parts::path(self, expr, scope, place)?,
            E::Literal(literal) => match literal.kind() {
                ast::LiteralKind::Integer(number) => Value::new(Kind::Int(number.value().ok()?), place),
                ast::LiteralKind::Uri(_) => Value::new(Kind::Str(literal.syntax().text().to_string().into()), place),
                ast::LiteralKind::Float(_) => return None,
            },
            E::Error(_) | E::LegacyLet(_) | E::Root(_) | E::UnaryOp(_) | E::CurPos(_) => return None,
        })
    }

    fn item(&self, expr: &ast::Expr, scope: &Rc<Scope>) -> Item {
        Item { value: Thunk::expr(expr, scope), place: self.place(expr.syntax(), scope), conditional: false, rest: false }
    }

    fn eval_if(&self, if_else: &ast::IfElse, scope: &Rc<Scope>, place: &Place) -> Option<Value> {
        let (yes, no) = (if_else.body()?, if_else.else_body()?);
        Some(match self.eval(&if_else.condition()?, scope).as_bool() {
            Some(true) => self.eval(&yes, scope),
            Some(false) => self.eval(&no, scope),
            None => Value::new(Kind::Either([self.eval(&yes, scope), self.eval(&no, scope)].into()), place),
        })
    }

    fn eval_operation(&self, operation: &ast::BinOp, scope: &Rc<Scope>, place: &Place) -> Option<Value> {
        let (left, right) = (operation.lhs()?, operation.rhs()?);
        let kind = match operation.operator()? {
            BinOpKind::Concat => {
                let (left, right) = (self.eval(&left, scope), self.eval(&right, scope));
                Kind::List(self.items(&left).into_iter().chain(self.items(&right)).collect())
            }
            BinOpKind::Update => {
                let (left, right) = (self.eval(&left, scope), self.eval(&right, scope));
                Kind::Attrs(Rc::new(self.update(&self.attrs(&left), &self.attrs(&right))))
            }
            BinOpKind::Add => return text_parts::add(&self.eval(&left, scope), &self.eval(&right, scope), place),
            BinOpKind::And => Kind::Bool(match self.eval(&left, scope).as_bool() {
                Some(false) => false,
                Some(true) => self.eval(&right, scope).as_bool()?,
                None => self.eval(&right, scope).as_bool().filter(|known| !known)?,
            }),
            BinOpKind::Or => Kind::Bool(match self.eval(&left, scope).as_bool() {
                Some(true) => true,
                Some(false) => self.eval(&right, scope).as_bool()?,
                None => self.eval(&right, scope).as_bool().filter(|&known| known)?,
            }),
            BinOpKind::Implication => Kind::Bool(!self.eval(&left, scope).as_bool()? || self.eval(&right, scope).as_bool()?),
            BinOpKind::Equal => Kind::Bool(self.equal(&self.eval(&left, scope), &self.eval(&right, scope))?),
            BinOpKind::NotEqual => Kind::Bool(!self.equal(&self.eval(&left, scope), &self.eval(&right, scope))?),
            BinOpKind::PipeRight => {
                let function = self.eval(&right, scope);
                return Some(self.apply(&function, &Thunk::expr(&left, scope), place));
            }
            BinOpKind::PipeLeft => {
                let function = self.eval(&left, scope);
                return Some(self.apply(&function, &Thunk::expr(&right, scope), place));
            }
            _ => return None,
        };
        Some(Value::new(kind, place))
    }

    /// Whether two values are equal; `None` where that cannot be told.
    pub fn equal(&self, left: &Value, right: &Value) -> Option<bool> {
        use Kind::*;
        match (&left.kind, &right.kind) {
            (Opaque(_) | Either(_) | All(_), _) | (_, Opaque(_) | Either(_) | All(_)) => None,
            (Null, Null) => Some(true),
            (Bool(a), Bool(b)) => Some(a == b),
            (Int(a), Int(b)) => Some(a == b),
            (Str(a), Str(b)) | (Path(a), Path(b)) | (RootText(a), RootText(b)) => Some(a == b),
            (RootText(_), _) | (_, RootText(_)) => None,
            (List(a), List(b)) if a.is_empty() && b.is_empty() => Some(true),
            (Null | Bool(_) | Int(_) | Str(_) | Path(_), _) | (_, Null | Bool(_) | Int(_) | Str(_) | Path(_)) => Some(false),
            _ => None,
        }
    }

    /// What a name means: bindings around it first, then what is built in, then `with`.
    fn lookup(&self, name: &str, scope: &Rc<Scope>, place: &Place) -> Value {
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
                    let known = opaque.is_library() && (name == "nixosSystem" || functions::find(name).is_some());
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
        if name == "nixosSystem" {
            let plain = opaque.is_library() && opaque.root != Root::Unknown;
            let call = SystemCall { argument: argument.clone(), plain, function: opaque.text() };
            return Value::new(Kind::System(Rc::new(call)), place);
        }
        if opaque.root == Root::Input && name == "import-tree" {
            return functions::import_tree(self, argument, place);
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

    /// The value of a whole file of the flake; a folder stands for its `default.nix`.
    pub fn import(&self, path: &str, place: &Place) -> Value {
        let Some(file) = self.file_of(path) else {
            let text = format!("{} (there is no such file)", if path.is_empty() { "." } else { path });
            return Value::unknown(&text, place);
        };
        let known = self.files.borrow().get(&*file).cloned();
        let thunk = known.unwrap_or_else(|| self.load(&file, place));
        self.force(&thunk)
    }

    fn load(&self, file: &Rc<str>, place: &Place) -> Thunk {
        let thunk = match self.project.source(file) {
            Ok(source) => match ast::Root::cast(source.root.clone()).and_then(|root| root.expr()) {
                Some(expr) => Thunk::expr(&expr, &self.scope(file, None, None)),
                None => Thunk::done(Value::unknown(&format!("{file} (empty)"), place)),
            },
            Err(why) => {
                let text = format!("{file} ({})", why.code);
                self.notes.borrow_mut().push(*why);
                Thunk::done(Value::unknown(&text, place))
            }
        };
        self.files.borrow_mut().insert(file.clone(), thunk.clone());
        thunk
    }

    /// The file that a path means when it is imported.
    pub fn file_of(&self, path: &str) -> Option<Rc<str>> {
        if self.project.is_folder(path) {
            let file = if path.is_empty() { "default.nix".to_owned() } else { format!("{path}/default.nix") };
            return self.project.exists(&file).then(|| file.into());
        }
        self.project.exists(path).then(|| path.into())
    }

    /// The elements of a list; what is no list is one element that stands for any number.
    pub fn items(&self, value: &Value) -> Vec<Item> {
        match &value.kind {
            Kind::List(items) => items.to_vec(),
            Kind::Either(values) => {
                let all = values.iter().flat_map(|value| self.items(value));
                all.map(|item| Item { conditional: true, ..item }).collect()
            }
            Kind::All(values) => values.iter().flat_map(|value| self.items(value)).collect(),
            _ => vec![Item { value: Thunk::done(value.clone()), place: value.place.clone(), conditional: false, rest: true }],
        }
    }

    /// The attributes of a set; what is no set is a set of which nothing is known.
    pub fn attrs(&self, value: &Value) -> Rc<Attrs> {
        let (values, conditional) = match &value.kind {
            Kind::Attrs(attrs) => return attrs.clone(),
            Kind::Either(values) => (values, true),
            Kind::All(values) => (values, false),
            _ => return Rc::new(Attrs { open: vec![value.clone()], ..Attrs::default() }),
        };
        let mut out = Attrs::default();
        for part in values.iter().map(|value| self.attrs(value)) {
            for entry in &part.entries {
                self.join(&mut out.entries, Attr { conditional: entry.conditional || conditional, ..entry.clone() }, conditional);
            }
            out.dynamic.extend(part.dynamic.iter().cloned());
            out.open.extend(part.open.iter().cloned());
        }
        Rc::new(out)
    }

    /// Adds an attribute beside others: under one name stand all (or one) of the values.
    pub(super) fn join(&self, entries: &mut Vec<Attr>, attr: Attr, either: bool) {
        match entries.iter_mut().find(|known| known.name == attr.name) {
            Some(known) => {
                let both = vec![known.value.clone(), attr.value];
                known.value = Thunk::new(if either { State::Either(both, attr.place) } else { State::All(both, attr.place) });
            }
            None => entries.push(attr),
        }
    }
}
