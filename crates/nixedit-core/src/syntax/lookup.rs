//! Where an attribute path is defined in a file, however it is spelled, and where it would go.

use super::attr_path::AttrPath;
use super::body::{self, Reached, Wrapper};
use super::span;
use rnix::SyntaxKind::*;
use rnix::ast;
use rnix::{NixLanguage, SyntaxNode};
use rowan::Language;
use rowan::ast::AstNode;

/// One binding that defines the path asked for.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The `NODE_ATTRPATH_VALUE`.
    pub binding: SyntaxNode,
    /// The value's node.
    pub value: SyntaxNode,
    /// What stands between the file's root and the binding.
    pub wrappers: Vec<Wrapper>,
}

/// A set on the way to the path, with what is still missing of it.
#[derive(Clone, Debug)]
pub struct SetPlace {
    /// The `NODE_ATTR_SET`.
    pub set: SyntaxNode,
    /// The names that a binding in this set must still spell.
    pub rest: Vec<String>,
    /// What stands between the file's root and the set.
    pub wrappers: Vec<Wrapper>,
}

/// What a search for a path found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Bindings of exactly this path, in source order.
    pub definitions: Vec<Definition>,
    /// Sets where a new binding of the path could stand, in source order.
    pub places: Vec<SetPlace>,
    /// Bindings below the path: `a.b.c` when `a.b` was asked for.
    pub below: Vec<Definition>,
    /// `inherit` entries that define the path.
    pub inherited: Vec<SyntaxNode>,
}

impl Found {
    /// The deepest sets that the path leads through.
    pub fn deepest(&self) -> Vec<&SetPlace> {
        let least = self.places.iter().map(|p| p.rest.len()).min();
        self.places.iter().filter(|p| Some(p.rest.len()) == least).collect()
    }
}

/// Searches from the file's root. Modules may put everything below `config`; that is seen through.
pub fn find(root: &SyntaxNode, path: &AttrPath) -> Found {
    let mut found = Found::default();
    for reached in body::sets(root) {
        descend(&reached, path.names(), true, &mut found);
    }
    found
}

/// Searches inside one set.
pub fn find_in(set: &SyntaxNode, path: &AttrPath) -> Found {
    let mut found = Found::default();
    descend(&Reached { node: set.clone(), wrappers: Vec::new() }, path.names(), false, &mut found);
    found
}

fn descend(reached: &Reached, names: &[String], top: bool, found: &mut Found) {
    if let Some(rest) = rest_in(&reached.node, names, top) {
        found.places.push(SetPlace { set: reached.node.clone(), rest, wrappers: reached.wrappers.clone() });
    }
    for entry in reached.node.children() {
        if entry.kind() == NODE_INHERIT && names.len() == 1 && inherits(&entry, &names[0]) {
            found.inherited.push(entry.clone());
        }
        let may_lead = |name: &str| name == names[0] || top && name == "config";
        if first_name(&entry).is_none_or(may_lead)
            && let Some((path, value)) = binding_parts(&entry)
        {
            follow(reached, &entry, path.names(), &value, names, top, found);
        }
    }
}

/// What a module may hold beside `config` and `options` (nixpkgs, `lib/modules.nix`, "unsupported attribute").
const BESIDE_CONFIG: &[&str] =
    &["_class", "_file", "_module", "config", "disabledModules", "freeformType", "imports", "key", "meta", "options", "require"];

/// The names that a binding in the set must spell; `None` where it may not stand there, since the module
/// has all its definitions below `config`.
fn rest_in(set: &SyntaxNode, names: &[String], top: bool) -> Option<Vec<String>> {
    let heads = || set.children().filter_map(|entry| first_name(&entry).map(str::to_owned));
    let is_split = top && !BESIDE_CONFIG.contains(&names[0].as_str()) && heads().any(|name| name == "config" || name == "options");
    if !is_split || !heads().all(|name| BESIDE_CONFIG.contains(&name.as_str())) {
        return Some(names.to_vec());
    }
    let below = set
        .children()
        .any(|entry| binding_parts(&entry).is_some_and(|(path, value)| path.names() == ["config"] && !body::sets(&value).is_empty()));
    (!below).then(|| std::iter::once("config".to_owned()).chain(names.iter().cloned()).collect())
}

