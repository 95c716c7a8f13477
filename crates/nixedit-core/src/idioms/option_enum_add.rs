//! `option enum-add PATH VALUE…`: let an option that takes one of several values take others.
//!
//! ```text
//! type = lib.types.enum [ "nxiz" "adeck" ];   =>   type = lib.types.enum [ "nxiz" "adeck" "seed" ];
//! ```
//! Where the values are hosts, tables of the same file that are selected by the option get a row too.
//!
//! Refuses: no declaration of the option, or several; a type that is no enum with its values written out.

use super::{candidates, host_question, host_selector, perhost_add_host, table_proof};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::OptionEnumAdd;
use crate::plan::{Expect, Place, Plan, Step};
use crate::project::declarations::declared_in;
use crate::project::{Declaration, Project};
use crate::similar_names::near;
use crate::syntax::attr_path::plain_string;
use crate::syntax::fragment::Fragment;
use crate::syntax::{SyntaxKind, SyntaxNode, body, span};
use crate::text::shell_word;
use rnix::ast;
use rowan::ast::AstNode;

pub(super) fn plan(project: &Project, args: &OptionEnumAdd) -> Result<Plan> {
    let declared = declaration(project, args)?;
    let list = list(&declared, args)?;
    let known: Vec<String> = list.children().filter_map(ast::Str::cast).filter_map(|text| plain_string(&text)).collect();
    let mut new: Vec<&String> = Vec::new();
    for value in args.values.iter().filter(|value| !known.contains(value)) {
        if !new.contains(&value) {
            new.push(value);
        }
    }
    let file = declared.source.path.clone();
    let mut plan = Plan { hosts: project.hosts_importing(&file).unwrap_or_default(), ..Plan::default() };
    if new.is_empty() {
        plan.summary = format!("nothing to do: {} takes {}", args.path, args.values.join(", "));
        return Ok(plan);
    }
    let names: Vec<&str> = new.iter().map(|value| value.as_str()).collect();
    plan.summary = format!("{} takes {} too, in {file}", args.path, names.join(", "));
    let elements = names.iter().map(|name| Fragment::string(name)).collect();
    plan.steps.push(Step::InsertElements { file, list: span(&list), elements, place: Place::Last, comment: None });
    rows(project, args, &declared, &names, &mut plan)?;
    prove(project, args, &declared, &names, &mut plan);
    Ok(plan)
}

fn declaration(project: &Project, args: &OptionEnumAdd) -> Result<Declaration> {
    let mut found = match &args.file {
        Some(file) => declared_in(&project.source(file)?, &args.path),
        None => project.declarations(&args.path),
    };
    found.retain(|declaration| declaration.path == args.path);
    match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => {
            let place = args.file.as_deref().unwrap_or("this flake");
            let error = Diagnostic::new(Code::OptionMissing, format!("{place} declares no option {}", args.path));
            Err(match near_declared(project, args).as_slice() {
                [] => error.help("only options that the flake declares itself can take more values"),
                [meant, ..] => error.help(format!("did you mean {meant}?")),
            })
        }
        several => {
            let places: Vec<String> = several.iter().map(|d| d.source.file_line(span(&d.binding).start)).collect();
            Err(Diagnostic::new(Code::OptionDuplicate, format!("{} is declared at {}", args.path, places.join(" and at ")))
                .help(format!("say which one with --file {}", several[0].source.path))
                .candidates(places))
        }
    }
}

/// The options of the flake's own, below the same first name, that may be meant.
fn near_declared(project: &Project, args: &OptionEnumAdd) -> Vec<String> {
    let declared = project.declarations_below(&args.path.names()[..1]);
    let paths: Vec<String> = declared.iter().map(|declaration| declaration.path.to_string()).collect();
    near(&args.path.to_string(), paths.iter().map(String::as_str))
}

/// The list of the values.
fn list(declared: &Declaration, args: &OptionEnumAdd) -> Result<SyntaxNode> {
    let calls = declared.value.descendants().filter(|node| node.kind() == SyntaxKind::NODE_APPLY);
    let enums: Vec<SyntaxNode> = calls.filter(|call| body::last_name(&body::call(call).0) == "enum").collect();
    let told = |node: &SyntaxNode| args.at.is_none_or(|line| candidates::covers(&declared.source, node, line));
    let mut lists: Vec<SyntaxNode> = Vec::new();
    for argument in enums.iter().filter_map(|call| body::call(call).1.into_iter().next()) {
        lists.extend(candidates::lists_of(&argument, &[]).into_iter().map(|place| place.list).filter(told));
    }
    match lists.as_slice() {
        [only] => Ok(only.clone()),
        [] => {
            let at = span(&declared.binding);
            let message = format!("{} ({}) is no enum with its values written out", args.path, declared.source.file_line(at.start));
            Err(declared
                .source
                .error(Code::ListNotLiteral, message, at, "declared here")
                .help("add the value where its type takes them from"))
        }
        several => {
            let message = format!("{} has {} lists of values", args.path, several.len());
            Err(candidates::several(&declared.source, &message, Code::ListAmbiguous, several.iter()))
        }
    }
}

/// A row for each value in the tables of the file that the option selects from.
fn rows(project: &Project, args: &OptionEnumAdd, declared: &Declaration, names: &[&str], plan: &mut Plan) -> Result<()> {
    let selected =
        |table: &crate::project::tables::Table| table.selectors.iter().any(|selector| host_selector::reads(selector, &args.path));
    for table in project.tables(Some(&declared.source.path))?.iter().filter(|table| selected(table)) {
        let model = match &args.copy_from {
            Some(name) => table.row(name),
            None => table.rows.last(),
        };
        for name in names.iter().filter(|name| table.row(name).is_none()) {
            let Some(row) = model else { continue };
            plan.steps.extend(perhost_add_host::copy(table, row, name)?);
            plan.lines.push(format!("{} row of {name} copied from {}", super::tables::place_of(table), row.host));
            plan.notes.extend(perhost_add_host::values(table, row, name));
        }
    }
    let elsewhere = project.tables(None)?;
    let lacks = |name: &&&str| elsewhere.iter().any(|t| t.source.path != declared.source.path && selected(t) && t.row(name).is_none());
    plan.next.extend(names.iter().filter(lacks).map(|name| format!("nixedit perhost add-host {}", shell_word(name))));
    Ok(())
}

/// Every host keeps its value, and the type takes the new ones.
fn prove(project: &Project, args: &OptionEnumAdd, declared: &Declaration, names: &[&str], plan: &mut Plan) {
    for host in project.hosts().unwrap_or_default() {
        let Some(same) = table_proof::question(project, &host, &declared.source.path, &args.path, Expect::Same) else { continue };
        let is_system = same.question.starts_with(&format!("c.config.{}", args.path));
        plan.targets.push(same);
        for name in names.iter().filter(|_| is_system) {
            let question = format!("c.options.{}.type.check {}", args.path, Fragment::string(name).text());
            let label = format!("{} takes \"{name}\"", args.path);
            plan.targets.push(host_question::of_host(project, &host.name, label, question, Expect::Equals("true".to_owned())));
        }
    }
}
