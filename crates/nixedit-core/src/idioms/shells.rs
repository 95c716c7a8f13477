//! Development shells: the set that `mkShell` is given, in flake.nix or in a file that it imports.

use super::package_outputs;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Expect, Target};
use crate::project::Project;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, body, lookup};

/// The set that a shell's `mkShell` is given, with its file.
pub(super) fn set_of(project: &Project, name: &str) -> Result<(Source, SyntaxNode)> {
    let source = project.source("flake.nix")?;
    let nodes = source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
    let values: Vec<(String, SyntaxNode)> = nodes
        .filter(|node| node.parent().is_some_and(|parent| parent.kind() != SyntaxKind::NODE_LET_IN))
        .filter_map(|node| lookup::binding_parts(&node).map(|(path, value)| (path.last().to_owned(), node, value)))
        .filter(|(_, node, _)| is_shell(&lookup::full_path(node)))
        .map(|(last, _, value)| (last, value))
        .collect();
    let own = values.iter().filter(|(last, _)| last == name).find_map(|(_, value)| made(value));
    if let Some(set) = own {
        return Ok((source, set));
    }
    let imported = package_outputs::imported(project, &source, "devShells", name);
    if let Some(found) = imported.into_iter().find_map(|file| made(&file.root).map(|set| (file, set))) {
        return Ok(found);
    }
    let known: Vec<String> =
        values.into_iter().map(|(last, _)| last).filter(|last| !last.contains('$') && !last.contains("-linux")).collect();
    let those = if known.is_empty() { "none is written in flake.nix".to_owned() } else { format!("shells: {}", known.join(", ")) };
    Err(Diagnostic::new(Code::ListMissing, format!("no mkShell for devShells.{name} can be found; {those}"))
        .help("name another with --shell NAME")
        .candidates(known))
}

/// `devShells.NAME`, `devShells.PLATFORM.NAME`.
fn is_shell(path: &[String]) -> bool {
    match path {
        [.., kind, _] if kind == "devShells" => true,
        [.., kind, platform, _] => kind == "devShells" && is_platform(platform),
        _ => false,
    }
}

fn is_platform(name: &str) -> bool {
    name.contains("-linux") || name.contains("-darwin") || name.contains("${")
}

/// The set that the first `mkShell` below a node is given.
fn made(node: &SyntaxNode) -> Option<SyntaxNode> {
    let calls = node.descendants().filter(|n| n.kind() == SyntaxKind::NODE_APPLY);
    let of_shell = calls.filter(|call| body::last_name(&body::call(call).0).starts_with("mkShell"));
    of_shell
        .filter_map(|call| body::call(&call).1.into_iter().next())
        .map(|set| body::without_parens(&set))
        .find(|n| n.kind() == SyntaxKind::NODE_ATTR_SET)
}

/// A question about the shell, on the platform at hand.
pub(super) fn target(project: &Project, name: &str, question: &str) -> Target {
    super::flake_outputs::target(project, "devShells", Some(name), question, Expect::Changed)
}
