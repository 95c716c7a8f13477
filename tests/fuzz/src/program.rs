//! From four letters to an operation on something that is really in the file.

use crate::FILE;
use nixedit_core::operation::*;
use nixedit_core::place::Place;
use nixedit_core::syntax::attr_path::AttrPath;
use nixedit_core::syntax::lookup::full_path;
use nixedit_core::syntax::parse::Source;
use nixedit_core::syntax::scope::{self, Meaning};
use nixedit_core::syntax::{SyntaxKind, SyntaxNode};

/// An operation and what is known to hold for it.
#[derive(Debug)]
pub struct Wish {
    pub operation: Operation,
    /// What takes it back: afterwards the text is the same, byte for byte.
    pub inverse: Option<Operation>,
    pub grows: Grows,
}

/// What an operation may do to the characters that are no blanks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Grows {
    /// All of them stay, in order; some come.
    More,
    /// None come; those that stay are in order.
    Less,
    /// Both.
    Either,
}

/// Four letters of the program: which operation, on what, with which text, at which place.
pub type Letters = [u8; 4];

/// The program: the comment on the first line, at most three operations; without one, the length of
/// the text decides.
pub fn letters(text: &str) -> Vec<Letters> {
    let comment = text.strip_prefix('#').and_then(|rest| rest.lines().next()).unwrap_or_default().trim();
    let groups: Vec<Letters> = comment.as_bytes().chunks_exact(4).take(3).filter_map(|group| group.try_into().ok()).collect();
    let length = text.len() as u8;
    if groups.is_empty() { vec![[length, length / 16, length / 4, length / 32]] } else { groups }
}

/// The operation that the letters mean in this file; `None` where it has nothing of that kind.
pub fn wish(source: &Source, [which, on, with, place]: Letters) -> Option<Wish> {
    let one = Choice { source, on: on.into(), with: with.into(), place: place_of(source, place) };
    match which % 16 {
        0 | 1 => one.list_add(),
        2 => one.list_remove(),
        3 => one.list_replace(),
        4 => one.option_set(),
        5 => one.option_new(),
        6 => one.option_unset(),
        7 => one.add_package(),
        8 => one.remove_package(),
        9 => one.input_add(),
        10 => one.input_remove(),
        11 => one.input_follow(),
        12 => one.perhost_set(),
        13 => one.perhost_unset(),
        14 => one.module_import(),
        _ => one.replace_package(),
    }
}

fn place_of(source: &Source, letter: u8) -> Place {
    let element = || source.root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_IDENT).nth(usize::from(letter / 8));
    let name = || element().map(|n| n.text().to_string()).unwrap_or_default();
    match letter % 8 {
        0..4 => Place::Fitting,
        4 => Place::First,
        5 => Place::Last,
        6 => Place::After(name()),
        _ => Place::Before(name()),
    }
}

/// What is in the file to choose from, and the choice.
struct Choice<'a> {
    source: &'a Source,
    on: usize,
    with: usize,
    place: Place,
}

const VALUES: [&str; 8] = ["true", "1", "\"a b\"", "[ a ]", "{ b = 1; }", "pkgs.a", "''\n  x\n''", "x: {\n  y = x;\n}"];

