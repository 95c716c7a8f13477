//! `module unimport INPUT#OUTPUT`: take a module that an input provides from hosts, wherever it is named.

use super::module_of_input::Wanted;
use super::{host_modules, host_question, module_import, module_lists, prune};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::ModuleUnimport;
use crate::plan::{Plan, Step};
use crate::project::{Host, Module, Project};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, node_at, span};

pub(super) fn plan(project: &Project, args: &ModuleUnimport, module: &str) -> Result<Plan> {
    let wanted = Wanted::parse(project, module)?;
    let hosts = host_modules::hosts(project, &args.hosts)?;
    let names: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    let mut plan = Plan { summary: format!("{module} is no module of {}", names.join(", ")), hosts: names.clone(), ..Plan::default() };
    for host in &hosts {
        for named in wanted.among(host) {
            refuse_shared(project, &wanted, module, named, &names)?;
            let source = project.source(&named.via.file)?;
            for step in steps(project, &source, named)? {
                if !plan.steps.contains(&step) {
                    plan.steps.push(step);
                }
            }
            plan.targets.extend([module_import::evaluates(host, wanted.side(host)), host_question::whole(host)]);
        }
    }
    if !plan.steps.is_empty() {
        plan.summary = format!("dropped {module} from {}", names.join(", "));
    }
    Ok(plan)
}

/// What names a module may name it for hosts that were not asked for.
fn refuse_shared(project: &Project, wanted: &Wanted, module: &str, named: &Module, asked: &[String]) -> Result<()> {
    let gets = |host: &Host| wanted.among(host).iter().any(|other| other.via == named.via);
    let others: Vec<String> =
        project.hosts()?.into_iter().filter(gets).map(|host| host.name).filter(|name| !asked.contains(name)).collect();
    if others.is_empty() {
        return Ok(());
    }
    let source = project.source(&named.via.file)?;
    let message = format!("{module} is named at {} for {} too", source.file_line(named.via.span.start), others.join(", "));
    let error = Diagnostic::new(Code::FileShared, message).at(&source.path, &source.text, named.via.span, "here");
    let all = [asked, &others].concat().join(",");
    Err(error.help(format!("take it from all of them: nixedit module unimport {module} --host {all}")))
}

/// The element goes; and the argument that passes nothing else, and names that nothing else reads.
fn steps(project: &Project, source: &Source, named: &Module) -> Result<Vec<Step>> {
    let file = source.path.clone();
    let Some((_, list)) = module_lists::list_around(project, named) else {
        let message = format!("{} is no list that is written down", source.file_line(named.via.span.start));
        return Err(source.error(Code::ListNotLiteral, message, named.via.span, "named here"));
    };
    let alone = node_at(&source.root, list).filter(|list| list.children().count() == 1).and_then(|list| passed_binding(&list));
    let gone = alone.as_ref().map_or(named.via.span, span);
    let first = match alone {
        Some(binding) => Step::RemoveBindings { file, bindings: vec![span(&binding)] },
        None => Step::RemoveElements { file, list, elements: vec![named.via.span] },
    };
    Ok(std::iter::once(first).chain(prune::unused(source, &[gone])).collect())
}

/// The binding of a list in the argument of a call: `extraModules = [ … ];`, which may be left out.
fn passed_binding(list: &SyntaxNode) -> Option<SyntaxNode> {
    let binding = list.parent().filter(|binding| binding.kind() == SyntaxKind::NODE_ATTRPATH_VALUE)?;
    let (path, _) = lookup::binding_parts(&binding)?;
    let call = binding.parent()?.parent().filter(|call| call.kind() == SyntaxKind::NODE_APPLY);
    (call.is_some() && path.names() != ["modules"]).then_some(binding)
}
