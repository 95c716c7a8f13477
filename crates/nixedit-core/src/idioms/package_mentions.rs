//! Packages that a host has by other means than an element of a list that is just their name.

use super::candidates::ListPlace;
use super::host_modules;
use super::package_lists::{self, PackageList};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::Slot;
use crate::project::{Host, Project, Side};
use crate::syntax::fragment::plain_name;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, body, span};
use crate::text::one_line;

/// A name that no list has but a derivation written in place bears: removing that is another thing.
pub(super) fn refuse(project: &Project, host: &Host, name: &str) -> Result<()> {
    for side in [Side::Home, Side::System] {
        let (_, path) = package_lists::slot_path(project, if side == Side::Home { &Slot::Home } else { &Slot::System })?;
        for module in host_modules::modules(project, host, side)? {
            let values = module.find(&path).definitions.into_iter().map(|definition| definition.value);
            if let Some(call) = { values }.find_map(|value| optional(&value, name)) {
                return Err(by_hand(&module.source, &call, name));
            }
        }
        for list in package_lists::of_host(project, host, side, &path)?.into_iter().filter(PackageList::is_reaching) {
            let named = |element: &SyntaxNode| {
                element.kind() == SyntaxKind::NODE_PAREN
                    && element.descendants().any(|n| n.kind() == SyntaxKind::NODE_STRING && n.text() == format!("\"{name}\"").as_str())
            };
            if let Some(element) = list.place.list.children().find(named) {
                let call = body::without_parens(&element);
                let builder = body::last_name(&body::call(&call).0);
                let lines = element.text().to_string().lines().count();
                let message = format!("'{name}' is a {builder} ({lines} lines, {})", list.file_line(&element));
                return Err(list
                    .source
                    .error(Code::ItemAmbiguous, message, span(&element), "written in place")
                    .help("remove it by hand, or its name from the list it is bound in"));
            }
            if let Some(element) = list.place.list.children().find(|element| is_changed(element, name)) {
                return Err(by_hand(&list.source, &element, name));
            }
        }
    }
    Ok(())
}

/// Where these lists of a file, or what they are joined with, have a package otherwise than by just its name.
pub(super) fn of_lists(lists: &[ListPlace], name: &str) -> Option<SyntaxNode> {
    let elements = lists.iter().flat_map(|place| place.list.children());
    let changed = { elements }.find(|element| is_changed(element, name));
    let is_binding = |node: &SyntaxNode| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE;
    changed.or_else(|| lists.iter().filter_map(|place| place.list.ancestors().find(is_binding)).find_map(|value| optional(&value, name)))
}

/// `(htop.override { … })`, `(pkgs.htop.overrideAttrs …)`, `(lib.hiPrio htop)`.
fn is_changed(element: &SyntaxNode, name: &str) -> bool {
    let inner = body::without_parens(element);
    let (callee, arguments) = body::call(&inner);
    let head = callee.text().to_string();
    let rest = head.strip_prefix("pkgs.").unwrap_or(&head).strip_prefix(name);
    let is_argument = || arguments.iter().any(|argument| plain_name(&argument.text().to_string()) == name);
    inner.kind() == SyntaxKind::NODE_APPLY && (rest.is_some_and(|rest| rest.starts_with(".override")) || is_argument())
}

/// `lib.optional CONDITION NAME` somewhere in a value.
fn optional(value: &SyntaxNode, name: &str) -> Option<SyntaxNode> {
    let applied = value.descendants().filter(|node| node.kind() == SyntaxKind::NODE_APPLY);
    { applied }.find(|node| {
        let (callee, arguments) = body::call(node);
        let last = arguments.last().map(|argument| plain_name(&argument.text().to_string()));
        arguments.len() == 2 && body::last_name(&callee) == "optional" && last.as_deref() == Some(name)
    })
}

/// How and where it is written.
pub(super) fn as_written(source: &Source, node: &SyntaxNode, name: &str) -> String {
    format!("{name} is there as '{}' ({})", one_line(&node.text().to_string()), source.file_line(span(node).start))
}

fn by_hand(source: &Source, node: &SyntaxNode, name: &str) -> Box<Diagnostic> {
    source.error(Code::ItemAmbiguous, as_written(source, node, name), span(node), "not just its name").help("change that by hand")
}
