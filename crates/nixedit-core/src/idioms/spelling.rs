//! How a package's name is written in a given list.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::syntax::attr_path::{is_identifier, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode};

/// Checks a package's name as typed: attribute names separated by dots.
pub(super) fn checked(name: &str) -> Result<Vec<String>> {
    let bad = |why: &str| Diagnostic::new(Code::PackageName, format!("'{name}' is no package name: {why}"));
    if name.contains(',') {
        let split: Vec<&str> = name.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        return Err(bad("Nix lists have no commas").help(format!("give them one by one: {}", split.join(" "))));
    }
    let name = name.strip_prefix("pkgs.").unwrap_or(name);
    let parts: Vec<String> = split_path(name).ok_or_else(|| bad("a quote is not closed"))?;
    let good = |part: &String| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-'+".contains(c)) && !part.starts_with(['-', '+', '\''])
    };
    if parts.iter().all(good) {
        return Ok(parts);
    }
    Err(bad("it may hold letters, digits, '_', '-', and dots between attribute names").help("search for it: nix search nixpkgs NAME"))
}

/// Checks a package as typed for one file, where nothing has to be looked up: a name, a path with
/// interpolated parts (`inputs.x.packages.${system}.y`) or an expression in parentheses. The last
/// two are one part, taken verbatim.
pub(super) fn checked_in_file(name: &str) -> Result<Vec<String>> {
    checked(name).or_else(|error| expression(name).map(|text| vec![text]).ok_or(error))
}

fn expression(name: &str) -> Option<String> {
    let is_path = |text: &str| Fragment::parse(text).is_ok_and(|fragment| fragment.kind() == SyntaxKind::NODE_SELECT);
    let below = name.strip_prefix("pkgs.").unwrap_or(name);
    if below.starts_with("${") {
        return (is_path(&format!("pkgs.{below}")) && !below.ends_with('}')).then(|| below.to_owned());
    }
    let parenthesised = name.starts_with('(') && Fragment::parse(name).is_ok_and(|fragment| fragment.as_element() == fragment);
    (parenthesised || (name.contains("${") && is_path(name))).then(|| name.to_owned())
}

/// Whether a part stands for a whole expression.
fn is_expression(part: &str) -> bool {
    part.starts_with('(') || part.contains("${")
}

/// The names of a dotted path; parts may be quoted.
fn split_path(text: &str) -> Option<Vec<String>> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            c => parts.last_mut()?.push(c),
        }
    }
    (!quoted).then_some(parts)
}

/// The attribute path of a package below `pkgs`, quoted where Nix needs it.
pub(super) fn attribute(parts: &[String]) -> String {
    match parts {
        [only] if is_expression(only) => only.clone(),
        _ => parts.iter().map(|part| quoted_name(part)).collect::<Vec<_>>().join("."),
    }
}

/// The element to write: bare inside `with pkgs;` where nothing else binds the name (a lexical
/// binding always wins over `with`), else `pkgs.NAME`; as the neighbours where they agree. A path
/// into another package set that has a name there (`pkgs-unstable.hugo`) is meant as it is typed.
pub(super) fn element(list: &SyntaxNode, parts: &[String]) -> Result<Fragment> {
    let first = &parts[0];
    if is_of_another_set(list, parts) {
        return Fragment::parse(&attribute(parts));
    }
    let bare_name = is_identifier(first);
    let meaning = scope::meaning(list, first);
    let neighbours = Neighbours::of(list);
    let in_scope = match &meaning {
        Meaning::With(scopes) if scopes.iter().any(is_packages) => true,
        // What stands bare there is of that set alone; a path is from the top, unless others begin there as well.
        Meaning::With(scopes) if parts.len() > 1 && scopes.iter().all(is_part_of_packages) => has_paths_of_with(list, first),
        Meaning::With(_) => neighbours.bare > neighbours.selected,
        _ => false,
    };
    let bare = bare_name && in_scope && !(neighbours.bare == 0 && neighbours.selected > 0);
    Fragment::parse(&if bare { attribute(parts) } else { format!("pkgs.{}", attribute(parts)) })
}

/// Whether a package is no attribute of `pkgs`: an expression, a path whose first name is bound by
/// a `let` or an argument, or such a name alone where there is no `pkgs` or one of the others is such.
pub(super) fn is_of_another_set(list: &SyntaxNode, parts: &[String]) -> bool {
    let first = &parts[0];
    if is_expression(first) {
        return !first.starts_with("${");
    }
    let is_bound = matches!(scope::meaning(list, first), Meaning::Lexical(_));
    is_bound && (parts.len() > 1 || scope::meaning(list, "pkgs") == Meaning::Unbound || takes_bound_names(list))
}

/// Whether a list has names that a `let` or argument binds.
fn takes_bound_names(list: &SyntaxNode) -> bool {
    let is_bound = |element: SyntaxNode| {
        element.kind() == SyntaxKind::NODE_IDENT && matches!(scope::meaning(&element, &element.text().to_string()), Meaning::Lexical(_))
    };
    list.children().any(is_bound)
}

/// Whether a `with` opens the package set itself.
fn is_packages(scope: &SyntaxNode) -> bool {
    scope.text() == "pkgs"
}

/// Whether a `with` opens a set within the package set: `with pkgs.gnomeExtensions;`.
fn is_part_of_packages(scope: &SyntaxNode) -> bool {
    scope.kind() == SyntaxKind::NODE_SELECT && scope.first_child().is_some_and(|set| is_packages(&set))
}

