//! The step that gives one host's row a cell, or takes one away.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Place, Step};
use crate::project::tables::{Cell, Origin, Row, Shape, Table};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::body::below_priority;
use crate::syntax::fragment::Fragment;
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, span};
use crate::text::one_line;
use rowan::ast::AstNode;

/// Fewest letters that keys must begin with alike to stand together.
const KIN_LETTERS: usize = 4;

/// The step after which the row's cell holds `value`; `None` when it does already. Refuses a cell
/// inside of an inherited one, a row that is no set, and (without `force`) a cell that only the row's base has.
pub(super) fn set(table: &Table, row: &Row, key: &AttrPath, value: &Fragment, force: bool) -> Result<Option<Step>> {
    let file = table.source.path.clone();
    match row.cell(key) {
        Some(cell) if cell.origin == Origin::Own => {
            let old = below_priority(&cell.value);
            Ok((old.text() != value.text()).then(|| Step::Replace { file, at: span(&old), with: value.clone() }))
        }
        Some(cell) if cell.origin == Origin::Inherited && key.names().len() == 1 => {
            let (inherit, name) = (span(&cell.binding), key.last().to_owned());
            Ok(Some(Step::BindInherited { file, inherit, name, value: Some(value.clone()) }))
        }
        Some(cell) if cell.value.text() == value.text() => Ok(None),
        Some(cell) => match &cell.origin {
            Origin::Base(_) if force => insertion(table, row, key, value).map(Some),
            origin => Err(elsewhere(table, row, &cell, origin)),
        },
        None if row.has_below(key) => {
            let at = row
                .cells
                .iter()
                .find(|cell| cell.key.names().starts_with(key.names()))
                .map_or(span(&row.bindings[0]), |c| span(&c.binding));
            let message = format!("{}.{key} has keys of its own in {file}; it cannot become a plain value", row.host);
            Err(table.source.error(Code::TypeMismatch, message, at, "one of them").help("unset them first"))
        }
        None => insertion(table, row, key, value).map(Some),
    }
}

fn elsewhere(table: &Table, row: &Row, cell: &Cell, origin: &Origin) -> Box<Diagnostic> {
    let (how, help) = match origin {
        Origin::Base(base) => {
            (format!("comes from {base}"), format!("change it in {base}, or add --force to write it into the row of {} alone", row.host))
        }
        _ => ("is inherited".to_owned(), "give the whole of it a value, or edit what it is inherited from".to_owned()),
    };
    let at = span(&cell.binding);
    let message = format!("{}: '{}' {how} ({})", row.host, cell.key, table.source.file_line(at.start));
    table.source.error(Code::ShapeUnsupported, message, at, "here").help(help)
}

/// The step that gives the row a cell of its own beside that of its base.
pub(super) fn own(table: &Table, row: &Row, key: &AttrPath, value: &Fragment) -> Result<Step> {
    insertion(table, row, key, value)
}

/// A new cell of a row, in order beside the one whose name begins most alike; else last.
pub(super) fn beside_kin(table: &Table, row: &Row, key: &AttrPath, value: &Fragment) -> Result<Step> {
    let alike = |name: &str| name.chars().zip(key.names()[0].chars()).take_while(|(a, b)| a == b).count();
    let keys = row.cells.iter().filter(|cell| cell.origin == Origin::Own).map(|cell| &cell.key);
    let kin = keys.filter(|other| alike(&other.names()[0]) >= KIN_LETTERS).max_by_key(|other| alike(&other.names()[0]));
    match (insertion(table, row, key, value)?, &row.shape, kin) {
        (Step::InsertBinding { file, set, path, value, comment, .. }, Shape::Set(_), Some(kin)) => {
            let place = if key < kin { Place::Before(kin.to_string()) } else { Place::After(kin.to_string()) };
            Ok(Step::InsertBinding { file, set, path, value, place, comment })
        }
        (step, ..) => Ok(step),
    }
}

/// A new cell as the last one of its row.
fn insertion(table: &Table, row: &Row, key: &AttrPath, value: &Fragment) -> Result<Step> {
    let file = table.source.path.clone();
    match &row.shape {
        Shape::Set(set) => {
            let (set, path) = deepest(set, key);
            let place = beside(&set, &path);
            Ok(Step::InsertBinding { file, set: span(&set), path, value: value.clone(), place, comment: None })
        }
        Shape::Dotted(set) => {
            let names = std::iter::once(row.host.clone()).chain(key.names().iter().cloned());
            let path = AttrPath::from_names(names).unwrap_or_else(|| key.clone());
            let last = row.bindings.last().and_then(lookup::binding_parts).map(|(path, _)| path.to_string());
            let place = last.map_or(Place::Last, Place::After);
            Ok(Step::InsertBinding { file, set: span(set), path, value: value.clone(), place, comment: None })
        }
        Shape::Value(node) => extension(table, row, key, value, node),
    }
}

