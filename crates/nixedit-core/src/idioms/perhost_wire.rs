//! `perhost wire KEY OPTION`: let an option read a key of a host table.
//!
//! ```text
//! { services.tailscale.enable = true; }   =>   { services.tailscale.enable = true;
//!                                                services.openssh.enable = h.sshd or true; }
//! ```
//! The option is set in the table's file: in place where it stands there, else as a new binding. Where
//! every row has the key no default is needed.
//!
//! Refuses: no table has the key and no default was given, or several tables could be meant; a row that
//! lacks the key, without a default; a row that has no name to read it by.

use super::reader_edit::Wire;
use super::{cell_value, set_elsewhere, table_proof, tables};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::PerhostWire;
use crate::plan::{Expect, Plan, Target};
use crate::project::tables::{Row, Shape, Table, ValueKind};
use crate::project::{Host, Project};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::{SyntaxKind, lookup};
use crate::text::shell_word;
use std::collections::BTreeSet;

pub(super) fn plan(project: &Project, args: &PerhostWire) -> Result<Plan> {
    let key = if args.key == "." { None } else { Some(AttrPath::parse(&args.key)?) };
    let found = tables::candidates(project, &args.target, args.table.as_deref())?;
    let table = match &key {
        Some(key) => choose(args, &found, key)?,
        None => of_values(&found)?,
    };
    check_missing(project, args, &table, key.as_ref())?;
    let default = match &args.default {
        Some(text) => Some(cell_value::fragment(text, args.nix, &kinds(&table, key.as_ref()))?),
        None => None,
    };
    let value = Fragment::parse(&reading(&table, args, key.as_ref(), default.as_ref())?)?;
    let wire = Wire { path: args.option.clone(), value };
    let (file, text) = (&table.source.path, wire.value.text());
    let mut plan = Plan { steps: wire.steps(&table.source)?, hosts: readers(project, &table), ..Plan::default() };
    if plan.steps.is_empty() {
        plan.summary = format!("nothing to do: {} = {text} in {file}", args.option);
        return Ok(plan);
    }
    plan.summary = format!("wired {} = {text} in {file}", args.option);
    plan.notes.extend(set_elsewhere::note(project, file, &args.option));
    plan.targets = questions(project, &table, key.as_ref(), &wire, default.as_ref());
    Ok(plan)
}

/// The table that has the key; for a key that all rows leave to the default, the one that is named, or
/// the one whose file sets what the option belongs beside.
fn choose(args: &PerhostWire, found: &[Table], key: &AttrPath) -> Result<Table> {
    if let Some(table) = tables::with_key(found, key)? {
        return Ok(table);
    }
    if args.default.is_none() {
        return Err(tables::no_key(found, key).help("a key that no row has needs --default VALUE, and its table --file FILE"));
    }
    let open: Vec<&Table> = found.iter().filter(|table| !table.holds_values()).collect();
    let beside = |length: usize| {
        let near = AttrPath::from_names(args.option.names()[..length].to_vec());
        let sets = |table: &&&Table| near.as_ref().is_some_and(|near| is_set(table, near));
        Some(open.iter().filter(sets).copied().collect::<Vec<&Table>>()).filter(|tables| !tables.is_empty())
    };
    let near = (1..=args.option.names().len()).rev().find_map(beside).unwrap_or_else(|| open.clone());
    match most_alike(&near, &args.option).as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(tables::no_key(found, key)),
        several => Err(tables::ambiguous(&format!("{} host tables could be read for '{key}'", several.len()), several)),
    }
}

/// Of tables that would do the same, those whose files set most options of the same shape: `services.x.enable`
/// stands with others of that kind.
fn most_alike<'t>(tables: &[&'t Table], option: &AttrPath) -> Vec<&'t Table> {
    let alike = |table: &&Table| {
        let bindings = table.source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
        let paths = bindings.map(|binding| lookup::full_path(&binding));
        let same = |path: &Vec<String>| {
            let names = option.names();
            path.len() == names.len() && path.first() == names.first() && path.last() == names.last()
        };
        paths.filter(same).count()
    };
    let most = tables.iter().map(alike).max().unwrap_or(0);
    tables.iter().filter(|table| most == 0 || alike(table) == most).copied().collect()
}

