//! The package lists of hosts with their groups, as they are written.

use super::modules::{self, Looked, side_name};
use crate::diagnostic::Result;
use crate::idioms::candidates::{ListPlace, lists_of, named_lists};
use crate::idioms::host_condition;
use crate::idioms::package_lists::USUAL_PATHS;
use crate::operation::Hosts;
use crate::project::{Project, Side};
use crate::syntax::attr_path::{AttrPath, plain_string};
use crate::syntax::body::Wrapper;
use crate::syntax::fragment::plain_name;
use crate::syntax::lookup::{self, Definition};
use crate::syntax::{SyntaxKind, SyntaxNode, body, comment_text, span};
use crate::text::{Position, one_line, position};
use rnix::ast;
use rowan::ast::AstNode;
use serde::Serialize;

/// One list of packages.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PackageListRow {
    /// The option that it belongs to: `home.packages`.
    pub slot: String,
    /// `system` or `home`.
    pub side: &'static str,
    /// The Home Manager user whose list it is.
    pub user: Option<String>,
    /// The file, relative to the flake's root.
    pub file: String,
    /// Where the list starts.
    pub start: Position,
    /// The hosts that it reaches, but for those that its conditions exclude by name.
    pub hosts: Vec<String>,
    /// The conditions it stands under, outermost first.
    pub conditions: Vec<String>,
    /// Its packages, by the comments and blank lines between them.
    pub groups: Vec<PackageGroup>,
}

impl PackageListRow {
    /// The packages of all groups, in order.
    pub fn packages(&self) -> impl Iterator<Item = &PackageRow> {
        self.groups.iter().flat_map(|group| &group.packages)
    }
}

/// Packages that stand together.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct PackageGroup {
    /// The comment above the first of them.
    pub heading: Option<String>,
    /// The packages, in order.
    pub packages: Vec<PackageRow>,
}

/// One element of a list.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PackageRow {
    /// The package's name; of an expression the name that it states, else its text.
    pub name: String,
    /// Its source text on one line, where that is more than the name.
    pub text: Option<String>,
    /// Its 1-based line.
    pub line: usize,
}

/// The lists of the hosts named or of all, in the order of hosts and modules; one that several
/// hosts have is one row.
pub fn by_reading(project: &Project, hosts: &Hosts) -> Result<Vec<PackageListRow>> {
    let mut out: Vec<PackageListRow> = Vec::new();
    for host in modules::hosts(project, hosts)? {
        for looked in modules::of_host(project, &host) {
            of_module(&looked, &host.names(), &mut out)?;
        }
    }
    Ok(out)
}

/// Adds what a module of the host of those names has.
pub(super) fn of_module(looked: &Looked, names: &[&str], out: &mut Vec<PackageListRow>) -> Result<()> {
    for (slot, definition) in definitions(looked)? {
        let host = names.first().copied().unwrap_or_default();
        let lists = lists_of(&definition.value, &definition.wrappers).into_iter().chain(named_lists(&definition));
        let singles = single_packages(&definition.value, &definition.wrappers);
        for place in lists.chain(singles).filter(|place| host_condition::around(place, names) != Some(false)) {
            let row = row(looked, &slot, &place);
            let same = |known: &&mut PackageListRow| known.file == row.file && known.start == row.start && known.user == row.user;
            match out.iter_mut().find(same) {
                Some(known) if !known.hosts.iter().any(|known| known == host) => known.hosts.push(host.to_owned()),
                Some(_) => {}
                None => out.push(PackageListRow { hosts: vec![host.to_owned()], ..row }),
            }
        }
    }
    Ok(())
}

