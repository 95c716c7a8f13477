//! Who reads a table's cells: `h.key`, `perHost.${host}.key`, `h ? key`, `inherit (h) key;`.

use super::find::Selection;
use super::{Reader, ReaderKind, Table};
use crate::syntax::SyntaxNode;
use crate::syntax::attr_path::name_of;
use crate::syntax::body;
use crate::syntax::lookup::binding_parts;
use crate::syntax::scope::{self, Meaning};
use rnix::SyntaxKind::*;
use rnix::ast::{self, UnaryOpKind};
use rowan::ast::AstNode;

/// Adds what reads through one selection.
pub(super) fn add(table: &mut Table, selection: &Selection) {
    let default = ast::Select::cast(selection.node.clone()).and_then(|s| s.default_expr()).map(|d| d.syntax().clone());
    if !selection.rest.is_empty() {
        push(table, selection.node.clone(), selection.rest.clone(), default, ReaderKind::Select);
        return;
    }
    let outer = outside_parens(&selection.node);
    let variable = outer.parent().filter(|parent| parent.kind() == NODE_ATTRPATH_VALUE).and_then(|binding| {
        let (path, _) = binding_parts(&binding)?;
        let binder = binding.parent()?;
        let visible = binder.kind() != NODE_ATTR_SET || binder.first_token().is_some_and(|t| t.kind() == TOKEN_REC);
        (path.names().len() == 1 && visible).then(|| (path.last().to_owned(), binder))
    });
    match variable {
        Some((name, binder)) => {
            for ident in uses(&binder, &name) {
                read(table, &ident);
            }
            if !table.variables.contains(&name) {
                table.variables.push(name);
            }
        }
        None => read(table, &selection.node),
    }
}

/// The uses of a variable that `binder` binds.
pub(super) fn uses(binder: &SyntaxNode, name: &str) -> Vec<SyntaxNode> {
    let idents = binder.descendants().filter(|n| n.kind() == NODE_IDENT && n.text() == name && scope::is_variable(n));
    idents.filter(|n| scope::meaning(n, name) == Meaning::Lexical(binder.clone())).collect()
}

/// Adds what reads from `row`, an expression whose value is a row.
fn read(table: &mut Table, row: &SyntaxNode) {
    let row = outside_parens(row);
    let Some(parent) = row.parent() else { return };
    let first = parent.first_child().is_some_and(|child| child == row);
    match parent.kind() {
        NODE_SELECT if first => {
            let select = ast::Select::cast(parent.clone());
            let path = select.as_ref().and_then(|s| s.attrpath()).map(|path| names(&path)).unwrap_or_default();
            let default = select.and_then(|s| s.default_expr()).map(|d| d.syntax().clone());
            push(table, parent, path, default, ReaderKind::Select);
        }
        NODE_HAS_ATTR if first => {
            let path = ast::HasAttr::cast(parent.clone()).and_then(|h| h.attrpath()).map(|path| names(&path)).unwrap_or_default();
            push(table, parent, path, None, ReaderKind::Test);
        }
        NODE_INHERIT_FROM => {
            let Some(inherit) = parent.parent() else { return };
            let attrs = ast::Inherit::cast(inherit.clone()).map(|i| i.attrs().collect::<Vec<_>>()).unwrap_or_default();
            for attr in attrs {
                push(table, attr.syntax().clone(), vec![name_of(&attr)], None, ReaderKind::Inherit);
            }
        }
        _ => push(table, row, Vec::new(), None, ReaderKind::Whole),
    }
}

fn push(table: &mut Table, node: SyntaxNode, path: Vec<String>, default: Option<SyntaxNode>, kind: ReaderKind) {
    let guarded = guarded(&node, &path);
    table.readers.push(Reader { node, path, default, kind, guarded, feeds: Vec::new() });
}

/// The names of a path up to the first computed one.
fn names(path: &ast::Attrpath) -> Vec<String> {
    path.attrs().map(|attr| name_of(&attr)).take_while(|name| !name.contains("${")).collect()
}

fn outside_parens(node: &SyntaxNode) -> SyntaxNode {
    let mut node = node.clone();
    while let Some(parent) = node.parent().filter(|parent| parent.kind() == NODE_PAREN) {
        node = parent;
    }
    node
}

/// Whether a test of the key, or of something it is part of, stands in front of a reader: in the
/// condition of an `if`, `mkIf` or `optional` around it, or to the left of an `&&`.
fn guarded(node: &SyntaxNode, path: &[String]) -> bool {
    let mut inside = node.clone();
    for outer in node.ancestors().skip(1) {
        let condition = match outer.kind() {
            NODE_IF_ELSE => outer.first_child().map(|c| (c, outer.children().nth(2).is_some_and(|other| other == inside))),
            NODE_BIN_OP => ast::BinOp::cast(outer.clone())
                .filter(|op| op.operator() == Some(ast::BinOpKind::And))
                .and_then(|op| op.lhs())
                .map(|left| (left.syntax().clone(), false)),
            NODE_APPLY => {
                let (_, arguments) = body::call(&outer);
                arguments.first().filter(|_| arguments.len() > 1).map(|first| (first.clone(), false))
            }
            _ => None,
        };
        if condition.is_some_and(|(condition, negated)| condition != inside && tests(&condition, path, negated)) {
            return true;
        }
        inside = outer;
    }
    false
}

/// Whether a condition, when it is true (or false, with `negated`), says that a key is there.
fn tests(condition: &SyntaxNode, path: &[String], negated: bool) -> bool {
    match condition.kind() {
        NODE_PAREN => condition.first_child().is_some_and(|inner| tests(&inner, path, negated)),
        NODE_UNARY_OP => {
            let operator = ast::UnaryOp::cast(condition.clone()).and_then(|op| op.operator());
            operator == Some(UnaryOpKind::Invert) && condition.first_child().is_some_and(|inner| tests(&inner, path, !negated))
        }
        NODE_BIN_OP => {
            let both = if negated { ast::BinOpKind::Or } else { ast::BinOpKind::And };
            let operator = ast::BinOp::cast(condition.clone()).and_then(|op| op.operator());
            operator == Some(both) && condition.children().any(|side| tests(&side, path, negated))
        }
        NODE_HAS_ATTR if !negated => {
            let tested = ast::HasAttr::cast(condition.clone()).and_then(|h| h.attrpath()).map(|path| names(&path)).unwrap_or_default();
            path.starts_with(&tested) || tested.first().is_some_and(|name| name.contains("${"))
        }
        NODE_APPLY if !negated => matches!(body::last_name(&body::call(condition).0).as_str(), "hasAttr" | "hasAttrByPath"),
        _ => false,
    }
}
