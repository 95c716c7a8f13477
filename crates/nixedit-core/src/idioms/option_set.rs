//! `option set PATH VALUE`: give an attribute a value, in place or as a new binding.
//!
//! ```text
//! services.openssh.enable = lib.mkDefault false;   =>   services.openssh.enable = lib.mkDefault true;
//! ```
//! A value keeps its `mkForce`, `mkDefault` or `mkIf`. A new binding goes into the deepest set on
//! the path, beside bindings of the same head.
//!
//! Refuses: the path is set in several places; it is inherited; something on the way is no set.

use super::candidates;
use crate::diagnostic::{Code, Result};
use crate::operation::OptionSet;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::body::{self, Wrapper};
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::{self, Found, SetPlace};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, span};

pub(super) fn plan(project: &Project, args: &OptionSet) -> Result<Plan> {
    let source = super::place::file(project, &args.hosts, args.file.as_deref(), &args.path)?;
    let value = super::list_add::fragment(&args.value, args.nix)?;
    let mut plan = Plan { summary: format!("set {} = {} in {}", args.path, value.text(), source.path), ..Plan::default() };
    plan.steps = steps(&source, args, value)?;
    if plan.steps.is_empty() {
        plan.summary = format!("{} is already so in {}", args.path, source.path);
    } else {
        plan.targets = super::place::questions(project, &args.hosts, &source.path, &args.path)?;
        plan.hosts.clone_from(&args.hosts.names);
    }
    Ok(plan)
}

pub(super) fn steps(source: &Source, args: &OptionSet, value: Fragment) -> Result<Vec<Step>> {
    match candidates::definition(source, &args.path, args.at)? {
        Some(found) => {
            let old = body::below_priority(&found.value);
            let same = old.text() == value.text();
            Ok(if same { Vec::new() } else { vec![Step::Replace { file: source.path.clone(), at: span(&old), with: value }] })
        }
        None => Ok(vec![insertion(source, args, value)?]),
    }
}

/// A new binding in the deepest set that the path leads through.
fn insertion(source: &Source, args: &OptionSet, value: Fragment) -> Result<Step> {
    let found = lookup::find(&source.root, &args.path);
    if let Some(entry) = found.inherited.first() {
        let message = format!("{} is inherited at {}", args.path, source.file_line(span(entry).start));
        return Err(source.error(Code::ShapeUnsupported, message, span(entry), "here").help("replace the inherit by a binding first"));
    }
    if let Some(below) = found.below.first().filter(|_| value.kind() != SyntaxKind::NODE_ATTR_SET) {
        let message = format!("{} has attributes of its own in {}; it cannot become a plain value", args.path, source.path);
        return Err(source.error(Code::TypeMismatch, message, span(&below.binding), "one of them").help("unset them first"));
    }
    let place = best_place(source, &found, args)?;
    let path = AttrPath::from_names(place.rest.clone()).unwrap_or_else(|| args.path.clone());
    Ok(Step::InsertBinding {
        file: source.path.clone(),
        set: span(&place.set),
        path,
        value,
        place: args.place.clone(),
        comment: args.comment.clone(),
    })
}

/// The set to insert into: the deepest; the one that has the named neighbour; an unconditional one.
fn best_place<'a>(source: &Source, found: &'a Found, args: &OptionSet) -> Result<&'a SetPlace> {
    let mut deepest = found.deepest();
    if let Some(line) = args.at {
        let covers = |place: &&SetPlace| {
            let lines = |offset| crate::text::position(&source.text, offset).line;
            lines(span(&place.set).start) <= line && line <= lines(span(&place.set).end)
        };
        deepest = found.places.iter().filter(covers).collect();
        deepest.sort_by_key(|place| span(&place.set).len());
        deepest.truncate(1);
    }
    let conditional = |place: &SetPlace| place.wrappers.iter().any(|w| matches!(w, Wrapper::Condition(_) | Wrapper::Call(_)));
    let best = deepest.iter().find(|place| !conditional(place)).or(deepest.first());
    best.copied().ok_or_else(|| {
        source
            .error(
                Code::ShapeUnsupported,
                format!("{} is not an attribute set", source.path),
                span(&source.root),
                "nothing to put a binding into",
            )
            .help("name the file that holds the option with --file")
    })
}
