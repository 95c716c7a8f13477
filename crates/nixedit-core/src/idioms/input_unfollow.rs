//! `input unfollow NAME [OF]`: let an input have its own again.
//!
//! ```text
//! a = { url = "…"; inputs.nixpkgs.follows = "nixpkgs"; };   =>   a = { url = "…"; };
//! ```
//! A set that is left with its address alone becomes one dotted binding where the neighbours are such.
//! Refuses: no input of that name.

use super::input_form::{self, Form};
use super::inputs_changed::{self, FLAKE, Reach};
use crate::diagnostic::Result;
use crate::operation::InputUnfollow;
use crate::plan::{LockWish, Plan, Step};
use crate::project::{Input, Project};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, node_at, span};
use crate::text::Span;

pub(super) fn plan(project: &Project, args: &InputUnfollow) -> Result<Plan> {
    let file = args.file.as_deref().unwrap_or(FLAKE);
    let flake = project.flake_in(file)?;
    inputs_changed::check_known(&flake, &args.name)?;
    let source = project.source(file)?;
    let input = flake.input(&args.name).cloned().unwrap_or_default();
    let meant = |path: &[String]| args.of.as_ref().is_none_or(|of| path.join("/") == *of);
    let follows: Vec<_> = input.inner_follows.iter().filter(|follow| meant(&follow.path)).collect();
    let names: Vec<String> = follows.iter().map(|follow| follow.path.join("/")).collect();
    let mut plan = Plan { summary: format!("{} has its own {} again", args.name, names.join(", ")), ..Plan::default() };
    let bindings: Vec<Span> = follows.iter().map(|follow| follow.target.binding).collect();
    if bindings.is_empty() {
        plan.summary = match &args.of {
            Some(of) => format!("{}'s {of} follows nothing", args.name),
            None => format!("no input of {} follows anything", args.name),
        };
        return Ok(plan);
    }
    plan.steps.push(back_to_dotted(&source, &args.name, &input, &bindings).unwrap_or_else(|| removal(&source, bindings)));
    inputs_changed::finish(project, plan, LockWish::changed(file), Reach::Systems, args.no_lock)
}

/// The bindings go, and the set around them where it would be empty.
fn removal(source: &Source, bindings: Vec<Span>) -> Step {
    let mut out: Vec<Span> = Vec::new();
    for binding in &bindings {
        let mut gone = *binding;
        let mut node = node_at(&source.root, gone);
        while let Some(set) = node.as_ref().and_then(SyntaxNode::parent).filter(|set| set.kind() == SyntaxKind::NODE_ATTR_SET) {
            let whole = set.children().all(|child| span(&child) == gone || bindings.contains(&span(&child)));
            let Some(owner) = set.parent().filter(|owner| whole && owner.kind() == SyntaxKind::NODE_ATTRPATH_VALUE) else { break };
            gone = span(&owner);
            node = Some(owner);
        }
        if !out.contains(&gone) {
            out.push(gone);
        }
    }
    Step::RemoveBindings { file: source.path.clone(), bindings: out }
}

/// `a = { url = "…"; … };` as `a.url = "…";`, where nothing but the address is left and the others
/// with an address alone are written so.
fn back_to_dotted(source: &Source, name: &str, input: &Input, gone: &[Span]) -> Option<Step> {
    let (set, url) = (node_at(&source.root, input.set?)?, input.url.as_ref()?);
    let others = set.children().filter(|child| span(child) != url.binding);
    let only_url = others.into_iter().all(|child| gone.iter().any(|gone| span(&child).contains(*gone)) && all_gone(&child, gone));
    let remarks = set.descendants_with_tokens().any(|element| element.kind() == SyntaxKind::TOKEN_COMMENT);
    let binding = set.parent().filter(|binding| only_url && !remarks && binding.kind() == SyntaxKind::NODE_ATTRPATH_VALUE)?;
    let (path, _) = lookup::binding_parts(&binding)?;
    let found = lookup::find(&source.root, &AttrPath::from_names(["inputs", name])?);
    let place = found.places.iter().find(|place| binding.parent().is_some_and(|around| span(&around) == span(&place.set)))?;
    let others: Vec<_> = input_form::inputs(place).into_iter().filter(|known| known.name != name).collect();
    if input_form::for_new(&others, 1, None) != Form::Dotted || others.is_empty() {
        return None;
    }
    let value = Fragment::value(source.slice(url.value));
    Some(Step::ReplaceBinding { file: source.path.clone(), binding: span(&binding), path: path.child("url"), value })
}

/// Whether all that a binding says is among what goes.
fn all_gone(binding: &SyntaxNode, gone: &[Span]) -> bool {
    if gone.contains(&span(binding)) {
        return true;
    }
    let Some((_, value)) = lookup::binding_parts(binding) else { return false };
    value.kind() == SyntaxKind::NODE_ATTR_SET && value.children().all(|child| all_gone(&child, gone))
}
