//! Where operations can be asked for in a file: its lists, bindings, sets, tables, inputs, arguments.

use crate::file::File;
use nixedit_core::project::tables::Table;
use nixedit_core::syntax::attr_path::AttrPath;
use nixedit_core::syntax::{SyntaxKind, SyntaxNode, body, lookup, scope, span};
use nixedit_core::text::position;
use std::collections::BTreeMap;

/// A list, binding or set: its node, the path that leads to it and the line it begins on.
pub struct Site {
    pub node: SyntaxNode,
    pub path: AttrPath,
    pub line: usize,
}

/// All of a file.
#[derive(Default)]
pub struct Sites {
    pub lists: Vec<Site>,
    pub bindings: Vec<Site>,
    pub sets: Vec<Site>,
    pub tables: Vec<Table>,
    /// Names of the flake's inputs.
    pub inputs: Vec<String>,
    /// The names of the file's own function; none where it takes no pattern.
    pub arguments: Vec<String>,
}

impl Sites {
    pub fn of(file: &File) -> Self {
        let mut out = Self::default();
        let root = &file.source.root;
        for node in root.descendants() {
            let Some(path) = path_to(&node) else { continue };
            let line = position(file.text(), span(&node).start).line;
            let site = Site { line, path, node };
            match site.node.kind() {
                SyntaxKind::NODE_LIST => out.lists.push(site),
                SyntaxKind::NODE_ATTRPATH_VALUE => out.bindings.push(site),
                SyntaxKind::NODE_ATTR_SET => out.sets.push(site),
                _ => {}
            }
        }
        // Of two on one line with one path the line does not tell which is meant.
        [&mut out.lists, &mut out.sets].into_iter().for_each(keep_told_apart);
        if file.text().len() < crate::LARGE {
            out.tables = file.project.tables(Some(&file.name)).unwrap_or_default();
        }
        if file.name == "flake.nix" {
            out.inputs = file.project.flake().map(|flake| flake.inputs.into_iter().map(|input| input.name).collect()).unwrap_or_default();
        }
        out.arguments = arguments(root);
        out
    }
}

fn keep_told_apart(sites: &mut Vec<Site>) {
    let mut counts: BTreeMap<(String, usize), usize> = BTreeMap::new();
    let key = |site: &Site| (site.path.to_string(), site.line);
    sites.iter().for_each(|site| *counts.entry(key(site)).or_default() += 1);
    sites.retain(|site| counts[&key(site)] == 1);
}

/// The full path of a list, binding or set; `None` where a name on the way is computed, or for another
/// kind of node.
fn path_to(node: &SyntaxNode) -> Option<AttrPath> {
    if !matches!(node.kind(), SyntaxKind::NODE_LIST | SyntaxKind::NODE_ATTRPATH_VALUE | SyntaxKind::NODE_ATTR_SET) {
        return None;
    }
    let computed = |binding: &SyntaxNode| lookup::binding_parts(binding).is_none();
    if node.ancestors().filter(|n| n.kind() == SyntaxKind::NODE_ATTRPATH_VALUE).any(|n| computed(&n)) {
        return None;
    }
    AttrPath::from_names(lookup::full_path(node))
}

fn arguments(root: &SyntaxNode) -> Vec<String> {
    let mut node = root.first_child().map(|body| body::without_parens(&body));
    let mut pattern = None;
    while let Some(lambda) = node.filter(|node| node.kind() == SyntaxKind::NODE_LAMBDA) {
        pattern = lambda.first_child();
        node = lambda.last_child();
    }
    let pattern = pattern.filter(|pattern| pattern.kind() == SyntaxKind::NODE_PATTERN);
    pattern.map(|pattern| scope::parameter_names(&pattern).into_iter().collect()).unwrap_or_default()
}