/// The one table whose rows are plain values.
fn of_values(found: &[Table]) -> Result<Table> {
    let values: Vec<&Table> = found.iter().filter(|table| table.holds_values()).collect();
    match values.as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(Diagnostic::new(Code::UsageInvalid, format!("the rows of {} are sets of keys; which key?", tables::place_of(&found[0])))
            .help("nixedit perhost wire KEY OPTION.PATH")
            .candidates(found[0].keys().iter().map(ToString::to_string))),
        several => Err(tables::ambiguous(&format!("{} host tables hold plain values", several.len()), several)),
    }
}

fn kinds(table: &Table, key: Option<&AttrPath>) -> BTreeSet<ValueKind> {
    key.map_or_else(|| cell_value::row_kinds(table), |key| cell_value::kinds(table, key))
}

/// Whether the table's file sets the path or something below it.
fn is_set(table: &Table, path: &AttrPath) -> bool {
    let found = lookup::find(&table.source.root, path);
    !found.definitions.is_empty() || !found.below.is_empty()
}

fn check_missing(project: &Project, args: &PerhostWire, table: &Table, key: Option<&AttrPath>) -> Result<()> {
    let hosts = readers(project, table);
    let missing: Vec<&str> = match key {
        Some(key) => {
            let lacks = |row: &&Row| row.cell(key).is_none() && !row.has_below(key) && !row.opaque;
            table.rows.iter().filter(lacks).map(|row| row.host.as_str()).collect()
        }
        None => hosts.iter().map(String::as_str).filter(|host| table.row(host).is_none()).collect(),
    };
    if missing.is_empty() || args.default.is_some() {
        return Ok(());
    }
    let file = &table.source.path;
    let what = key.map_or_else(|| "row".to_owned(), |key| format!("'{key}'"));
    let message = format!("{} in {file} has no {what} for {}, and {} would read it", table.name, missing.join(", "), args.option);
    let words = ["nixedit", "perhost", "wire", &args.key, &args.option.to_string(), "--default", "VALUE", "--file", file];
    Err(Diagnostic::new(Code::KeyNoDefault, message)
        .help("say what holds there:")
        .candidates(missing)
        .way(words.map(shell_word).join(" "), "where a row has no such key"))
}

/// What the option becomes: `h.KEY`, or the same with a default.
fn reading(table: &Table, args: &PerhostWire, key: Option<&AttrPath>, default: Option<&Fragment>) -> Result<String> {
    let set = lookup::find(&table.source.root, &args.option).deepest().first().map(|place| place.set.clone());
    let row = tables::row_expression(table, set.as_ref().unwrap_or(&table.source.root))?;
    let or = default.map(|default| format!(" or {}", default.as_element().text())).unwrap_or_default();
    Ok(key.map_or_else(|| format!("{row}{or}"), |key| format!("{row}.{key}{or}")))
}

/// The hosts that have the table's file.
fn readers(project: &Project, table: &Table) -> Vec<String> {
    project.hosts_importing(&table.source.path).unwrap_or_default()
}

/// On each host the option has the value that its row says.
fn questions(project: &Project, table: &Table, key: Option<&AttrPath>, wire: &Wire, default: Option<&Fragment>) -> Vec<Target> {
    let mut out = Vec::new();
    for host in project.hosts().unwrap_or_default() {
        let ask = |expect| table_proof::new_question(project, &host, &table.source.path, &wire.path, expect);
        out.extend(ask(Expect::Reported));
        out.extend(stated(table, &host, key, default).and_then(|json| ask(Expect::Equals(json))));
    }
    out
}

/// The value that a host's row says, as JSON, where it is one that no other definition can add to.
fn stated(table: &Table, host: &Host, key: Option<&AttrPath>, default: Option<&Fragment>) -> Option<String> {
    let row = table.row(&host.name);
    let cell = match key {
        Some(key) => row.and_then(|row| row.cell(key)).map(|cell| cell.value),
        None => row.and_then(|row| if let Shape::Value(value) = &row.shape { Some(value.clone()) } else { None }),
    };
    let value = cell.or_else(|| default.map(Fragment::node))?;
    table_proof::stated(&value)
}
