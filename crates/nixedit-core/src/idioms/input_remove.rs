//! `input remove NAME`: remove a flake input, however its parts are written.
//!
//! ```text
//! { a.url = "…"; b.url = "…"; b.flake = false; }   =>   { a.url = "…"; }
//! ```
//! With `--prune-uses` what reads it goes too, where that is an element of a list, a name in the pattern of
//! `outputs` or something that follows it. Refuses: something else reads the input, or other inputs follow it (without `--file`: a file alone does
//! not tell); an attribute of it that is stated twice.

use super::input_prune;
use super::inputs_changed::{self, FLAKE, Reach};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::InputRemove;
use crate::plan::{LockWish, Plan, Step};
use crate::project::{Place, Project};
use crate::syntax::lookup::{self, Found};
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, span};

pub(super) fn plan(project: &Project, args: &InputRemove) -> Result<Plan> {
    let file = args.file.as_deref().unwrap_or(FLAKE);
    let source = project.source(file)?;
    let path = inputs_changed::path_of(&args.name)?;
    let found = lookup::find(&source.root, &path);
    let bindings: Vec<_> = found.definitions.iter().chain(&found.below).map(|d| span(&d.binding)).collect();
    refuse_doubles(&source, &found)?;
    let mut plan = Plan { summary: format!("removed input {}", args.name), ..Plan::default() };
    if bindings.is_empty() {
        plan.summary = format!("there is no input {}", args.name);
    } else {
        plan.steps.push(Step::RemoveBindings { file: source.path.clone(), bindings });
        if args.file.is_none() {
            let uses = project.input_uses(&args.name)?;
            // A name of a pattern that nothing reads is no use; left there, it would be looked for elsewhere.
            let named_only = unread_parameter(project, file, &args.name).is_some() && uses.len() == 1;
            let (steps, left) = match args.prune_uses || named_only {
                true => input_prune::steps(project, &project.flake()?, &args.name, &uses)?,
                false => (Vec::new(), uses.clone()),
            };
            refuse_used(project, &args.name, &left, args.prune_uses)?;
            for place in uses.iter().filter(|_| !named_only) {
                plan.lines.push(format!("and its use at {}", project.source(&place.file)?.file_line(place.span.start)));
            }
            plan.lines.dedup();
            plan.steps.extend(steps);
        } else {
            plan.steps.extend(unread_parameter(project, file, &args.name));
        }
    }
    inputs_changed::finish(project, plan, LockWish::changed(file), Reach::Hosts, args.no_lock)
}

/// The step that takes the input's name out of the pattern of `outputs`, where nothing reads it.
fn unread_parameter(project: &Project, file: &str, name: &str) -> Option<Step> {
    let head = project.flake_in(file).ok()?.outputs?;
    let source = project.source(file).ok()?;
    let is_named = head.names.iter().any(|(known, _)| known == name);
    let mut idents = source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_IDENT && node.text() == name);
    let is_read = idents.any(|ident| scope::is_variable(&ident) && matches!(scope::meaning(&ident, name), Meaning::Lexical(_)));
    (is_named && !is_read).then(|| Step::RemoveParameter { file: file.to_owned(), function: head.function, name: name.to_owned() })
}

/// How many uses are shown with their text; all are named.
const SHOWN: usize = 3;

/// Without the input, whatever reads it would not evaluate.
fn refuse_used(project: &Project, name: &str, uses: &[Place], pruned: bool) -> Result<()> {
    if uses.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<String> = Vec::new();
    for place in uses {
        let line = project.source(&place.file)?.file_line(place.span.start);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let mut error = Diagnostic::new(Code::InputUsed, format!("input '{name}' is used at {}", lines.join(", ")));
    for place in uses.iter().take(SHOWN) {
        error = error.at(&place.file, &project.source(&place.file)?.text, place.span, "here");
    }
    let error = error.candidates(lines);
    Err(match pruned {
        true => error.help("these are more than an element of a list; take them out by hand first"),
        false => error.help("take these uses out first, or with it: --prune-uses"),
    })
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
