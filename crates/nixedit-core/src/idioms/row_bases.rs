//! Rows that take cells from other rows: `heron = kestrel // { … };`, `inherit (kestrel) keep;`.

use super::cell_edit;
use super::perhost_set::Change;
use crate::diagnostic::{Code, Result};
use crate::plan::Step;
use crate::project::tables::{Origin, Row, Table};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::span;
use crate::text::Span;
use rnix::ast;
use rowan::ast::AstNode;

/// The host whose row the cell of another row comes from.
pub(super) fn source_of(table: &Table, row: &Row, key: &AttrPath) -> Option<String> {
    let cell = row.cell(key)?;
    let name = match cell.origin {
        Origin::Own => return None,
        Origin::Base(name) => name,
        Origin::Inherited => ast::Inherit::cast(cell.binding)?.from()?.expr()?.syntax().text().to_string(),
    };
    table.row(&name).map(|row| row.host.clone())
}

/// A row that has the wanted value from another row which itself gets a new one says it from now on.
pub(super) fn keep_apart(table: &Table, key: &AttrPath, changes: &mut [Change]) -> Result<()> {
    let edited: Vec<Span> = changes.iter().filter_map(|change| replaced(change.step.as_ref())).collect();
    for change in changes.iter_mut().filter(|change| change.step.is_none() && !change.follows) {
        let Some(cell) = change.row.cell(key).filter(|cell| matches!(cell.origin, Origin::Base(_))) else { continue };
        if edited.iter().any(|at| span(&cell.value).contains(*at)) {
            change.step = Some(cell_edit::own(table, change.row, key, &change.value)?);
        }
    }
    Ok(())
}

fn replaced(step: Option<&Step>) -> Option<Span> {
    match step {
        Some(Step::Replace { at, .. }) => Some(*at),
        _ => None,
    }
}

/// Refuses where a row that was not named takes the cell from one that changes.
pub(super) fn check_followers(table: &Table, key: &AttrPath, changes: &[Change]) -> Result<()> {
    let changed = |host: &String| changes.iter().find(|change| change.step.is_some() && change.row.host == *host);
    for row in table.rows.iter().filter(|row| !changes.iter().any(|change| change.row.host == row.host)) {
        let Some((cell, change)) = row.cell(key).zip(source_of(table, row, key).and_then(|from| changed(&from))) else { continue };
        let from = &change.row.host;
        let at = span(&cell.binding);
        let message = format!("{} takes '{key}' from {from} ({}): it would change as well", row.host, table.source.file_line(at.start));
        return Err(table
            .source
            .error(Code::EffectSpill, message, at, "the cell comes from here")
            .help(format!("name both with --host {from},{}, or give {} a '{key}' of its own first", row.host, row.host)));
    }
    Ok(())
}