fn follow(reached: &Reached, entry: &SyntaxNode, path: &[String], value: &SyntaxNode, names: &[String], top: bool, found: &mut Found) {
    let definition = || Definition { binding: entry.clone(), value: value.clone(), wrappers: reached.wrappers.clone() };
    if path == names {
        found.definitions.push(definition());
    } else if names.starts_with(path) {
        descend_value(reached, value, &names[path.len()..], found);
    } else if path.starts_with(names) {
        found.below.push(definition());
    } else if top && path[0] == "config" && names[0] != "config" {
        let inside = &path[1..];
        if inside == names {
            found.definitions.push(definition());
        } else if names.starts_with(inside) {
            descend_value(reached, value, &names[inside.len()..], found);
        } else if inside.starts_with(names) {
            found.below.push(definition());
        }
    }
}

fn descend_value(reached: &Reached, value: &SyntaxNode, names: &[String], found: &mut Found) {
    for inner in body::sets(value) {
        let mut wrappers = reached.wrappers.clone();
        wrappers.extend(inner.wrappers);
        descend(&Reached { node: inner.node, wrappers }, names, false, found);
    }
}

fn inherits(entry: &SyntaxNode, name: &str) -> bool {
    let attrs = ast::Inherit::cast(entry.clone()).map(|i| i.attrs().collect::<Vec<_>>()).unwrap_or_default();
    attrs.iter().any(|attr| super::attr_path::name_of(attr) == name)
}

/// The first name of a binding where it is a plain one, without making nodes for it: most bindings of a
/// large set are passed over by it.
fn first_name(entry: &SyntaxNode) -> Option<&str> {
    let path = entry.green().children().next()?.into_node()?;
    let name = path.children().next()?.into_node()?;
    let token = name.children().next()?.into_token()?;
    (entry.kind() == NODE_ATTRPATH_VALUE && token.kind() == NixLanguage::kind_to_raw(TOKEN_IDENT)).then(|| token.text())
}

/// The path and value of a `NODE_ATTRPATH_VALUE`; `None` for any other node.
pub fn binding_parts(entry: &SyntaxNode) -> Option<(AttrPath, SyntaxNode)> {
    let binding = ast::AttrpathValue::cast(entry.clone())?;
    Some((AttrPath::of(&binding.attrpath()?)?, binding.value()?.syntax().clone()))
}

/// The full path of a binding, or of an expression: the names of the bindings it stands in, up to
/// the file's root or the nearest `let`.
pub fn full_path(node: &SyntaxNode) -> Vec<String> {
    let mut parts: Vec<Vec<String>> = Vec::new();
    for node in node.ancestors() {
        if let Some((path, _)) = binding_parts(&node) {
            parts.push(path.names().to_vec());
            if node.parent().is_some_and(|p| p.kind() == NODE_LET_IN) {
                break;
            }
        }
    }
    parts.into_iter().rev().flatten().collect()
}

/// Every binding of the file whose full path ends in `path`, in source order; where the full path
/// of some is `path` itself (below a `let`, in a list, inside a function), only those.
pub fn find_suffix(root: &SyntaxNode, path: &AttrPath) -> Vec<Definition> {
    let candidates = root.descendants().filter(|node| node.kind() == NODE_ATTRPATH_VALUE);
    let (mut whole, mut ending) = (Vec::new(), Vec::new());
    for binding in candidates {
        let Some((own, value)) = binding_parts(&binding) else { continue };
        if own.last() != path.last() {
            continue;
        }
        let full = full_path(&binding);
        let definition = Definition { binding, value, wrappers: Vec::new() };
        if below_config(&full) == below_config(path.names()) {
            whole.push(definition);
        } else if full.ends_with(path.names()) {
            ending.push(definition);
        }
    }
    if whole.is_empty() { ending } else { whole }
}

/// The full path of a binding of which `path` is only the end; `None` where it is all of it.
pub fn longer_path(binding: &SyntaxNode, path: &AttrPath) -> Option<AttrPath> {
    let full = full_path(binding);
    if below_config(&full) == below_config(path.names()) { None } else { AttrPath::from_names(full) }
}

/// Sets whose full path is a beginning of `path`, wherever they stand (below a `let`, in a list,
/// inside a function): those that leave least of the path to be spelled, in source order.
pub fn find_elsewhere(root: &SyntaxNode, path: &AttrPath) -> Vec<SetPlace> {
    let names = below_config(path.names());
    let mut out: Vec<SetPlace> = Vec::new();
    for set in root.descendants().filter(|node| node.kind() == NODE_ATTR_SET) {
        let full = full_path(&set);
        let own = below_config(&full);
        if !own.is_empty() && own.len() < names.len() && names.starts_with(own) {
            out.push(SetPlace { set, rest: names[own.len()..].to_vec(), wrappers: Vec::new() });
        }
    }
    let least = out.iter().map(|place| place.rest.len()).min();
    out.retain(|place| Some(place.rest.len()) == least);
    out
}

