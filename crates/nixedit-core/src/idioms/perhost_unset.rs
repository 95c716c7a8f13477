//! `perhost unset KEY`: take a key out of a host table.
//!
//! ```text
//! zrrh = { dns = true; wakeOnLan = true; };   =>   zrrh = { dns = true; };
//! ```
//! Refuses: no table has the key, or several have; a reader without default; a host without a row; a
//! cell that comes from the row's base.

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
    if let Some(file) = read_above(&found, &key) {
        let summary = format!("nothing to do: no row has {key} in {file}");
        return Ok(Plan { summary, hosts: args.hosts.names.clone(), ..Plan::default() });
    }
    let unknown = || tables::no_key(&found, &key).help("nixedit perhost list  # shows every table with its keys");
    let table = tables::with_key(&found, &key)?.ok_or_else(unknown)?;
    let cells = cells(project, args, &table, &key)?;
    let mut hosts: Vec<String> = cells.iter().map(|(row, _)| row.host.clone()).collect();
    hosts.dedup();
    let mut plan = Plan { hosts: if hosts.is_empty() { args.hosts.names.clone() } else { hosts.clone() }, ..Plan::default() };
    if cells.is_empty() {
        plan.summary = format!("nothing to do: no row in scope has {key} in {}", table.source.path);
        return Ok(plan);
    }
    check_readers(&table, &key)?;
    for (row, cell) in &cells {
        let part = if cell.key == key { String::new() } else { format!("{} ", cell.key) };
        plan.lines.push(format!("{} {part}{} -> unset", row.host, table_lines::shorten(&cell.value)));
        plan.steps.push(cell_edit::unset(&table, row, cell));
    }
    plan.summary = format!("removed {key} of {} from {}", hosts.join(", "), table.source.path);
    let default = agreed_default(&table, &key);
    let differs = |(_, cell): &&(&Row, Cell)| cell.key != key || default.as_deref() != Some(cell.value.text().to_string().as_str());
    let mut changed: Vec<String> = cells.iter().filter(differs).map(|(row, _)| row.host.clone()).collect();
    changed.dedup();
    let options = table_proof::options(table.readers_of(&key));
    plan.targets = table_proof::effect(project, &table, &options, &changed, &format!("{key} of {}", table.name));
    Ok(plan)
}

/// The file of the one table that reads something the key is part of, where no row has the key: as
/// after it was taken out.
fn read_above(tables: &[Table], key: &AttrPath) -> Option<String> {
    let part = |reader: &Reader| !reader.path.is_empty() && reader.path.len() < key.names().len() && key.names().starts_with(&reader.path);
    let mut reading = tables.iter().filter(|table| table.readers.iter().any(part));
    let only = reading.next().filter(|_| reading.next().is_none() && !tables.iter().any(|table| table.has_key(key)))?;
    Some(only.source.path.clone())
}

/// The cells to remove, with their rows: that of the key, and those below it.
fn cells<'t>(project: &Project, args: &PerhostUnset, table: &'t Table, key: &AttrPath) -> Result<Vec<(&'t Row, Cell)>> {
    if let Some(host) = args.hosts.names.iter().find(|host| table.row(host).is_none()) {
        return Err(tables::no_row(project, table, host));
    }
    let mut out = Vec::new();
    for row in table.rows.iter().filter(|row| args.hosts.names.is_empty() || args.hosts.names.contains(&row.host)) {
        let below = row.cells.iter().filter(|cell| cell.key.names().starts_with(key.names())).cloned();
        let found: Vec<Cell> = row.cell(key).map_or_else(|| below.collect(), |cell| vec![cell]);
        for cell in found {
            match cell.origin {
                Origin::Own | Origin::Inherited => out.push((row, cell)),
                Origin::Base(_) if args.hosts.names.is_empty() => {}
                _ => return Err(elsewhere(table, row, &cell)),
            }
        }
    }
    Ok(out)
}

fn elsewhere(table: &Table, row: &Row, cell: &Cell) -> Box<Diagnostic> {
    let at = span(&cell.binding);
    let base = if let Origin::Base(base) = &cell.origin { base } else { "elsewhere" };
    let message = format!("{}: '{}' comes from {base} ({})", row.host, cell.key, table.source.file_line(at.start));
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
