//! `perhost set KEY [VALUE]`: give hosts a value in a host table.
//!
//! ```text
//! adeck = { dns = false; };   =>   adeck = { dns = true; };
//! ```
//! The key alone sets a boolean to true everywhere. `--default` writes `h.KEY or DEFAULT` where the
//! key is read, `--wire` sets options that read it. Without a key, rows that are plain values are set.
//!
//! Refuses: no table has the key, or several have; a host without a row; a value of another type; no
//! value for a key that is no boolean; a new key that nothing reads; a reader without default and a
//! row without the key; a cell that comes from the row's base.

use super::reader_edit::Wire;
use super::{arguments, bare_flag, cell_edit, cell_value, perhost_rows, perhost_words, reader_edit, row_bases, table_proof, tables};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::PerhostSet;
use crate::plan::{Expect, Note, Plan, Step};
use crate::project::Project;
use crate::project::tables::{Reader, Row, Table};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::{SyntaxNode, body, lookup, span};
use crate::text::position;

/// What one host's cell becomes.
pub(super) struct Change<'t> {
    pub row: &'t Row,
    pub value: Fragment,
    pub step: Option<Step>,
    /// Whether the row takes the value from another one that gets it.
    pub follows: bool,
}

pub(super) fn plan(project: &Project, args: &PerhostSet) -> Result<Plan> {
    let found = tables::candidates(project, &args.target, args.table.as_deref())?;
    let Some(key) = &args.key else { return perhost_rows::plan(project, args, &found) };
    let key = AttrPath::parse(key)?;
    let wires = |row: &str| args.wire.iter().map(|text| Wire::of_key(text, row, &key)).collect::<Result<Vec<Wire>>>();
    let table = choose(args, &found, &key, &wires("h")?)?;
    let is_option_alone = |text: &String| AttrPath::parse(text).is_ok();
    let wires = match args.wire.iter().any(is_option_alone) {
        true => wires(&tables::row_expression(&table, &module_set(&table))?)?,
        false => wires("h")?,
    };
    let default = match &args.default {
        Some(text) => Some(cell_value::fragment(text, args.nix, &cell_value::kinds(&table, &key))?),
        None => None,
    };
    let wires = match &default {
        Some(default) => wires.iter().map(|wire| wire.with_default(&key, default)).collect::<Result<Vec<Wire>>>()?,
        None => wires,
    };
    let changes = changes(project, args, &table, &key)?;
    check_read(args, &table, &key, &wires, &changes)?;
    check_missing(args, &table, &key, &wires, &changes)?;
    let mut plan = perhost_words::report(&table, &key, &changes);
    let cells = changes.iter().filter_map(|change| change.step.clone()).collect();
    plan.steps.extend(arguments::with_needed(None, &table.source, cells)?);
    for wire in &wires {
        plan.steps.extend(wire.steps(&table.source)?);
    }
    if let Some(default) = &default {
        plan.steps.extend(reader_edit::defaults(&table, &key, default)?);
    }
    perhost_words::summarise(&table, &key, default.as_ref(), &mut plan);
    let changed = changed_hosts(&table, &key, &changes, default.as_ref());
    prove(project, &table, &key, &wires, &changes, &changed, &mut plan);
    Ok(plan)
}

/// The set that the table's module is made of.
fn module_set(table: &Table) -> SyntaxNode {
    let sets = body::sets(&table.source.root).into_iter();
    sets.map(|set| set.node).next().unwrap_or_else(|| table.source.root.clone())
}

/// The table that has the key; for a new key with a value, the one that was named or that the wired
/// option is beside.
fn choose(args: &PerhostSet, found: &[Table], key: &AttrPath, wires: &[Wire]) -> Result<Table> {
    if let Some(table) = tables::with_key(found, key)? {
        return Ok(table);
    }
    if is_bare(args) {
        return Err(tables::no_key(found, key));
    }
    let sets = |table: &&Table| wires.iter().all(|wire| !lookup::find(&table.source.root, &wire.path).definitions.is_empty());
    let mut open: Vec<&Table> = found.iter().filter(|table| !table.holds_values()).collect();
    if !wires.is_empty() && open.iter().filter(|t| sets(t)).count() > 0 {
        open.retain(sets);
    }
    let named = args.target.file.is_some() || args.table.is_some() || args.target.at.is_some() || !wires.is_empty();
    match open.as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(tables::no_key(found, key)),
        several if named => Err(tables::ambiguous(&format!("{} host tables could get the key '{key}'", several.len()), several)),
        _ => Err(tables::no_key(found, key)),
    }
}

