//! What a bare name means at a place: `let`, `rec`, function arguments, and `with`, which never
//! wins over the others (Nix manual, "With-expressions").

use super::attr_path::name_of;
use super::lookup::binding_parts;
use rnix::SyntaxKind::*;
use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode;
use std::collections::{BTreeMap, BTreeSet};

/// What a name refers to.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// Bound by the `let`, `rec` set or function at this node.
    Lexical(SyntaxNode),
    /// Not bound lexically; one of these `with` scopes may provide it, innermost first.
    With(Vec<SyntaxNode>),
    /// Provided by Nix itself.
    Global,
    /// Nothing provides it.
    Unbound,
}

/// Names that Nix binds everywhere. Nix manual, "Built-in functions" (those without `builtins.`)
/// and "Built-in constants".
pub const GLOBALS: &[&str] = &[
    "abort",
    "baseNameOf",
    "break",
    "builtins",
    "derivation",
    "derivationStrict",
    "dirOf",
    "false",
    "fetchGit",
    "fetchMercurial",
    "fetchTarball",
    "fetchTree",
    "fromTOML",
    "import",
    "isNull",
    "map",
    "null",
    "placeholder",
    "removeAttrs",
    "scopedImport",
    "throw",
    "toString",
    "true",
    "__currentSystem",
    "__currentTime",
    "__curPos",
    "__langVersion",
    "__nixPath",
    "__nixVersion",
    "__storeDir",
];

/// What `name` means where `node` stands.
pub fn meaning(node: &SyntaxNode, name: &str) -> Meaning {
    let mut withs = Vec::new();
    let mut inside = node.clone();
    for scope in node.ancestors().skip(1) {
        if scope.kind() == NODE_WITH {
            if scope.last_child().is_some_and(|body| body == inside) {
                withs.extend(scope.first_child());
            }
        } else if binds_within(&scope, &inside) && bound_names(&scope).contains(name) {
            return Meaning::Lexical(scope);
        }
        inside = scope;
    }
    if GLOBALS.contains(&name) || name.starts_with("__") {
        Meaning::Global
    } else if withs.is_empty() {
        Meaning::Unbound
    } else {
        Meaning::With(withs)
    }
}

/// Whether the names that `scope` binds are visible in its child `inside`.
fn binds_within(scope: &SyntaxNode, inside: &SyntaxNode) -> bool {
    match scope.kind() {
        // `inherit x;` takes x from outside; `inherit (e) x;` evaluates e inside.
        NODE_LET_IN | NODE_LEGACY_LET | NODE_ATTR_SET => {
            is_recursive(scope) && (inside.kind() != NODE_INHERIT || inside.children().any(|c| c.kind() == NODE_INHERIT_FROM))
        }
        NODE_LAMBDA => true,
        _ => false,
    }
}

fn is_recursive(scope: &SyntaxNode) -> bool {
    scope.kind() != NODE_ATTR_SET || ast::AttrSet::cast(scope.clone()).is_some_and(|set| set.rec_token().is_some())
}

/// The names that a `let`, set or function binds.
pub fn bound_names(scope: &SyntaxNode) -> BTreeSet<String> {
    match scope.kind() {
        NODE_LAMBDA => scope.first_child().map(|param| parameter_names(&param)).unwrap_or_default(),
        _ => scope.children().flat_map(|entry| entry_names(&entry)).collect(),
    }
}

fn entry_names(entry: &SyntaxNode) -> Vec<String> {
    match entry.kind() {
        NODE_INHERIT => ast::Inherit::cast(entry.clone()).map(|i| i.attrs().map(|a| name_of(&a)).collect()).unwrap_or_default(),
        _ => binding_parts(entry).map(|(path, _)| vec![path.names()[0].clone()]).unwrap_or_default(),
    }
}

