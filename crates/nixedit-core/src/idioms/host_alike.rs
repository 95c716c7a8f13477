//! Conditions and lists of hosts that name one host, made to name another too, or no longer.
//!
//! ```text
//! config.my.host == "adeck"   =>   config.my.host == "adeck" || config.my.host == "seed"
//! ```

use super::host_condition;
use crate::diagnostic::Result;
use crate::plan::{Place, Plan, Step};
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::quoted_string;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, span};
use rnix::ast::{self, BinOpKind};
use rowan::ast::AstNode;

/// The shared files of a host, from which it learns what it is from its name.
pub(super) fn shared(project: &Project, host: &Host) -> Result<Vec<String>> {
    let mut out: Vec<String> = Vec::new();
    for side in [Side::System, Side::Home] {
        for file in project.files_of(host, side) {
            if !out.contains(&file) && !host.is_named_in(&file) {
                out.push(file);
            }
        }
    }
    Ok(out)
}

/// `name` joins `model` wherever the files that it has ask for the host's name.
pub(super) fn joined(project: &Project, name: &str, model: &str) -> Result<Plan> {
    let mut plan = Plan::default();
    let Ok(host) = project.host(name) else { return Ok(plan) };
    for file in shared(project, &host)? {
        let source = project.source(&file)?;
        for comparison in comparisons(&source, model) {
            if names_already(&comparison, name) {
                continue;
            }
            plan.lines.push(format!("{} holds for {name} as for {model}", source.file_line(span(&comparison).start)));
            plan.steps.push(Step::Replace { file: file.clone(), at: span(&comparison), with: with_other(&comparison, model, name)? });
        }
        for list in project.host_lists(Some(&file))? {
            if list.element(model).is_some() && list.element(name).is_none() {
                plan.lines.push(format!("{} ({}) names {name}", list.title(), source.file_line(span(&list.list).start)));
                let elements = vec![Fragment::string(name)];
                plan.steps.push(Step::InsertElements {
                    file: file.clone(),
                    list: span(&list.list),
                    elements,
                    place: Place::Last,
                    comment: None,
                });
            }
        }
    }
    Ok(plan)
}

/// `name` is taken out of the conditions that name others too, and out of lists of hosts. What still
/// names it is told.
pub(super) fn parted(project: &Project, name: &str) -> Result<(Plan, Vec<String>)> {
    let (mut plan, mut left) = (Plan::default(), Vec::new());
    for file in project.files_of_hosts() {
        let Ok(source) = project.source(&file) else { continue };
        for comparison in comparisons(&source, name) {
            let place = source.file_line(span(&comparison).start);
            match without(&comparison) {
                Some((whole, rest)) => {
                    plan.lines.push(format!("{place} without {name}"));
                    plan.steps.push(Step::Replace { file: file.clone(), at: span(&whole), with: rest });
                }
                None => left.push(place),
            }
        }
        for list in project.host_lists_naming(&file, name)? {
            let Some(element) = list.element(name) else { continue };
            plan.lines.push(format!("{} ({}) without {name}", list.title(), source.file_line(span(&list.list).start)));
            plan.steps.push(Step::RemoveElements { file: file.clone(), list: span(&list.list), elements: vec![span(&element)] });
        }
    }
    Ok((plan, left))
}

/// Comparisons of the host's name with this one.
fn comparisons(source: &Source, host: &str) -> Vec<SyntaxNode> {
    let operations = source.root.descendants().filter_map(ast::BinOp::cast);
    operations.filter(|operation| host_condition::compares_with(operation, host)).map(|operation| operation.syntax().clone()).collect()
}

fn operator(node: &SyntaxNode) -> Option<BinOpKind> {
    ast::BinOp::cast(node.clone())?.operator()
}

/// What joins comparisons of this kind: `or` for equality, `and` for difference.
fn joint(comparison: &SyntaxNode) -> (BinOpKind, &'static str) {
    match operator(comparison) {
        Some(BinOpKind::NotEqual) => (BinOpKind::And, "&&"),
        _ => (BinOpKind::Or, "||"),
    }
}

/// The chain that a comparison is a member of.
fn chain(comparison: &SyntaxNode) -> SyntaxNode {
    let (joint, _) = joint(comparison);
    let mut top = comparison.clone();
    while let Some(parent) = top.parent().filter(|parent| operator(parent) == Some(joint)) {
        top = parent;
    }
    top
}

fn names_already(comparison: &SyntaxNode, name: &str) -> bool {
    chain(comparison).descendants().filter_map(ast::BinOp::cast).any(|operation| host_condition::compares_with(&operation, name))
}

/// The comparison and the same with another name.
fn with_other(comparison: &SyntaxNode, model: &str, name: &str) -> Result<Fragment> {
    let text = comparison.text().to_string();
    let (joint, sign) = joint(comparison);
    let other = text.replace(&quoted_string(model), &quoted_string(name));
    let tighter = comparison.parent().and_then(|parent| operator(&parent)).is_some_and(|around| around != joint && around != BinOpKind::Or);
    let both = format!("{text} {sign} {other}");
    Fragment::parse(&if tighter { format!("({both})") } else { both })
}

/// The operation around a comparison and what is left of it without; `None` where it stands alone.
fn without(comparison: &SyntaxNode) -> Option<(SyntaxNode, Fragment)> {
    let around = comparison.parent().filter(|parent| operator(parent) == Some(joint(comparison).0))?;
    let rest = around.children().find(|side| side != comparison)?;
    let alone = around.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_PAREN);
    let operand = |node: &SyntaxNode| node.parent().and_then(|parent| operator(&parent)).is_some();
    let whole = alone.filter(operand).unwrap_or(around);
    Some((whole, Fragment::parse(&rest.text().to_string()).ok()?))
}
