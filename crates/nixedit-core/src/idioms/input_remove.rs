//! `input remove NAME`: remove a flake input, however its parts are written.
//!
//! ```text
//! { a.url = "…"; b.url = "…"; b.flake = false; }   =>   { a.url = "…"; }
//! ```
//! Refuses: other inputs follow it.

use crate::diagnostic::Result;
use crate::operation::InputRemove;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::lookup;
use crate::syntax::span;

pub(super) fn plan(project: &Project, args: &InputRemove) -> Result<Plan> {
    let source = project.source(args.file.as_deref().unwrap_or("flake.nix"))?;
    let path = AttrPath::from_names(["inputs", &args.name]).unwrap_or_else(|| unreachable!("two names"));
    let found = lookup::find(&source.root, &path);
    let bindings: Vec<_> = found.definitions.iter().chain(&found.below).map(|d| span(&d.binding)).collect();
    let mut plan = Plan { summary: format!("removed input {}", args.name), ..Plan::default() };
    if bindings.is_empty() {
        plan.summary = format!("there is no input {}", args.name);
    } else {
        plan.steps.push(Step::RemoveBindings { file: source.path.clone(), bindings });
    }
    Ok(plan)
}