/// The names that a function's parameter binds.
pub fn parameter_names(param: &SyntaxNode) -> BTreeSet<String> {
    let ident = |node: &SyntaxNode| node.children().find(|c| c.kind() == NODE_IDENT).map(|c| c.text().to_string());
    match param.kind() {
        NODE_PATTERN => param.children().filter_map(|child| ident(&child)).collect(),
        NODE_IDENT_PARAM => ident(param).into_iter().collect(),
        _ => BTreeSet::new(),
    }
}

/// Whether an identifier node is a use of a variable (not an attribute's name, a pattern's entry
/// or what `inherit` names).
pub fn is_variable(ident: &SyntaxNode) -> bool {
    match ident.parent().map(|p| p.kind()) {
        Some(NODE_ATTRPATH | NODE_PAT_BIND | NODE_IDENT_PARAM) => false,
        Some(NODE_PAT_ENTRY) => ident.prev_sibling().is_some(),
        Some(NODE_INHERIT) => !ident.siblings(rowan::Direction::Prev).any(|s| s.kind() == NODE_INHERIT_FROM),
        _ => true,
    }
}

/// The variables used below `node` that nothing below `node` binds, with the first node of each.
pub fn free_variables(node: &SyntaxNode) -> Vec<(String, SyntaxNode)> {
    let outside = super::span(node);
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for ident in node.descendants().filter(|n| n.kind() == NODE_IDENT && is_variable(n)) {
        let name = ident.text().to_string();
        let bound_inside = match meaning(&ident, &name) {
            Meaning::Lexical(scope) => outside.contains(super::span(&scope)),
            _ => false,
        };
        if !bound_inside && seen.insert(name.clone()) {
            out.push((name, ident));
        }
    }
    out
}

/// Variables below `node` that nothing provides.
pub fn unbound(node: &SyntaxNode) -> Vec<(String, SyntaxNode)> {
    let uses = node.descendants().filter(|n| n.kind() == NODE_IDENT && is_variable(n));
    uses.filter_map(|ident| {
        let name = ident.text().to_string();
        (meaning(&ident, &name) == Meaning::Unbound).then_some((name, ident))
    })
    .collect()
}

/// Entries of one set or `let` (in this order) that define the same attribute twice (Nix: "attribute already
/// defined"), each with the later binding's node. Sets that Nix would merge are not reported.
pub fn duplicates(entries: impl Iterator<Item = SyntaxNode>) -> Vec<(String, SyntaxNode)> {
    let entries: Vec<(SyntaxNode, Vec<Defined>)> = entries.map(|entry| (entry.clone(), defined(&entry))).collect();
    let mut heads: BTreeMap<String, usize> = BTreeMap::new();
    for defined in entries.iter().flat_map(|(_, defined)| defined) {
        *heads.entry(defined.path[0].clone()).or_default() += 1;
    }
    let mut seen: BTreeMap<Vec<String>, bool> = BTreeMap::new();
    let mut out = Vec::new();
    for (entry, defined) in entries {
        // Sets that share a name with nothing have nothing to be merged with.
        let shared = |defined: &Defined| heads.get(&defined.path[0]).is_some_and(|&count| count > 1);
        let all = defined.into_iter().flat_map(|defined| if shared(&defined) { defined.with_those_below() } else { vec![defined] });
        for Defined { path, set } in all {
            if clashes(&seen, &path, set.is_some()) {
                out.push((path.join("."), entry.clone()));
            }
            let known = seen.entry(path).or_insert(set.is_some());
            *known &= set.is_some();
        }
    }
    out
}

/// A path that an entry defines, and the set that it is given, if it is one.
struct Defined {
    path: Vec<String>,
    set: Option<SyntaxNode>,
}

impl Defined {
    /// It and what its set defines, as the paths that Nix merges.
    fn with_those_below(self) -> Vec<Self> {
        let below = self.set.iter().flat_map(|set| set.children()).flat_map(|entry| defined(&entry));
        let whole = |inner: Self| Self { path: [self.path.clone(), inner.path].concat(), ..inner };
        let below: Vec<Self> = below.flat_map(|inner| whole(inner).with_those_below()).collect();
        std::iter::once(self).chain(below).collect()
    }
}

