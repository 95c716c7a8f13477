//! `perhost remove-host NAME`: take a host's rows out of the host tables.
//!
//! ```text
//! nxiz = { dns = true; };   =>   nxiz = { dns = true; };
//! seed = { dns = true; };
//! ```
//! All tables, or those of one file or name. Refuses: no table; a host that the flake still has, where
//! something reads its row without asking first whether there is one.

use super::{table_proof, tables};
use crate::diagnostic::{Code, Result};
use crate::operation::PerhostRemoveHost;
use crate::plan::{Expect, Plan, Step};
use crate::project::Project;
use crate::project::tables::{Reader, Table};
use crate::syntax::span;
use crate::text::shell_word;

pub(super) fn plan(project: &Project, args: &PerhostRemoveHost) -> Result<Plan> {
    let found = tables::candidates(project, &args.target, args.table.as_deref())?;
    let with_row: Vec<&Table> = found.iter().filter(|table| table.row(&args.name).is_some()).collect();
    let mut plan = Plan { hosts: vec![args.name.clone()], ..Plan::default() };
    if with_row.is_empty() {
        plan.summary = format!("nothing to do: no host table has a row for {} (rows: {})", args.name, rows(&found).join(", "));
        return Ok(plan);
    }
    check_not_read(project, args, &with_row)?;
    let mut files: Vec<&str> = Vec::new();
    for table in with_row {
        let bindings = table.row(&args.name).map(|row| row.bindings.iter().map(span).collect()).unwrap_or_default();
        plan.steps.push(Step::RemoveBindings { file: table.source.path.clone(), bindings });
        plan.lines.push(format!("{} without {}", tables::place_of(table), args.name));
        files.push(&table.source.path);
        prove(project, table, &args.name, &mut plan);
    }
    files.dedup();
    plan.summary = format!("removed the rows for {} from {}", args.name, files.join(", "));
    plan.notes.extend(super::hostlists::still_named(project, &args.name));
    Ok(plan)
}

/// The hosts that have rows, each once.
fn rows(found: &[Table]) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    for host in found.iter().flat_map(Table::hosts) {
        if !out.contains(&host) {
            out.push(host);
        }
    }
    out
}

/// A host of the flake needs the rows that it reads.
fn check_not_read(project: &Project, args: &PerhostRemoveHost, with_row: &[&Table]) -> Result<()> {
    let name = &args.name;
    if !project.hosts()?.iter().any(|host| host.name == *name) {
        return Ok(());
    }
    for table in with_row {
        let imports = project.hosts_importing(&table.source.path)?.contains(name);
        let Some(reader) = table.readers.iter().find(|reader| imports && needs_row(table, reader)) else { continue };
        let at = span(&reader.node);
        let place = table.source.file_line(at.start);
        let message = format!(
            "{name} is a host of this flake, and {} at {place} reads its row in {}",
            super::table_lines::shorten(&reader.node),
            table.name
        );
        let host = shell_word(name);
        let other = match table.holds_values() {
            true => format!("nixedit perhost set --table {} --host {host}=VALUE", shell_word(&table.name)),
            false => format!("nixedit perhost set KEY VALUE --host {host}"),
        };
        return Err(table
            .source
            .error(Code::KeyNoDefault, message, at, "fails where there is no row")
            .help(format!("take the host out of flake.nix first, or give {name} other values: {other}")));
    }
    Ok(())
}

/// Whether a reader fails on a host without a row: neither asked before nor a default behind the selection
/// of the row itself.
fn needs_row(table: &Table, reader: &Reader) -> bool {
    let selects = table.selectors.iter().any(|selector| reader.text().contains(selector.as_str()));
    !(reader.guarded || (selects && reader.default.is_some()))
}

/// What the table's readers feed stays as it is on every other host; on the host itself it is reported.
fn prove(project: &Project, table: &Table, name: &str, plan: &mut Plan) {
    for option in table_proof::options(table.readers.iter()) {
        for host in project.hosts().unwrap_or_default() {
            let expect = if host.name == name { Expect::Reported } else { Expect::Same };
            plan.targets.extend(table_proof::question(project, &host, &table.source.path, &option, expect));
        }
    }
}
