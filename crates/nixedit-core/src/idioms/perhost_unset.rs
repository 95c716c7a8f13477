//! `perhost unset KEY`: take a key out of a host table.
//!
//! ```text
//! zrrh = { dns = true; wakeOnLan = true; };   =>   zrrh = { dns = true; };
//! ```
//! Refuses: no table has the key, or several have; a reader without default; a host without a row; a
//! cell that is inherited or comes from the row's base.

use super::perhost_set::agreed_default;
use super::{cell_edit, table_lines, table_proof, tables};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::PerhostUnset;
use crate::plan::Plan;
use crate::project::Project;
use crate::project::tables::{Cell, Origin, Reader, Row, Table};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::span;
use crate::text::position;

pub(super) fn plan(project: &Project, args: &PerhostUnset) -> Result<Plan> {
    let key = AttrPath::parse(&args.key)?;
    let found = tables::candidates(project, &args.target, args.table.as_deref())?;
    let unknown = || tables::no_key(&found, &key).help("nixedit perhost list  # shows every table with its keys");
    let table = tables::with_key(&found, &key)?.ok_or_else(unknown)?;
    let cells = cells(project, args, &table, &key)?;
    let hosts: Vec<String> = cells.iter().map(|(row, _)| row.host.clone()).collect();
    let mut plan = Plan { hosts: if hosts.is_empty() { args.hosts.names.clone() } else { hosts.clone() }, ..Plan::default() };
    if cells.is_empty() {
        plan.summary = format!("nothing to do: no row in scope has {key} in {}", table.source.path);
        return Ok(plan);
    }
    check_readers(&table, &key)?;
    for (row, cell) in &cells {
        plan.lines.push(format!("{} {} -> unset", row.host, table_lines::shorten(&cell.value)));
        plan.steps.push(cell_edit::unset(&table, row, cell));
    }
    plan.summary = format!("removed {key} of {} from {}", hosts.join(", "), table.source.path);
    let default = agreed_default(&table, &key);
    let differs = |(_, cell): &&(&Row, Cell)| default.as_deref() != Some(cell.value.text().to_string().as_str());
    let changed: Vec<String> = cells.iter().filter(differs).map(|(row, _)| row.host.clone()).collect();
    let options = table_proof::options(table.readers_of(&key));
    plan.targets = table_proof::effect(project, &table, &options, &changed, &format!("{key} of {}", table.name));
    Ok(plan)
}

/// The cells to remove, with their rows.
fn cells<'t>(project: &Project, args: &PerhostUnset, table: &'t Table, key: &AttrPath) -> Result<Vec<(&'t Row, Cell)>> {
    if let Some(host) = args.hosts.names.iter().find(|host| table.row(host).is_none()) {
        return Err(tables::no_row(project, table, host));
    }
    let mut out = Vec::new();
    for row in table.rows.iter().filter(|row| args.hosts.names.is_empty() || args.hosts.names.contains(&row.host)) {
        match row.cell(key) {
            Some(cell) if cell.origin == Origin::Own => out.push((row, cell)),
            Some(cell) if cell.origin == Origin::Inherited || !args.hosts.names.is_empty() => return Err(elsewhere(table, row, &cell)),
            _ => {}
        }
    }
    Ok(out)
}

fn elsewhere(table: &Table, row: &Row, cell: &Cell) -> Box<Diagnostic> {
    let at = span(&cell.binding);
    let how = if let Origin::Base(base) = &cell.origin { format!("comes from {base}") } else { "is inherited".to_owned() };
    let message = format!("{}: '{}' {how} ({})", row.host, cell.key, table.source.file_line(at.start));
    table.source.error(Code::ShapeUnsupported, message, at, "here").help("edit it there by hand; other hosts may use it too")
}

/// Every reader must have a default, or be reached only where the row has the key.
fn check_readers(table: &Table, key: &AttrPath) -> Result<()> {
    let strict: Vec<&Reader> = table.readers_of(key).filter(|r| r.needs_value() && r.path.starts_with(key.names())).collect();
    let Some(first) = strict.first() else { return Ok(()) };
    let lines: Vec<String> = strict.iter().map(|r| position(&table.source.text, span(&r.node).start).line.to_string()).collect();
    let message = format!("{} is read at {}:{} without a default", first.text(), table.source.path, lines.join(", "));
    let mut out =
        Diagnostic::new(Code::KeyNoDefault, message).help(format!("give it one first: nixedit perhost set {key} --default VALUE"));
    for reader in strict {
        out = out.at(&table.source.path, &table.source.text, span(&reader.node), "read here");
    }
    Err(out)
}