impl Choice<'_> {
    fn nth<T>(&self, all: impl Iterator<Item = T>) -> Option<T> {
        let mut all: Vec<T> = all.collect();
        let at = self.on.checked_rem(all.len())?;
        Some(all.swap_remove(at))
    }

    fn of_kind(&self, kind: SyntaxKind) -> impl Iterator<Item = SyntaxNode> {
        self.source.root.descendants().filter(move |n| n.kind() == kind)
    }

    /// A list that stands under a path, with the path and its line.
    fn list(&self) -> Option<(SyntaxNode, Target)> {
        let under_path = |list: SyntaxNode| Some((AttrPath::from_names(full_path(&list))?, list));
        let (path, list) = self.nth(self.of_kind(SyntaxKind::NODE_LIST).filter_map(under_path))?;
        let at = nixedit_core::text::position(&self.source.text, list.text_range().start().into()).line;
        Some((list, Target { file: Some(FILE.into()), path: Some(path), at: self.with.is_multiple_of(2).then_some(at) }))
    }

    fn binding(&self) -> Option<AttrPath> {
        let paths = self.of_kind(SyntaxKind::NODE_ATTRPATH_VALUE).map(|n| full_path(&n));
        AttrPath::from_names(self.nth(paths)?)
    }

    fn in_file() -> Target {
        Target { file: Some(FILE.into()), ..Target::default() }
    }

    fn element(&self, list: &SyntaxNode) -> Option<String> {
        let all: Vec<SyntaxNode> = list.children().collect();
        Some(all.get(self.with.checked_rem(all.len())?)?.text().to_string())
    }

    /// A name that the file has nowhere.
    fn fresh(&self) -> String {
        let mut name = ["zfresh", "afresh", "mfresh"][self.with % 3].to_owned();
        while self.source.text.contains(&name) {
            name.push('x');
        }
        name
    }

    fn list_add(&self) -> Option<Wish> {
        let (_, target) = self.list()?;
        let items = vec![if self.with % 4 == 3 { format!("\"{}\"", self.fresh()) } else { format!("(import {})", self.fresh_path()) }];
        let add = ListAdd { target: target.clone(), place: self.place.clone(), nix: true, items: items.clone(), ..ListAdd::default() };
        let remove = ListRemove { target, nix: true, items, ..ListRemove::default() };
        Some(Wish { operation: Operation::ListAdd(add), inverse: Some(Operation::ListRemove(remove)), grows: Grows::More })
    }

    fn fresh_path(&self) -> String {
        format!("./{}.nix", self.fresh())
    }

    fn list_remove(&self) -> Option<Wish> {
        let (list, target) = self.list()?;
        let items = vec![self.element(&list)?];
        let remove = ListRemove { target, nix: true, items, ..ListRemove::default() };
        Some(Wish { operation: Operation::ListRemove(remove), inverse: None, grows: Grows::Less })
    }

    fn list_replace(&self) -> Option<Wish> {
        let (list, target) = self.list()?;
        let new = format!("\"{}\"", self.fresh());
        let replace = ListReplace { target, nix: true, old: self.element(&list)?, new, ..ListReplace::default() };
        Some(Wish { operation: Operation::ListReplace(replace), inverse: None, grows: Grows::Either })
    }

    fn set(&self, path: AttrPath) -> Operation {
        let value = VALUES[self.with % VALUES.len()].to_owned();
        let file = Some(FILE.to_owned());
        Operation::OptionSet(OptionSet { file, nix: true, place: self.place.clone(), ..OptionSet::new(path, value) })
    }

    fn unset(path: AttrPath) -> Operation {
        Operation::OptionUnset(OptionUnset { hosts: Hosts::default(), file: Some(FILE.into()), at: None, path })
    }

    fn option_set(&self) -> Option<Wish> {
        Some(Wish { operation: self.set(self.binding()?), inverse: None, grows: Grows::Either })
    }

    fn option_new(&self) -> Option<Wish> {
        let mut names = self.binding()?.names().to_vec();
        names.pop();
        names.push(self.fresh());
        let path = AttrPath::from_names(names)?;
        Some(Wish { operation: self.set(path.clone()), inverse: Some(Self::unset(path)), grows: Grows::More })
    }

    fn option_unset(&self) -> Option<Wish> {
        let path = self.binding()?;
        // Of several, the one that holds whatever else is true goes first.
        let paths = self.of_kind(SyntaxKind::NODE_ATTRPATH_VALUE).map(|n| full_path(&n));
        if paths.filter(|other| other == path.names()).count() > 1 {
            return None;
        }
        Some(Wish { operation: Self::unset(path), inverse: None, grows: Grows::Less })
    }

    fn add_package(&self) -> Option<Wish> {
        let (list, mut target) = self.list()?;
        if !matches!(scope::meaning(&list, "pkgs"), Meaning::Lexical(_)) {
            // A head that is added would move the line.
            target.at = None;
        }
        let names = vec![self.fresh()];
        let add = AddPackage { target: target.clone(), place: self.place.clone(), names: names.clone(), ..AddPackage::default() };
        let remove = RemovePackage { target, names, ..RemovePackage::default() };
        Some(Wish { operation: Operation::AddPackage(add), inverse: Some(Operation::RemovePackage(remove)), grows: Grows::More })
    }

    fn remove_package(&self) -> Option<Wish> {
        let (list, target) = self.list()?;
        let remove = RemovePackage { target, names: vec![self.element(&list)?], ..RemovePackage::default() };
        Some(Wish { operation: Operation::RemovePackage(remove), inverse: None, grows: Grows::Less })
    }

    fn replace_package(&self) -> Option<Wish> {
        let (list, target) = self.list()?;
        let replace = ReplacePackage { target, old: self.element(&list)?, new: self.fresh(), ..ReplacePackage::default() };
        Some(Wish { operation: Operation::ReplacePackage(replace), inverse: None, grows: Grows::Either })
    }

    fn input_add(&self) -> Option<Wish> {
        let (file, name) = (Some(FILE.to_owned()), self.fresh());
        let follows = if self.with.is_multiple_of(2) { vec!["nixpkgs".to_owned()] } else { Vec::new() };
        let url = "github:o/r".to_owned();
        let add = InputAdd { file: file.clone(), name: name.clone(), url, follows, place: self.place.clone(), ..InputAdd::default() };
        let remove = InputRemove { file, name, ..InputRemove::default() };
        // Directly below a lone comment, the comment becomes that of the input.
        let has_inputs = self.of_kind(SyntaxKind::NODE_ATTRPATH_VALUE).any(|n| full_path(&n).first().is_some_and(|name| name == "inputs"));
        let inverse = has_inputs.then_some(Operation::InputRemove(remove));
        Some(Wish { operation: Operation::InputAdd(add), inverse, grows: Grows::More })
    }

    /// A name bound directly below `inputs`, or any.
    fn input(&self) -> Option<String> {
        let path = self.binding()?;
        path.names().iter().find(|name| *name != "inputs").cloned()
    }

    fn input_remove(&self) -> Option<Wish> {
        let remove = InputRemove { file: Some(FILE.into()), name: self.input()?, ..InputRemove::default() };
        Some(Wish { operation: Operation::InputRemove(remove), inverse: None, grows: Grows::Less })
    }

    fn input_follow(&self) -> Option<Wish> {
        let follow = InputFollow {
            file: Some(FILE.into()),
            name: "nixpkgs".into(),
            of: self.input()?,
            target: "nixpkgs".into(),
            ..InputFollow::default()
        };
        Some(Wish { operation: Operation::InputFollow(follow), inverse: None, grows: Grows::Either })
    }

    fn key(&self) -> Option<(Option<String>, String)> {
        let path = self.binding()?;
        Some((path.names().first().filter(|_| self.with.is_multiple_of(2)).cloned(), path.last().to_owned()))
    }

    fn perhost_set(&self) -> Option<Wish> {
        let (table, key) = self.key()?;
        let value = (!self.with.is_multiple_of(3)).then(|| VALUES[self.with % 3].to_owned());
        let set =
            PerhostSet { target: Self::in_file(), table, key: Some(key), value, unused_ok: true, force: true, ..PerhostSet::default() };
        Some(Wish { operation: Operation::PerhostSet(set), inverse: None, grows: Grows::Either })
    }

    fn perhost_unset(&self) -> Option<Wish> {
        let (table, key) = self.key()?;
        let unset = PerhostUnset { target: Self::in_file(), table, key, ..PerhostUnset::default() };
        Some(Wish { operation: Operation::PerhostUnset(unset), inverse: None, grows: Grows::Less })
    }

    fn module_import(&self) -> Option<Wish> {
        let modules = vec!["module.nix".to_owned()];
        if self.source.text.contains("module") {
            return None;
        }
        // An empty list of imports may have been the owner's: it stays.
        let had_imports = self.of_kind(SyntaxKind::NODE_LIST).any(|list| full_path(&list) == ["imports"]);
        let add = ModuleImport { target: Self::in_file(), place: self.place.clone(), modules: modules.clone(), ..ModuleImport::default() };
        let remove = ModuleUnimport { target: Self::in_file(), modules, ..ModuleUnimport::default() };
        Some(Wish {
            operation: Operation::ModuleImport(add),
            inverse: had_imports.then_some(Operation::ModuleUnimport(remove)),
            grows: Grows::More,
        })
    }
}