/// A row that is another set by name gets a literal of its own behind it: `base // { … }`.
fn extension(table: &Table, row: &Row, key: &AttrPath, value: &Fragment, node: &SyntaxNode) -> Result<Step> {
    let file = table.source.path.clone();
    if row.cells.is_empty() && !row.opaque {
        let text = one_line(&node.text().to_string());
        let message = format!("the row of {} is '{text}', not a set of keys ({})", row.host, table.source.file_line(span(node).start));
        return Err(table
            .source
            .error(Code::ShapeUnsupported, message, span(node), "no key can be added here")
            .help("rows that are plain values are set as a whole: --table NAME --host HOST=VALUE"));
    }
    let closed = matches!(
        node.kind(),
        SyntaxKind::NODE_IDENT | SyntaxKind::NODE_SELECT | SyntaxKind::NODE_APPLY | SyntaxKind::NODE_PAREN | SyntaxKind::NODE_BIN_OP
    );
    let operand = Fragment::parse(&format!("{{ {key} = {}; }}", value.text()))?;
    match closed {
        true => Ok(Step::AppendOperand { file, at: span(node), operator: "//", operand }),
        false => {
            let with = Fragment::parse(&format!("({}) // {}", Fragment::of(&table.source, node).text(), operand.text()))?;
            Ok(Step::Replace { file, at: span(node), with })
        }
    }
}

/// The deepest set that the key leads through, with what is left of the key there.
fn deepest(set: &SyntaxNode, key: &AttrPath) -> (SyntaxNode, AttrPath) {
    let found = lookup::find_in(set, key);
    let best = found.deepest().first().map(|place| (place.set.clone(), place.rest.clone()));
    let (set, rest) = best.unwrap_or_else(|| (set.clone(), key.names().to_vec()));
    (set, AttrPath::from_names(rest).unwrap_or_else(|| key.clone()))
}

/// Behind the last binding that begins like a path of several names; else last.
fn beside(set: &SyntaxNode, path: &AttrPath) -> Place {
    let paths = set.children().filter_map(|entry| lookup::binding_parts(&entry)).map(|(path, _)| path);
    let same_head = paths.filter(|other| path.names().len() > 1 && other.names().len() > 1 && other.names()[0] == path.names()[0]);
    same_head.last().map_or(Place::Last, |other| Place::After(other.to_string()))
}

/// The step that removes a cell written in the row; a dotted row that would vanish, and with it the
/// host, becomes an empty one.
pub(super) fn unset(table: &Table, row: &Row, cell: &Cell) -> Step {
    let file = table.source.path.clone();
    let names = |inherit: &SyntaxNode| rnix::ast::Inherit::cast(inherit.clone()).map_or(0, |inherit| inherit.attrs().count());
    if cell.origin == Origin::Inherited && names(&cell.binding) > 1 {
        return Step::BindInherited { file, inherit: span(&cell.binding), name: cell.key.last().to_owned(), value: None };
    }
    let binding = outermost(&cell.binding, &row.bindings);
    let vanishes = row.bindings.len() == 1 && row.bindings[0] == binding;
    match (AttrPath::from_names([row.host.clone()]), Fragment::parse("{ }")) {
        (Some(path), Ok(value)) if vanishes => Step::ReplaceBinding { file, binding: span(&binding), path, value },
        _ => Step::RemoveBindings { file, bindings: vec![span(&binding)] },
    }
}

/// The binding itself, or the one around it when it is the only one of a nested set.
fn outermost(binding: &SyntaxNode, rows: &[SyntaxNode]) -> SyntaxNode {
    let set = binding.parent().filter(|set| set.kind() == SyntaxKind::NODE_ATTR_SET && set.children().count() == 1);
    let outer = set.and_then(|set| set.parent()).filter(|outer| outer.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
    // A row that is written `host = { … };` stays, even when it becomes empty.
    match outer.filter(|outer| !is_whole_row(outer, rows)) {
        Some(outer) if !rows.contains(binding) => outermost(&outer, rows),
        _ => binding.clone(),
    }
}

fn is_whole_row(binding: &SyntaxNode, rows: &[SyntaxNode]) -> bool {
    rows.contains(binding) && lookup::binding_parts(binding).is_some_and(|(path, _)| path.names().len() == 1)
}