/// Whether a list has paths that begin in a `with`, or the set `first` from one.
fn has_paths_of_with(list: &SyntaxNode, first: &str) -> bool {
    let names = list.descendants().filter(|node| node.kind() == SyntaxKind::NODE_IDENT && scope::is_variable(node));
    let begins_path = |name: &SyntaxNode| name.parent().is_some_and(|path| path.kind() == SyntaxKind::NODE_SELECT);
    let of_with = |name: &SyntaxNode| matches!(scope::meaning(name, &name.text().to_string()), Meaning::With(_));
    { names }.any(|name| (name.text() == first || begins_path(&name) && name.ancestors().nth(2).as_ref() == Some(list)) && of_with(&name))
}

/// How the elements that are there are written.
struct Neighbours {
    /// Names that a `with` provides.
    bare: usize,
    /// `pkgs.NAME`.
    selected: usize,
}

impl Neighbours {
    fn of(list: &SyntaxNode) -> Self {
        let mut out = Self { bare: 0, selected: 0 };
        for element in list.children() {
            let head = match element.kind() {
                SyntaxKind::NODE_IDENT => element.clone(),
                SyntaxKind::NODE_SELECT => element.first_child().unwrap_or_else(|| element.clone()),
                _ => continue,
            };
            let name = head.text().to_string();
            match scope::meaning(&head, &name) {
                _ if name == "pkgs" => out.selected += 1,
                Meaning::With(_) => out.bare += 1,
                _ => {}
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, name: &str) -> String {
        let root = rnix::Root::parse(text).syntax();
        let list = root.descendants().find(|n| n.kind() == SyntaxKind::NODE_LIST).unwrap();
        element(&list, &checked(name).unwrap()).unwrap().text().to_owned()
    }

    #[test]
    fn spelled_as_the_scope_demands() {
        assert_eq!(written("{ pkgs, ... }: with pkgs; [ git ]", "ripgrep"), "ripgrep");
        assert_eq!(written("{ pkgs, ... }: [ pkgs.git ]", "ripgrep"), "pkgs.ripgrep");
        assert_eq!(written("{ pkgs, lib, ... }: with pkgs; [ ]", "lib"), "pkgs.lib");
        assert_eq!(written("{ pkgs, ... }: with pkgs; [ ]", "0x0"), "pkgs.\"0x0\"");
        assert_eq!(written("{ pkgs, ... }: with pkgs; [ ]", "with"), "pkgs.\"with\"");
        assert_eq!(written("{ pkgs, ... }: with pkgs; [ ]", "nerd-fonts.recursive-mono"), "nerd-fonts.recursive-mono");
        assert_eq!(written("{ pkgs, ... }: let nullclaw = 1; in with pkgs; [ git ]", "nullclaw"), "pkgs.nullclaw");
        assert_eq!(written("{ pkgs, ... }: with pkgs; [ pkgs.a pkgs.b ]", "x"), "pkgs.x");
        assert_eq!(written("{ pkgs, ... }: with pkgs.kdePackages; [ kate ]", "x"), "x");
        assert_eq!(written("{ pkgs, ... }: with lib; [ ]", "x"), "pkgs.x");
    }

    #[test]
    fn packages_of_other_sets_are_written_as_typed() {
        assert_eq!(written("{ pkgs, unstable, ... }: with pkgs; [ git ]", "unstable.hugo"), "unstable.hugo");
        assert_eq!(written("{ pkgs, unstable, ... }: [ pkgs.git ]", "unstable.hugo"), "unstable.hugo");
        assert_eq!(written("{ pkgs, unstable, ... }: [ pkgs.git ]", "unstable"), "pkgs.unstable");
        assert_eq!(written("{ mkShell, git, fd }: [ git ]", "fd"), "fd", "a package function has no pkgs");
        assert_eq!(written("{ pkgs }: let a = 1; b = 2; in [ a ]", "b"), "b", "as all others");
        assert_eq!(written("{ pkgs }: let a = 1; b = 2; in with pkgs; [ a git ]", "b"), "b", "as one of the others");
    }

    #[test]
    fn one_file_may_be_given_expressions() {
        let written = |text: &str, name: &str| {
            let root = rnix::Root::parse(text).syntax();
            let list = root.descendants().find(|n| n.kind() == SyntaxKind::NODE_LIST).unwrap();
            element(&list, &checked_in_file(name).unwrap()).unwrap().text().to_owned()
        };
        let text = "{ pkgs, inputs, ... }: with pkgs; [ git ]";
        for same in ["inputs.x.packages.${pkgs.system}.y", "(a.override { b = 1; })", "(import ./x { }).y", "fd"] {
            assert_eq!(written(text, same), same);
        }
        assert_eq!(written(text, "${space}.x"), "pkgs.${space}.x");
        assert_eq!(written(text, "pkgs.${space}.x"), "pkgs.${space}.x");
        for name in ["${x}", "a ${b}", "(a) b", "f (x)", "a;b", "(a", ""] {
            assert!(checked_in_file(name).is_err(), "{name}");
        }
    }

    #[test]
    fn refuses_what_is_no_name() {
        for name in ["", "a;b", "${x}", "--x", "a b", "a.", "\"a", "ripgrep,fd", "a\nb"] {
            assert!(checked(name).is_err(), "{name}");
        }
        assert!(checked("ripgrep,fd").unwrap_err().help.unwrap().contains("ripgrep fd"));
    }
}
