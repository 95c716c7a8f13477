//! Where a host's modules name a file other than by a relative path in `imports`: `(self + /modules/a.nix)`,
//! `"${modules}/a.nix"`, an element of the list that the host is built from.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::Step;
use crate::project::{Host, ModulePlace, Project, Side};
use crate::syntax::{SyntaxKind, node_at, span};

/// What takes the element out that brings `file` to the host; `None` where the host does not have the file. Refuses
/// an element that other hosts have too, and what is no element.
pub(super) fn removal(project: &Project, host: &Host, side: Side, file: &str) -> Result<Option<Step>> {
    let place = ModulePlace::File(file.to_owned());
    let Some(via) = host.modules_of(side).find(|module| module.place == place).map(|module| &module.via) else { return Ok(None) };
    let source = project.source(&via.file)?;
    let line = source.file_line(via.span.start);
    let element = node_at(&source.root, via.span).filter(|node| node.parent().is_some_and(|list| list.kind() == SyntaxKind::NODE_LIST));
    let Some((element, list)) = element.and_then(|node| Some((node.clone(), node.parent()?))) else {
        let message = format!("{file} comes to {} by {line}", host.name);
        return Err(source.error(Code::ShapeUnsupported, message, via.span, "no element of a list").help("change that by hand"));
    };
    let has_it = |other: &&Host| other.name != host.name && other.modules_of(side).any(|m| m.place == place && m.via == *via);
    let others: Vec<String> = project.hosts()?.iter().filter(has_it).map(|other| other.name.clone()).collect();
    if !others.is_empty() {
        let message = format!("{file} comes to {} by {line}, and to {} as well", host.name, others.join(", "));
        return Err(Diagnostic::new(Code::FileShared, message).help("change that by hand"));
    }
    Ok(Some(Step::RemoveElements { file: via.file.clone(), list: span(&list), elements: vec![span(&element)] }))
}
