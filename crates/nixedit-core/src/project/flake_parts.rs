//! Outputs made by flake-parts: the `flake` option of all its modules together.

use super::evaluate::Evaluator;
use super::frameworks;
use super::value::{Attr, Attrs, Kind, Opaque, Place, Root, Thunk, Value};
use std::rc::Rc;

/// Modules within modules.
const MAX_DEPTH: usize = 40;

/// Inputs whose flake-parts modules add no hosts, as their documentation shows.
const WITHOUT_HOSTS: &[&str] = &[
    "treefmt-nix",
    "treefmt",
    "git-hooks",
    "git-hooks-nix",
    "pre-commit-hooks",
    "pre-commit-hooks-nix",
    "devshell",
    "flake-parts",
    "flake-root",
    "home-manager",
    "process-compose-flake",
    "just-flake",
];

/// The outputs of `mkFlake { inherit inputs; specialArgs = …; } module`.
pub(super) fn outputs(evaluator: &Evaluator, options: &Thunk, module: &Thunk, place: &Place) -> Option<Value> {
    let special = evaluator.select(&evaluator.force(options), "specialArgs", place);
    let special = special.map(|special| evaluator.attrs(&special));
    let module = evaluator.force(module);
    let read = |more: &[Attr]| {
        let arguments = arguments(special.as_deref(), more, place);
        let mut collected = Collected {
            evaluator,
            arguments,
            outputs: Vec::new(),
            passed: Vec::new(),
            frameworks: Vec::new(),
            definitions: Vec::new(),
            seen: Vec::new(),
        };
        collected.module(&module, 0, false);
        collected
    };
    let mut collected = read(&[]);
    if !collected.passed.is_empty() {
        // What modules pass to each other is known only now.
        collected = read(&collected.passed);
    }
    collected.add_frameworks(place);
    Some(Value::new(Kind::All(collected.outputs.into()), place))
}

/// What every flake-parts module may ask for.
fn arguments(special: Option<&Attrs>, more: &[Attr], place: &Place) -> Thunk {
    let opaque = |root, names: &[&str]| Value::new(Kind::Opaque(Opaque::new(root, names)), place);
    let attr = |name: &str, value| Attr { name: name.into(), value: Thunk::done(value), place: place.clone(), conditional: false };
    let set =
        |entries| Value::new(Kind::Attrs(Rc::new(Attrs { entries, open: vec![opaque(Root::Arguments, &[])], ..Attrs::default() })), place);
    let mut entries = vec![
        attr("self", opaque(Root::Flake, &[])),
        attr("inputs", opaque(Root::Inputs, &[])),
        attr("lib", opaque(Root::Lib, &[])),
        attr("flake-parts-lib", opaque(Root::Lib, &[])),
        attr("withSystem", opaque(Root::Lib, &["withSystem"])),
        attr("config", set(vec![attr("flake", opaque(Root::Flake, &[]))])),
    ];
    entries.extend(special.into_iter().flat_map(|special| &special.entries).chain(more).cloned());
    Thunk::done(set(entries))
}

struct Collected<'e, 'p> {
    evaluator: &'e Evaluator<'p>,
    arguments: Thunk,
    outputs: Vec<Value>,
    /// What `_module.args` adds to the arguments.
    passed: Vec<Attr>,
    /// Modules of inputs that make outputs from what other modules define.
    frameworks: Vec<Opaque>,
    /// What the modules define.
    definitions: Vec<Value>,
    seen: Vec<Rc<str>>,
}

impl Collected<'_, '_> {
    fn module(&mut self, module: &Value, depth: usize, conditional: bool) {
        if depth > MAX_DEPTH {
            return;
        }
        match &module.kind {
            Kind::Path(_) | Kind::RootText(_) => {
                let Some(file) = module.as_path().and_then(|path| self.evaluator.file_of(&path)) else {
                    return self.outputs.push(module.clone());
                };
                if !self.seen.contains(&file) {
                    self.seen.push(file.clone());
                    self.module(&self.evaluator.import(&file, &module.place), depth, conditional);
                }
            }
            Kind::Lambda(_) => {
                let body = self.evaluator.apply(module, &self.arguments.clone(), &module.place);
                self.module(&body, depth + 1, conditional);
            }
            Kind::Attrs(attrs) => self.attrs(&attrs.clone(), depth, conditional),
            Kind::Either(values) => values.iter().for_each(|value| self.module(value, depth + 1, true)),
            Kind::All(values) => values.iter().for_each(|value| self.module(value, depth + 1, conditional)),
            Kind::Opaque(opaque) if opaque.root == Root::Input && WITHOUT_HOSTS.contains(&&*opaque.names[0]) => {}
            Kind::Opaque(opaque) if opaque.root == Root::Input => self.frameworks.push(opaque.clone()),
            // A module of an input may add outputs of any name.
            _ => self.outputs.push(module.clone()),
        }
    }

    /// The outputs of modules of inputs: those that are known, and of the others that they are not.
    fn add_frameworks(&mut self, place: &Place) {
        let config = Value::new(Kind::All(std::mem::take(&mut self.definitions).into()), place);
        for module in std::mem::take(&mut self.frameworks) {
            let outputs = frameworks::outputs(self.evaluator, &module, &config, place);
            self.outputs.push(outputs.unwrap_or_else(|| Value::new(Kind::Opaque(module), place)));
        }
    }

    fn attrs(&mut self, attrs: &Attrs, depth: usize, conditional: bool) {
        let place = attrs.entries.first().map(|entry| entry.place.clone());
        self.definitions.extend(place.map(|place| Value::new(Kind::Attrs(Rc::new(attrs.clone())), &place)));
        if let Some(imports) = attrs.get("imports") {
            for item in self.evaluator.items(&self.evaluator.force(&imports.value)) {
                let module = self.evaluator.force(&item.value);
                self.module(&module, depth + 1, conditional || item.conditional);
            }
        }
        if let Some(flake) = attrs.get("flake") {
            let value = self.evaluator.force(&flake.value);
            let value = if conditional { Value::new(Kind::Either([value].into()), &flake.place) } else { value };
            self.outputs.push(value);
        }
        if let Some(module) = attrs.get("_module") {
            let arguments = self.evaluator.select(&self.evaluator.force(&module.value), "args", &module.place);
            self.passed.extend(arguments.iter().flat_map(|set| self.evaluator.attrs(set).entries.clone()));
        }
        if let Some(config) = attrs.get("config") {
            let config = self.evaluator.force(&config.value);
            self.module(&config, depth + 1, conditional);
        }
        self.outputs.extend(attrs.open.iter().cloned());
    }
}
