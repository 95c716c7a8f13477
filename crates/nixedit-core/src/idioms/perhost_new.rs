//! `perhost new KEY --file FILE`: start a host table in a file that has none.
//!
//! ```text
//! desktopHosts = [ "nxiz" ];                  =>   perHost = { nxiz = { gvfs = true; }; adeck = { gvfs = false; }; };
//!                                                  h = perHost.${config.my.host};
//! … = builtins.elem config.my.host desktopHosts;   … = h.gvfs;
//! ```
//! From a list of hosts, or from a value for each host with options that read it.
//!
//! Refuses: a file that has a table; no such list, or one that something else reads too; a host of the file
//! without a value; a key that nothing reads.

use super::new_table::{self, NewTable};
use super::reader_edit::Wire;
use super::{cell_value, hostlists, same_value, table_proof, tables};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{PerhostNew, Target};
use crate::plan::{Expect, Plan, Step};
use crate::project::Project;
use crate::project::tables::HostList;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, span};
use std::collections::BTreeSet;

pub(super) fn plan(project: &Project, args: &PerhostNew) -> Result<Plan> {
    let key = AttrPath::parse(&args.key)?;
    let source = source(project, args, &key)?;
    if let Some(plan) = has_table(project, args, &source, &key)? {
        return Ok(plan);
    }
    match &args.from_list {
        Some(name) => from_list(project, &source, &key, name),
        None if args.values.is_empty() => Err(Diagnostic::new(Code::UsageInvalid, format!("what is {key} on each host?"))
            .help("say it with --host HOST=VALUE for each, or --from-list LIST")),
        None => from_values(project, args, &source, &key),
    }
}

/// The file named, or that of the list; where the list made way already, that of the table with the key.
fn source(project: &Project, args: &PerhostNew, key: &AttrPath) -> Result<Source> {
    let with_key = || tables::with_key(&project.tables(None).unwrap_or_default(), key).ok().flatten();
    match (&args.target.file, &args.from_list) {
        (Some(file), _) => project.source(file),
        (None, Some(name)) => match hostlists::choose(project, &Target::default(), name) {
            Ok(list) => Ok(list.source),
            Err(refusal) => with_key().map(|table| table.source).ok_or(refusal),
        },
        (None, None) => Err(Diagnostic::new(Code::HostRequired, "which file is to get the table?").help("name it with --file FILE")),
    }
}

/// Where the file has a table: nothing to do if that has the key already, else a refusal.
fn has_table(project: &Project, args: &PerhostNew, source: &Source, key: &AttrPath) -> Result<Option<Plan>> {
    let tables = project.tables(Some(&source.path))?;
    let Some(table) = tables.iter().find(|table| table.variables.len() == 1 || table.has_key(key)) else { return Ok(None) };
    let says = |(host, value): (&String, &String)| {
        let cell = table.row(host).and_then(|row| row.cell(key));
        cell.is_some_and(|cell| [Fragment::value(value), Fragment::string(value)].iter().any(|value| value.text() == cell.value.text()))
    };
    if table.has_key(key) && args.values.iter().all(says) {
        let summary = format!("nothing to do: {} has {key}", tables::place_of(table));
        return Ok(Some(Plan { summary, ..Plan::default() }));
    }
    let at = span(&table.sets[0]);
    let message = format!("{} has a host table already: {}", source.path, tables::place_of(table));
    Err(source
        .error(Code::TableAmbiguous, message, crate::text::Span::at(at.start), "here")
        .help(format!("add the key to it: nixedit perhost set {key} VALUE --file {} --wire OPTION=EXPRESSION", source.path)))
}

fn from_list(project: &Project, source: &Source, key: &AttrPath, name: &str) -> Result<Plan> {
    let target = Target { file: Some(source.path.clone()), ..Target::default() };
    let list = hostlists::choose(project, &target, name)?;
    check_only_tests(&list)?;
    let table = NewTable::of(project, source, Some(list.selector.clone()))?;
    let mut hosts = project.hosts_importing(&source.path)?;
    hosts.extend(list.hosts().into_iter().filter(|host| !hosts.contains(host)).collect::<Vec<_>>());
    let rows = hosts.iter().map(|host| Ok((host.clone(), Fragment::parse(&list.element(host).is_some().to_string())?)));
    let rows = rows.collect::<Result<Vec<(String, Fragment)>>>()?;
    let binding = list.name.as_ref().and_then(|_| list.list.ancestors().find(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE));
    let file = &source.path;
    let summary = format!("made a host table with {key} of {} in {file}", list.title());
    let mut plan = Plan { summary, hosts, steps: table.steps(key, &rows, binding.as_ref().map(span))?, ..Plan::default() };
    plan.lines = rows.iter().map(|(host, value)| format!("{host} {}", value.text())).collect();
    for test in &list.tests {
        plan.steps.push(new_table::read_instead(source, test, &format!("{}.{key}", table.variable))?);
    }
    same_value::prove(project, file, &list.feeds, &mut plan);
    Ok(plan)
}

