//! Files that hold lists of packages and are no modules: `home.packages = import ./packages.nix pkgs;`.

use super::hosts::{Evidence, ListFile, Side};
use super::imports::{Walk, parts};
use super::value::{Attrs, Item, State};
use crate::syntax::span;
use rowan::ast::AstNode;

/// The files beside the modules of a walk whose elements reach the package list of one side, each once.
pub(super) fn list_files(walk: &Walk, side: Side) -> Vec<ListFile> {
    let [outer, inner] = match side {
        Side::System => ["environment", "systemPackages"],
        Side::Home => ["home", "packages"],
    };
    let mut out: Vec<ListFile> = Vec::new();
    for (attrs, conditional) in &walk.definitions {
        for (item, unsure) in elements(walk, attrs, outer, inner) {
            let is_module = walk.modules.iter().any(|module| module.place.file() == Some(&*item.place.file));
            if is_module || !is_written_there(&item) {
                continue;
            }
            let conditional = *conditional || unsure || item.conditional;
            match out.iter_mut().find(|known| *known.file == *item.place.file) {
                Some(known) => known.conditional &= conditional,
                None => out.push(file_of(&item, conditional, format!("{outer}.{inner}"))),
            }
        }
    }
    out
}

/// The elements that one definition gives to an option, each with whether that is conditional.
fn elements(walk: &Walk, attrs: &Attrs, outer: &str, inner: &str) -> Vec<(Item, bool)> {
    let evaluator = walk.evaluator;
    let Some(attr) = attrs.get(outer) else { return Vec::new() };
    let sets = parts(evaluator, &evaluator.force(&attr.value));
    let lists = sets.into_iter().filter_map(|(set, unsure)| Some((set.get(inner)?.clone(), unsure || attr.conditional)));
    let items = lists.flat_map(|(list, unsure)| {
        let unsure = unsure || list.conditional;
        evaluator.items(&evaluator.force(&list.value)).into_iter().map(move |item| (item, unsure))
    });
    items.filter(|(item, _)| !item.rest).collect()
}

/// Whether an element is in the list as it is written, not what a function makes of it.
fn is_written_there(item: &Item) -> bool {
    match &*item.value.0.borrow() {
        State::Expr(expr, _) => span(expr.syntax()) == item.place.span,
        State::Done(value) => value.place == item.place,
        _ => false,
    }
}

fn file_of(item: &Item, conditional: bool, option: String) -> ListFile {
    let file = item.place.file.to_string();
    let via = Evidence { file: file.clone(), span: item.place.span, kind: "list" };
    ListFile { file, option, via, conditional }
}
