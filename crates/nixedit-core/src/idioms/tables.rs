//! Which host table an operation means, or a refusal that lists the tables there are.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::Target;
use crate::project::Project;
use crate::project::tables::Table;
use crate::similar_names::near;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxNode, span};
use crate::text::{Span, position};

/// The tables that the target leaves open: those of the file, of the name, at the line.
pub(super) fn candidates(project: &Project, target: &Target, name: Option<&str>) -> Result<Vec<Table>> {
    let all = project.tables(target.file.as_deref())?;
    let at = |table: &Table| {
        target.at.is_none_or(|line| {
            let lines = |offset| position(&table.source.text, offset).line;
            table.sets.iter().any(|set| lines(span(set).start) <= line && line <= lines(span(set).end))
        })
    };
    let found: Vec<Table> = all.iter().filter(|t| name.is_none_or(|name| t.name == name) && at(t)).cloned().collect();
    if found.is_empty() {
        return Err(no_table(target, name, &all));
    }
    Ok(found)
}

fn no_table(target: &Target, name: Option<&str>, all: &[Table]) -> Box<Diagnostic> {
    let place = target.file.as_deref().unwrap_or("this flake");
    let message = match name {
        Some(name) => {
            let near =
                near(name, all.iter().map(|t| t.name.as_str())).first().map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
            format!("{place} has no host table '{name}'{near}")
        }
        None => format!("{place} has no host table"),
    };
    let help = if all.is_empty() {
        "a host table is a set with a name for each host, selected by config.my.host or the like; \
         state its name in nixedit.toml: [perhost] names = [ \"…\" ]"
            .to_owned()
    } else {
        format!("tables: {}", all.iter().map(place_of).collect::<Vec<_>>().join(", "))
    };
    Diagnostic::new(Code::TableMissing, message).help(help).candidates(all.iter().map(|t| t.name.clone()))
}

/// `perHost (modules/nh.nix:5)`.
pub(super) fn place_of(table: &Table) -> String {
    format!("{} ({})", table.name, table.source.file_line(span(&table.sets[0]).start))
}

/// The one table that has `key`.
pub(super) fn with_key(tables: &[Table], key: &AttrPath) -> Result<Option<Table>> {
    let found: Vec<&Table> = tables.iter().filter(|table| table.has_key(key)).collect();
    match found.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some((*only).clone())),
        several => Err(ambiguous(&format!("{} host tables have a key '{key}'", several.len()), several)),
    }
}

/// How an expression at `node` reads the host's own row: `h`, or `perHost.${config.my.host}`.
pub(super) fn row_expression(table: &Table, node: &SyntaxNode) -> Result<String> {
    let is_bound = |name: &str| matches!(scope::meaning(node, name), Meaning::Lexical(_));
    if let Some(variable) = table.variables.iter().find(|name| is_bound(name)) {
        return Ok(variable.clone());
    }
    if let Some(selector) = table.selectors.first().filter(|_| is_bound(&table.name)) {
        return Ok(format!("{}.${{{selector}}}", table.name));
    }
    let message = format!("no name stands for a row of {}", place_of(table));
    Err(table.source.error(Code::ShapeUnsupported, message, Span::at(span(&table.sets[0]).start), "selected where it stands").help(
        format!(
            "bind the set to a name with let first, and a row as h = NAME.${{{}}};",
            table.selectors.first().map_or("host", String::as_str)
        ),
    ))
}

/// A refusal that lists the tables that could be meant.
pub(super) fn ambiguous(message: &str, tables: &[&Table]) -> Box<Diagnostic> {
    let one_file = tables.windows(2).all(|pair| pair[0].source.path == pair[1].source.path);
    let help = match tables.first() {
        Some(first) if one_file => format!("say which one with --table {}", first.name),
        first => format!("say which one with --file {}", first.map_or("FILE", |t| t.source.path.as_str())),
    };
    let mut out = Diagnostic::new(Code::TableAmbiguous, message).help(help);
    for table in tables {
        let at = Span::at(span(&table.sets[0]).start);
        let name = if one_file { table.name.clone() } else { table.source.path.clone() };
        out = out.at(&table.source.path, &table.source.text, at, table.name.clone()).candidates([name]);
    }
    out
}

/// No table has the key: what there is, and the nearest.
pub(super) fn no_key(tables: &[Table], key: &AttrPath) -> Box<Diagnostic> {
    let wanted = key.to_string();
    let mut keys: Vec<(String, &Table)> = tables.iter().flat_map(|t| t.keys().into_iter().map(move |k| (k.to_string(), t))).collect();
    keys.sort_by(|a, b| a.0.cmp(&b.0));
    let near = near(&wanted, keys.iter().map(|(key, _)| key.as_str())).into_iter().next();
    let hint = near.and_then(|near| keys.iter().find(|(key, _)| *key == near));
    let mut message = format!("no perHost table has a key '{wanted}'");
    if let Some((near, table)) = hint {
        message.push_str(&format!("; did you mean '{near}' ({})?", table.source.path));
    }
    let width = tables.iter().map(|t| t.source.path.len()).max().unwrap_or(0);
    for table in tables.iter().filter(|t| !t.keys().is_empty()) {
        let names: Vec<String> = table.keys().iter().map(ToString::to_string).collect();
        message.push_str(&format!("\n   {:width$}  {}", table.source.path, names.join(", ")));
    }
    let mut names: Vec<String> = keys.into_iter().map(|(key, _)| key).collect();
    names.dedup();
    Diagnostic::new(Code::TableMissing, message)
        .help(format!("a new key needs its table and a value: nixedit perhost set {wanted} VALUE --file FILE"))
        .candidates(names)
}

/// The host is none of the flake, or has no row in the table.
pub(super) fn no_row(project: &Project, table: &Table, host: &str) -> Box<Diagnostic> {
    let mut hosts = project.table_hosts();
    hosts.sort();
    let rows = table.hosts();
    let known = if hosts.is_empty() { rows.iter().map(|h| (*h).to_owned()).collect() } else { hosts };
    if known.iter().any(|name| name == host) {
        return Diagnostic::new(Code::KeyMissing, format!("{} in {} has no row for {host}", table.name, table.source.path))
            .help(format!("add one: nixedit perhost add-host {host} --file {}", table.source.path))
            .candidates(rows);
    }
    let near = near(host, known.iter().map(String::as_str)).first().map(|near| format!(" (did you mean '{near}'?)")).unwrap_or_default();
    Diagnostic::new(Code::HostUnknown, format!("unknown host '{host}' — hosts of this flake: {}{near}", known.join(", ")))
        .help("name one of them with --host")
        .candidates(known.iter().map(String::as_str))
}
