//! What reading can know about an expression: values with the place each was written at.
//!
//! A value is never guessed. What reading cannot tell is [`Kind::Opaque`] and carries its text.

use super::hosts::Class;
use crate::text::Span;
use rnix::ast;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Bytes of one file of the flake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub file: Rc<str>,
    pub span: Span,
}

/// A value in weak head normal form and the expression it comes from.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub kind: Kind,
    pub place: Place,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    Str(Rc<str>),
    /// Path relative to the flake's root; empty for the root itself.
    Path(Rc<str>),
    /// A string that begins with the path of the flake's root: what follows that path.
    RootText(Rc<str>),
    List(Rc<[Item]>),
    Attrs(Rc<Attrs>),
    Lambda(Rc<Closure>),
    Partial(Rc<Partial>),
    Opaque(Opaque),
    /// One of these, or none: an `if` on something unknown, or the value of `mkIf`.
    Either(Rc<[Value]>),
    /// All of these together: `mkMerge`.
    All(Rc<[Value]>),
    /// A configuration that is evaluated with this argument.
    System(Rc<SystemCall>),
}

/// A call of `nixosSystem` or of its like.
#[derive(Debug)]
pub(super) struct SystemCall {
    pub class: Class,
    pub argument: Thunk,
    /// Whether the function is nixpkgs' own, which adds no module of the flake.
    pub plain: bool,
    /// The function as written.
    pub function: String,
}

/// One element of a list.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub value: Thunk,
    pub place: Place,
    /// Whether the element is there only under some condition.
    pub conditional: bool,
    /// Whether this stands for an unknown number of elements.
    pub rest: bool,
}

/// An attribute set, in the order in which it was written.
#[derive(Clone, Debug, Default)]
pub(super) struct Attrs {
    pub entries: Vec<Attr>,
    /// Attributes whose name cannot be read, with the text of the name.
    pub dynamic: Vec<Attr>,
    /// Parts of the set that cannot be read at all.
    pub open: Vec<Value>,
    /// The bindings that make the set when it is not written as one expression (`a.b = 1; a.c = 2;`).
    pub pieces: Vec<Piece>,
}

/// One of several bindings that make a set.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// The binding, or the set literal when the binding holds one.
    pub place: Place,
    /// The first name below the set; `None` for a set literal.
    pub head: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Attr {
    pub name: Rc<str>,
    pub value: Thunk,
    /// Where the name stands.
    pub place: Place,
    pub conditional: bool,
}

impl Attrs {
    pub fn get(&self, name: &str) -> Option<&Attr> {
        self.entries.iter().rev().find(|entry| &*entry.name == name)
    }

    /// Whether every name is known.
    pub fn is_closed(&self) -> bool {
        self.dynamic.is_empty() && self.open.is_empty()
    }
}

/// A function of the flake.
#[derive(Debug)]
pub(super) struct Closure {
    pub lambda: ast::Lambda,
    pub scope: Rc<Scope>,
}

/// A function of nixpkgs or Nix that lacks arguments.
#[derive(Debug)]
pub(super) struct Partial {
    pub name: &'static str,
    pub arity: usize,
    /// What the function was selected from.
    pub base: Opaque,
    pub arguments: Vec<Thunk>,
}

/// Something that is not looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opaque {
    pub root: Root,
    pub names: Rc<[Rc<str>]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    /// The set of the flake's inputs.
    Inputs,
    /// Something of an input; the first name is the input's.
    Input,
    /// A file of an input; the one name is its text.
    InputFile,
    /// The flake itself.
    Flake,
    /// nixpkgs' library.
    Lib,
    /// The system's configuration, by option path.
    Config,
    /// Nix' own functions.
    Builtins,
    /// A path outside the flake.
    Absolute,
    /// The arguments of a module beyond those that are known.
    Arguments,
    /// Anything else; the first name is source text.
    Unknown,
}

impl Opaque {
    pub fn new(root: Root, names: &[&str]) -> Self {
        Self { root, names: names.iter().map(|&name| name.into()).collect() }
    }

    pub fn child(&self, name: &str) -> Self {
        Self { root: self.root, names: self.names.iter().cloned().chain([name.into()]).collect() }
    }

    pub fn last(&self) -> &str {
        self.names.last().map_or("", |name| name)
    }

    /// How people write it; an input without `inputs.` before it.
    pub fn text(&self) -> String {
        let head = match self.root {
            Root::Inputs => Some("inputs"),
            Root::Flake => Some("self"),
            Root::Lib => Some("lib"),
            Root::Builtins => Some("builtins"),
            Root::Config => Some("config"),
            Root::Arguments => Some("arguments"),
            Root::Input | Root::InputFile | Root::Absolute | Root::Unknown => None,
        };
        head.into_iter().chain(self.names.iter().map(|name| &**name)).collect::<Vec<_>>().join(".")
    }

    /// Whether this lies in a library of functions, so that a well-known name means what it always
    /// means.
    pub fn is_library(&self) -> bool {
        match self.root {
            Root::Lib | Root::Builtins => true,
            Root::Input | Root::Unknown => self.names.iter().any(|name| &**name == "lib"),
            _ => false,
        }
    }
}

/// A value to be found when it is needed.
#[derive(Clone, Debug)]
pub(super) struct Thunk(pub Rc<RefCell<State>>);

#[derive(Clone, Debug)]
pub(super) enum State {
    Done(Value),
    Busy,
    Expr(ast::Expr, Rc<Scope>),
    /// An attribute of a value.
    Select(Thunk, Rc<str>, Place),
    /// A function with its arguments.
    Apply(Thunk, Vec<Thunk>, Place),
    /// A name of a function's pattern: the argument, the name, what stands for it when it is missing.
    Parameter(Thunk, Rc<str>, Option<ast::Expr>, Rc<Scope>, Place),
    /// Several bindings below one name.
    Bindings(Vec<Binding>, Rc<Scope>, Place),
    /// One of several values, or several at once.
    Either(Vec<Thunk>, Place),
    All(Vec<Thunk>, Place),
}

/// The rest of an attribute path and its value.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub path: Vec<ast::Attr>,
    pub value: ast::Expr,
}

impl Thunk {
    pub fn new(state: State) -> Self {
        Self(Rc::new(RefCell::new(state)))
    }

    pub fn done(value: Value) -> Self {
        Self::new(State::Done(value))
    }

    pub fn expr(expr: &ast::Expr, scope: &Rc<Scope>) -> Self {
        Self::new(State::Expr(expr.clone(), scope.clone()))
    }
}

/// What names mean at some place.
#[derive(Debug)]
pub(super) struct Scope {
    pub file: Rc<str>,
    pub parent: Option<Rc<Scope>>,
    pub names: RefCell<HashMap<Rc<str>, Thunk>>,
    pub with: Option<Thunk>,
}

impl Value {
    pub fn new(kind: Kind, place: &Place) -> Self {
        Self { kind, place: place.clone() }
    }

    /// An unknown value with its source text.
    pub fn unknown(text: &str, place: &Place) -> Self {
        Self::new(Kind::Opaque(Opaque::new(Root::Unknown, &[text])), place)
    }

    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The path of the flake that a path or string means, relative to the flake's root.
    pub fn as_path(&self) -> Option<Rc<str>> {
        match &self.kind {
            Kind::Path(path) => Some(path.clone()),
            Kind::RootText(text) if text.is_empty() || text.starts_with('/') => super::text_parts::normal(text).map(Into::into),
            Kind::Opaque(opaque) if opaque.root == Root::Flake && opaque.names.is_empty() => Some("".into()),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }
}
