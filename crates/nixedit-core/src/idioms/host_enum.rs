//! The option that takes the names of hosts: `types.enum [ "nxiz" "adeck" ]`.

use super::option_enum_add;
use crate::diagnostic::Result;
use crate::operation::OptionEnumAdd;
use crate::plan::{Expect, Plan, Step};
use crate::project::{Declaration, Project};
use crate::syntax::attr_path::plain_string;
use crate::syntax::{SyntaxKind, SyntaxNode, body, span};
use rnix::ast;
use rowan::ast::AstNode;

/// Every option that takes the model's name takes the new one too.
pub(super) fn with(project: &Project, name: &str, model: &str) -> Result<Plan> {
    let mut plan = Plan::default();
    for (declared, _) in taking(project, model) {
        let one = option_enum_add::plan(
            project,
            &OptionEnumAdd {
                file: Some(declared.source.path.clone()),
                at: None,
                path: declared.path.clone(),
                values: vec![name.to_owned()],
                copy_from: Some(model.to_owned()),
            },
        )?;
        if !one.steps.is_empty() {
            plan.lines.push(one.summary);
        }
        plan.lines.extend(one.lines);
        plan.steps.extend(one.steps);
        plan.notes.extend(one.notes);
        // That the type takes the name is shown by the new host itself.
        plan.targets.extend(one.targets.into_iter().filter(|target| target.expect == Expect::Same && target.host.as_deref() != Some(name)));
    }
    Ok(plan)
}

/// No option takes the name any more.
pub(super) fn without(project: &Project, name: &str) -> Plan {
    let mut plan = Plan::default();
    for (declared, element) in taking(project, name) {
        let Some(list) = element.parent() else { continue };
        let file = declared.source.path.clone();
        plan.lines.push(format!("{} takes {name} no more, in {file}", declared.path));
        plan.steps.push(Step::RemoveElements { file, list: span(&list), elements: vec![span(&element)] });
    }
    plan
}

/// The declarations whose type lists a host, with the element.
fn taking(project: &Project, host: &str) -> Vec<(Declaration, SyntaxNode)> {
    let mut out = Vec::new();
    for declared in project.declarations_below(&[]) {
        let calls = declared.value.descendants().filter(|node| node.kind() == SyntaxKind::NODE_APPLY);
        let enums = calls.filter(|call| body::last_name(&body::call(call).0) == "enum");
        let is_host = |node: &SyntaxNode| ast::Str::cast(node.clone()).and_then(|text| plain_string(&text)).as_deref() == Some(host);
        let element = enums
            .flat_map(|call| call.descendants().collect::<Vec<_>>())
            .find(|node| is_host(node) && node.parent().is_some_and(|list| list.kind() == SyntaxKind::NODE_LIST));
        if let Some(element) = element {
            out.push((declared, element));
        }
    }
    out
}