fn is_bare(args: &PerhostSet) -> bool {
    args.value.is_none() && args.values.is_empty() && args.default.is_none()
}

/// What every row in scope becomes, in the table's order.
fn changes<'t>(project: &Project, args: &PerhostSet, table: &'t Table, key: &AttrPath) -> Result<Vec<Change<'t>>> {
    for host in args.hosts.names.iter().chain(args.values.keys()) {
        if table.row(host).is_none() {
            return Err(tables::no_row(project, table, host));
        }
    }
    let everywhere = args.hosts.names.is_empty() && (args.value.is_some() || is_bare(args));
    let in_scope = |row: &&Row| everywhere || args.hosts.names.contains(&row.host) || args.values.contains_key(&row.host);
    let rows: Vec<&Row> = table.rows.iter().filter(in_scope).collect();
    let told = args.target.file.as_deref();
    let bare = if is_bare(args) { Some(bare_flag::value(table, key, &rows, project.settings().perhost.bare_set, told)?) } else { None };
    let by_default = agreed_default(table, key);
    let mut wanted = Vec::new();
    for row in rows {
        let value = match (&bare, args.values.get(&row.host).or(args.value.as_ref())) {
            (Some(value), _) => value.clone(),
            (None, Some(text)) => typed(args, table, key, text)?,
            (None, None) => {
                return Err(Diagnostic::new(Code::UsageInvalid, format!("no value of '{key}' for {}", row.host))
                    .help(format!("give it with --host {}=VALUE", row.host)));
            }
        };
        wanted.push((row, value));
    }
    let mut out = Vec::new();
    for (row, value) in &wanted {
        // The key alone asks for `true`: a row that lacks it has that already where the readers say so.
        let is_so = bare.is_some() && row.cell(key).is_none() && by_default.as_deref() == Some(value.text());
        let from = row_bases::source_of(table, row, key);
        let follows = wanted.iter().any(|(other, same)| from.as_ref() == Some(&other.host) && same == value);
        let step = if is_so || follows { None } else { cell_edit::set(table, row, key, value, args.force)? };
        out.push(Change { row, value: value.clone(), step, follows });
    }
    row_bases::keep_apart(table, key, &mut out)?;
    row_bases::check_followers(table, key, &out)?;
    Ok(out)
}

fn typed(args: &PerhostSet, table: &Table, key: &AttrPath, text: &str) -> Result<Fragment> {
    let kinds = cell_value::kinds(table, key);
    let value = cell_value::fragment(text, args.nix, &kinds)?;
    cell_value::check(&key.to_string(), &table.source.path, &value, &kinds, args.force)?;
    Ok(value)
}

fn is_new(table: &Table, key: &AttrPath) -> bool {
    !table.rows.iter().any(|row| row.cell(key).is_some())
}

/// A new key must be read by something, else nothing proves it.
fn check_read(args: &PerhostSet, table: &Table, key: &AttrPath, wires: &[Wire], changes: &[Change]) -> Result<()> {
    let read = table.readers_of(key).next().is_some() || wires.iter().any(|wire| wire.reads(key));
    let edits = args.default.is_some() || changes.iter().any(|change| change.step.is_some());
    if read || args.unused_ok || !is_new(table, key) || !edits {
        return Ok(());
    }
    let row = table.variables.first().map_or_else(|| format!("{}.${{…}}", table.name), Clone::clone);
    Err(Diagnostic::new(Code::KeyUnused, format!("nothing in {} reads '{key}', so it would have no effect", table.source.path))
        .help(format!("let an option read it: --wire 'OPTION.PATH={row}.{key}', or add --unused-ok")))
}

