//! The lists that hosts' modules are named in, and who gets them.

use crate::diagnostic::Result;
use crate::project::{Host, Module, Project, Side};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, node_at, span};
use crate::text::Span;

/// A list literal of modules.
#[derive(Clone, Debug)]
pub(super) struct ModuleList {
    pub source: Source,
    pub node: SyntaxNode,
    /// The hosts that get what is in it.
    pub hosts: Vec<String>,
}

/// The lists of one side that hosts name modules in outside of any module file, in the order in which
/// the hosts and their modules are written.
pub(super) fn of_side(project: &Project, side: Side) -> Result<Vec<ModuleList>> {
    let mut out: Vec<ModuleList> = Vec::new();
    for host in project.hosts()? {
        let direct = host.modules_of(side).filter(|module| module.depth == 0 && !module.conditional);
        for (file, at) in direct.filter_map(|module| list_around(project, module)) {
            match out.iter_mut().find(|list| list.source.path == file && span(&list.node) == at) {
                Some(known) if known.hosts.contains(&host.name) => {}
                Some(known) => known.hosts.push(host.name.clone()),
                None => {
                    let source = project.source(&file)?;
                    let Some(node) = node_at(&source.root, at) else { continue };
                    out.push(ModuleList { source, node, hosts: vec![host.name.clone()] });
                }
            }
        }
    }
    Ok(out)
}

/// The list that names a module.
pub(super) fn list_around(project: &Project, module: &Module) -> Option<(String, Span)> {
    let source = project.source(&module.via.file).ok()?;
    let list = node_at(&source.root, module.via.span)?.parent().filter(|list| list.kind() == SyntaxKind::NODE_LIST)?;
    Some((module.via.file.clone(), span(&list)))
}

/// A list that one host alone passes to the function that makes it: the set that is its argument, and
/// the name that the function adds to its own list. `mkHost "a" { extraModules = [ … ]; }`
pub(super) struct Passed {
    pub source: Source,
    /// The set in the host's call.
    pub set: SyntaxNode,
    /// The argument's name.
    pub name: String,
}

/// Where the call that makes a host can be given modules; `lists` are those of all hosts.
pub(super) fn passed(project: &Project, host: &Host, lists: &[ModuleList]) -> Result<Option<Passed>> {
    let source = project.source(&host.evidence.file)?;
    let whole = node_at(&source.root, host.evidence.span);
    let binding = whole.and_then(|node| node.ancestors().find(|n| n.kind() == SyntaxKind::NODE_ATTRPATH_VALUE));
    let Some(call) = binding.and_then(|binding| binding.last_child()) else { return Ok(None) };
    let Some(set) = call.children().find(|n| n.kind() == SyntaxKind::NODE_ATTR_SET).filter(|_| call.kind() == SyntaxKind::NODE_APPLY)
    else {
        return Ok(None);
    };
    let shared = lists.iter().filter(|list| list.hosts.contains(&host.name) && list.source.path == source.path);
    let name = shared.into_iter().find_map(|list| added(&list.node));
    Ok(name.map(|name| Passed { source, set, name }))
}

/// The parameter with a default of `[ ]` that is added to a list: `[ … ] ++ extraModules`.
fn added(list: &SyntaxNode) -> Option<String> {
    let sum = list.ancestors().skip(1).take_while(|n| matches!(n.kind(), SyntaxKind::NODE_BIN_OP | SyntaxKind::NODE_PAREN)).last()?;
    let names =
        sum.descendants().filter(|n| n.kind() == SyntaxKind::NODE_IDENT && n.parent().is_some_and(|p| p.kind() == SyntaxKind::NODE_BIN_OP));
    let is_optional = |name: &String| {
        let functions = sum.ancestors().filter(|n| n.kind() == SyntaxKind::NODE_LAMBDA).filter_map(|lambda| lambda.first_child());
        let entries = functions.flat_map(|pattern| pattern.children().collect::<Vec<_>>());
        let mut own = entries.filter(|entry| entry.kind() == SyntaxKind::NODE_PAT_ENTRY);
        own.any(|entry| entry.first_child().is_some_and(|n| n.text() == name.as_str()) && entry.children().count() > 1)
    };
    names.map(|name| name.text().to_string()).find(is_optional)
}
