//! `perhost add-host NAME`: a row for a new host in the host tables, copied from another host's.
//!
//! ```text
//! zrrh  = { flake = "/etc/nixos"; };   =>   zrrh  = { flake = "/etc/nixos"; };
//!                                           seed  = { flake = "/etc/nixos"; };
//! ```
//! The model is the host named, else the last row. Strings that are the model's name become the new
//! name; comments that name the model are left out. A host that the flake has gets rows only in the
//! tables whose files it imports; any other in all.
//!
//! Refuses: no table; the model has no row in any of them; the name is no host name.

use super::{perhost_rows, table_lines, table_proof, tables};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::PerhostAddHost;
use crate::plan::{Expect, Note, Place, Plan, Step};
use crate::project::Project;
use crate::project::tables::{Row, Shape, Table};
use crate::syntax::attr_path::{AttrPath, plain_string, quoted_string};
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::binding_parts;
use crate::syntax::{SyntaxKind, SyntaxNode, span};
use crate::text::Span;
use rnix::ast;
use rowan::ast::AstNode;

pub(super) fn plan(project: &Project, args: &PerhostAddHost) -> Result<Plan> {
    check_name(&args.name)?;
    let found = reached(project, args, tables::candidates(project, &args.target, None)?)?;
    check_model(project, args, &found)?;
    let mut plan = Plan { hosts: vec![args.name.clone()], ..Plan::default() };
    let mut files: Vec<&str> = Vec::new();
    for table in &found {
        if table.row(&args.name).is_some() {
            plan.lines.push(format!("{} (unchanged)", tables::place_of(table)));
            continue;
        }
        match model(args, table) {
            Some(row) => {
                plan.steps.extend(copy(table, row, &args.name)?);
                plan.lines.push(format!("{} copied from {}", tables::place_of(table), row.host));
                plan.notes.extend(values(table, row, &args.name));
                files.push(&table.source.path);
            }
            None => plan.notes.push(Note {
                code: "row-missing".to_owned(),
                message: format!(
                    "{} has no row of {} to copy; none was added",
                    tables::place_of(table),
                    args.copy_from.as_deref().unwrap_or("any host")
                ),
            }),
        }
    }
    files.dedup();
    plan.summary = match files.as_slice() {
        [] => format!("nothing to do: {} has its rows", args.name),
        files => format!("added rows for {} to {}", args.name, files.join(", ")),
    };
    if !files.is_empty() {
        prove(project, &found, &args.name, &mut plan);
    }
    Ok(plan)
}

pub(super) fn check_name(name: &str) -> Result<()> {
    let good =
        name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if good {
        return Ok(());
    }
    Err(Diagnostic::new(Code::UsageInvalid, format!("'{name}' is no host name")).help("letters, digits and hyphens"))
}

/// The tables that the host's own imports reach; all of them while the flake does not have it.
fn reached(project: &Project, args: &PerhostAddHost, found: Vec<Table>) -> Result<Vec<Table>> {
    let known = project.hosts().unwrap_or_default().iter().any(|host| host.name == args.name);
    if !known || args.target.file.is_some() {
        return Ok(found);
    }
    let imports = |table: &Table| project.hosts_importing(&table.source.path).is_ok_and(|hosts| hosts.contains(&args.name));
    let out: Vec<Table> = found.into_iter().filter(imports).collect();
    if out.is_empty() {
        return Err(Diagnostic::new(Code::TableMissing, format!("{} imports no file with a host table", args.name))
            .help("name the table's file with --file"));
    }
    Ok(out)
}

fn check_model(project: &Project, args: &PerhostAddHost, found: &[Table]) -> Result<()> {
    let Some(model) = &args.copy_from else { return Ok(()) };
    if found.iter().any(|table| table.row(model).is_some()) {
        return Ok(());
    }
    Err(tables::no_row(project, &found[0], model))
}

/// The row to copy: the model's, or the last one where no model was named.
fn model<'t>(args: &PerhostAddHost, table: &'t Table) -> Option<&'t Row> {
    match &args.copy_from {
        Some(name) => table.row(name),
        None => table.rows.last(),
    }
}