/// A reader without default fails on every host whose row lacks the key.
fn check_missing(args: &PerhostSet, table: &Table, key: &AttrPath, wires: &[Wire], changes: &[Change]) -> Result<()> {
    let gets = |row: &&Row| changes.iter().any(|change| change.row.host == row.host) || row.opaque;
    let missing: Vec<&str> = table.rows.iter().filter(|row| !gets(row) && row.cell(key).is_none()).map(|row| row.host.as_str()).collect();
    let reader = table.readers_of(key).find(|r| r.path == key.names() && r.needs_value()).filter(|_| is_new(table, key));
    let row = table.variables.first().map_or("h", String::as_str);
    let wire = wires.iter().find(|wire| wire.needs_value(key));
    let place = match (reader, wire) {
        (Some(reader), _) if args.default.is_none() => {
            format!("{} (line {})", reader.text(), position(&table.source.text, span(&reader.node).start).line)
        }
        (_, Some(wire)) => format!("{row}.{key}{}", wire.line(&table.source)),
        _ => return Ok(()),
    };
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!(
        "{} in {} would have no '{key}' for {}, but {place} has no default; give --host {}=… or --default …",
        table.name,
        table.source.path,
        missing.join(", "),
        missing.join("=… --host "),
    );
    Err(Diagnostic::new(Code::KeyNoDefault, message)
        .help(format!("--default VALUE writes {row}.{key} or VALUE where it is read"))
        .candidates(missing))
}

/// The hosts for which the readers of the key get another value.
fn changed_hosts(table: &Table, key: &AttrPath, changes: &[Change], default: Option<&Fragment>) -> Vec<String> {
    let taken = agreed_default(table, key);
    let before = |row: &Row| row.cell(key).map_or_else(|| taken.clone(), |cell| Some(cell.value.text().to_string()));
    let steps = |host: &String| changes.iter().any(|change| change.row.host == *host && change.step.is_some());
    let moves = |change: &Change| change.follows && row_bases::source_of(table, change.row, key).is_some_and(|from| steps(&from));
    let differs = |change: &&Change| (change.step.is_some() || moves(change)) && before(change.row).as_deref() != Some(change.value.text());
    let mut out: Vec<String> = changes.iter().filter(differs).map(|change| change.row.host.clone()).collect();
    if let (Some(new), Some(old)) = (default, &taken)
        && new.as_element().text() != old
    {
        let lacks = |row: &&Row| row.cell(key).is_none() && !row.opaque && !changes.iter().any(|change| change.row.host == row.host);
        out.extend(table.rows.iter().filter(lacks).map(|row| row.host.clone()));
    }
    out
}

/// The questions: what the key's readers feed, and the wired options.
fn prove(project: &Project, table: &Table, key: &AttrPath, wires: &[Wire], changes: &[Change], changed: &[String], plan: &mut Plan) {
    let mut options = table_proof::options(table.readers_of(key));
    options.retain(|option| !wires.iter().any(|wire| wire.path == *option));
    if !plan.steps.is_empty() {
        plan.targets = table_proof::effect(project, table, &options, changed, &format!("{key} of {}", table.name));
        for host in project.hosts().unwrap_or_default() {
            for wire in wires {
                let ask = |expect| table_proof::new_question(project, &host, &table.source.path, &wire.path, expect);
                plan.targets.extend(ask(Expect::Reported));
                let value =
                    changes.iter().find(|change| change.row.host == host.name && wire.is_bare(key)).map(|change| change.value.node());
                plan.targets.extend(value.and_then(|value| table_proof::stated(&value)).and_then(|json| ask(Expect::Equals(json))));
            }
        }
    }
    for host in table_proof::without_the_file(project, table, changed) {
        let message = format!("{host} does not import {}, so nothing changes there", table.source.path);
        plan.notes.push(Note { code: "file-not-imported".to_owned(), message });
    }
}

/// The default that all readers of the key state, when they agree.
pub(super) fn agreed_default(table: &Table, key: &AttrPath) -> Option<String> {
    let exact: Vec<&Reader> = table.readers_of(key).collect();
    let text = |reader: &&Reader| reader.default.as_ref().filter(|_| reader.path == key.names()).map(|d| d.text().to_string());
    let first = text(exact.first()?)?;
    exact.iter().all(|reader| text(reader).as_deref() == Some(first.as_str())).then_some(first)
}
