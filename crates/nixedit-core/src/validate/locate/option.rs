//! Where a file defines or declares an option that the module system names.

use crate::syntax::attr_path::{AttrPath, name_of};
use crate::syntax::body;
use crate::syntax::lookup::{binding_parts, full_path};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, span};
use crate::text::Span;
use rnix::ast;
use rowan::ast::AstNode;

/// An option's path as the module system prints it, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OptionPath {
    /// The names, without `home-manager.users.<user>` and without places in lists.
    pub(super) names: Vec<String>,
    /// The element of the definition's list that is meant, counted from 0.
    pub(super) element: Option<usize>,
}

impl OptionPath {
    /// Reads `a.b."c.d"."[definition 1-entry 2]"`; `None` when nothing is left of it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let names = match AttrPath::parse(text) {
            Ok(path) => path.names().to_vec(),
            Err(_) => text.split('.').map(str::to_owned).collect(),
        };
        let element = names.iter().rev().find_map(|name| entry(name));
        let mut names: Vec<String> = names.into_iter().filter(|name| !name.starts_with("[definition ")).collect();
        if names.len() > 3 && names[0] == "home-manager" && names[1] == "users" {
            names.drain(..3);
        }
        (!names.is_empty()).then_some(Self { names, element })
    }

    /// What a definition of it is called in a label.
    pub(super) fn what(&self) -> &'static str {
        if self.element.is_some() { "this element" } else { "defined here" }
    }
}

/// The number in `[definition 1-entry 2]`, from 0.
fn entry(name: &str) -> Option<usize> {
    let number = name.strip_prefix("[definition ")?.strip_suffix(']')?.split_once("-entry ")?.1;
    number.parse::<usize>().ok()?.checked_sub(1)
}

/// A definition of an option in a file.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    /// What to point at: the binding's path, or the element of its list.
    pub(super) at: Span,
    /// The value's node; for an element, the element.
    pub(super) value: SyntaxNode,
    /// Names of the binding beyond the option, plus one for each name of the option that is
    /// missing: 0 is exact.
    distance: usize,
}

/// The best definition of the option in a file: the exact path, one below it, or (where a helper
/// builds the outer names) one of its tail.
pub(super) fn definition(source: &Source, option: &OptionPath) -> Option<Definition> {
    let mut best: Option<Definition> = None;
    for binding in bindings(source) {
        let Some((own, value)) = binding_parts(&binding) else { continue };
        let full = full_path(&binding);
        // In a `let`, the first name is a variable's and no part of any option.
        let full = if in_let(&binding) { &full[1..] } else { &full[..] };
        let Some(distance) = fit(full, own.names().len(), &option.names) else { continue };
        if best.as_ref().is_none_or(|known| distance < known.distance) {
            let at = binding.first_child().map_or_else(|| span(&binding), |path| span(&path));
            best = Some(Definition { at, value, distance });
        }
    }
    best.map(|found| element_of(found, option.element)).or_else(|| inherited(source, option))
}

/// The path of the binding that declares the option: `options.<path> = mkOption …`. One below it
/// will do: of an unknown `my.gpu.enable`, the module system names only `my.gpu`.
pub(super) fn declaration(source: &Source, names: &[String]) -> Option<Span> {
    bindings(source).find_map(|binding| {
        let full = full_path(&binding);
        let start = full.iter().position(|name| name == "options")? + 1;
        let (_, value) = binding_parts(&binding)?;
        let function = body::last_name(&body::call(&value).0);
        let at_or_below = full.get(start..start + names.len()).is_some_and(|head| same(head, names));
        let declares = function.starts_with("mk") && at_or_below;
        declares.then(|| binding.first_child().map(|path| span(&path)))?
    })
}

fn bindings(source: &Source) -> impl Iterator<Item = SyntaxNode> {
    source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE)
}

/// Whether a binding is a variable of a `let`, or part of its value.
fn in_let(binding: &SyntaxNode) -> bool {
    let around = binding.ancestors().filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
    around.filter_map(|node| node.parent()).any(|parent| parent.kind() == SyntaxKind::NODE_LET_IN)
}

/// How far a binding of path `full`, of which the last `own` names are its own, is from `option`;
/// `None` when it does not define it.
fn fit(full: &[String], own: usize, option: &[String]) -> Option<usize> {
    let whole = (0..full.len()).find_map(|start| {
        let end = start + option.len();
        let found = end <= full.len() && same(&full[start..end], option) && end + own > full.len();
        (found && !full[..start].iter().any(|name| name == "options")).then(|| full.len() - end)
    });
    // A tail stands for the whole only where nothing else is written around it.
    let tail = || (1..option.len().saturating_sub(1)).find(|&cut| full.starts_with(&option[cut..])).map(|cut| 100 * cut);
    // What is set as a whole elsewhere, say by a function, is found by its beginning.
    let head = || (2..option.len()).rev().find(|&keep| full == &option[..keep]).map(|keep| 10_000 + option.len() - keep);
    whole.or_else(tail).or_else(head)
}

