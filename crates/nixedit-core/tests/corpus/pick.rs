//! One random operation of a file, with what is expected of it.

use crate::back;
use crate::file::{Ask, File};
use crate::sites::{Site, Sites};
use nixedit_core::operation::*;
use nixedit_core::place::Place;
use nixedit_core::plan::Step;
use nixedit_core::syntax::attr_path::AttrPath;
use nixedit_core::syntax::scope::{self, Meaning};
use nixedit_core::syntax::{SyntaxKind, SyntaxNode, lookup, span};
use nixedit_core::text::Span;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Numbers that follow from a file's path and a count.
pub struct Dice(u64);

impl Dice {
    pub fn of(path: &str, index: usize) -> Self {
        let mut hasher = DefaultHasher::new();
        (path, index).hash(&mut hasher);
        Self(hasher.finish())
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    pub fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { Some(&of[self.below(of.len())]) }
    }
}

/// What an operation may do to a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effect {
    /// Something is there that was not; all that was there stays.
    Adds,
    /// What stood at this place goes, with the comments that belong to it.
    Removes(Span),
    /// What stood at this place is written otherwise.
    Replaces(Span),
}

/// An operation, its effect, and the operation that takes it back.
#[derive(Clone, Debug)]
pub struct Trial {
    pub kind: &'static str,
    pub ask: Ask,
    pub effect: Effect,
    /// After it the file's bytes must be those from before.
    pub back: Option<Ask>,
    /// The list or set that is worked on, where no other place may change.
    pub within: Option<Span>,
    /// Whether asking again names the same thing: not where it was told by a line that went.
    pub again: bool,
    /// Whether the place of what is added was left open.
    pub fitting: bool,
}

impl Trial {
    pub fn new(kind: &'static str, ask: impl Into<Ask>, effect: Effect, back: Option<Ask>) -> Self {
        Self { kind, ask: ask.into(), effect, back, within: None, again: true, fitting: false }
    }
}

/// A random operation; `None` where the dice name a thing that the file does not have.
pub fn trial(file: &File, sites: &Sites, dice: &mut Dice) -> Option<Trial> {
    let rare: &[u8] = match (sites.tables.is_empty(), sites.inputs.is_empty()) {
        (true, true) => &[],
        (false, true) => &[0],
        (true, false) => &[1],
        (false, false) => &[0, 1],
    };
    match dice.below(16) {
        0..4 if !rare.is_empty() => match dice.one(rare)? {
            0 => table(sites, dice),
            _ => input(file, sites, dice),
        },
        0 => argument(file, sites, dice),
        1..9 if !sites.lists.is_empty() => list(file, dice.one(&sites.lists)?, dice),
        _ => attribute(file, sites, dice),
    }
}

/// A name that the file does not have.
pub fn newcomer(file: &File, dice: &mut Dice) -> &'static str {
    let name = ["aardvark", "newcomer", "zebrafish"][dice.below(3)];
    if file.text().contains(name) { "unheardOf" } else { name }
}

fn place(dice: &mut Dice) -> Place {
    [Place::Fitting, Place::Fitting, Place::First, Place::Last][dice.below(4)].clone()
}

fn target(file: &File, site: &Site) -> Target {
    Target { file: Some(file.name.clone()), path: Some(site.path.clone()), at: Some(site.line) }
}

fn list(file: &File, site: &Site, dice: &mut Dice) -> Option<Trial> {
    let elements: Vec<SyntaxNode> = site.node.children().collect();
    let trial = match dice.below(8) {
        0..3 => list_add(file, site, &elements, dice),
        3 => list_remove(file, site, dice.one(&elements)?),
        4 => list_replace(file, site, dice.one(&elements)?, &elements, dice),
        5 if binds_packages(&site.node) => add_package(file, site, dice),
        5 => list_add(file, site, &elements, dice),
        kind => remove_package(file, site, dice.one(&elements)?, kind == 6),
    };
    Some(Trial { within: Some(span(&site.node)), ..trial })
}