/// The names of a module's path without the `config` that everything may stand below.
fn below_config(names: &[String]) -> &[String] {
    match names {
        [first, rest @ ..] if first == "config" && !rest.is_empty() => rest,
        all => all,
    }
}

/// Whether a set has a binding that people call `name`.
pub fn has_binding(set: &SyntaxNode, name: &str) -> bool {
    let Ok(wanted) = AttrPath::parse(name) else { return false };
    set.children().filter_map(|entry| binding_parts(&entry)).any(|(path, _)| path == wanted)
}

/// Whether two nodes are the same place of the same tree.
pub fn same(a: &SyntaxNode, b: &SyntaxNode) -> bool {
    a.kind() == b.kind() && span(a) == span(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str, path: &str) -> (usize, usize, usize) {
        let root = rnix::Root::parse(text).syntax();
        let found = find(&root, &AttrPath::parse(path).unwrap());
        let least = found.deepest().first().map_or(9, |p| p.rest.len());
        (found.definitions.len(), found.below.len(), least)
    }

    #[test]
    fn all_spellings_of_a_path() {
        for text in [
            "{ a.b.c = 1; }",
            "{ a = { b.c = 1; }; }",
            "{ \"a\".b = { c = 1; }; }",
            "{ pkgs, ... }: let x = 1; in { config = lib.mkIf y { a.b.c = 1; }; }",
            "x: lib.mkMerge [ { a = lib.mkIf c { b.c = 1; }; } { } ]",
            "{ config.a.b.c = 1; }",
            "{ a = { } // { b.c = 1; }; }",
        ] {
            assert_eq!(count(text, "a.b.c").0, 1, "{text}");
        }
        assert_eq!(count("{ a.b.c = 1; }", "a.b"), (0, 1, 2));
        assert_eq!(count("{ a = { x = 1; }; }", "a.b.c"), (0, 0, 2));
    }

    #[test]
    fn a_module_that_is_split_takes_definitions_below_config_only() {
        let places = |text: &str| {
            let found = find(&rnix::Root::parse(text).syntax(), &AttrPath::parse("a.b").unwrap());
            found.places.iter().map(|place| (place.rest.join("."), place.set.text().to_string())).collect::<Vec<_>>()
        };
        assert_eq!(places("{ imports = [ ]; config = { x = 1; }; }"), [("a.b".to_owned(), "{ x = 1; }".to_owned())]);
        assert_eq!(places("{ options = { }; config = mkMerge [ { y = 1; } ]; }"), [("a.b".to_owned(), "{ y = 1; }".to_owned())]);
        assert_eq!(places("{ options.x = 1; }"), [("config.a.b".to_owned(), "{ options.x = 1; }".to_owned())]);
        assert_eq!(places("{ config.x = 1; }")[0].0, "config.a.b");
        assert_eq!(places("{ config = { }; z = 1; }")[0].0, "a.b", "no module");
    }

    #[test]
    fn a_binding_in_a_let_is_found_by_its_end() {
        let root = rnix::Root::parse("let t = { a.b = 1; }; in { c = f { a.b = 2; }; }").syntax();
        assert_eq!(find_suffix(&root, &AttrPath::parse("a.b").unwrap()).len(), 2);
        assert_eq!(find_suffix(&root, &AttrPath::parse("t.a.b").unwrap()).len(), 1);
    }

    #[test]
    fn a_set_below_a_let_or_in_a_list_is_found_by_its_whole_path() {
        let root = rnix::Root::parse("let t = { a = { b = 1; }; }; in { c = [ { d = { }; } ]; config.e.f = { }; }").syntax();
        let rest = |path: &str| find_elsewhere(&root, &AttrPath::parse(path).unwrap()).iter().map(|p| p.rest.join(".")).collect::<Vec<_>>();
        assert_eq!(rest("t.a.x"), ["x"]);
        assert_eq!(rest("t.x.y"), ["x.y"]);
        assert_eq!(rest("c.d.x"), ["x"]);
        assert_eq!(rest("e.f.x"), ["x"]);
        assert!(rest("a.x").is_empty(), "a beginning only, no part in the middle");
    }
}
