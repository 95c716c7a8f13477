//! Reads the configurations of a flake: which there are, and what each is made of.

use super::evaluate::Evaluator;
use super::home;
use super::hosts::{Class, Evidence, HomeUser, Host, HostMap, ListFile, Module, ModulePlace, Side, SpecialArgs};
use super::imports::{Naming, Walk, arguments, parts};
use super::list_files::list_files;
use super::value::{Attr, Attrs, Kind, Opaque, Place, Root, SystemCall, Value};
use crate::diagnostic::Result;
use crate::project::Project;
use std::rc::Rc;

/// What the evidence of outputs that are no known set says.
pub(super) const OUTPUTS: &str = "outputs";

impl Project {
    /// Reads all hosts. Fails when there is no `flake.nix` or it does not parse; a file further
    /// away that does not is a note.
    pub(super) fn read_hosts(&self) -> Result<HostMap> {
        let evaluator = self.evaluator()?;
        let mut map = HostMap::default();
        let outputs = evaluator.outputs.borrow().clone();
        if let Some(outputs) = outputs {
            let outputs = evaluator.attrs(&evaluator.force(&outputs));
            unresolved(&evaluator, &outputs.open, OUTPUTS, &mut map);
            Class::ALL.into_iter().for_each(|class| read_configurations(&evaluator, &outputs, class, &mut map));
        }
        qualify(&mut map.hosts);
        map.notes = evaluator.notes.take();
        Ok(map)
    }
}

fn read_configurations(evaluator: &Evaluator, outputs: &Attrs, class: Class, map: &mut HostMap) {
    let Some(configurations) = outputs.get(class.output()) else { return };
    let attrs = evaluator.attrs(&evaluator.force(&configurations.value));
    map.hosts.extend(attrs.entries.iter().map(|attr| host(evaluator, class, attr)));
    for attr in &attrs.dynamic {
        map.unresolved.push((attr.name.to_string(), evidence_at(&attr.place, class.output())));
    }
    unresolved(evaluator, &attrs.open, class.output(), map);
}

/// Notes parts of a set that cannot be read; the modules of a framework's input are no hosts of one
/// output or another, so each counts once.
fn unresolved(evaluator: &Evaluator, open: &[Value], kind: &'static str, map: &mut HostMap) {
    for value in open {
        let found = (text_of(evaluator, value), evidence_at(&value.place, kind));
        if !map.unresolved.iter().any(|(text, at)| *text == found.0 && at.span == found.1.span) {
            map.unresolved.push(found);
        }
    }
}

/// Puts the output before names that an earlier output has: `nxiz` is the machine, not the home of the
/// same name.
fn qualify(hosts: &mut [Host]) {
    let names: Vec<String> = hosts.iter().map(|host| host.attr.clone()).collect();
    for (number, host) in hosts.iter_mut().enumerate() {
        if names[..number].contains(&host.attr) {
            host.name = host.output();
        }
    }
}

fn evidence_at(place: &Place, kind: &'static str) -> Evidence {
    Evidence { file: place.file.to_string(), span: place.span, kind }
}

fn text_of(evaluator: &Evaluator, value: &Value) -> String {
    match &value.kind {
        Kind::Opaque(opaque) => opaque.text(),
        _ => evaluator.snippet(&value.place),
    }
}

fn host(evaluator: &Evaluator, class: Class, attr: &Attr) -> Host {
    let mut host = Host {
        name: attr.name.to_string(),
        class,
        attr: attr.name.to_string(),
        evidence: evidence_at(&attr.place, class.output()),
        system: None,
        host_name: None,
        modules: Vec::new(),
        lists: Vec::new(),
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
            let via = evidence_at(&configuration.place, host.class.output());
            let module = Module { place: ModulePlace::Unknown(text), via, depth: 0, conditional };
            host.special_args.complete = false;
            match host.class {
                Class::Home => add_home(host, SpecialArgs::default(), vec![module], Vec::new()),
                Class::Nixos | Class::Darwin => host.modules.push(module),
            }
        }
    }
}

fn system(evaluator: &Evaluator, call: &SystemCall, configuration: &Value, host: &mut Host, conditional: bool) {
    let place = &configuration.place;
    let argument = evaluator.force(&call.argument);
    let special = special_of(evaluator, call, place);
    let mut walk = walk_of(evaluator, call, place, conditional);
    if !call.plain {
        // A function of that name from elsewhere may add modules of its own.
        let naming = Naming { place: place.clone(), kind: host.class.output(), depth: 0, conditional };
        walk.module(&Value::unknown(&call.function, place), &naming);
    }
    let special_args = home::special_args(&special, true, &walk);
    if call.class == Class::Home {
        host.system = evaluator.select(&argument, "pkgs", place).and_then(|pkgs| platform_of_packages(&pkgs));
        let lists = list_files(&walk, Side::Home);
        return add_home(host, special_args, walk.modules, lists);
    }
    let stated = evaluator.select(&argument, "system", place).and_then(|system| system.as_str().map(str::to_owned));
    host.system = platform(&walk).or(stated);
    host.special_args = special_args;
    evaluator.definitions.replace(walk.definitions.clone());
    let host_name = evaluator.option_text(&["networking".into(), "hostName".into()]);
    host.host_name = host_name.as_ref().and_then(Value::as_str).map(str::to_owned);
    host.users.extend(home::users(&walk, place));
    host.lists.extend(list_files(&walk, Side::System));
    evaluator.definitions.take();
    host.modules.extend(walk.modules);
}

/// Adds modules to a home that stands alone; its user is `zk` in `zk@nxiz`.
fn add_home(host: &mut Host, special_args: SpecialArgs, modules: Vec<Module>, lists: Vec<ListFile>) {
    match host.users.first_mut() {
        Some(user) => {
            user.modules.extend(modules);
            user.lists.extend(lists);
        }
        None => {
            let name = host.attr.split('@').next().unwrap_or_default().to_owned();
            host.users.push(HomeUser { name, special_args, modules, lists });
        }
    }
}

fn special_of(evaluator: &Evaluator, call: &SystemCall, place: &Place) -> Rc<Attrs> {
    let special = evaluator.select(&evaluator.force(&call.argument), call.class.special_args(), place);
    special.map(|special| evaluator.attrs(&special)).unwrap_or_default()
}

/// The modules of a configuration, and what they define.
pub(super) fn walk_of<'e, 'p>(evaluator: &'e Evaluator<'p>, call: &SystemCall, place: &Place, conditional: bool) -> Walk<'e, 'p> {
    let special = special_of(evaluator, call, place);
    let side = if call.class == Class::Home { Side::Home } else { Side::System };
    let mut walk = Walk::new(evaluator, arguments(Some(&special), side, place));
    if let Some(modules) = evaluator.select(&evaluator.force(&call.argument), "modules", place) {
        walk.list(&modules, "modules", 0, conditional);
    }
    walk
}

/// The platform in `nixpkgs.legacyPackages.x86_64-linux`.
fn platform_of_packages(packages: &Value) -> Option<String> {
    match &packages.kind {
        Kind::Opaque(Opaque { root: Root::Input, names }) => match &**names {
            [_, set, platform] if &**set == "legacyPackages" => Some(platform.to_string()),
            _ => None,
        },
        _ => None,
    }
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
