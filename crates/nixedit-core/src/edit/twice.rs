//! Attributes that an edit would define a second time, wherever in the set the first one stands.

use super::check::Window;
use crate::syntax::parse::Source;
use crate::syntax::{scope, span};
use crate::text::Span;
use rnix::SyntaxKind::{NODE_ATTR_SET, NODE_INHERIT, NODE_LET_IN};
use rnix::SyntaxNode;
use std::collections::BTreeSet;

/// The first binding among the `changed` bytes of the parsed part that defines what is defined
/// already, with its name.
pub(super) fn second_definition(source: &Source, window: &Window, parsed: &Source, changed: &[Span]) -> Option<(String, SyntaxNode)> {
    let touches = |node: &SyntaxNode| changed.iter().any(|edit| span(node).start <= edit.end && edit.start <= span(node).end);
    let containers = parsed.root.descendants().filter(|n| matches!(n.kind(), NODE_ATTR_SET | NODE_LET_IN)).filter(touches);
    for container in containers {
        let (fresh, rest): (Vec<_>, Vec<_>) =
            container.children().partition(|entry| changed.iter().any(|edit| span(entry).start < edit.end && edit.start < span(entry).end));
        if fresh.is_empty() {
            continue;
        }
        let outermost = parsed.root.first_child().as_ref() == Some(&container);
        let outside = if outermost { outside(source, window, &fresh) } else { Vec::new() };
        // The changed ones last: of two definitions the second is reported.
        let entries = outside.into_iter().chain(rest).chain(fresh.iter().cloned());
        if let Some(found) = scope::duplicates(entries).into_iter().find(|(_, entry)| fresh.contains(entry)) {
            return Some(found);
        }
    }
    None
}

/// The bindings of the window's container that were not parsed again and may clash with `fresh`.
fn outside(source: &Source, window: &Window, fresh: &[SyntaxNode]) -> Vec<SyntaxNode> {
    let Some(container) = window.container.as_ref().filter(|c| c.kind() == NODE_ATTR_SET) else { return Vec::new() };
    let word = |entry: &SyntaxNode| &source.text[span(entry).start..span(entry).end];
    let first = |text: &str| text.split(|c: char| c == '.' || c == '=' || c.is_whitespace()).next().unwrap_or_default().to_owned();
    let wanted: BTreeSet<String> = fresh.iter().map(|entry| first(&entry.text().to_string())).collect();
    // Names in quotes may mean bare ones.
    let any = wanted.iter().any(|name| name.starts_with(['"', '$']));
    let entries = container.children().filter(|entry| !(window.at.start <= span(entry).start && span(entry).end <= window.at.end));
    let alike =
        |entry: &SyntaxNode| any || entry.kind() == NODE_INHERIT || word(entry).starts_with('"') || wanted.contains(&first(word(entry)));
    entries.filter(alike).collect()
}
