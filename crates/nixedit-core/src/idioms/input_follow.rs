//! `input follow NAME OF TARGET`: let an input's own input follow one of ours.
//!
//! ```text
//! a.url = "…";   =>   a = {
//!                       url = "…";
//!                       inputs.nixpkgs.follows = "nixpkgs";
//!                     };
//! ```
//! Refuses: no input of that name; it already follows something else.

use super::input_form;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::InputFollow;
use crate::plan::{Place, Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::{AttrPath, quoted_name, quoted_string};
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::{self, Definition, Found};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, scope, span};

pub(super) fn plan(project: &Project, args: &InputFollow) -> Result<Plan> {
    let source = project.source(args.file.as_deref().unwrap_or("flake.nix"))?;
    let full = AttrPath::from_names(["inputs", &args.name, "inputs", &args.of, "follows"]).unwrap_or_else(|| unreachable!("five names"));
    let target = Fragment::string(&args.target);
    let mut plan = Plan { summary: format!("{}'s {} follows {}", args.name, args.of, args.target), ..Plan::default() };
    if let Some(known) = lookup::find(&source.root, &full).definitions.first() {
        if known.value.text() != target.text() {
            plan.steps.push(Step::Replace { file: source.path.clone(), at: span(&known.value), with: target });
        }
        return Ok(plan);
    }
    plan.steps = insertion(&source, args, &full, target)?;
    Ok(plan)
}

fn insertion(source: &Source, args: &InputFollow, full: &AttrPath, target: Fragment) -> Result<Vec<Step>> {
    let found = lookup::find(&source.root, full);
    let inside = found.places.iter().filter(|place| place.rest.len() <= 3).min_by_key(|place| place.rest.len());
    if let Some(place) = inside {
        let path = AttrPath::from_names(place.rest.clone()).unwrap_or_else(|| full.clone());
        return Ok(vec![Step::InsertBinding {
            file: source.path.clone(),
            set: span(&place.set),
            path,
            value: target,
            place: Place::Fitting,
            comment: None,
        }]);
    }
    let input = AttrPath::from_names(["inputs", &args.name]).unwrap_or_else(|| full.clone());
    let parts = lookup::find(&source.root, &input).below;
    let all = lookup::find(&source.root, &input);
    let dotted = all.deepest().first().is_some_and(|place| input_form::follows_are_dotted(&input_form::inputs(place)));
    match parts.as_slice() {
        [] => implicit(source, args, &all, full, target),
        [only] if !dotted && only.binding.parent().is_some_and(|p| p.kind() == SyntaxKind::NODE_ATTR_SET) => into_set(source, args, only),
        [first, ..] => Ok(vec![beside(source, first, full, target)]),
    }
}

/// `a.url = "…";` becomes `a = { url = "…"; inputs.… };`.
fn into_set(source: &Source, args: &InputFollow, only: &Definition) -> Result<Vec<Step>> {
    let Some((path, value)) = lookup::binding_parts(&only.binding) else { return Ok(Vec::new()) };
    let kept = AttrPath::from_names(path.names()[..path.names().len() - 1].to_vec());
    let Some(kept) = kept else { return Ok(Vec::new()) };
    let body = format!(
        "{} = {};\n  inputs.{}.follows = {};",
        quoted_name(path.last()),
        value.text(),
        quoted_name(&args.of),
        quoted_string(&args.target)
    );
    let set = Fragment::parse(&format!("{{\n  {body}\n}}"))?;
    Ok(vec![Step::ReplaceBinding { file: source.path.clone(), binding: span(&only.binding), path: kept, value: set }])
}

/// An input without a URL, which Nix takes from the registry, is one when `outputs` asks for it.
fn implicit(source: &Source, args: &InputFollow, found: &Found, full: &AttrPath, target: Fragment) -> Result<Vec<Step>> {
    let outputs = AttrPath::from_names(["outputs"]).unwrap_or_else(|| full.clone());
    let functions = lookup::find(&source.root, &outputs).definitions;
    let asked = functions.iter().filter_map(|d| d.value.first_child()).any(|pattern| scope::parameter_names(&pattern).contains(&args.name));
    match found.deepest().first().filter(|_| asked) {
        Some(place) => {
            let path = AttrPath::from_names(full.names()[2 - place.rest.len().min(2)..].to_vec()).unwrap_or_else(|| full.clone());
            let set = span(&place.set);
            Ok(vec![Step::InsertBinding { file: source.path.clone(), set, path, value: target, place: Place::Fitting, comment: None }])
        }
        None => Err(Diagnostic::new(Code::InputMissing, format!("there is no input '{}'", args.name))),
    }
}

fn beside(source: &Source, first: &Definition, full: &AttrPath, target: Fragment) -> Step {
    let set = first.binding.parent().map_or(span(&source.root), |p| span(&p));
    let own = lookup::binding_parts(&first.binding).map_or(1, |(path, _)| path.names().len());
    // The part below `inputs` is five names; what the neighbour leaves out, this leaves out too.
    let skipped = 3usize.saturating_sub(own);
    let path = AttrPath::from_names(full.names()[skipped..].to_vec()).unwrap_or_else(|| full.clone());
    Step::InsertBinding { file: source.path.clone(), set, path, value: target, place: Place::Fitting, comment: None }
}
