//! A table's rows and their cells, however they are written.

use super::{Cell, Origin, Row, Shape};
use crate::syntax::attr_path::{AttrPath, name_of};
use crate::syntax::lookup::binding_parts;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, body};
use rnix::SyntaxKind::{NODE_ATTR_SET, NODE_BIN_OP, NODE_IDENT, NODE_INHERIT, NODE_LET_IN, NODE_PAREN};
use rnix::ast::{self, BinOpKind};
use rowan::ast::AstNode;

/// How far a row is followed through the names of the sets it is made from.
const DEPTH: usize = 6;

/// The rows that the sets of a table hold. Bindings with a computed name are no rows.
pub(super) fn rows(sets: &[SyntaxNode]) -> Vec<Row> {
    let mut out: Vec<Row> = Vec::new();
    for set in sets {
        for binding in set.children() {
            let Some((path, value)) = binding_parts(&binding) else { continue };
            let (host, rest) = (path.names()[0].clone(), &path.names()[1..]);
            if host.contains("${") {
                continue;
            }
            let index = out.iter().position(|row| row.host == host).unwrap_or_else(|| {
                out.push(Row { host, shape: Shape::Dotted(set.clone()), bindings: Vec::new(), cells: Vec::new(), opaque: false });
                out.len() - 1
            });
            out[index].bindings.push(binding.clone());
            match AttrPath::from_names(rest.to_vec()) {
                Some(key) => out[index].cells.push(Cell { key, binding, value, origin: Origin::Own }),
                None => whole(&mut out[index], &value),
            }
        }
    }
    out
}

/// Reads `host = VALUE;` into a row.
fn whole(row: &mut Row, value: &SyntaxNode) {
    let mut parts = Vec::new();
    row.opaque |= !operands(value, None, DEPTH, &mut parts);
    let own = parts.iter().filter(|(_, base)| base.is_none()).map(|(set, _)| set.clone()).next_back();
    row.shape = own.map_or_else(|| Shape::Value(value.clone()), Shape::Set);
    // What stands further right in `a // b` wins.
    for (set, base) in parts.iter().rev() {
        for cell in cells(set, base.as_deref()) {
            if !row.cells.iter().any(|known| known.key == cell.key) {
                row.cells.push(cell);
            }
        }
    }
}

/// The sets that an expression is the union of, left to right, each with the name it was reached
/// by when it is not written in place. False when some part cannot be read.
fn operands(value: &SyntaxNode, base: Option<&str>, depth: usize, out: &mut Vec<(SyntaxNode, Option<String>)>) -> bool {
    let update = |node: &SyntaxNode| ast::BinOp::cast(node.clone()).and_then(|op| op.operator()) == Some(BinOpKind::Update);
    match value.kind() {
        NODE_ATTR_SET => {
            out.push((value.clone(), base.map(str::to_owned)));
            true
        }
        NODE_PAREN => value.first_child().is_some_and(|inner| operands(&inner, base, depth, out)),
        NODE_LET_IN => value.last_child().is_some_and(|inner| operands(&inner, base, depth, out)),
        NODE_BIN_OP if update(value) => value.children().filter(|part| !operands(part, base, depth, out)).count() == 0,
        NODE_IDENT if depth > 0 => {
            let name = value.text().to_string();
            bound_value(value, &name).is_some_and(|found| operands(&found, Some(base.unwrap_or(&name)), depth - 1, out))
        }
        // A string or number has no cells at all; a call may have any.
        _ => super::value_kind(value) != super::ValueKind::Expression,
    }
}

/// The value that a name is bound to by a `let` or `rec` set around `node`.
pub(super) fn bound_value(node: &SyntaxNode, name: &str) -> Option<SyntaxNode> {
    let Meaning::Lexical(binder) = scope::meaning(node, name) else { return None };
    let bindings = binder.children().filter_map(|entry| binding_parts(&entry));
    bindings.filter(|(path, _)| path.names() == [name]).map(|(_, value)| body::without_parens(&value)).next()
}

fn cells(set: &SyntaxNode, base: Option<&str>) -> Vec<Cell> {
    let origin = || base.map_or(Origin::Own, |name| Origin::Base(name.to_owned()));
    let mut out = Vec::new();
    for entry in set.children() {
        if let Some((key, value)) = binding_parts(&entry) {
            out.push(Cell { key, binding: entry, value, origin: origin() });
        } else if entry.kind() == NODE_INHERIT {
            let names = ast::Inherit::cast(entry.clone()).map(|i| i.attrs().map(|a| name_of(&a)).collect::<Vec<_>>()).unwrap_or_default();
            let origin = || if base.is_some() { origin() } else { Origin::Inherited };
            let cell = |key| Cell { key, binding: entry.clone(), value: entry.clone(), origin: origin() };
            out.extend(names.into_iter().filter_map(|name| AttrPath::from_names([name])).map(cell));
        }
    }
    out
}

impl Cell {
    /// The comment that belongs to the cell's binding, its signs included: behind it on its line,
    /// else the lines directly above it.
    pub fn comment(&self) -> Option<String> {
        trailing(&self.binding).or_else(|| above(&self.binding))
    }
}

impl Row {
    /// The comment behind a row that is written on one line: it speaks of all that the row says.
    pub fn comment(&self) -> Option<String> {
        let [only] = self.bindings.as_slice() else { return None };
        trailing(only).filter(|_| !only.text().contains_char('\n'))
    }
}

/// The comment behind a binding on the same line.
fn trailing(binding: &SyntaxNode) -> Option<String> {
    let mut next = binding.next_sibling_or_token();
    while let Some(token) = next.as_ref().and_then(|e| e.as_token()) {
        match token.kind() {
            SyntaxKind::TOKEN_COMMENT => return Some(token.text().to_owned()),
            SyntaxKind::TOKEN_WHITESPACE if !token.text().contains('\n') => next = token.next_sibling_or_token(),
            _ => return None,
        }
    }
    None
}

/// The unbroken comment lines directly above a binding.
fn above(binding: &SyntaxNode) -> Option<String> {
    let mut lines = Vec::new();
    let mut blank = binding.prev_sibling_or_token()?.into_token()?;
    while blank.kind() == SyntaxKind::TOKEN_WHITESPACE && blank.text().matches('\n').count() == 1 {
        let Some(comment) = blank.prev_sibling_or_token().and_then(|e| e.into_token()) else { break };
        let before = comment.prev_sibling_or_token().and_then(|e| e.into_token());
        let Some(before) = before.filter(|_| comment.kind() == SyntaxKind::TOKEN_COMMENT) else { break };
        if !before.text().contains('\n') {
            break;
        }
        lines.push(comment.text().to_owned());
        blank = before;
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join(" "))
}