/// An element like those of the list: a string, a path, a name.
fn element(file: &File, elements: &[SyntaxNode], dice: &mut Dice) -> String {
    let name = newcomer(file, dice);
    match elements.first().map(SyntaxNode::kind) {
        Some(SyntaxKind::NODE_PATH_REL) => format!("./{name}.nix"),
        Some(SyntaxKind::NODE_IDENT) => name.to_owned(),
        Some(SyntaxKind::NODE_LITERAL) => "471147".to_owned(),
        Some(SyntaxKind::NODE_ATTR_SET) => format!("{{ name = \"{name}\"; }}"),
        _ => format!("\"{name}\""),
    }
}

fn list_add(file: &File, site: &Site, elements: &[SyntaxNode], dice: &mut Dice) -> Trial {
    let items = vec![element(file, elements, dice)];
    let comment = (dice.below(6) == 0).then(|| "why it is here".to_owned());
    let kind = if comment.is_some() { "list add --comment" } else { "list add" };
    let place = place(dice);
    let fitting = place == Place::Fitting;
    let add = ListAdd { target: target(file, site), place, nix: true, items: items.clone(), comment, ..ListAdd::default() };
    let remove = ListRemove { target: target(file, site), nix: true, items, ..ListRemove::default() };
    let trial = Trial::new(kind, Operation::ListAdd(add), Effect::Adds, Some(Operation::ListRemove(remove).into()));
    Trial { fitting, ..trial }
}

fn list_remove(file: &File, site: &Site, element: &SyntaxNode) -> Trial {
    let remove = ListRemove { target: target(file, site), nix: true, items: vec![element.text().to_string()], ..ListRemove::default() };
    Trial::new("list remove", Operation::ListRemove(remove), Effect::Removes(span(element)), None)
}

fn list_replace(file: &File, site: &Site, old: &SyntaxNode, elements: &[SyntaxNode], dice: &mut Dice) -> Trial {
    let new = element(file, elements, dice);
    let replace = |old: String, new: String| ListReplace { target: target(file, site), nix: true, old, new, ..ListReplace::default() };
    let text = old.text().to_string();
    let back = back::one_line(&text).map(|text| Operation::ListReplace(replace(new.clone(), text)).into());
    Trial::new("list replace", Operation::ListReplace(replace(text, new)), Effect::Replaces(span(old)), back)
}

/// Whether a package can be named in a list without an argument that the file lacks: one more line at
/// its head would move what is told by its line.
fn binds_packages(list: &SyntaxNode) -> bool {
    matches!(scope::meaning(list, "pkgs"), Meaning::Lexical(_))
}

fn add_package(file: &File, site: &Site, dice: &mut Dice) -> Trial {
    let names = vec![newcomer(file, dice).to_owned()];
    let add = AddPackage { target: target(file, site), place: place(dice), names: names.clone(), ..AddPackage::default() };
    let remove = RemovePackage { target: target(file, site), names, ..RemovePackage::default() };
    Trial::new("add-package", Operation::AddPackage(add), Effect::Adds, Some(Operation::RemovePackage(remove).into()))
}

fn remove_package(file: &File, site: &Site, element: &SyntaxNode, comment_out: bool) -> Trial {
    let text = element.text().to_string();
    let names = vec![text.strip_prefix("pkgs.").unwrap_or(&text).to_owned()];
    let add = AddPackage { target: target(file, site), names: names.clone(), ..AddPackage::default() };
    let remove = RemovePackage { target: target(file, site), names, comment_out, ..RemovePackage::default() };
    let (kind, effect, back) = match comment_out {
        true => ("remove-package --comment-out", Effect::Replaces(span(element)), back::restored(file, element, add)),
        false => ("remove-package", Effect::Removes(span(element)), None),
    };
    Trial::new(kind, Operation::RemovePackage(remove), effect, back)
}

