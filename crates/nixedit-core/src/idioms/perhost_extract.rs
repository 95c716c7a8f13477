//! `perhost extract OPTION`: what an option makes of the host's name becomes a key of a host table.
//!
//! ```text
//! boot.kernelPackages = if config.my.host == "adeck" then a else b;   =>   boot.kernelPackages = h.kernelPackages;
//! ```
//! The rows of the file's table get the key, or the file gets a table. `mkIf` says nothing about the other
//! hosts: `--otherwise VALUE` does.
//!
//! Refuses: the option is not set there, or in several places; its value does not depend on the host's name,
//! or on more than that; the table has the key, or a host of the file has no row.

use super::new_table::{self, NewTable};
use super::{candidates, cell_edit, host_choice, prune, same_value, tables};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::PerhostExtract;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::project::tables::Table;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::Definition;
use crate::syntax::parse::Source;
use crate::syntax::scope;
use crate::syntax::{SyntaxKind, SyntaxNode, body, span};
use crate::text::Span;

pub(super) fn plan(project: &Project, args: &PerhostExtract) -> Result<Plan> {
    let (source, definition) = definition(project, args)?;
    let key = key(args)?;
    let tables = project.tables(Some(&source.path))?;
    let value = chosen(&definition.value);
    if let Some(table) = tables.iter().find(|table| table.readers_of(&key).any(|reader| reader.node == body::without_parens(&value))) {
        let summary = format!("nothing to do: {} reads {key} of {}", args.option, tables::place_of(table));
        return Ok(Plan { summary, ..Plan::default() });
    }
    let hosts = project.hosts_importing(&source.path)?;
    let rows = rows(&source, args, &value, &hosts)?;
    let (steps, read) = into_table(project, &source, &key, &tables, &rows, &unread(&source, &value, &rows))?;
    let mut plan = Plan { steps, hosts, ..Plan::default() };
    plan.summary = format!("moved what {} is on each host into {key} of a host table in {}", args.option, source.path);
    plan.lines = rows.iter().map(|(host, value)| format!("{host} {}", super::table_lines::shorten(&value.node()))).collect();
    plan.steps.push(new_table::read_instead(&source, &value, &format!("{read}.{key}"))?);
    same_value::prove(project, &source.path, std::slice::from_ref(&args.option), &mut plan);
    Ok(plan)
}

/// The option's one binding: in the file named, or in the one that sets it.
fn definition(project: &Project, args: &PerhostExtract) -> Result<(Source, Definition)> {
    let files = match &args.target.file {
        Some(file) => vec![file.clone()],
        None => project.files_of_hosts().into_iter().filter(|file| project.mentions(file, args.option.last())).collect(),
    };
    let mut found = Vec::new();
    for file in files {
        let source = project.source(&file)?;
        if !crate::syntax::lookup::find(&source.root, &args.option).definitions.is_empty() || args.target.file.is_some() {
            found.push(source);
        }
    }
    let missing = |place: &str| {
        Diagnostic::new(Code::OptionMissing, format!("{place} does not set {}", args.option))
            .help(format!("see what does: nixedit where {}", args.option))
    };
    match found.as_slice() {
        [only] => {
            let definition = candidates::definition(only, &args.option, args.target.at)?.ok_or_else(|| missing(&only.path))?;
            Ok((only.clone(), definition))
        }
        [] => Err(missing("this flake")),
        several => {
            let files: Vec<&str> = several.iter().map(|source| source.path.as_str()).collect();
            Err(Diagnostic::new(Code::OptionDuplicate, format!("{} is set in {}", args.option, files.join(", ")))
                .help(format!("say which one with --file {}", files[0]))
                .candidates(files))
        }
    }
}

/// The key as told, else the option's last name that says something.
fn key(args: &PerhostExtract) -> Result<AttrPath> {
    if let Some(key) = &args.key {
        return AttrPath::parse(key);
    }
    let names = args.option.names();
    let name = names.iter().rev().find(|name| *name != "enable").or(names.last());
    AttrPath::from_names(name).ok_or_else(|| Diagnostic::new(Code::UsageInvalid, "which key?").help("name it with --key NAME"))
}

