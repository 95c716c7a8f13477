//! `input follow NAME OF TARGET`: let an input's own input follow one of ours.
//!
//! ```text
//! a.url = "…";   =>   a = {
//!                       url = "…";
//!                       inputs.nixpkgs.follows = "nixpkgs";
//!                     };
//! ```
//! Refuses: no input of that name; nothing of the name that is to be followed; an input of which it is
//! written that its own inputs stay its own (without `--force`).

use super::inputs_changed::{self, FLAKE, Reach};
use super::{input_apart, input_form};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::InputFollow;
use crate::plan::{LockWish, Place, Plan, Step};
use crate::project::{Flake, Project};
use crate::syntax::attr_path::{AttrPath, quoted_name, quoted_string};
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::{self, Definition, Found};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, scope, span};
use crate::text::Span;

pub(super) fn plan(project: &Project, args: &InputFollow) -> Result<Plan> {
    let file = args.file.as_deref().unwrap_or(FLAKE);
    let source = project.source(file)?;
    let full = full_path(&args.name, &args.of);
    if let Some(flake) = project.flake_in(file).ok().filter(|flake| flake.outputs.is_some()) {
        inputs_changed::check_known(&flake, &args.name)?;
        inputs_changed::check_target(&flake, &args.target)?;
        check_apart(project, &source, &flake, args)?;
    }
    let mut plan = Plan { summary: format!("{}'s {} follows {}", args.name, args.of, args.target), ..Plan::default() };
    if let Some(known) = lookup::find(&source.root, &full).definitions.first() {
        let target = Fragment::string(&args.target);
        if known.value.text() != target.text() {
            plan.steps.push(Step::Replace { file: source.path.clone(), at: span(&known.value), with: target });
        }
    } else {
        plan.steps = insertion(&source, &args.name, &[(args.of.clone(), args.target.clone())])?;
    }
    let wish = LockWish { inner: vec![(args.name.clone(), args.of.clone())], ..LockWish::changed(file) };
    inputs_changed::finish(project, plan, wish, Reach::Systems, args.no_lock)
}

/// Refuses where it is written that the input's own inputs stay its own.
fn check_apart(project: &Project, source: &Source, flake: &Flake, args: &InputFollow) -> Result<()> {
    let input = flake.input(&args.name).filter(|_| !args.force);
    let Some((input, why)) = input.and_then(|input| Some((input, input_apart::why(project, source, input)?))) else { return Ok(()) };
    let mut error = Diagnostic::new(Code::InputNeverFollow, format!("the inputs of '{}' are to stay its own: {why}", args.name));
    if let Some(at) = input.bindings.first() {
        error = error.at(&source.path, &source.text, *at, "here");
    }
    Err(error.help("insist with --force"))
}

/// The steps that let inputs of `name` follow, each pair one of its inputs and its target; none of
/// them follows anything yet.
pub(super) fn insertion(source: &Source, name: &str, pairs: &[(String, String)]) -> Result<Vec<Step>> {
    let Some((first, _)) = pairs.first() else { return Ok(Vec::new()) };
    let full = full_path(name, first);
    let found = lookup::find(&source.root, &full);
    let inside = found.places.iter().filter(|place| place.rest.len() <= 3).min_by_key(|place| place.rest.len());
    if let Some(place) = inside {
        return Ok(vec![bindings(source, span(&place.set), name, pairs, 5 - place.rest.len())]);
    }
    let all = lookup::find(&source.root, &inputs_changed::path_of(name)?);
    let dotted = all.deepest().first().is_some_and(|place| input_form::follows_are_dotted(&input_form::inputs(place)));
    match all.below.as_slice() {
        [] => implicit(source, name, pairs, &all),
        [only] if !dotted && is_direct(only) => into_set(source, pairs, only),
        [first, ..] => Ok(vec![beside(source, first, name, pairs)]),
    }
}

/// Whether a binding in a set is of the input itself, as its `url` is.
fn is_direct(only: &Definition) -> bool {
    let in_set = only.binding.parent().is_some_and(|parent| parent.kind() == SyntaxKind::NODE_ATTR_SET);
    in_set && lookup::full_path(&only.binding).len() == 3
}

fn full_path(name: &str, of: &str) -> AttrPath {
    AttrPath::from_names(["inputs", name, "inputs", of, "follows"]).unwrap_or_else(|| unreachable!("five names"))
}

/// The bindings in one set, without the names in front that the set stands for.
fn bindings(source: &Source, set: Span, name: &str, pairs: &[(String, String)], skipped: usize) -> Step {
    let one = |(of, target): &(String, String)| {
        let full = full_path(name, of);
        (AttrPath::from_names(full.names()[skipped..].to_vec()).unwrap_or(full), Fragment::string(target))
    };
    let file = source.path.clone();
    match pairs {
        [pair] => {
            let (path, value) = one(pair);
            Step::InsertBinding { file, set, path, value, place: Place::Fitting, comment: None }
        }
        several => Step::InsertBindings { file, set, bindings: several.iter().map(one).collect(), place: Place::Fitting },
    }
}

/// `a.url = "…";` becomes `a = { url = "…"; inputs.… };`.
fn into_set(source: &Source, pairs: &[(String, String)], only: &Definition) -> Result<Vec<Step>> {
    let Some((path, value)) = lookup::binding_parts(&only.binding) else { return Ok(Vec::new()) };
    let kept = AttrPath::from_names(path.names()[..path.names().len() - 1].to_vec());
    let Some(kept) = kept else { return Ok(Vec::new()) };
    let follows = pairs.iter().map(|(of, target)| format!("inputs.{}.follows = {};", quoted_name(of), quoted_string(target)));
    let own = format!("{} = {};", quoted_name(path.last()), value.text());
    let body: Vec<String> = std::iter::once(own).chain(follows).collect();
    let set = Fragment::parse(&format!("{{\n  {}\n}}", body.join("\n  ")))?;
    Ok(vec![Step::ReplaceBinding { file: source.path.clone(), binding: span(&only.binding), path: kept, value: set }])
}

/// An input without a URL, which Nix takes from the registry, is one when `outputs` asks for it.
fn implicit(source: &Source, name: &str, pairs: &[(String, String)], found: &Found) -> Result<Vec<Step>> {
    let outputs = AttrPath::parse("outputs")?;
    let functions = lookup::find(&source.root, &outputs).definitions;
    let asked = functions.iter().filter_map(|d| d.value.first_child()).any(|pattern| scope::parameter_names(&pattern).contains(name));
    match found.deepest().first().filter(|_| asked) {
        Some(place) => Ok(vec![bindings(source, span(&place.set), name, pairs, 2 - place.rest.len().min(2))]),
        None => Err(Diagnostic::new(Code::InputMissing, format!("there is no input '{name}'"))),
    }
}

/// Beside the first binding of the input; what that leaves out in front, these leave out too.
fn beside(source: &Source, first: &Definition, name: &str, pairs: &[(String, String)]) -> Step {
    let set = first.binding.parent().map_or(span(&source.root), |p| span(&p));
    let own = lookup::binding_parts(&first.binding).map_or(1, |(path, _)| path.names().len());
    bindings(source, set, name, pairs, lookup::full_path(&first.binding).len().saturating_sub(own))
}
