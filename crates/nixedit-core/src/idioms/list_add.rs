//! `list add PATH ITEM…`: put elements into a list, found through `with`, `let`, `++`, `mkIf`.
//!
//! ```text
//! imports = [ ./a.nix ];   =>   imports = [ ./a.nix ./b.nix ];
//! ```
//! Refuses: no list of that path; several in equal standing; an item that is no expression.

use super::candidates;
use crate::diagnostic::Result;
use crate::operation::ListAdd;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::quoted_string;
use crate::syntax::fragment::{Fragment, plain_name};
use crate::syntax::{SyntaxKind, SyntaxNode, green_text, span};
use std::collections::BTreeSet;

pub(super) fn plan(project: &Project, args: &ListAdd) -> Result<Plan> {
    let source = super::place::source(project, &args.hosts, &args.target)?;
    let place = candidates::list_beside(&source, super::place::path(&args.target), args.target.at, &args.place)?;
    let mut elements = Vec::new();
    for item in &args.items {
        let element = fragment_beside([&place.list], item, args.nix)?.as_element();
        if !contains(&place.list, element.text()) && !elements.contains(&element) {
            elements.push(element);
        }
    }
    let what = super::place::name(&args.target);
    let mut plan = Plan { summary: format!("added {} to {what} in {}", args.items.join(", "), source.path), ..Plan::default() };
    if elements.is_empty() {
        plan.summary = format!("{what} in {} already has {}", source.path, args.items.join(", "));
    } else {
        let list = span(&place.list);
        plan.steps.push(Step::InsertElements {
            file: source.path.clone(),
            list,
            elements,
            place: args.place.clone(),
            comment: args.comment.clone(),
        });
        super::place::prove(project, &args.hosts, &args.target, &source.path, &mut plan)?;
    }
    Ok(plan)
}

/// As [`fragment`]; among strings, what could be a number or a boolean is a string too, and among names alone a
/// name is one.
pub(super) fn fragment_beside<'a>(lists: impl IntoIterator<Item = &'a SyntaxNode>, text: &str, nix: bool) -> Result<Fragment> {
    let plain = fragment(text, nix)?;
    let kinds: BTreeSet<SyntaxKind> = lists.into_iter().flat_map(|list| list.children()).map(|element| element.kind()).collect();
    if nix || kinds.is_empty() {
        return Ok(plain);
    }
    let strings = kinds.iter().all(|kind| *kind == SyntaxKind::NODE_STRING);
    if strings && matches!(plain.kind(), SyntaxKind::NODE_LITERAL | SyntaxKind::NODE_IDENT) {
        return Fragment::parse(&quoted_string(text));
    }
    let is_name = |kind: SyntaxKind| matches!(kind, SyntaxKind::NODE_IDENT | SyntaxKind::NODE_SELECT);
    let names = kinds.iter().any(|kind| is_name(*kind)) && !kinds.contains(&SyntaxKind::NODE_STRING);
    let name = Fragment::parse(text).ok().filter(|name| names && is_name(name.kind()));
    Ok(name.unwrap_or(plain))
}

/// An item as the caller wrote it: an expression verbatim with `nix`; otherwise an expression
/// where it clearly is one, else a string.
pub(super) fn fragment(text: &str, nix: bool) -> Result<Fragment> {
    if nix { Fragment::parse(text) } else { Ok(Fragment::value(text)) }
}

/// Whether the list has an element that reads the same.
pub(super) fn contains(list: &SyntaxNode, text: &str) -> bool {
    let wanted = plain_name(text);
    let elements = list.green().children().filter_map(|element| element.into_node());
    elements.map(|element| plain_name(&green_text(element))).any(|name| name == wanted)
}