/// The expression that depends on the host: below `mkForce` and the like.
fn chosen(value: &SyntaxNode) -> SyntaxNode {
    match body::wrapper_name(value) {
        Some(name) if name != "mkIf" => {
            let (_, arguments) = body::call(&body::without_parens(value));
            arguments.last().map_or_else(|| value.clone(), |last| chosen(&body::without_parens(last)))
        }
        _ => value.clone(),
    }
}

/// What the value is on each host.
fn rows(source: &Source, args: &PerhostExtract, value: &SyntaxNode, hosts: &[String]) -> Result<Vec<(String, Fragment)>> {
    let otherwise =
        args.otherwise.as_ref().map(|text| if args.nix { Fragment::parse(text) } else { Ok(Fragment::value(text)) }).transpose()?;
    if hosts.is_empty() {
        let message = format!("no host has {}", source.path);
        return Err(Diagnostic::new(Code::OptionNotImported, message).help("name a file that is part of a host"));
    }
    if !host_choice::is_choice(value) {
        let at = span(value);
        let message = format!("{} at {} is no choice by the host's name", args.option, source.file_line(at.start));
        return Err(source
            .error(Code::ShapeUnsupported, message, at, "no condition decides all of it")
            .help(format!("let it read a key: nixedit perhost wire KEY {} --file {}", args.option, source.path)));
    }
    hosts.iter().map(|host| Ok((host.clone(), host_choice::on(source, value, host, otherwise.as_ref())?))).collect()
}

/// The steps that put the key into the file's table, or into a new one; and how a row is read.
fn into_table(
    project: &Project,
    source: &Source,
    key: &AttrPath,
    tables: &[Table],
    rows: &[(String, Fragment)],
    unread: &[Span],
) -> Result<(Vec<Step>, String)> {
    let open: Vec<&Table> = tables.iter().filter(|table| !table.holds_values()).collect();
    let table = match open.as_slice() {
        [] => {
            let table = NewTable::of(project, source, None)?;
            let mut steps = table.steps(key, rows, unread.first().copied())?;
            steps.extend(unread.get(1..).filter(|rest| !rest.is_empty()).map(|rest| gone(source, rest)));
            return Ok((steps, table.variable.to_owned()));
        }
        [only] => *only,
        several => return Err(tables::ambiguous(&format!("{} host tables could get the key '{key}'", several.len()), several)),
    };
    if table.has_key(key) {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("{} has a key '{key}' already", tables::place_of(table)))
            .help("name another one with --key NAME"));
    }
    let mut steps: Vec<Step> = unread.first().map(|_| gone(source, unread)).into_iter().collect();
    for (host, value) in rows {
        let row = table.row(host).ok_or_else(|| tables::no_row(project, table, host))?;
        steps.push(cell_edit::beside_kin(table, row, key, value)?);
    }
    let body = source.root.last_child().unwrap_or_else(|| source.root.clone());
    let inside = body.descendants().find(|node| node.kind() == SyntaxKind::NODE_LET_IN).unwrap_or(body);
    Ok((steps, tables::row_expression(table, &inside.last_child().unwrap_or(inside))?))
}

fn gone(source: &Source, bindings: &[Span]) -> Step {
    Step::RemoveBindings { file: source.path.clone(), bindings: bindings.to_vec() }
}

/// The bindings of the file's `let` that only the old value read, and no row does.
fn unread(source: &Source, value: &SyntaxNode, rows: &[(String, Fragment)]) -> Vec<Span> {
    let body = new_table::body_of(&source.root);
    let in_rows = |name: &str| rows.iter().any(|(_, value)| scope::free_variables(&value.node()).iter().any(|(free, _)| free == name));
    let bindings = body.children().filter(|_| body.kind() == SyntaxKind::NODE_LET_IN);
    let only_here = |entry: &SyntaxNode| {
        let Some((path, _)) = crate::syntax::lookup::binding_parts(entry) else { return false };
        let name = &path.names()[0];
        path.names().len() == 1 && prune::read_only_in(source, name, &body, &[span(value)]) && !in_rows(name)
    };
    bindings.filter(only_here).map(|entry| span(&entry)).collect()
}
