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
use crate::plan::{Plan, Step};
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
        .map(|item| super::list_add::fragment(item, args.nix).map(|f| f.as_element().text().to_owned()))
        .collect::<Result<_>>()?;
    let steps = steps(&source, &lists, &items, args.strict, &what)?;
    let summary = match steps.is_empty() {
        true => format!("{what} in {} has no {}", source.path, args.items.join(", ")),
        false => format!("removed {} from {what} in {}", args.items.join(", "), source.path),
    };
    let mut plan = Plan { steps, summary, ..Plan::default() };
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

/// The removal of `items`, each from the one list that has it.
pub(super) fn steps(source: &Source, lists: &[ListPlace], items: &[String], strict: bool, what: &str) -> Result<Vec<Step>> {
    let mut by_list: BTreeMap<crate::text::Span, Vec<crate::text::Span>> = BTreeMap::new();
    for item in items {
        let wanted = plain_name(item);
        let has = |place: &&ListPlace| place.list.children().any(|e| plain_name(&e.text().to_string()) == wanted);
        let holders: Vec<&ListPlace> = lists.iter().filter(has).collect();
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
