//! `perhost set --table NAME --host HOST=VALUE`: set rows that are plain values.
//!
//! ```text
//! wallpaper = { nxiz = ./a.png; zrrh = ./b.png; };   =>   wallpaper = { nxiz = ./a.png; zrrh = ./x.png; };
//! ```
//! A host without a row gets one. Refuses: no table was named; its rows are sets of keys.

use super::{cell_value, table_lines, table_proof, tables};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::PerhostSet;
use crate::plan::{Place, Plan, Step};
use crate::project::Project;
use crate::project::tables::{Shape, Table};
use crate::syntax::attr_path::{AttrPath, is_identifier, quoted_string};
use crate::syntax::body::below_priority;
use crate::syntax::fragment::Fragment;
use crate::syntax::{SyntaxNode, span};

pub(super) fn plan(project: &Project, args: &PerhostSet, found: &[Table]) -> Result<Plan> {
    let table = choose(args, found)?;
    let wanted = wanted(project, args, table)?;
    let mut plan = Plan { hosts: wanted.iter().map(|(host, _)| host.clone()).collect(), ..Plan::default() };
    let mut changed = Vec::new();
    for (host, value) in &wanted {
        let (step, before) = edit(table, host, value)?;
        plan.lines.push(match (&step, before) {
            (None, _) => format!("{host} {} (unchanged)", value.text()),
            (Some(_), Some(before)) => format!("{host} {} -> {}", table_lines::shorten(&before), value.text()),
            (Some(_), None) => format!("{host} no row -> {}", value.text()),
        });
        if step.is_some() {
            changed.push(host.clone());
        }
        plan.steps.extend(step);
    }
    plan.summary = match changed.as_slice() {
        [] => format!("nothing to do: {} is as wanted on {}", table.name, plan.hosts.join(", ")),
        hosts => format!("set {} of {} in {}", table.name, hosts.join(", "), table.source.path),
    };
    if !changed.is_empty() {
        let options = table_proof::options(table.readers.iter());
        plan.targets = table_proof::effect(project, table, &options, &changed, &table.name);
    }
    Ok(plan)
}

fn choose<'t>(args: &PerhostSet, found: &'t [Table]) -> Result<&'t Table> {
    if args.table.is_none() && args.target.file.is_none() {
        return Err(Diagnostic::new(Code::UsageInvalid, "which key?")
            .help("nixedit perhost set KEY VALUE, or --table NAME --host HOST=VALUE for rows that are plain values"));
    }
    let values: Vec<&Table> = found.iter().filter(|table| table.rows.iter().any(|row| matches!(row.shape, Shape::Value(_)))).collect();
    match values.as_slice() {
        [only] => Ok(only),
        [] => Err(Diagnostic::new(Code::UsageInvalid, format!("the rows of {} are sets of keys; which key?", tables::place_of(&found[0])))
            .help("nixedit perhost set KEY --host HOST=VALUE")
            .candidates(found.iter().flat_map(|t| t.keys()).map(|key| key.to_string()))),
        several => Err(tables::ambiguous(&format!("{} host tables hold plain values", several.len()), several)),
    }
}

/// Host and value, in the table's order; new hosts behind.
fn wanted(project: &Project, args: &PerhostSet, table: &Table) -> Result<Vec<(String, Fragment)>> {
    let kinds = cell_value::row_kinds(table);
    let mut hosts: Vec<String> = table.rows.iter().map(|row| row.host.clone()).collect();
    hosts.retain(|host| {
        args.values.contains_key(host) || (args.value.is_some() && (args.hosts.names.is_empty() || args.hosts.names.contains(host)))
    });
    for host in args.values.keys().chain(args.hosts.names.iter().filter(|_| args.value.is_some())) {
        if !hosts.contains(host) {
            if !project.table_hosts().contains(host) {
                return Err(tables::no_row(project, table, host));
            }
            hosts.push(host.clone());
        }
    }
    if hosts.is_empty() {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("{} needs a value", table.name)).help("give it with --host HOST=VALUE"));
    }
    let mut out = Vec::new();
    for host in hosts {
        let text = args.values.get(&host).or(args.value.as_ref()).cloned().unwrap_or_default();
        let value = cell_value::fragment(&text, args.nix, &kinds)?;
        cell_value::check(&table.name, &table.source.path, &value, &kinds, args.force)?;
        out.push((host, value));
    }
    Ok(out)
}

/// The step that sets one row, and what stood there.
fn edit(table: &Table, host: &str, value: &Fragment) -> Result<(Option<Step>, Option<SyntaxNode>)> {
    let file = table.source.path.clone();
    let Some(row) = table.row(host) else {
        let step = Step::InsertBinding {
            file,
            set: span(table.sets.last().unwrap_or(&table.sets[0])),
            path: row_path(table, host),
            value: value.clone(),
            place: Place::Last,
            comment: None,
        };
        return Ok((Some(step), None));
    };
    match &row.shape {
        Shape::Value(node) => {
            let old = below_priority(node);
            let step = (old.text() != value.text()).then(|| Step::Replace { file, at: span(&old), with: value.clone() });
            Ok((step, Some(node.clone())))
        }
        Shape::Set(node) | Shape::Dotted(node) => {
            let message = format!("the row of {host} in {} is a set of keys, not a plain value", table.source.path);
            Err(table
                .source
                .error(Code::ShapeUnsupported, message, span(node), "here")
                .help("name the key: nixedit perhost set KEY --host HOST=VALUE"))
        }
    }
}

/// A host's name as the table's other rows write theirs: quoted if they all are.
pub(super) fn row_path(table: &Table, host: &str) -> AttrPath {
    let quoted = |row: &crate::project::tables::Row| row.bindings.iter().all(|b| b.text().char_at(0.into()) == Some('"'));
    let name = if is_identifier(host) && table.rows.iter().all(quoted) { quoted_string(host) } else { host.to_owned() };
    AttrPath::from_names([name]).unwrap_or_else(|| table.keys().remove(0))
}
