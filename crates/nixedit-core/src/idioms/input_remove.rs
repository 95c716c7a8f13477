//! `input remove NAME`: remove a flake input, however its parts are written.
//!
//! ```text
//! { a.url = "…"; b.url = "…"; b.flake = false; }   =>   { a.url = "…"; }
//! ```
//! Refuses: something reads the input, or other inputs follow it (without `--file`: a file alone does
//! not tell); an attribute of it that is stated twice.

use crate::diagnostic::{Code, Diagnostic, Result};
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
        if args.file.is_none() {
            refuse_used(project, &args.name)?;
        }
        plan.steps.push(Step::RemoveBindings { file: source.path.clone(), bindings });
    }
    Ok(plan)
}

/// Without the input, whatever reads it would not evaluate.
fn refuse_used(project: &Project, name: &str) -> Result<()> {
    let uses = project.input_uses(name)?;
    if uses.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<String> = Vec::new();
    for place in &uses {
        let line = project.source(&place.file)?.file_line(place.span.start);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let mut error = Diagnostic::new(Code::InputUsed, format!("input '{name}' is used at {}", lines.join(", ")));
    for place in &uses {
        error = error.at(&place.file, &project.source(&place.file)?.text, place.span, "here");
    }
    Err(error.help("take these uses out first").candidates(lines))
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
