//! Home Manager inside a host: its users, their modules and what is passed to them.

use super::hosts::{HomeUser, Side, SpecialArgs};
use super::imports::{Naming, Walk, arguments, parts};
use super::list_files::list_files;
use super::value::{Attr, Attrs, Place, Value};

/// One statement about a user.
struct Statement {
    attr: Attr,
    conditional: bool,
    /// Whether the name is known; users with computed names are never taken for one.
    named: bool,
}

/// Everything the system's modules say about Home Manager.
#[derive(Default)]
struct Said {
    users: Vec<Statement>,
    shared: Vec<(Value, bool)>,
    special: Attrs,
    /// Whether the special arguments are all known.
    complete: bool,
}

/// The users of a host, in the order in which its modules name them.
pub(super) fn users(system: &Walk, place: &Place) -> Vec<HomeUser> {
    let said = collect(system);
    let mut groups: Vec<Vec<&Statement>> = Vec::new();
    for statement in &said.users {
        let same = |group: &&mut Vec<&Statement>| group[0].named && statement.named && group[0].attr.name == statement.attr.name;
        match groups.iter_mut().find(same) {
            Some(group) => group.push(statement),
            None => groups.push(vec![statement]),
        }
    }
    groups.iter().map(|group| user(system, &said, group, place)).collect()
}

fn collect(system: &Walk) -> Said {
    let evaluator = system.evaluator;
    let mut said = Said { complete: true, ..Said::default() };
    for (attr, outer) in system.defined("home-manager") {
        for (part, conditional) in parts(evaluator, &evaluator.force(&attr.value)) {
            collect_part(system, &part, outer || conditional, &mut said);
        }
    }
    said
}

fn collect_part(system: &Walk, part: &Attrs, conditional: bool, said: &mut Said) {
    let evaluator = system.evaluator;
    if let Some(users) = part.get("users") {
        for (set, inner) in parts(evaluator, &evaluator.force(&users.value)) {
            let conditional = conditional || inner || users.conditional;
            let statement = |user: &Attr, named| Statement { attr: user.clone(), conditional: conditional || user.conditional, named };
            said.users.extend(set.entries.iter().map(|user| statement(user, true)));
            said.users.extend(set.dynamic.iter().map(|user| statement(user, false)));
        }
    }
    if let Some(shared) = part.get("sharedModules") {
        said.shared.push((evaluator.force(&shared.value), conditional || shared.conditional));
    }
    if let Some(special) = part.get("extraSpecialArgs") {
        for (set, inner) in parts(evaluator, &evaluator.force(&special.value)) {
            said.complete &= set.is_closed();
            let conditional = conditional || inner || special.conditional;
            let entries = set.entries.iter().map(|entry| Attr { conditional: entry.conditional || conditional, ..entry.clone() });
            said.special = evaluator.update(&said.special, &Attrs { entries: entries.collect(), ..Attrs::default() });
        }
    }
    said.complete &= part.is_closed();
}

fn user(system: &Walk, said: &Said, statements: &[&Statement], place: &Place) -> HomeUser {
    let mut walk = Walk::new(system.evaluator, arguments(Some(&said.special), Side::Home, place));
    for Statement { attr, conditional, .. } in statements {
        let naming = Naming { place: attr.place.clone(), kind: "home-manager.users", depth: 0, conditional: *conditional };
        walk.module(&system.evaluator.force(&attr.value), &naming);
    }
    for (shared, conditional) in &said.shared {
        walk.list(shared, "home-manager.sharedModules", 0, *conditional);
    }
    let special_args = special_args(&said.special, said.complete, &walk);
    let name = statements.first().map_or_else(String::new, |statement| statement.attr.name.to_string());
    let lists = list_files(&walk, Side::Home);
    HomeUser { name, special_args, modules: walk.modules, lists }
}

/// The names that surely reach the modules of a walk.
pub(super) fn special_args(special: &Attrs, complete: bool, walk: &Walk) -> SpecialArgs {
    let sure = |entries: &[Attr]| {
        let sure = entries.iter().filter(|entry| !entry.conditional);
        sure.map(|entry| entry.name.to_string()).collect::<Vec<_>>()
    };
    let mut out = SpecialArgs { names: sure(&special.entries), complete: complete && special.is_closed() };
    out.complete &= special.entries.iter().all(|entry| !entry.conditional);
    for (attr, conditional) in walk.defined("_module") {
        for (part, inner) in parts(walk.evaluator, &walk.evaluator.force(&attr.value)) {
            let Some(passed) = part.get("args") else { continue };
            let arguments = walk.evaluator.attrs(&walk.evaluator.force(&passed.value));
            if conditional || inner || !arguments.is_closed() {
                out.complete = false;
            }
            if !(conditional || inner) {
                out.names.extend(sure(&arguments.entries));
            }
        }
    }
    out.names.sort();
    out.names.dedup();
    out
}
