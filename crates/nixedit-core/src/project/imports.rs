//! The module graph: a module list, what each module imports, and what the modules define.

use super::evaluate::Evaluator;
use super::hosts::{Evidence, Module, ModulePlace, Side};
use super::value::{Attr, Attrs, Item, Kind, Opaque, Place, Root, Thunk, Value};
use crate::syntax::span;
use rnix::ast;
use rowan::ast::AstNode;
use std::collections::HashSet;
use std::rc::Rc;

/// Imports within imports.
const MAX_DEPTH: usize = 48;
/// Modules of one host; a list longer than this is not read to its end.
const MAX_MODULES: usize = 6000;

/// A walk over the modules of one host or one Home Manager user.
pub(super) struct Walk<'e, 'p> {
    pub evaluator: &'e Evaluator<'p>,
    /// What every module is applied to.
    pub arguments: Thunk,
    /// The modules so far, in order.
    pub modules: Vec<Module>,
    /// What the modules define, each with whether that holds only under some condition.
    pub definitions: Vec<(Rc<Attrs>, bool)>,
    seen: HashSet<Rc<str>>,
}

/// How a module is named.
#[derive(Clone)]
pub(super) struct Naming {
    pub place: Place,
    pub kind: &'static str,
    pub depth: usize,
    pub conditional: bool,
}

impl Naming {
    fn evidence(&self) -> Evidence {
        Evidence { file: self.place.file.to_string(), span: self.place.span, kind: self.kind }
    }
}

impl<'e, 'p> Walk<'e, 'p> {
    pub fn new(evaluator: &'e Evaluator<'p>, arguments: Thunk) -> Self {
        Self { evaluator, arguments, modules: Vec::new(), definitions: Vec::new(), seen: HashSet::new() }
    }

    /// The modules of a list, each followed by what it imports.
    pub fn list(&mut self, list: &Value, kind: &'static str, depth: usize, conditional: bool) {
        for item in self.evaluator.items(list) {
            let Item { value, place, .. } = item;
            let naming = Naming { place, kind, depth, conditional: conditional || item.conditional };
            let value = self.evaluator.force(&value);
            self.module(&value, &naming);
        }
    }

    /// One module and what it imports.
    pub fn module(&mut self, module: &Value, naming: &Naming) {
        if naming.depth > MAX_DEPTH || self.evaluator.is_deep() || self.modules.len() >= MAX_MODULES {
            return self.push(ModulePlace::Unknown("… (too many modules to read)".to_owned()), naming);
        }
        match &module.kind {
            Kind::Path(_) | Kind::RootText(_) => match module.as_path() {
                Some(path) => self.file(&path, module, naming),
                None => self.push(ModulePlace::Unknown(self.evaluator.snippet(&module.place)), naming),
            },
            Kind::Attrs(_) | Kind::Lambda(_) | Kind::Partial(_) => self.inline(module, naming),
            Kind::Either(values) => {
                let naming = Naming { conditional: true, ..naming.clone() };
                values.iter().for_each(|value| self.module(value, &naming));
            }
            Kind::All(values) => values.iter().for_each(|value| self.module(value, naming)),
            Kind::Opaque(opaque) if matches!(opaque.root, Root::Input | Root::InputFile) => {
                self.push(ModulePlace::Input(opaque.text()), naming);
            }
            Kind::Opaque(opaque) => self.push(ModulePlace::Unknown(opaque.text()), naming),
            // `null` is no module, so the condition that leads here does not hold.
            Kind::Null if naming.conditional => {}
            _ => self.push(ModulePlace::Unknown(self.evaluator.snippet(&module.place)), naming),
        }
    }

    fn file(&mut self, path: &str, module: &Value, naming: &Naming) {
        let Some(file) = self.evaluator.file_of(path) else {
            return self.push(ModulePlace::Unknown(format!("{path} (there is no such file)")), naming);
        };
        if !self.seen.insert(file.clone()) {
            return self.seen_again(&file, naming);
        }
        let value = self.evaluator.import(path, &module.place);
        if let Err(why) = self.evaluator.project.source(&file) {
            return self.push(ModulePlace::Unknown(format!("{file} ({})", why.code)), naming);
        }
        self.push(ModulePlace::File(file.to_string()), naming);
        self.body(&value, naming, 0);
    }