/// Packages that stand alone behind `lib.optional CONDITION`, each as a list of one.
fn single_packages(value: &SyntaxNode, wrappers: &[Wrapper]) -> Vec<ListPlace> {
    let bare = body::without_parens(value);
    let (head, arguments) = body::call(&bare);
    match (bare.kind(), body::last_name(&head).as_str(), arguments.as_slice()) {
        (SyntaxKind::NODE_APPLY, "optional", [condition, package]) => {
            let wrappers = wrappers.iter().cloned().chain([Wrapper::Condition(condition.clone())]).collect();
            vec![ListPlace { list: package.clone(), wrappers }]
        }
        (SyntaxKind::NODE_BIN_OP, ..) => bare.children().flat_map(|operand| single_packages(&operand, wrappers)).collect(),
        (SyntaxKind::NODE_WITH | SyntaxKind::NODE_LET_IN, ..) => {
            bare.last_child().map(|b| single_packages(&b, wrappers)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

/// The definitions of package options in a module, each with the option's path.
fn definitions(looked: &Looked) -> Result<Vec<(String, Definition)>> {
    let mut out = Vec::new();
    for path in USUAL_PATHS {
        let found = looked.module.find(&AttrPath::parse(path)?).definitions;
        out.extend(found.into_iter().map(|definition| (path.to_owned(), definition)));
    }
    if looked.side == Side::System {
        out.extend(of_users(looked));
    }
    Ok(out)
}

/// `users.users.NAME.packages`.
fn of_users(looked: &Looked) -> Vec<(String, Definition)> {
    let bindings = looked.module.node.descendants().filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
    let found = bindings.filter_map(|binding| {
        let (own, value) = lookup::binding_parts(&binding).filter(|(own, _)| own.last() == "packages")?;
        let full = lookup::full_path(&binding);
        let full: &[String] = if full.first().is_some_and(|name| name == "config") { &full[1..] } else { &full };
        let is_users = own.last() == "packages" && matches!(full, [a, b, _, _] if a == "users" && b == "users");
        let path = AttrPath::from_names(full.to_vec()).filter(|_| is_users)?;
        Some((path.to_string(), Definition { binding, value, wrappers: Vec::new() }))
    });
    found.collect()
}

fn row(looked: &Looked, slot: &str, place: &ListPlace) -> PackageListRow {
    let source = &looked.module.source;
    PackageListRow {
        slot: slot.to_owned(),
        side: side_name(looked.side),
        user: looked.module.user.clone(),
        file: source.path.clone(),
        start: position(&source.text, span(&place.list).start),
        hosts: Vec::new(),
        conditions: body::conditions_of(&place.wrappers),
        groups: groups(&place.list, &source.text),
    }
}

/// A list's elements by the comments and blank lines between them.
pub(super) fn groups(list: &SyntaxNode, text: &str) -> Vec<PackageGroup> {
    if list.kind() != SyntaxKind::NODE_LIST {
        return vec![PackageGroup { heading: None, packages: vec![package(list, text)] }];
    }
    let mut out: Vec<PackageGroup> = Vec::new();
    let (mut heading, mut newlines) = (None::<String>, 1);
    for element in list.children_with_tokens() {
        match element.kind() {
            SyntaxKind::TOKEN_WHITESPACE => newlines = element.as_token().map_or(0, |token| token.text().matches('\n').count()),
            // A comment behind an element says something about that element alone.
            SyntaxKind::TOKEN_COMMENT if newlines > 0 && heading.is_none() => {
                heading = element.as_token().map(|token| comment_text(token.text())).filter(|text| !text.is_empty());
                out.push(PackageGroup { heading: heading.clone(), packages: Vec::new() });
            }
            _ => {
                let Some(node) = element.as_node() else { continue };
                if out.is_empty() || (newlines > 1 && heading.is_none()) {
                    out.push(PackageGroup::default());
                }
                heading = None;
                if let Some(group) = out.last_mut() {
                    group.packages.push(package(node, text));
                }
            }
        }
    }
    out.retain(|group| !group.packages.is_empty());
    out
}

fn package(node: &SyntaxNode, text: &str) -> PackageRow {
    let written = one_line(&node.text().to_string());
    let line = position(text, span(node).start).line;
    let is_name = matches!(node.kind(), SyntaxKind::NODE_IDENT | SyntaxKind::NODE_SELECT);
    let name = if is_name { plain_name(&written) } else { stated_name(node).unwrap_or_else(|| written.clone()) };
    PackageRow { text: (written != name).then_some(written), name, line }
}

/// The name that an expression gives its package: `pname` or `name` in a set that it holds, the first
/// text that a builder gets, or the package that it overrides.
fn stated_name(node: &SyntaxNode) -> Option<String> {
    let text = |node: &SyntaxNode| ast::Str::cast(node.clone()).and_then(|text| plain_string(&text));
    let bare = body::without_parens(node);
    let named = bare.descendants().filter_map(|node| lookup::binding_parts(&node));
    let named = named.filter(|(path, _)| matches!(path.names(), [name] if name == "pname" || name == "name"));
    let by_set = named.filter_map(|(_, value)| text(&value)).next();
    let (head, arguments) = body::call(&bare);
    by_set.or_else(|| arguments.iter().find_map(text)).or_else(|| {
        let changes = ["override", "overrideAttrs", "withPackages"].contains(&body::last_name(&head).as_str());
        let base = head.first_child().filter(|_| changes && head.kind() == SyntaxKind::NODE_SELECT)?;
        let base = body::without_parens(&base);
        if base.kind() == SyntaxKind::NODE_APPLY { stated_name(&base) } else { Some(plain_name(&base.text().to_string())) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(Option<String>, Vec<String>)> {
        let root = rnix::Root::parse(text).syntax();
        let list = body::lists(&root).remove(0).node;
        groups(&list, text).into_iter().map(|g| (g.heading, g.packages.into_iter().map(|p| p.name).collect())).collect()
    }

    #[test]
    fn groups_are_headed_by_comments_or_parted_by_blank_lines() {
        let text = "[\n  # Apps\n  # of mine\n  gimp\n  vlc # plays\n\n  # Tools\n\n  fd\n\n  jq pkgs.bat\n]";
        let expected = [(Some("Apps"), vec!["gimp", "vlc"]), (Some("Tools"), vec!["fd"]), (None, vec!["jq", "bat"])];
        let expected: Vec<(Option<String>, Vec<String>)> =
            expected.into_iter().map(|(h, p)| (h.map(str::to_owned), p.into_iter().map(str::to_owned).collect())).collect();
        assert_eq!(of(text), expected);
        assert!(of("[ ]").is_empty());
    }

    #[test]
    fn expressions_are_called_as_they_call_themselves() {
        for (element, name) in [
            ("(writeShellScriptBin \"deploy\" '' '')", "deploy"),
            ("(buildGoModule { pname = \"pico\"; version = \"1\"; })", "pico"),
            ("((lmstudio.override { a = \"x\"; }).overrideAttrs (old: { b = 1; }))", "lmstudio"),
            ("(python3.withPackages (p: [ p.requests ]))", "python3"),
            ("inputs.noctalia.packages.${system}.default", "inputs.noctalia.packages.${system}.default"),
            ("(f x)", "(f x)"),
        ] {
            assert_eq!(of(&format!("[ {element} ]"))[0].1, [name]);
        }
    }
}
