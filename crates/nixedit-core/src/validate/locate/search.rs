//! Searches through all files of the candidate, for failures that name no place.

use super::option::{self, OptionPath};
use super::scene::{Scene, label};
use crate::diagnostic::Label;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind::*, SyntaxNode, span, token_span};
use crate::text::{Span, join_path, parent_path};

/// More places than these are no help.
const MAX_PLACES: usize = 3;

/// The path literals that lead to `path`, or to the folder whose `default.nix` it is.
pub(super) fn path_literals(scene: &Scene, path: &str) -> Vec<Label> {
    let folder = path.strip_suffix("/default.nix");
    let leads_there = |source: &Source, node: &SyntaxNode| {
        let text = node.text().to_string();
        let target = join_path(parent_path(&source.path), &text).filter(|_| node.kind() == NODE_PATH_REL && !text.contains("${"));
        target.is_some_and(|target| target == path || Some(target.as_str()) == folder)
    };
    // The last part of the path stands in any literal that leads to it.
    let word = folder.unwrap_or(path).rsplit('/').next().unwrap_or(path);
    let mut found = Vec::new();
    for source in scene.sources_with(word) {
        let literals = source.root.descendants().filter(|node| leads_there(&source, node));
        found.extend(literals.map(|node| label(&source, span(&node), "asked for here")));
    }
    found.truncate(MAX_PLACES);
    found
}

/// The uses of a name in one file: as a variable or the last name of a selection, not as the name
/// of a binding or argument.
pub(super) fn uses(source: &Source, name: &str) -> Vec<Span> {
    let tokens = source.root.descendants_with_tokens().filter_map(|element| element.into_token());
    let named = tokens.filter(|token| token.kind() == TOKEN_IDENT && token.text() == name);
    let used = named.filter(|token| {
        let holder = token.parent_ancestors().find(|node| node.kind() != NODE_IDENT).map(|node| node.kind());
        let in_selection = token.parent_ancestors().any(|node| node.kind() == NODE_SELECT);
        match holder {
            Some(NODE_ATTRPATH) => in_selection,
            Some(NODE_PAT_ENTRY) => token.parent_ancestors().nth(1).is_none_or(|entry| entry.first_child() != token.parent()),
            _ => true,
        }
    });
    used.map(|token| token_span(&token)).collect()
}

/// The uses of a name in all files.
pub(super) fn uses_anywhere(scene: &Scene, name: &str, message: &str) -> Vec<Label> {
    let mut found = Vec::new();
    for source in scene.sources_with(name) {
        found.extend(uses(&source, name).into_iter().map(|at| label(&source, at, message)));
    }
    found.truncate(MAX_PLACES);
    found
}

/// The only occurrence of `text` in all files; nothing when there are several.
pub(super) fn only_occurrence(scene: &Scene, text: &str) -> Option<Label> {
    let mut found = scene.sources_with(text).flat_map(|source| {
        let hits: Vec<usize> = source.text.match_indices(text).map(|(at, _)| at).collect();
        hits.into_iter().map(move |at| label(&source, Span::new(at, at + text.len()), "")).collect::<Vec<_>>()
    });
    found.next().filter(|_| found.next().is_none())
}

/// Definitions of an option in all files.
pub(super) fn definitions_anywhere(scene: &Scene, option: &OptionPath) -> Vec<Label> {
    let word = option.names.last().map_or("", String::as_str);
    let mut found = Vec::new();
    for source in scene.sources_with(word) {
        if let Some(definition) = option::definition(&source, option) {
            found.push(label(&source, definition.at, option.what()));
        }
    }
    found.truncate(MAX_PLACES);
    found
}

/// Where the candidate declares an option, whether or not the host imports that file.
pub(super) fn declaration(scene: &Scene, option: &OptionPath) -> Option<Label> {
    let word = option.names.last()?;
    let mut sources = scene.sources_with(word);
    sources.find_map(|source| option::declaration(&source, &option.names).map(|at| label(&source, at, "declared here")))
}

/// The input that `flake.lock` lacks: the one that Nix names, else the first of `flake.nix` that
/// the lock does not list.
pub(super) fn stale_input(scene: &Scene) -> Option<String> {
    if let Some(input) = scene.failure.input() {
        return Some(input.to_owned());
    }
    let lock: serde_json::Value = serde_json::from_str(&scene.files.text("flake.lock")?).ok()?;
    let root = lock.get("root").and_then(serde_json::Value::as_str).unwrap_or("root");
    let locked = lock.get("nodes")?.get(root)?.get("inputs")?.as_object()?.clone();
    let source = Source::parse("flake.nix", scene.files.text("flake.nix")?).ok()?;
    let bindings = source.root.descendants().filter(|node| node.kind() == NODE_ATTRPATH_VALUE);
    let mut paths = bindings.map(|node| crate::syntax::lookup::full_path(&node));
    paths.find_map(|path| path.get(1).filter(|name| path[0] == "inputs" && !locked.contains_key(*name)).cloned())
}

/// The binding `name = <value>;` with exactly this value, where there is only one in all files.
pub(super) fn binding_of_value(scene: &Scene, name: &str, value: &str) -> Option<Label> {
    let mut found = Vec::new();
    for source in scene.sources_with(value) {
        let bindings = source.root.descendants().filter_map(|node| crate::syntax::lookup::binding_parts(&node));
        let same = bindings.filter(|(path, node)| path.last() == name && node.text() == value);
        found.extend(same.map(|(_, node)| label(&source, span(&node), "the value comes from here")));
    }
    if found.len() == 1 { found.pop() } else { None }
}
