//! Hosts of a flake and the files each of them is made of, with the evidence for every answer.
//!
//! All of this is read, never evaluated by Nix. What reading cannot tell is marked
//! [`ModulePlace::Unknown`], or listed in [`HostMap::unresolved`]; nothing is guessed.

use super::evaluate::Evaluator;
use super::home;
use super::imports::{Naming, Walk, arguments, parts};
use super::value::{Attr, Attrs, Kind, Place, SystemCall, Value};
use crate::diagnostic::{Diagnostic, Result};
use crate::project::Project;
use crate::text::Span;
use std::rc::Rc;

/// Where something was read from, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The file that says so.
    pub file: String,
    /// The bytes that say so.
    pub span: Span,
    /// The kind of statement: `nixosConfigurations`, `modules`, `imports`, …
    pub kind: &'static str,
}

/// One NixOS configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Attribute name under `nixosConfigurations`.
    pub name: String,
    /// Where the name stands.
    pub evidence: Evidence,
    /// The platform, such as `x86_64-linux`, where it can be read.
    pub system: Option<String>,
    /// NixOS modules: those of the `modules` list in order, each followed by what it imports.
    pub modules: Vec<Module>,
    /// What NixOS modules may ask for beside `config`, `lib`, `pkgs`, `options`.
    pub special_args: SpecialArgs,
    /// Home Manager users inside this host.
    pub users: Vec<HomeUser>,
}

/// One Home Manager user of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeUser {
    /// Name under `home-manager.users`; source text such as `${user}` when it is computed from
    /// unknown parts.
    pub name: String,
    /// What Home Manager modules may ask for beside what they always get.
    pub special_args: SpecialArgs,
    /// Home Manager modules: those named directly first to last, each followed by what it imports;
    /// then those shared by all users.
    pub modules: Vec<Module>,
}

/// Arguments that are passed to modules by `specialArgs`, `extraSpecialArgs` or `_module.args`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpecialArgs {
    /// Names that are surely passed, sorted.
    pub names: Vec<String>,
    /// Whether there are surely no others.
    pub complete: bool,
}

impl SpecialArgs {
    /// Whether `name` is passed; `None` when that cannot be read.
    pub fn passes(&self, name: &str) -> Option<bool> {
        match self.names.iter().any(|known| known == name) {
            true => Some(true),
            false => self.complete.then_some(false),
        }
    }
}

/// One module of a host or user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// What it is.
    pub place: ModulePlace,
    /// Who names it.
    pub via: Evidence,
    /// 0 when named in the host's own list, 1 when imported by such a module, and so on. A set that
    /// holds nothing but `imports` is no module of its own and adds no depth.
    pub depth: usize,
    /// Whether it is there only under a condition that cannot be read.
    pub conditional: bool,
}

/// What a module is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModulePlace {
    /// A file of the flake, named itself or imported with arguments.
    File(String),
    /// An expression written in place: an attribute set or function in a module list, or a whole
    /// binding when the set is written dotted (`home-manager.users.zk.home.packages = …;`).
    Inline {
        /// The file it stands in.
        file: String,
        /// Its bytes.
        span: Span,
    },
    /// Something from a flake input, without `inputs.` before it: `agenix.nixosModules.default`,
    /// `${hardware}/common/ssd`; files of nixpkgs as `modulesPath/…`.
    Input(String),
    /// Something that reading cannot resolve: its source text.
    Unknown(String),
}

impl ModulePlace {
    /// The file of the flake it stands in.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::File(file) | Self::Inline { file, .. } => Some(file),
            Self::Input(_) | Self::Unknown(_) => None,
        }
    }
}

/// System or home: the two sides that a host's modules are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// NixOS modules.
    System,
    /// Home Manager modules, of all users.
    Home,
}

/// All hosts, and what could not be read about them.
#[derive(Clone, Debug, Default)]
pub struct HostMap {
    /// The hosts in the order in which they are written.
    pub hosts: Vec<Host>,
    /// Parts of `nixosConfigurations` whose names cannot be read, as source text.
    pub unresolved: Vec<(String, Evidence)>,
    /// Files that could not be read on the way.
    pub notes: Vec<Diagnostic>,
}

impl Host {
    /// The modules of one side, those of all users together.
    pub fn modules_of(&self, side: Side) -> impl Iterator<Item = &Module> {
        let system = self.modules.iter().filter(move |_| side == Side::System);
        let home = self.users.iter().flat_map(|user| &user.modules).filter(move |_| side == Side::Home);
        system.chain(home)
    }

    /// Whether one side has modules that reading cannot resolve.
    pub fn is_complete(&self, side: Side) -> bool {
        !self.modules_of(side).any(|module| matches!(module.place, ModulePlace::Unknown(_)))
    }
}

impl Project {
    /// Reads all hosts. Fails when there is no `flake.nix` or it does not parse; a file further
    /// away that does not is a note.
    pub(super) fn read_hosts(&self) -> Result<HostMap> {
        let evaluator = self.evaluator()?;
        let mut map = HostMap::default();
        let outputs = evaluator.outputs.borrow().clone();
        if let Some(outputs) = outputs {
            let outputs = evaluator.force(&outputs);
            read_configurations(&evaluator, &outputs, &mut map);
        }
        map.notes = evaluator.notes.take();
        Ok(map)
    }
}

