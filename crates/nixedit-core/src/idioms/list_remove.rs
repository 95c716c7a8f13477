//! `list remove PATH ITEM…`: take elements out of a list, with their trailing comments.
//!
//! ```text
//! imports = [ ./a.nix ./b.nix ];   =>   imports = [ ./a.nix ];
//! ```
//! Refuses: an element that stands in several lists of the path. An element that is not there is
//! no error (as with `rm -f`), unless `strict`.

use super::candidates::{self, ListPlace};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::ListRemove;
use crate::plan::{Note, Plan, Step};
use crate::project::Project;
use crate::syntax::fragment::plain_name;
use crate::syntax::parse::Source;
use crate::syntax::span;
use std::collections::BTreeMap;

pub(super) fn plan(project: &Project, args: &ListRemove) -> Result<Plan> {
    let source = super::place::source(project, &args.hosts, &args.target)?;
    let lists = lists(&source, args.target.at, super::place::path(&args.target));
    let what = super::place::name(&args.target);
    let items: Vec<String> = args
        .items
        .iter()
        .map(|item| {
            super::list_add::fragment_beside(lists.iter().map(|place| &place.list), item, args.nix)
                .map(|f| f.as_element().text().to_owned())
        })
        .collect::<Result<_>>()?;
    let steps = steps(&source, &lists, &items, args.strict, &what)?;
    let typed = args.items.iter().zip(&items);
    let (gone, missing): (Vec<_>, Vec<_>) = typed.partition(|(_, item)| holders(&lists, item).next().is_some());
    let names = |items: &[(&String, &String)]| items.iter().map(|(typed, _)| typed.as_str()).collect::<Vec<_>>().join(", ");
    let lacks = format!("{what} in {} has no {}", source.path, names(&missing));
    let mut plan = Plan { steps, ..Plan::default() };
    plan.summary = if gone.is_empty() { lacks.clone() } else { format!("removed {} from {what} in {}", names(&gone), source.path) };
    if !gone.is_empty() && !missing.is_empty() {
        plan.notes.push(Note { code: "item-missing".to_owned(), message: lacks });
    }
    super::place::prove(project, &args.hosts, &args.target, &source.path, &mut plan)?;
    Ok(plan)
}

/// The lists to search: the one at the line told, else all of the path.
pub(super) fn lists(source: &Source, at: Option<usize>, path: Option<&crate::syntax::attr_path::AttrPath>) -> Vec<ListPlace> {
    match at {
        Some(line) => candidates::list_at(source, path, line).into_iter().collect(),
        None => candidates::lists(source, path),
    }
}

/// The lists that have an element of this text.
pub(super) fn holders<'a>(lists: &'a [ListPlace], item: &str) -> impl Iterator<Item = &'a ListPlace> + use<'a> {
    let wanted = plain_name(item);
    lists.iter().filter(move |place| place.list.children().any(|element| plain_name(&element.text().to_string()) == wanted))
}

/// The removal of `items`, each from the one list that has it.
pub(super) fn steps(source: &Source, lists: &[ListPlace], items: &[String], strict: bool, what: &str) -> Result<Vec<Step>> {
    let mut by_list: BTreeMap<crate::text::Span, Vec<crate::text::Span>> = BTreeMap::new();
    for item in items {
        let wanted = plain_name(item);
        let holders: Vec<&ListPlace> = holders(lists, item).collect();
        match holders.as_slice() {
            [] if strict => {
                return Err(Diagnostic::new(Code::ItemMissing, format!("{what} in {} has no {item}", source.path))
                    .help("leave --strict away to have this pass"));
            }
            [] => {}
            [only] => {
                let elements = only.list.children().filter(|e| plain_name(&e.text().to_string()) == wanted).map(|e| span(&e));
                by_list.entry(span(&only.list)).or_default().extend(elements);
            }
            several => {
                let message = format!("'{item}' stands in {} lists of {what} in {}", several.len(), source.path);
                return Err(candidates::several(source, &message, Code::ItemAmbiguous, several.iter().map(|p| &p.list)));
            }
        }
    }
    Ok(by_list.into_iter().map(|(list, elements)| Step::RemoveElements { file: source.path.clone(), list, elements }).collect())
}