/// A list that is read otherwise than by tests cannot make way for a table.
fn check_only_tests(list: &HostList) -> Result<()> {
    let Some(other) = list.other_uses.first() else { return Ok(()) };
    let at = span(other);
    let message = format!("{} is read at {} too, where it must stay a list", list.title(), list.source.file_line(at.start));
    Err(list.source.error(Code::ShapeUnsupported, message, at, "no test for the host's name").help("change that place first"))
}

fn from_values(project: &Project, args: &PerhostNew, source: &Source, key: &AttrPath) -> Result<Plan> {
    let rows = rows(project, args, source, key)?;
    let table = NewTable::of(project, source, None)?;
    let wires = args.wire.iter().map(|text| Wire::of_key(text, table.variable, key)).collect::<Result<Vec<Wire>>>()?;
    if !args.unused_ok && !wires.iter().any(|wire| wire.reads(key)) {
        return Err(Diagnostic::new(Code::KeyUnused, format!("nothing in {} would read '{key}', so it would have no effect", source.path))
            .help(format!("let an option read it: --wire OPTION.PATH, or --wire 'OPTION.PATH={}.{key}'", table.variable)));
    }
    let hosts: Vec<String> = rows.iter().map(|(host, _)| host.clone()).collect();
    let summary = format!("made a host table with {key} in {}", source.path);
    let mut plan = Plan { summary, hosts, steps: table.steps(key, &rows, None)?, ..Plan::default() };
    plan.lines = rows.iter().map(|(host, value)| format!("{host} {}", value.text())).collect();
    for wire in &wires {
        plan.steps.extend(wire.steps(source)?);
        prove(project, source, wire, key, &rows, &mut plan);
    }
    Ok(plan)
}

/// A value for each host that has the file.
fn rows(project: &Project, args: &PerhostNew, source: &Source, key: &AttrPath) -> Result<Vec<(String, Fragment)>> {
    let hosts = project.hosts_importing(&source.path)?;
    let known = project.table_hosts();
    for name in args.values.keys().filter(|name| !known.contains(name)) {
        project.host(name)?;
    }
    let missing: Vec<&str> = hosts.iter().filter(|host| !args.values.contains_key(*host)).map(String::as_str).collect();
    if !missing.is_empty() {
        let message = format!("{} is part of {} too, and '{key}' has no value there", source.path, missing.join(", "));
        return Err(Diagnostic::new(Code::KeyNoDefault, message)
            .help(format!("give it with --host {}=VALUE", missing.join("=VALUE --host ")))
            .candidates(missing));
    }
    let names = hosts.iter().chain(args.values.keys().filter(|name| !hosts.contains(name)));
    let typed = |host: &String| cell_value::fragment(args.values.get(host).map_or("", String::as_str), args.nix, &BTreeSet::new());
    names.map(|host| Ok((host.clone(), typed(host)?))).collect()
}

/// On each host the option is told, and where it is the bare key it has the row's value.
fn prove(project: &Project, source: &Source, wire: &Wire, key: &AttrPath, rows: &[(String, Fragment)], plan: &mut Plan) {
    for host in project.hosts().unwrap_or_default() {
        let ask = |expect| table_proof::new_question(project, &host, &source.path, &wire.path, expect);
        plan.targets.extend(ask(Expect::Reported));
        let row = rows.iter().find(|(name, _)| *name == host.name).filter(|_| wire.is_bare(key));
        let stated = row.and_then(|(_, value)| table_proof::stated(&value.node()));
        plan.targets.extend(stated.and_then(|json| ask(Expect::Equals(json))));
    }
    if plan.steps.iter().all(|step| !matches!(step, Step::Replace { .. })) {
        plan.notes.extend(super::set_elsewhere::note(project, &source.path, &wire.path));
    }
}
