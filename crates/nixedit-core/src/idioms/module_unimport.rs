//! `module unimport FILE…`: take module files out of `imports`.
//!
//! ```text
//! imports = [ ./a.nix ../../modules/b.nix ];   =>   imports = [ ./a.nix ];
//! ```
//! Refuses: an import that stands in a file that other hosts share. What is not imported is no
//! error.

use super::module_import::import_of;
use super::{candidates, host_modules, host_question, module_named, module_of_input_gone};
use crate::diagnostic::{Code, Result};
use crate::operation::ModuleUnimport;
use crate::plan::{Plan, Step};
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::parse::Source;
use crate::syntax::span;
use crate::text::join_path;

pub(super) fn plan(project: &Project, args: &ModuleUnimport) -> Result<Plan> {
    let (of_inputs, files): (Vec<String>, Vec<String>) = args.modules.iter().cloned().partition(|module| module.contains('#'));
    let mut all = Plan::default();
    if !files.is_empty() {
        all = of_files(project, &ModuleUnimport { modules: files, ..args.clone() })?;
    }
    for module in of_inputs {
        super::add_package::merge(&mut all, module_of_input_gone::plan(project, args, &module)?);
    }
    Ok(all)
}

fn of_files(project: &Project, args: &ModuleUnimport) -> Result<Plan> {
    let files: Vec<String> = args.modules.iter().map(|m| join_path("", m).unwrap_or_else(|| m.clone())).collect();
    if args.hosts.is_empty()
        && let Some(file) = &args.target.file
    {
        let source = project.source(file)?;
        return from_file(&source, &files);
    }
    let mut all = Plan::default();
    for host in host_modules::hosts(project, &args.hosts)? {
        super::add_package::merge(&mut all, from_host(project, &host, &files)?);
    }
    Ok(all)
}

fn from_host(project: &Project, host: &Host, files: &[String]) -> Result<Plan> {
    let mut plan = Plan {
        hosts: vec![host.name.clone()],
        summary: format!("{} imported by no file of {}", files.join(", "), host.name),
        ..Plan::default()
    };
    for side in [Side::System, Side::Home] {
        for module in host_modules::modules(project, host, side)?.into_iter().filter(|m| m.is_file) {
            let one = from_file(&module.source, files)?;
            if one.steps.is_empty() {
                continue;
            }
            if !module.is_own() {
                let message = format!("{} imports it, and {} have that file too", module.source.path, module.shared_with.join(", "));
                return Err(crate::diagnostic::Diagnostic::new(Code::FileShared, message).help(format!(
                    "take it from all of them: nixedit module unimport {} --file {}",
                    files.join(" "),
                    module.source.path
                )));
            }
            plan.steps.extend(one.steps);
            plan.summary = one.summary;
            plan.targets.extend([super::module_import::evaluates(host, side), host_question::whole(host)]);
        }
    }
    if plan.steps.is_empty() { otherwise_named(project, host, files, plan) } else { Ok(plan) }
}

/// The plan with what takes files out that the host has by other words than a path in `imports`.
fn otherwise_named(project: &Project, host: &Host, files: &[String], mut plan: Plan) -> Result<Plan> {
    for side in [Side::System, Side::Home] {
        for step in files.iter().filter_map(|file| module_named::removal(project, host, side, file).transpose()) {
            plan.steps.push(step?);
            plan.summary = format!("dropped the import of {} of {}", files.join(", "), host.name);
            plan.targets.extend([super::module_import::evaluates(host, side), host_question::whole(host)]);
        }
    }
    Ok(plan)
}

fn from_file(source: &Source, files: &[String]) -> Result<Plan> {
    let found = candidates::definitions(source, &AttrPath::parse("imports")?);
    let lists = found
        .iter()
        .flat_map(|found| candidates::lists_of(&found.value, &found.wrappers).into_iter().chain(candidates::named_lists(found)));
    let mut plan = Plan { summary: format!("{} does not import {}", source.path, files.join(", ")), ..Plan::default() };
    for place in lists {
        let elements: Vec<_> = files.iter().filter_map(|file| import_of(source, &place.list, file)).map(|e| span(&e)).collect();
        if !elements.is_empty() {
            plan.steps.push(Step::RemoveElements { file: source.path.clone(), list: span(&place.list), elements });
            plan.summary = format!("dropped the import of {} in {}", files.join(", "), source.path);
        }
    }
    Ok(plan)
}