/// The steps that copy a row: a dotted one behind its model, any other behind the last.
pub(super) fn copy(table: &Table, row: &Row, name: &str) -> Result<Vec<Step>> {
    let file = table.source.path.clone();
    let mut out = Vec::new();
    let last = row.bindings.last().and_then(binding_parts).map(|(path, _)| path.to_string());
    for binding in &row.bindings {
        let Some((path, value)) = binding_parts(binding) else { continue };
        let dotted = path.names().len() > 1;
        let head = perhost_rows::row_path(table, name);
        let names = head.names().iter().cloned().chain(path.names()[1..].iter().cloned());
        let place = last.clone().filter(|_| matches!(row.shape, Shape::Dotted(_)) && dotted).map_or(Place::Last, Place::After);
        let set = binding.parent().map_or_else(|| span(&table.sets[0]), |set| span(&set));
        let value = adapted(&value, &row.host, name, indent(table, binding))?;
        out.push(Step::InsertBinding {
            file: file.clone(),
            set,
            path: AttrPath::from_names(names).unwrap_or(head),
            value,
            place,
            comment: None,
        });
    }
    Ok(out)
}

/// The blanks that the line of a binding starts with.
fn indent<'t>(table: &'t Table, binding: &SyntaxNode) -> &'t str {
    let text = &table.source.text[..span(binding).start];
    let line = &text[text.rfind('\n').map_or(0, |at| at + 1)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// A row's value as a new host's: the model's name in strings replaced, comments about it dropped,
/// moved to column 1.
fn adapted(value: &SyntaxNode, model: &str, name: &str, indent: &str) -> Result<Fragment> {
    let base = span(value).start;
    let text = value.text().to_string();
    let mut edits: Vec<(Span, String)> = Vec::new();
    for string in value.descendants().filter_map(ast::Str::cast) {
        if is_name(string.syntax(), model) {
            edits.push((span(string.syntax()), quoted_string(name)));
        }
    }
    let comments = value.descendants_with_tokens().filter_map(|e| e.into_token()).filter(|t| t.kind() == SyntaxKind::TOKEN_COMMENT);
    for comment in comments.filter(|token| names_host(token.text(), model)) {
        let at = crate::syntax::token_span(&comment);
        let blanks = text[..at.start - base].trim_end_matches([' ', '\t']).len();
        let alone = text[..blanks].ends_with('\n');
        edits.push((Span::new(base + blanks - usize::from(alone), at.end), String::new()));
    }
    edits.sort_by_key(|(at, _)| std::cmp::Reverse(at.start));
    let mut out = text;
    for (at, with) in edits {
        out.replace_range(at.start - base..at.end - base, &with);
    }
    Fragment::parse(&out.replace("\r\n", "\n").replace(&format!("\n{indent}"), "\n"))
}

/// Whether a value is the string that is the host's name.
fn is_name(value: &SyntaxNode, host: &str) -> bool {
    ast::Str::cast(value.clone()).and_then(|string| plain_string(&string)).as_deref() == Some(host)
}

fn names_host(comment: &str, host: &str) -> bool {
    comment.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).any(|word| word == host)
}

/// Each copied value, so that somebody looks at it.
pub(super) fn values(table: &Table, row: &Row, name: &str) -> Option<Note> {
    let cells: Vec<String> = match &row.shape {
        Shape::Value(value) => vec![table_lines::shorten(value)],
        _ => row
            .cells
            .iter()
            .filter(|cell| !is_name(&cell.value, &row.host))
            .map(|cell| format!("{} = {}", cell.key, table_lines::shorten(&cell.value)))
            .collect(),
    };
    let message = format!("{name} in {} has the values of {}: {}", table.source.path, row.host, cells.join("; "));
    (!cells.is_empty()).then(|| Note { code: "value-copied".to_owned(), message })
}

/// The new host's options are evaluated once it exists; those of all others stay.
fn prove(project: &Project, found: &[Table], name: &str, plan: &mut Plan) {
    for table in found {
        let Some(option) = table_proof::options(table.readers.iter()).into_iter().next() else { continue };
        for host in project.hosts().unwrap_or_default() {
            let expect = if host.name == name { Expect::Evaluates } else { Expect::Same };
            plan.targets.extend(table_proof::question(project, &host, &table.source.path, &option, expect));
        }
    }
}