/// What one entry defines, paths with names that are computed left out.
fn defined(entry: &SyntaxNode) -> Vec<Defined> {
    let all = match binding_parts(entry) {
        Some((path, value)) => {
            vec![Defined { path: path.names().to_vec(), set: Some(value).filter(|value| value.kind() == NODE_ATTR_SET) }]
        }
        None => entry_names(entry).into_iter().map(|name| Defined { path: vec![name], set: None }).collect(),
    };
    all.into_iter().filter(|defined| !defined.path.is_empty() && !defined.path.iter().any(|name| name.contains("${"))).collect()
}

/// Whether a binding of `path` cannot stand beside those seen: the same path twice (unless both
/// are sets, which Nix merges), or a path through or above something that is no set.
fn clashes(seen: &BTreeMap<Vec<String>, bool>, path: &[String], is_set: bool) -> bool {
    let twice = seen.get(path).is_some_and(|&other| !(is_set && other));
    let through = (1..path.len()).any(|n| seen.get(&path[..n]) == Some(&false));
    let above = !is_set && {
        let from = (std::ops::Bound::Excluded(path.to_vec()), std::ops::Bound::Unbounded);
        seen.range(from).next().is_some_and(|(other, _)| other.starts_with(path))
    };
    twice || through || above
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unbound_in(text: &str) -> Vec<String> {
        unbound(&rnix::Root::parse(text).syntax()).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn names_are_bound_by_let_rec_and_arguments() {
        assert_eq!(unbound_in("{ a, b ? a, ... }@args: let c = a; d = c; in [ b d args e ]"), ["e"]);
        assert_eq!(unbound_in("rec { a = b; b = 1; } // { c = 1; d = c; }"), ["c"]);
        assert_eq!(unbound_in("let inherit (x) y; in y"), ["x"]);
        assert_eq!(unbound_in("{ inherit z; } "), ["z"]);
        assert_eq!(unbound_in("with x; [ y ]"), ["x"]);
        assert_eq!(unbound_in("builtins.map toString [ true null ]"), Vec::<String>::new());
        assert_eq!(unbound_in("a: a.b.c or d"), ["d"]);
    }

    #[test]
    fn with_never_wins() {
        let root = rnix::Root::parse("{ pkgs, nullclaw }: with pkgs; [ nullclaw git ]").syntax();
        let list = body_list(&root);
        assert!(matches!(meaning(&list, "nullclaw"), Meaning::Lexical(_)));
        assert!(matches!(meaning(&list, "git"), Meaning::With(_)));
    }

    fn body_list(root: &SyntaxNode) -> SyntaxNode {
        root.descendants().find(|n| n.kind() == NODE_LIST).unwrap()
    }

    #[test]
    fn double_definitions_as_nix_sees_them() {
        let found = |text: &str| duplicates(rnix::Root::parse(text).syntax().first_child().unwrap().children()).len();
        assert_eq!(found("{ a = 1; a = 2; }"), 1);
        assert_eq!(found("{ a.b = 1; a.c = 2; a = { d = 1; }; }"), 0);
        assert_eq!(found("{ a = 1; a.b = 2; }"), 1);
        assert_eq!(found("{ a.b = 2; a = 1; }"), 1);
        assert_eq!(found("{ inherit a; a = 1; }"), 1);
        assert_eq!(found("{ a = { b = 1; }; a.b = 2; }"), 1, "in sets that Nix merges");
        assert_eq!(found("{ a.b.c = 1; a = { b.c = 2; }; }"), 1);
        assert_eq!(found("{ a.b.c = 1; a = { b.d = 2; }; }"), 0);
        assert_eq!(found("{ a = { b = 1; }; a = { inherit b; }; }"), 1);
    }
}
