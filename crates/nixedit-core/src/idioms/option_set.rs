//! `option set PATH VALUE`: give an attribute a value, in place or as a new binding.
//!
//! ```text
//! services.openssh.enable = lib.mkDefault false;   =>   services.openssh.enable = lib.mkDefault true;
//! ```
//! A value keeps its `mkForce`, `mkDefault` or `mkIf`. A new binding goes into the deepest set on
//! the path, beside bindings of the same head.
//!
//! An option that a module of the flake declares which the host does not have brings that module's
//! import along.
//!
//! Refuses: the path is set in several places and the value does not tell which is meant; it is inherited; something on the way is no set.

use super::{
    arguments, candidates, host_modules, option_import, option_value, revised_value, secret_reference, set_attributes, shared_option,
    table_fed,
};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::OptionSet;
use crate::plan::{Note, Place, Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::body::{self, Wrapper};
use crate::syntax::fragment::Fragment;
use crate::syntax::indented::canonical;
use crate::syntax::lookup::{self, Found, SetPlace};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, span};

pub(super) fn plan(project: &Project, args: &OptionSet) -> Result<Plan> {
    let missing = option_import::missing(project, args)?;
    let source = match &missing {
        Some(missing) if args.file.is_none() => missing.source(project),
        _ => super::place::file(project, &args.hosts, args.file.as_deref(), &args.path),
    };
    let source = match source {
        Ok(source) => source,
        Err(refusal) => return shared_option::instead(project, args, table_fed::instead(project, args, refusal)),
    };
    let mut plan = match &args.secret {
        Some(name) => to_secret(project, &source, args, name)?,
        None => to_value(project, &source, args, option_value::fragment(project, &source, args)?)?,
    };
    if let Some(missing) = missing.filter(|_| !plan.steps.is_empty()) {
        missing.import(project, &mut plan)?;
    }
    Ok(plan)
}

fn to_value(project: &Project, source: &Source, args: &OptionSet, value: Fragment) -> Result<Plan> {
    let mut plan = Plan { summary: format!("set {} = {} in {}", args.path, value.text(), source.path), ..Plan::default() };
    let hosts = host_modules::named(project, &args.hosts)?;
    let steps = steps(source, args, value)?;
    plan.steps = match hosts.first() {
        Some(host) => arguments::with_needed(Some(host), source, steps)?,
        None => arguments::with_needed_in_file(source, steps)?,
    };
    if plan.steps.is_empty() {
        plan.summary = format!("{} is already so in {}", args.path, source.path);
    } else {
        plan.notes.extend(table_fed::note(project, args, &plan.steps));
        plan.notes.extend(only_where(source, args, &plan.steps));
        plan.targets = super::place::questions(project, &args.hosts, &source.path, &args.path)?;
        plan.hosts.clone_from(&args.hosts.names);
    }
    Ok(plan)
}

/// That a value counts only under the conditions that stand around it.
fn only_where(source: &Source, args: &OptionSet, steps: &[Step]) -> Option<Note> {
    let [Step::Replace { at, .. }, ..] = steps else { return None };
    let found = candidates::definitions(source, &args.path).into_iter().find(|found| span(&found.value).contains(*at))?;
    let own = body::condition(&found.value).filter(|condition| !at.contains(span(condition)));
    let conditions = body::conditions_of(&found.wrappers.into_iter().chain(own.map(Wrapper::Condition)).collect::<Vec<_>>());
    let line = source.file_line(span(&found.binding).start);
    let message = format!("{} is set only where {} ({line})", args.path, conditions.join(" and "));
    (!conditions.is_empty()).then(|| Note { code: "under-condition".to_owned(), message })
}

/// The option becomes the path of a secret.
fn to_secret(project: &Project, source: &Source, args: &OptionSet, name: &str) -> Result<Plan> {
    let secret = secret_reference::of(project, source, args, name)?;
    let mut plan = to_value(project, source, args, secret.expression()?)?;
    if !plan.steps.is_empty() {
        secret.prove(args, &mut plan);
    }
    Ok(plan)
}

