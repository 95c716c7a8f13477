//! `input remove NAME`: remove a flake input, however its parts are written.
//!
//! ```text
//! { a.url = "…"; b.url = "…"; b.flake = false; }   =>   { a.url = "…"; }
//! ```
//! Refuses: other inputs follow it.

use crate::diagnostic::{Code, Result};
use crate::operation::InputRemove;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::lookup::{self, Found};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, span};

pub(super) fn plan(project: &Project, args: &InputRemove) -> Result<Plan> {
    let source = project.source(args.file.as_deref().unwrap_or("flake.nix"))?;
    let path = AttrPath::from_names(["inputs", &args.name]).unwrap_or_else(|| unreachable!("two names"));
    let found = lookup::find(&source.root, &path);
    let bindings: Vec<_> = found.definitions.iter().chain(&found.below).map(|d| span(&d.binding)).collect();
    refuse_doubles(&source, &found)?;
    let mut plan = Plan { summary: format!("removed input {}", args.name), ..Plan::default() };
    if bindings.is_empty() {
        plan.summary = format!("there is no input {}", args.name);
    } else {
        plan.steps.push(Step::RemoveBindings { file: source.path.clone(), bindings });
    }
    Ok(plan)
}

/// A file that states an attribute of the input twice is none that Nix reads: which is meant?
fn refuse_doubles(source: &Source, found: &Found) -> Result<()> {
    let all: Vec<_> = found.definitions.iter().chain(&found.below).collect();
    for definition in &all {
        let path = lookup::full_path(&definition.binding);
        let same: Vec<_> = all.iter().filter(|other| lookup::full_path(&other.binding) == path).map(|d| &d.binding).collect();
        if same.len() > 1 && definition.value.kind() != SyntaxKind::NODE_ATTR_SET {
            let message = format!("{} is set {} times in {}", path.join("."), same.len(), source.path);
            let mut error = super::candidates::several(source, &message, Code::OptionDuplicate, same.into_iter());
            error.help = Some("remove one of them first: Nix refuses the file as it is".to_owned());
            return Err(error);
        }
    }
    Ok(())
}