fn read_configurations(evaluator: &Evaluator, outputs: &Value, map: &mut HostMap) {
    let kind = "nixosConfigurations";
    let outputs = evaluator.attrs(outputs);
    for open in &outputs.open {
        let evidence = Evidence { file: open.place.file.to_string(), span: open.place.span, kind };
        map.unresolved.push((text_of(evaluator, open), evidence));
    }
    let Some(configurations) = outputs.get(kind) else { return };
    let attrs = evaluator.attrs(&evaluator.force(&configurations.value));
    map.hosts = attrs.entries.iter().map(|attr| host(evaluator, attr)).collect();
    for attr in &attrs.dynamic {
        let evidence = Evidence { file: attr.place.file.to_string(), span: attr.place.span, kind };
        map.unresolved.push((attr.name.to_string(), evidence));
    }
    for open in &attrs.open {
        let evidence = Evidence { file: open.place.file.to_string(), span: open.place.span, kind };
        map.unresolved.push((text_of(evaluator, open), evidence));
    }
}

fn text_of(evaluator: &Evaluator, value: &Value) -> String {
    match &value.kind {
        Kind::Opaque(opaque) => opaque.text(),
        _ => evaluator.snippet(&value.place),
    }
}

fn host(evaluator: &Evaluator, attr: &Attr) -> Host {
    let evidence = Evidence { file: attr.place.file.to_string(), span: attr.place.span, kind: "nixosConfigurations" };
    let mut host = Host {
        name: attr.name.to_string(),
        evidence,
        system: None,
        modules: Vec::new(),
        special_args: SpecialArgs::default(),
        users: Vec::new(),
    };
    fill(evaluator, &evaluator.force(&attr.value), &mut host, attr.conditional);
    host
}

fn fill(evaluator: &Evaluator, configuration: &Value, host: &mut Host, conditional: bool) {
    match &configuration.kind {
        Kind::System(call) => system(evaluator, call, configuration, host, conditional),
        Kind::Either(values) => values.iter().for_each(|value| fill(evaluator, value, host, true)),
        Kind::All(values) => values.iter().for_each(|value| fill(evaluator, value, host, conditional)),
        _ => {
            let text = text_of(evaluator, configuration);
            let via = Evidence { kind: "nixosConfigurations", ..evidence_of(configuration) };
            host.modules.push(Module { place: ModulePlace::Unknown(text), via, depth: 0, conditional });
            host.special_args.complete = false;
        }
    }
}

fn evidence_of(value: &Value) -> Evidence {
    Evidence { file: value.place.file.to_string(), span: value.place.span, kind: "modules" }
}

fn system(evaluator: &Evaluator, call: &SystemCall, configuration: &Value, host: &mut Host, conditional: bool) {
    let place = &configuration.place;
    let argument = evaluator.force(&call.argument);
    let special = special_of(evaluator, &argument, place);
    let mut walk = walk_of(evaluator, call, place, conditional);
    if !call.plain {
        // A function of that name from elsewhere may add modules of its own.
        let naming = Naming { place: place.clone(), kind: "nixosConfigurations", depth: 0, conditional };
        walk.module(&Value::unknown(&call.function, place), &naming);
    }
    let stated = evaluator.select(&argument, "system", place).and_then(|system| system.as_str().map(str::to_owned));
    host.system = platform(&walk).or(stated);
    host.special_args = home::special_args(&special, true, &walk);
    evaluator.definitions.replace(walk.definitions.clone());
    host.users.extend(home::users(&walk, place));
    evaluator.definitions.take();
    host.modules.extend(walk.modules);
}

fn special_of(evaluator: &Evaluator, argument: &Value, place: &Place) -> Rc<Attrs> {
    evaluator.select(argument, "specialArgs", place).map(|special| evaluator.attrs(&special)).unwrap_or_default()
}

/// The modules of a configuration, and what they define.
pub(super) fn walk_of<'e, 'p>(evaluator: &'e Evaluator<'p>, call: &SystemCall, place: &Place, conditional: bool) -> Walk<'e, 'p> {
    let argument = evaluator.force(&call.argument);
    let special = special_of(evaluator, &argument, place);
    let mut walk = Walk::new(evaluator, arguments(Some(&special), Side::System, place));
    if let Some(modules) = evaluator.select(&argument, "modules", place) {
        walk.list(&modules, "modules", 0, conditional);
    }
    walk
}

/// The platform when all modules that state one agree.
fn platform(walk: &Walk) -> Option<String> {
    let evaluator = walk.evaluator;
    let mut found: Vec<String> = Vec::new();
    for (nixpkgs, _) in walk.defined("nixpkgs") {
        for (part, _) in parts(evaluator, &evaluator.force(&nixpkgs.value)) {
            let stated = ["hostPlatform", "localSystem", "system"].iter().filter_map(|name| part.get(name));
            for attr in stated {
                let value = evaluator.force(&attr.value);
                let inner = evaluator.select(&value, "system", &attr.place);
                found.extend(value.as_str().or(inner.as_ref().and_then(Value::as_str)).map(str::to_owned));
            }
        }
    }
    let first = found.first()?.clone();
    found.iter().all(|system| *system == first).then_some(first)
}
