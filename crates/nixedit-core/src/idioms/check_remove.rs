//! `check remove NAME`: drop a check of the flake.
//!
//! ```text
//! checks.${system} = { a = …; b = …; };   =>   checks.${system} = { a = …; };
//! ```
//! What nothing reads any more goes along.

use super::{flake_outputs, prune};
use crate::diagnostic::Result;
use crate::operation::CheckRemove;
use crate::plan::{Expect, Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::{AttrPath, quoted_name};
use crate::syntax::{lookup, span};

pub(super) fn plan(project: &Project, args: &CheckRemove) -> Result<Plan> {
    let source = project.source("flake.nix")?;
    let path = AttrPath::parse(&quoted_name(&args.name))?;
    let in_sets = flake_outputs::sets(&source, "checks").into_iter().flat_map(|set| lookup::find_in(&set, &path).definitions);
    let mut gone: Vec<_> = in_sets.map(|found| span(&found.binding)).collect();
    let dotted = flake_outputs::bindings(&source, "checks").into_iter();
    gone.extend(dotted.filter(|(_, path, _)| path.names().len() == 3 && path.last() == args.name).map(|(binding, _, _)| span(&binding)));
    let mut plan = Plan { summary: format!("removed the check {}", args.name), ..Plan::default() };
    if gone.is_empty() {
        plan.summary = format!("flake.nix has no check called {}", args.name);
        return Ok(plan);
    }
    plan.steps = prune::unused(&source, &gone);
    plan.steps.push(Step::RemoveBindings { file: source.path.clone(), bindings: gone });
    plan.targets.push(flake_outputs::target(project, "checks", None, "builtins.attrNames c", Expect::Changed));
    Ok(plan)
}