pub(super) fn steps(source: &Source, args: &OptionSet, value: Fragment) -> Result<Vec<Step>> {
    let found = candidates::definition(source, &args.path, args.at).or_else(|error| {
        let revised = revised_value::choose(&candidates::definitions(source, &args.path), &value).filter(|_| args.at.is_none());
        revised.map(Some).ok_or(error)
    })?;
    match found {
        Some(found) => {
            let old = replaced(&found.value, &value);
            let argument = old.parent().is_some_and(|parent| parent.kind() == SyntaxKind::NODE_APPLY);
            let value = if argument { value.as_element() } else { value };
            let same = old.text() == value.text() || canonical(&old) == canonical(&value.node());
            Ok(if same { Vec::new() } else { vec![Step::Replace { file: source.path.clone(), at: span(&old), with: value }] })
        }
        None => match set_attributes::apart(source, &args.path, &value) {
            Some(each) => set_attributes::steps(source, args, each),
            None => Ok(vec![insertion(source, args, value)?]),
        },
    }
}

/// What a new value takes the place of: the old one without its `mkForce`, `mkDefault` or `mkIf`.
/// A value that brings its own priority takes the old one's place too, but not that of its `mkIf`.
fn replaced(old: &SyntaxNode, value: &Fragment) -> SyntaxNode {
    let new = value.node();
    match body::wrapper_name(&new) {
        None => body::below_priority(old),
        Some(name) if name == "mkIf" => old.clone(),
        Some(_) => body::below_condition(old),
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
    // Names keep the quotes that they were typed with.
    let path = match place.rest.len() <= args.path.names().len() {
        true => args.path.tail(place.rest.len()),
        false => AttrPath::from_names(place.rest.clone()).unwrap_or_else(|| args.path.clone()),
    };
    Ok(Step::InsertBinding {
        file: source.path.clone(),
        set: span(&place.set),
        path,
        value,
        place: args.place.clone(),
        comment: args.comment.clone(),
    })
}

/// The set to insert into: that at the line told; that which has the neighbour told; else the
/// deepest that the path leads to, an unconditional one before others.
fn best_place(source: &Source, found: &Found, args: &OptionSet) -> Result<SetPlace> {
    if let Some(line) = args.at {
        return candidates::set_at(source, &args.path, line).ok_or_else(|| no_set(source));
    }
    let elsewhere = lookup::find_elsewhere(&source.root, &args.path);
    if let Place::After(name) | Place::Before(name) = &args.place
        && let Some(place) = beside(found, &elsewhere, name)
    {
        return Ok(place);
    }
    let deepest = found.deepest();
    let left = |place: Option<&SetPlace>| place.map_or(usize::MAX, |place| place.rest.len());
    if left(elsewhere.first()) < left(deepest.first().copied()) {
        return match elsewhere.as_slice() {
            [only] => Ok(only.clone()),
            all => {
                let message = format!("{} leads into {} sets in {}", args.path, all.len(), source.path);
                Err(candidates::several(source, &message, Code::OptionDuplicate, all.iter().map(|place| &place.set)))
            }
        };
    }
    let conditional = |place: &SetPlace| place.wrappers.iter().any(|w| matches!(w, Wrapper::Condition(_) | Wrapper::Call(_)));
    let best = deepest.iter().find(|place| !conditional(place)).or(deepest.first());
    best.map(|place| (*place).clone()).ok_or_else(|| no_set(source))
}

/// The one set, deepest first, that has a binding of this name.
fn beside(found: &Found, elsewhere: &[SetPlace], name: &str) -> Option<SetPlace> {
    let mut holders: Vec<&SetPlace> = found.places.iter().chain(elsewhere).filter(|place| lookup::has_binding(&place.set, name)).collect();
    holders.sort_by_key(|place| place.rest.len());
    holders.first().map(|place| (*place).clone())
}

fn no_set(source: &Source) -> Box<Diagnostic> {
    source
        .error(
            Code::ShapeUnsupported,
            format!("{} is not an attribute set", source.path),
            span(&source.root),
            "nothing to put a binding into",
        )
        .help("name the file that holds the option with --file")
}