    /// A file that is also imported without condition is there without condition.
    fn seen_again(&mut self, file: &str, naming: &Naming) {
        let place = ModulePlace::File(file.to_owned());
        if let Some(known) = self.modules.iter_mut().find(|module| module.place == place) {
            known.conditional &= naming.conditional;
        }
    }

    fn push(&mut self, place: ModulePlace, naming: &Naming) {
        self.modules.push(Module { place, via: naming.evidence(), depth: naming.depth, conditional: naming.conditional });
    }

    fn push_file(&mut self, file: &str, naming: &Naming) {
        let place = ModulePlace::File(file.to_owned());
        match self.modules.iter().any(|module| module.place == place) {
            true => self.seen_again(file, naming),
            false => self.push(place, naming),
        }
    }

    /// A module that is written in place, or is the result of importing a file.
    fn inline(&mut self, module: &Value, naming: &Naming) {
        let mut naming = naming.clone();
        match &module.kind {
            Kind::Attrs(attrs) if only_imports(attrs) => {
                return self.attrs(attrs, &naming, naming.depth);
            }
            Kind::Attrs(attrs) if !attrs.pieces.is_empty() => {
                for piece in attrs.pieces.iter().filter(|piece| piece.head.as_deref() != Some("imports")) {
                    self.push_inline(&piece.place, &naming);
                }
            }
            _ if !self.evaluator.is_stand_in(&module.place) && self.is_whole_file(&module.place) => {
                self.push_file(&module.place.file, &naming);
                // What is imported is named there, not where the file is.
                naming.place = module.place.clone();
            }
            _ => self.push_inline(&module.place, &naming),
        }
        self.body(module, &naming, 0);
    }

    fn push_inline(&mut self, place: &Place, naming: &Naming) {
        // What a library adds is nowhere in the flake.
        if self.evaluator.is_stand_in(place) {
            return;
        }
        self.push(ModulePlace::Inline { file: place.file.to_string(), span: place.span }, naming);
    }

    /// Whether a place is what a file's expression comes to, behind functions, `let` and `with`.
    fn is_whole_file(&self, place: &Place) -> bool {
        let Ok(source) = self.evaluator.project.source(&place.file) else { return false };
        let mut next = ast::Root::cast(source.root.clone()).and_then(|root| root.expr());
        while let Some(expr) = next {
            if span(expr.syntax()) == place.span {
                return &*place.file != super::flake::FLAKE;
            }
            next = match expr {
                ast::Expr::Lambda(lambda) => lambda.body(),
                ast::Expr::LetIn(let_in) => let_in.body(),
                ast::Expr::With(with) => with.body(),
                ast::Expr::Paren(paren) => paren.expr(),
                ast::Expr::Assert(assert) => assert.body(),
                _ => None,
            };
        }
        false
    }

    /// What a module comes to: its imports and its definitions.
    fn body(&mut self, value: &Value, naming: &Naming, nesting: usize) {
        if nesting > MAX_DEPTH {
            return;
        }
        match &value.kind {
            Kind::Attrs(attrs) => self.attrs(&attrs.clone(), naming, naming.depth + 1),
            Kind::Lambda(_) | Kind::Partial(_) => {
                let applied = self.evaluator.apply(value, &self.arguments.clone(), &value.place);
                self.body(&applied, naming, nesting + 1);
            }
            Kind::Either(values) => {
                let naming = Naming { conditional: true, ..naming.clone() };
                values.iter().for_each(|value| self.body(value, &naming, nesting + 1));
            }
            Kind::All(values) => values.iter().for_each(|value| self.body(value, naming, nesting + 1)),
            Kind::Path(_) | Kind::RootText(_) => self.module(value, &Naming { depth: naming.depth + 1, ..naming.clone() }),
            Kind::Opaque(opaque) => self.push(ModulePlace::Unknown(opaque.text()), &Naming { depth: naming.depth + 1, ..naming.clone() }),
            _ => {}
        }
    }

