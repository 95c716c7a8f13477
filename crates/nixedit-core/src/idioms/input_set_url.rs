//! `input set-url NAME URL`: let an input point elsewhere, or at a branch, tag or revision.
//!
//! ```text
//! a.url = "github:o/a";   =>   a.url = "github:o/a/v1";
//! ```
//! Refuses: no input of that name; one that has no address of its own; an address that is none.

use super::inputs_changed::{self, FLAKE, Reach};
use super::{input_address, input_pin, registry};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::InputSetUrl;
use crate::plan::{LockWish, Plan, Step};
use crate::project::{Input, Project};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;

pub(super) fn plan(project: &Project, args: &InputSetUrl) -> Result<Plan> {
    let file = args.file.as_deref().unwrap_or(FLAKE);
    let flake = project.flake_in(file)?;
    inputs_changed::check_known(&flake, &args.name)?;
    let input = flake.input(&args.name).cloned().unwrap_or_default();
    let Some(stated) = &input.url else { return Err(no_address(&project.source(file)?, &args.name, &input)) };
    let url = args.url.as_deref().unwrap_or(&stated.text);
    let url = input_pin::pinned(url, args.reference.as_deref(), args.rev.as_deref())?;
    input_address::check(&args.name, &url)?;
    let mut plan = Plan { summary: format!("input {} points to {url}", args.name), ..Plan::default() };
    plan.notes.extend(input_address::remark(&url));
    if url == stated.text {
        plan.summary = format!("input {} already points to {url}", args.name);
        return Ok(plan);
    }
    plan.lines.push(format!("{} → {url}", stated.text));
    plan.steps.push(Step::Replace { file: file.to_owned(), at: stated.value, with: Fragment::string(&url) });
    if args.why.is_some() || args.until.is_some() {
        let hosts: Vec<String> = project.hosts()?.into_iter().map(|host| host.name).collect();
        let row = registry::Row { hold: &args.name, file, hosts: &hosts, why: args.why.as_deref(), until: args.until.as_deref() };
        plan.steps.extend(registry::added(project, &row)?);
    }
    inputs_changed::finish(project, plan, LockWish::changed(file), Reach::Systems, args.no_lock)
}

fn no_address(source: &Source, name: &str, input: &Input) -> Box<Diagnostic> {
    match &input.follows {
        Some(follows) => {
            let message = format!("input '{name}' stands for '{}' and has no address of its own", follows.text);
            source.error(Code::ShapeUnsupported, message, follows.binding, "here")
        }
        None => Diagnostic::new(Code::ShapeUnsupported, format!("input '{name}' has no address; Nix takes it from the registry"))
            .help(format!("nixedit input add {name} URL")),
    }
}
