//! The options that a flake declares itself (`my.…`), and what modules set them to.

use super::modules::Looked;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::{SyntaxKind, SyntaxNode, body, lookup, span};
use crate::text::{one_line, position};
use serde::Serialize;
use std::collections::HashSet;

/// One statement about an option.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OptionRow {
    /// Its path.
    pub path: String,
    /// What it is set to, on one line; where it is only declared, nothing.
    pub value: Option<String>,
    /// The file, relative to the flake's root.
    pub file: String,
    /// 1-based line.
    pub line: usize,
}

/// The options that a module declares.
pub(super) fn declared(looked: &Looked) -> Vec<OptionRow> {
    let options = AttrPath::from_names(["options"]);
    let Some(found) = options.map(|path| looked.module.find(&path)) else { return Vec::new() };
    let mut out = Vec::new();
    for definition in &found.definitions {
        for set in body::sets(&definition.value) {
            collect(looked, &set.node, &[], &mut out);
        }
    }
    for below in &found.below {
        if let Some((path, value)) = lookup::binding_parts(&below.binding) {
            declaration(looked, &below.binding, &path.names()[1..], &value, &mut out);
        }
    }
    out
}

fn collect(looked: &Looked, set: &SyntaxNode, prefix: &[String], out: &mut Vec<OptionRow>) {
    for binding in set.children() {
        let Some((path, value)) = lookup::binding_parts(&binding) else { continue };
        let names = [prefix, path.names()].concat();
        declaration(looked, &binding, &names, &value, out);
    }
}

/// An option, or a set of options.
fn declaration(looked: &Looked, binding: &SyntaxNode, names: &[String], value: &SyntaxNode, out: &mut Vec<OptionRow>) {
    if value.kind() == SyntaxKind::NODE_ATTR_SET {
        return collect(looked, value, names, out);
    }
    if let Some(path) = AttrPath::from_names(names.to_vec()) {
        out.push(row(looked, binding, path.to_string(), None));
    }
}

fn row(looked: &Looked, binding: &SyntaxNode, path: String, value: Option<String>) -> OptionRow {
    let source = &looked.module.source;
    OptionRow { path, value, file: source.path.clone(), line: position(&source.text, span(binding).start).line }
}

/// What a module sets of the options in `known`, or of anything below them; nothing inside of what is
/// set already.
pub(super) fn set(looked: &Looked, known: &HashSet<String>) -> Vec<OptionRow> {
    let path_of = |names: &[String]| AttrPath::from_names(names.to_vec()).map(|path| path.to_string());
    let is_known = |names: &[String]| (1..=names.len()).any(|length| path_of(&names[..length]).is_some_and(|path| known.contains(&path)));
    let (mut out, mut end) = (Vec::new(), 0);
    for binding in looked.module.node.descendants().filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE) {
        let Some((_, value)) = lookup::binding_parts(&binding).filter(|_| span(&binding).start >= end) else { continue };
        let full = lookup::full_path(&binding);
        let names = if full.first().is_some_and(|name| name == "config") { &full[1..] } else { &full[..] };
        if let Some(path) = path_of(names).filter(|_| is_known(names)) {
            end = span(&binding).end;
            out.push(row(looked, &binding, path, Some(one_line(&value.text().to_string()))));
        }
    }
    out
}