    /// A set: what it defines, and what it imports as modules of depth `below`.
    fn attrs(&mut self, attrs: &Rc<Attrs>, naming: &Naming, below: usize) {
        self.definitions.push((attrs.clone(), naming.conditional));
        if let Some(config) = attrs.get("config") {
            let config = self.evaluator.force(&config.value);
            for (part, conditional) in parts(self.evaluator, &config) {
                self.definitions.push((part, conditional || naming.conditional));
            }
        }
        if let Some(imports) = attrs.get("imports") {
            let list = self.evaluator.force(&imports.value);
            self.list(&list, "imports", below, naming.conditional || imports.conditional);
        }
        for open in &attrs.open {
            let text = ModulePlace::Unknown(self.evaluator.snippet(&open.place));
            self.push(text, &Naming { place: open.place.clone(), depth: below, ..naming.clone() });
        }
    }

    /// The values that the modules give to an option, each with its attribute.
    pub fn defined(&self, name: &str) -> Vec<(Attr, bool)> {
        let found = self.definitions.iter().filter_map(|(attrs, conditional)| {
            let attr = attrs.get(name)?;
            Some((attr.clone(), *conditional || attr.conditional))
        });
        found.collect()
    }
}

fn only_imports(attrs: &Attrs) -> bool {
    attrs.is_closed() && matches!(attrs.entries.as_slice(), [only] if &*only.name == "imports")
}

/// The sets that a value comes to behind `mkIf` and `mkMerge`, each with whether it is conditional.
pub(super) fn parts(evaluator: &Evaluator, value: &Value) -> Vec<(Rc<Attrs>, bool)> {
    match &value.kind {
        Kind::Attrs(attrs) => vec![(attrs.clone(), false)],
        Kind::Either(values) => {
            let all = values.iter().flat_map(|value| parts(evaluator, value));
            all.map(|(attrs, _)| (attrs, true)).collect()
        }
        Kind::All(values) => values.iter().flat_map(|value| parts(evaluator, value)).collect(),
        Kind::Opaque(_) => vec![(evaluator.attrs(value), false)],
        _ => Vec::new(),
    }
}

/// What modules are applied to: the special arguments, and what the module system always passes.
pub(super) fn arguments(special: Option<&Attrs>, side: Side, place: &Place) -> Thunk {
    let opaque = |root, names: &[&str]| Value::new(Kind::Opaque(Opaque::new(root, names)), place);
    let attr = |name: &str, value| Attr { name: name.into(), value: Thunk::done(value), place: place.clone(), conditional: false };
    let mut entries = vec![
        attr("lib", opaque(Root::Lib, &[])),
        attr("modulesPath", opaque(Root::InputFile, &["modulesPath"])),
        attr("pkgs", opaque(Root::Unknown, &["pkgs"])),
        attr("options", opaque(Root::Unknown, &["options"])),
    ];
    match side {
        Side::System => entries.push(attr("config", opaque(Root::Config, &[]))),
        Side::Home => {
            entries.push(attr("config", opaque(Root::Unknown, &["config"])));
            entries.extend(["osConfig", "nixosConfig"].map(|name| attr(name, opaque(Root::Config, &[]))));
        }
    }
    entries.extend(special.into_iter().flat_map(|special| special.entries.iter().cloned()));
    // What a caller passes as a whole, such as all inputs, is asked before what nobody passed.
    let passed = special.into_iter().flat_map(|special| special.open.iter().cloned());
    let open = std::iter::once(opaque(Root::Arguments, &[])).chain(passed).collect();
    Thunk::done(Value::new(Kind::Attrs(Rc::new(Attrs { entries, open, ..Attrs::default() })), place))
}