fn attribute(file: &File, sites: &Sites, dice: &mut Dice) -> Option<Trial> {
    match dice.below(4) {
        0 => option_set(file, dice.one(&sites.bindings)?),
        1 => Some(option_unset(file, dice.one(&sites.bindings)?, &sites.bindings)),
        _ => Some(option_set_new(file, dice.one(&sites.sets)?, dice)),
    }
}

fn set_to(file: &File, path: AttrPath, at: usize, value: &str, place: Place, comment: Option<String>) -> Operation {
    let file = Some(file.name.clone());
    Operation::OptionSet(OptionSet { file, at: Some(at), nix: true, place, comment, ..OptionSet::new(path, value) })
}

fn unset(file: &File, path: AttrPath, at: usize) -> Operation {
    Operation::OptionUnset(OptionUnset { hosts: Hosts::default(), file: Some(file.name.clone()), at: Some(at), path })
}

fn option_set(file: &File, site: &Site) -> Option<Trial> {
    let (_, value) = lookup::binding_parts(&site.node)?;
    let old = value.text().to_string();
    let new = match old.as_str() {
        "true" => "false",
        "false" => "true",
        _ => "\"another value\"",
    };
    let set = |value: &str| set_to(file, site.path.clone(), site.line, value, Place::Fitting, None);
    let back = back::one_line(&old).map(|old| set(&old).into());
    Some(Trial::new("option set (there)", set(new), Effect::Replaces(span(&value)), back))
}

fn option_unset(file: &File, site: &Site, all: &[Site]) -> Trial {
    let trial = Trial::new("option unset", unset(file, site.path.clone(), site.line), Effect::Removes(span(&site.node)), None);
    let names = site.path.names();
    let speaks_of_it = |other: &&Site| other.path.names().windows(names.len()).any(|part| part == names);
    Trial { again: all.iter().filter(speaks_of_it).count() == 1, ..trial }
}

fn option_set_new(file: &File, site: &Site, dice: &mut Dice) -> Trial {
    let path = site.path.child(newcomer(file, dice));
    let path = if dice.below(3) == 0 { path.child("enable") } else { path };
    let value = ["true", "\"it\"", "[ 1 2 ]", "{\n  a = 1;\n  b = [\n    2\n  ];\n}"][dice.below(4)];
    let comment = (dice.below(6) == 0).then(|| "why it is so".to_owned());
    let kind = if comment.is_some() { "option set (new) --comment" } else { "option set (new)" };
    let set = set_to(file, path.clone(), site.line, value, place(dice), comment);
    let trial = Trial::new(kind, set, Effect::Adds, Some(unset(file, path, site.line).into()));
    Trial { within: Some(span(&site.node)), ..trial }
}

fn argument(file: &File, sites: &Sites, dice: &mut Dice) -> Option<Trial> {
    let step = |name: &str, add: bool| {
        let (file, name) = (file.name.clone(), name.to_owned());
        Ask::Step(if add { Step::AddArgument { file, module: None, name } } else { Step::RemoveArgument { file, name } })
    };
    if sites.arguments.is_empty() {
        return None;
    }
    if dice.below(2) == 0 {
        let name = newcomer(file, dice);
        return Some(Trial::new("argument add", step(name, true), Effect::Adds, Some(step(name, false))));
    }
    let name = dice.one(&sites.arguments)?;
    let whole = Span::new(0, file.text().len());
    Some(Trial::new("argument remove", step(name, false), Effect::Removes(whole), None))
}

fn table(sites: &Sites, dice: &mut Dice) -> Option<Trial> {
    back::table(dice.one(&sites.tables)?, dice)
}

fn input(file: &File, sites: &Sites, dice: &mut Dice) -> Option<Trial> {
    back::input(file, dice.one(&sites.inputs)?, dice)
}
