//! `list replace PATH OLD NEW`: put an element in the place of another; comments stay.
//!
//! ```text
//! imports = [ ./a.nix # first ];   =>   imports = [ ./b.nix # first ];
//! ```
//! Refuses: OLD is not there, or stands in several lists.

use super::candidates;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::ListReplace;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::syntax::fragment::{Fragment, plain_name};
use crate::syntax::{SyntaxNode, span};

pub(super) fn plan(project: &Project, args: &ListReplace) -> Result<Plan> {
    let source = super::place::source(project, &args.hosts, &args.target)?;
    let lists = super::list_remove::lists(&source, args.target.at, super::place::path(&args.target));
    let element = |text| super::list_add::fragment_beside(lists.iter().map(|place| &place.list), text, args.nix);
    let (old, new) = (element(&args.old)?.as_element(), element(&args.new)?.as_element());
    let what = super::place::name(&args.target);
    let found = elements(lists.iter().map(|p| &p.list), old.text());
    let summary = format!("replaced {} by {} in {what} of {}", args.old, args.new, source.path);
    match found.as_slice() {
        [] if lists.iter().any(|p| super::list_add::contains(&p.list, new.text())) => {
            Ok(Plan { summary: format!("{what} in {} already has {} and no {}", source.path, args.new, args.old), ..Plan::default() })
        }
        [] => Err(Diagnostic::new(Code::ItemMissing, format!("{what} in {} has no {}", source.path, args.old))
            .candidates(lists.iter().flat_map(|p| p.list.children()).map(|e| plain_name(&e.text().to_string())))),
        [only] => {
            let mut plan = Plan { steps: vec![step(&source.path, only, new)], summary, ..Plan::default() };
            super::place::prove(project, &args.hosts, &args.target, &source.path, &mut plan)?;
            Ok(plan)
        }
        several => Err(candidates::several(
            &source,
            &format!("{} stands {} times in {what}", args.old, several.len()),
            Code::ItemAmbiguous,
            several.iter(),
        )),
    }
}

/// The elements of the lists that read like `text`.
pub(super) fn elements<'a>(lists: impl Iterator<Item = &'a SyntaxNode>, text: &str) -> Vec<SyntaxNode> {
    let wanted = plain_name(text);
    lists.flat_map(|list| list.children()).filter(|e| plain_name(&e.text().to_string()) == wanted).collect()
}

/// The replacement of one element.
pub(super) fn step(file: &str, element: &SyntaxNode, new: Fragment) -> Step {
    Step::Replace { file: file.to_owned(), at: span(element), with: new }
}
