//! The overlays that hosts get, from what their modules come to.

use super::{Holder, Import, Overlay, OverlayKind, Overlays, functions};
use crate::diagnostic::Result;
use crate::project::Project;
use crate::project::configurations::walk_of;
use crate::project::evaluate::Evaluator;
use crate::project::hosts::Class;
use crate::project::imports::{Walk, parts};
use crate::project::value::{Item, Kind, Opaque, Place, Root, Value};
use crate::syntax::{SyntaxKind, SyntaxNode, node_at};

/// Adds every overlay of every host.
pub(super) fn collect(project: &Project, out: &mut Overlays) -> Result<()> {
    let evaluator = project.evaluator()?;
    let outputs = evaluator.outputs.borrow().clone();
    let Some(outputs) = outputs.map(|outputs| evaluator.force(&outputs)) else { return Ok(()) };
    let hosts = project.hosts()?;
    for class in Class::ALL {
        let Some(configurations) = evaluator.select(&outputs, class.output(), &outputs.place) else { continue };
        for attr in &evaluator.attrs(&configurations).entries {
            let host = hosts.iter().find(|host| host.class == class && *host.attr == *attr.name);
            let name = host.map_or(&*attr.name, |host| &host.name);
            configuration(&evaluator, name, &evaluator.force(&attr.value), out);
        }
    }
    Ok(())
}

fn configuration(evaluator: &Evaluator, host: &str, value: &Value, out: &mut Overlays) {
    match &value.kind {
        Kind::System(call) => of_walk(&walk_of(evaluator, call, &value.place, false), host, out),
        Kind::Either(values) | Kind::All(values) => values.iter().for_each(|value| configuration(evaluator, host, value, out)),
        _ => {}
    }
}

fn of_walk(walk: &Walk, host: &str, out: &mut Overlays) {
    let evaluator = walk.evaluator;
    for (nixpkgs, _) in walk.defined("nixpkgs") {
        for (part, _) in parts(evaluator, &evaluator.force(&nixpkgs.value)) {
            let Some(overlays) = part.get("overlays") else { continue };
            for item in evaluator.items(&evaluator.force(&overlays.value)) {
                out.all_of_item(evaluator, &item, host);
            }
        }
    }
}

impl Overlays {
    fn all_of_item(&mut self, evaluator: &Evaluator, item: &Item, host: &str) {
        let value = evaluator.force(&item.value);
        // What a list is made of by a function is written elsewhere: where the function stands.
        let place = if matches!(value.kind, Kind::Lambda(_)) { &value.place } else { &item.place };
        let Some((node, holder)) = written(evaluator, place) else { return };
        let kind = match functions::function(&node) {
            Some(function) => OverlayKind::Function(function),
            None => kind(evaluator, &value, place),
        };
        let imported_by = import(evaluator, item, place).into_iter().collect();
        self.add(Overlay { file: place.file.to_string(), node, holder, kind, hosts: vec![host.to_owned()], imported_by });
    }
}

fn kind(evaluator: &Evaluator, value: &Value, place: &Place) -> OverlayKind {
    match &value.kind {
        Kind::Opaque(Opaque { root: Root::Input, names }) if names.len() > 1 => {
            OverlayKind::Input(names[0].to_string(), names[1..].iter().map(ToString::to_string).collect())
        }
        _ => OverlayKind::Unknown(evaluator.snippet(place)),
    }
}

/// The element of a list that an overlay of another file comes from.
fn import(evaluator: &Evaluator, item: &Item, place: &Place) -> Option<Import> {
    let (element, Holder::List(list)) = written(evaluator, &item.place).filter(|_| item.place.file != place.file)? else { return None };
    let file = item.place.file.to_string();
    element.text().to_string().contains("import").then_some(Import { file, list, element })
}

/// The expression at a place with its parentheses, and what holds it.
fn written(evaluator: &Evaluator, place: &Place) -> Option<(SyntaxNode, Holder)> {
    let source = evaluator.project.source(&place.file).ok()?;
    let mut node = node_at(&source.root, place.span)?;
    while let Some(parent) = node.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_PAREN) {
        node = parent;
    }
    let holder = holder(&node);
    Some((node, holder))
}

pub(super) fn holder(node: &SyntaxNode) -> Holder {
    match node.parent() {
        Some(parent) if parent.kind() == SyntaxKind::NODE_LIST => Holder::List(parent),
        Some(parent) if parent.kind() == SyntaxKind::NODE_ATTRPATH_VALUE => Holder::Binding(parent),
        _ => Holder::Alone,
    }
}