/// Whether two paths are equal; an interpolated name may be any.
fn same(written: &[String], option: &[String]) -> bool {
    written.len() == option.len() && written.iter().zip(option).all(|(a, b)| a == b || a.starts_with("${"))
}

fn element_of(found: Definition, element: Option<usize>) -> Definition {
    let lists = body::lists(&found.value);
    let member = match (element, lists.as_slice()) {
        (Some(number), [list]) => list.node.children().nth(number),
        _ => None,
    };
    member.map_or(found.clone(), |value| Definition { at: span(&value), value, ..found })
}

/// `inherit name;` in a set whose path and the name together are the option.
fn inherited(source: &Source, option: &OptionPath) -> Option<Definition> {
    let entries = source.root.descendants().filter_map(ast::Inherit::cast);
    entries.flat_map(|entry| entry.attrs().map(|attr| attr.syntax().clone()).zip(std::iter::repeat(entry)).collect::<Vec<_>>()).find_map(
        |(attr, entry)| {
            let name = ast::Attr::cast(attr.clone()).map(|attr| name_of(&attr))?;
            let around = entry.syntax().ancestors().find(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
            let mut full = around.map(|binding| full_path(&binding)).unwrap_or_default();
            full.push(name);
            full.ends_with(&option.names).then(|| Definition { at: span(&attr), value: attr.clone(), distance: 0 })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, option: &str) -> Option<String> {
        let source = Source::parse("a.nix", text.into()).unwrap();
        let found = definition(&source, &OptionPath::parse(option).unwrap())?;
        Some(source.slice(found.at).to_owned())
    }

    #[test]
    fn paths_are_taken_apart() {
        let path = OptionPath::parse("home-manager.users.zk.home.packages.\"[definition 1-entry 2]\"").unwrap();
        assert_eq!((path.names.join("."), path.element), ("home.packages".to_owned(), Some(1)));
        assert_eq!(OptionPath::parse("home-manager.users").unwrap().names.len(), 2);
        assert_eq!(OptionPath::parse("a.<name>.b").unwrap().names, ["a", "<name>", "b"]);
        assert_eq!(OptionPath::parse("\"[definition 1-entry 0]\""), None);
    }

    #[test]
    fn definitions_in_every_spelling() {
        for (text, option, expected) in [
            ("{ services.resolvd.enable = 1; }", "services.resolvd", Some("services.resolvd.enable")),
            ("{ services = { a.b = 1; openssh = { enabel = 1; }; }; }", "services.openssh.enabel", Some("enabel")),
            ("{ home-manager.users.${u} = { programs.x = 1; }; }", "home-manager.users.zk.programs.x", Some("programs.x")),
            ("x: { config = lib.mkIf c { my.gpu = 1; }; options.my.gpu = 2; }", "my.gpu", Some("my.gpu")),
            ("{ options.my.gpu = 2; }", "my.gpu", None),
            (
                "{ outputs = { nixosConfigurations.a = f { modules = [ { services.x.y = 1; } ]; }; }; }",
                "services.x.y",
                Some("services.x.y"),
            ),
            ("{ a.b = [ 1 (f 2) 3 ]; }", "a.b.\"[definition 1-entry 2]\"", Some("(f 2)")),
            ("{ services = { inherit (x) openssh; }; }", "services.openssh", Some("openssh")),
            ("let t = { nginx.enable = 1; }; in { services = t; }", "services.nginx.enable", Some("nginx.enable")),
            ("{ programs.git.enable = 1; }", "services.git.enable", None),
            ("{ services.nginx.virtualHosts = f; }", "services.nginx.virtualHosts.a.port", Some("services.nginx.virtualHosts")),
        ] {
            assert_eq!(found(text, option).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn declarations() {
        let source = Source::parse("a.nix", "{ options.my = { gpu = lib.mkOption { }; }; my.gpu = 1; }".into()).unwrap();
        let names = |path: &str| path.split('.').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(declaration(&source, &names("my.gpu")).map(|at| source.slice(at)), Some("gpu"));
        assert_eq!(declaration(&source, &names("my")).map(|at| source.slice(at)), Some("gpu"));
        assert_eq!(declaration(&source, &names("my.host")), None);
        assert_eq!(declaration(&source, &names("my.gpu.enable")), None);
    }
}
