//! Finding tables by how they are used.

use super::{Table, feeds, readers, rows};
use crate::settings::PerHostSettings;
use crate::syntax::attr_path::name_of;
use crate::syntax::body::{self, Wrapper};
use crate::syntax::lookup::{binding_parts, full_path};
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxNode, span};
use rnix::SyntaxKind::{NODE_ATTR_SET, NODE_ATTRPATH_VALUE, NODE_IDENT, NODE_PAREN, NODE_SELECT};
use rnix::ast;
use rowan::ast::AstNode;

/// Last names of expressions that stand for the host's own name.
const SELECTORS: &[&str] = &["host", "hostName", "hostname", "name"];

/// A place where a row is selected by a computed name.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    /// The `NODE_SELECT`.
    pub node: SyntaxNode,
    /// The text of the selecting expression.
    pub selector: String,
    /// The names that follow the computed one.
    pub rest: Vec<String>,
}

/// The value that a table is made of, with the selections from it.
struct Candidate {
    name: String,
    value: SyntaxNode,
    selections: Vec<Selection>,
}

/// The tables of one file. `hosts` are the names known; where it is empty any name may be a host.
pub(super) fn tables(source: &Source, hosts: &[String], settings: &PerHostSettings) -> Vec<Table> {
    let mut found: Vec<Candidate> = Vec::new();
    for select in source.root.descendants().filter(|n| n.kind() == NODE_SELECT) {
        let Some((candidate, selection)) = selected(&select, !hosts.is_empty(), settings) else { continue };
        match found.iter_mut().find(|known| known.value == candidate.value) {
            Some(known) => known.selections.push(selection),
            None => found.push(Candidate { selections: vec![selection], ..candidate }),
        }
    }
    for binding in source.root.descendants().filter(|n| n.kind() == NODE_ATTRPATH_VALUE) {
        let Some((path, value)) = binding_parts(&binding) else { continue };
        if settings.names.iter().any(|name| name == path.last()) && !found.iter().any(|known| known.value == value) {
            found.push(Candidate { name: path.last().to_owned(), value, selections: Vec::new() });
        }
    }
    found.sort_by_key(|candidate| span(&candidate.value).start);
    found.into_iter().filter_map(|candidate| table(source, hosts, candidate)).collect()
}

fn table(source: &Source, hosts: &[String], candidate: Candidate) -> Option<Table> {
    let sets = literal_sets(&candidate.value);
    let rows = rows::rows(&sets);
    let is_empty = candidate.value.kind() == NODE_ATTR_SET && candidate.value.first_child().is_none() && !candidate.selections.is_empty();
    let known = is_empty || rows.iter().any(|row| hosts.is_empty() || hosts.contains(&row.host));
    if sets.is_empty() || !known {
        return None;
    }
    let mut out = Table {
        source: source.clone(),
        name: candidate.name,
        sets,
        rows,
        readers: Vec::new(),
        selectors: Vec::new(),
        variables: Vec::new(),
    };
    for selection in candidate.selections {
        if !out.selectors.contains(&selection.selector) {
            out.selectors.push(selection.selector.clone());
        }
        readers::add(&mut out, &selection);
    }
    for reader in &mut out.readers {
        reader.feeds = feeds::options(&reader.node);
    }
    Some(out)
}

/// The set literals that a table's value is made of; none where a function makes it.
fn literal_sets(value: &SyntaxNode) -> Vec<SyntaxNode> {
    let direct = |reached: &body::Reached| !reached.wrappers.iter().any(|w| matches!(w, Wrapper::Call(_) | Wrapper::Function));
    body::sets(value).into_iter().filter(direct).map(|reached| reached.node).collect()
}

/// What a selection selects from, when it is one from a table.
fn selected(select: &SyntaxNode, hosts_known: bool, settings: &PerHostSettings) -> Option<(Candidate, Selection)> {
    let parts = ast::Select::cast(select.clone())?;
    let attrs: Vec<ast::Attr> = parts.attrpath()?.attrs().collect();
    let index = attrs.iter().position(|attr| selector(attr, hosts_known, settings).is_some())?;
    let selector = selector(&attrs[index], hosts_known, settings)?;
    let rest = attrs[index + 1..].iter().map(name_of).collect();
    let before: Vec<String> = attrs[..index].iter().map(name_of).collect();
    let (name, value) = origin(&body::without_parens(parts.expr()?.syntax()), &before)?;
    Some((Candidate { name, value, selections: Vec::new() }, Selection { node: select.clone(), selector, rest }))
}

/// The text of the expression in a computed name that stands for the host.
fn selector(attr: &ast::Attr, hosts_known: bool, settings: &PerHostSettings) -> Option<String> {
    let expr = match attr {
        ast::Attr::Dynamic(dynamic) => dynamic.expr()?.syntax().clone(),
        ast::Attr::Str(text) => {
            let mut parts = text.syntax().children();
            let only = parts.next().filter(|_| parts.next().is_none())?;
            let whole = text.syntax().text_range().len() == only.text_range().len() + rnix::TextSize::from(2);
            only.first_child().filter(|_| whole)?
        }
        ast::Attr::Ident(_) => return None,
    };
    is_selector(&expr, hosts_known, settings).then(|| expr.text().to_string())
}

/// Whether an expression stands for the host's own name.
pub(super) fn is_selector(expr: &SyntaxNode, hosts_known: bool, settings: &PerHostSettings) -> bool {
    let last = body::last_name(expr);
    // Without a list of hosts, `${name}` is as likely the name of anything else.
    let fits = SELECTORS.contains(&last.as_str()) && (hosts_known || last != "name");
    fits || settings.selector.contains(&expr.text().to_string())
}

/// The name and value that a selection starts from: a name in scope, an attribute of the same
/// file, or a set written in place.
fn origin(expr: &SyntaxNode, before: &[String]) -> Option<(String, SyntaxNode)> {
    if expr.kind() == NODE_ATTR_SET && before.is_empty() {
        return Some((option_of(expr), expr.clone()));
    }
    if expr.kind() == NODE_IDENT && before.is_empty() {
        let name = expr.text().to_string();
        let Meaning::Lexical(binder) = scope::meaning(expr, &name) else { return None };
        let value = binder.children().filter_map(|e| binding_parts(&e)).find(|(path, _)| path.names() == [name.clone()])?.1;
        return Some((name, value));
    }
    let wanted = before.last()?;
    let root = expr.ancestors().last()?;
    let bindings = root.descendants().filter(|n| n.kind() == NODE_ATTRPATH_VALUE).filter_map(|n| Some((binding_parts(&n)?, n)));
    let mut same = bindings.filter(|((path, _), node)| path.last() == wanted && full_path(node).ends_with(before));
    same.next().map(|((_, value), _)| (wanted.clone(), value))
}

/// The path of the option that a set selected in place belongs to.
fn option_of(set: &SyntaxNode) -> String {
    let binding = set.ancestors().skip(1).find(|n| !matches!(n.kind(), NODE_SELECT | NODE_PAREN));
    let path = binding.filter(|n| n.kind() == NODE_ATTRPATH_VALUE).map(|n| full_path(&n)).unwrap_or_default();
    let names: Vec<String> = path.into_iter().skip_while(|name| name == "config").collect();
    if names.is_empty() { "table".to_owned() } else { names.join(".") }
}
