//! `option unset PATH`: remove an attribute's binding, so that its default holds again.
//!
//! ```text
//! { a = 1; b = 2; }   =>   { a = 1; }
//! ```
//! With no binding of its own, all bindings below the path go. Refuses: several bindings in equal
//! standing; an inherited attribute.

use super::candidates;
use crate::diagnostic::{Code, Result};
use crate::operation::OptionUnset;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::syntax::lookup;
use crate::syntax::parse::Source;
use crate::syntax::span;
use crate::text::Span;

pub(super) fn plan(project: &Project, args: &OptionUnset) -> Result<Plan> {
    let source = super::place::file(project, &args.hosts, args.file.as_deref(), &args.path)?;
    let bindings = bindings(&source, args)?;
    let mut plan = Plan { summary: format!("removed {} from {}", args.path, source.path), ..Plan::default() };
    if bindings.is_empty() {
        plan.summary = format!("{} does not set {}", source.path, args.path);
    } else {
        plan.steps.push(Step::RemoveBindings { file: source.path.clone(), bindings });
        plan.targets = super::place::questions(project, &args.hosts, &source.path, &args.path)?;
        plan.hosts.clone_from(&args.hosts.names);
    }
    Ok(plan)
}

fn bindings(source: &Source, args: &OptionUnset) -> Result<Vec<Span>> {
    let found = lookup::find(&source.root, &args.path);
    if let Some(definition) = candidates::definition(source, &args.path, args.at)? {
        let mut all = vec![span(&definition.binding)];
        all.extend(found.below.iter().map(|d| span(&d.binding)));
        return Ok(all);
    }
    if let Some(entry) = found.inherited.first() {
        let message = format!("{} is inherited at {}", args.path, source.file_line(span(entry).start));
        return Err(source.error(Code::ShapeUnsupported, message, span(entry), "here").help("take the name out of the inherit"));
    }
    Ok(found.below.iter().map(|d| span(&d.binding)).collect())
}
