//! Overlays and overlay lists as files show them, whether or not a host is known to get them.

use super::hosts::holder;
use super::{Holder, Overlay, OverlayKind, Overlays, functions};
use crate::diagnostic::Result;
use crate::project::flake::FLAKE;
use crate::project::{ModulePlace, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, body, lookup, span};

/// The files that may have overlays: those of hosts, those that overlays were found in, those that
/// are called so, and the one that the settings name.
pub(super) fn files(project: &Project, known: &Overlays) -> Result<Vec<String>> {
    let map = project.host_map()?;
    let mut out = vec![FLAKE.to_owned()];
    out.extend(known.all.iter().map(|overlay| overlay.file.clone()));
    for host in &map.hosts {
        let modules = host.modules_of(Side::System).chain(host.modules_of(Side::Home));
        out.extend(modules.filter_map(|module| module.place.file()).map(str::to_owned));
    }
    for folder in ["", "overlays", "overlay"] {
        out.extend(called_so(project, folder));
    }
    out.extend(project.settings().overlays.file.clone().filter(|file| project.exists(file)));
    let mut seen = std::collections::BTreeSet::new();
    out.retain(|file| seen.insert(file.clone()));
    Ok(out)
}

fn called_so(project: &Project, folder: &str) -> Vec<String> {
    let path = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let mut out = Vec::new();
    for name in project.folder(folder) {
        let file = path(&name);
        if name.ends_with(".nix") && speaks_of_overlays(&file) {
            out.push(file);
        } else if !folder.is_empty() && project.exists(&format!("{file}/default.nix")) {
            out.push(format!("{file}/default.nix"));
        }
    }
    out
}

fn speaks_of_overlays(file: &str) -> bool {
    file.contains("overlay")
}

/// Adds the overlays and overlay lists that one file shows.
pub(super) fn collect(project: &Project, source: &Source, out: &mut Overlays) -> Result<()> {
    for list in lists(source) {
        let hosts = hosts_of(project, source, &list);
        out.add_list(&source.path, &list, &hosts);
        for element in list.children() {
            if out.imports(&source.path, &element) {
                continue;
            }
            let kind = match functions::function(&element) {
                Some(function) => OverlayKind::Function(function),
                None => OverlayKind::Unknown(element.text().to_string()),
            };
            out.add(Overlay {
                file: source.path.clone(),
                node: element,
                holder: Holder::List(list.clone()),
                kind,
                hosts: hosts.clone(),
                imported_by: Vec::new(),
            });
        }
    }
    for node in bound_functions(source) {
        let Some(function) = functions::function(&node) else { continue };
        let holder = holder(&node);
        out.add(Overlay {
            file: source.path.clone(),
            node,
            holder,
            kind: OverlayKind::Function(function),
            hosts: Vec::new(),
            imported_by: Vec::new(),
        });
    }
    Ok(())
}

/// Lists that are the value of `nixpkgs.overlays`, that a whole file of overlays is, or that have an
/// overlay function in them.
fn lists(source: &Source) -> Vec<SyntaxNode> {
    let mut out: Vec<SyntaxNode> = Vec::new();
    if let Some(path) = AttrPath::from_names(["nixpkgs", "overlays"]) {
        let mut definitions = lookup::find(&source.root, &path).definitions;
        definitions.extend(lookup::find_suffix(&source.root, &path));
        out.extend(definitions.iter().flat_map(|d| body::lists(&d.value)).map(|reached| reached.node));
    }
    if speaks_of_overlays(&source.path) {
        out.extend(body::lists(&source.root).into_iter().map(|reached| reached.node));
    }
    let has_overlay = |list: &SyntaxNode| list.children().any(|element| is_overlay(source, &element));
    out.extend(source.root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_LIST && has_overlay(n)));
    let mut seen = std::collections::BTreeSet::new();
    out.retain(|list| seen.insert(span(list)));
    out
}

/// Functions that are values of bindings, in files where those are overlays, and the function that
/// such a file is.
fn bound_functions(source: &Source) -> Vec<SyntaxNode> {
    let in_flake = source.path == FLAKE;
    if !in_flake && !speaks_of_overlays(&source.path) {
        return Vec::new();
    }
    let bindings = source.root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
    let exported = |binding: &SyntaxNode| !in_flake || lookup::full_path(binding).contains(&"overlays".to_owned());
    let values = bindings.filter(exported).filter_map(|binding| lookup::binding_parts(&binding)).map(|(_, value)| value);
    values.chain(source.root.first_child()).filter(|value| is_overlay(source, value)).collect()
}

/// Whether an expression is a function that something says to be an overlay: its parameters' names, or where it
/// stands.
fn is_overlay(source: &Source, node: &SyntaxNode) -> bool {
    let is_said = functions::is_called_so(node) || stands_for_one(source, node);
    functions::function(node).is_some() && is_said && !is_within_another(node)
}

/// Whether a value is what `overlays` comes to, or a file of that name: not what a `let` binds to be called, nor
/// what something is given.
fn stands_for_one(source: &Source, node: &SyntaxNode) -> bool {
    if lookup::full_path(node).iter().any(|name| name == "overlays" || name == "overlay") {
        return true;
    }
    let for_others = |node: SyntaxNode| {
        let bound =
            node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE && node.parent().is_some_and(|scope| scope.kind() == SyntaxKind::NODE_LET_IN);
        bound || node.kind() == SyntaxKind::NODE_APPLY
    };
    speaks_of_overlays(&source.path) && !node.ancestors().any(for_others)
}

/// Whether something stands in an overlay: there `self: super: { … }` changes a smaller set, as that of Haskell.
fn is_within_another(node: &SyntaxNode) -> bool {
    node.ancestors().skip(1).any(|outer| outer.kind() == SyntaxKind::NODE_LAMBDA && functions::is_called_so(&outer))
}

/// The hosts that have the list in one of their modules.
fn hosts_of(project: &Project, source: &Source, list: &SyntaxNode) -> Vec<String> {
    let is_option = lookup::full_path(list).ends_with(&["nixpkgs".to_owned(), "overlays".to_owned()]);
    let Some(map) = project.host_map().ok().filter(|_| is_option) else { return Vec::new() };
    let at = span(list);
    let holds = |place: &ModulePlace| match place {
        ModulePlace::File(file) => *file == source.path,
        ModulePlace::Inline { file, span } => *file == source.path && span.contains(at),
        _ => false,
    };
    let hosts = map.hosts.iter().filter(|host| host.modules_of(Side::System).any(|module| holds(&module.place)));
    hosts.map(|host| host.name.clone()).collect()
}
