//! `input follow --auto`: let the inputs of inputs follow ours of the same name and origin.
//!
//! The lock file says which inputs have which. Left alone is what is told to be: names in
//! `[inputs] never_follow`, an input with a comment that says not to follow, what follows something
//! already, and what is no flake.

use super::inputs_changed::{self, FLAKE, Reach};
use super::{input_apart, input_follow};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::flake_lock::{FlakeLock, beside};
use crate::operation::InputFollowAuto;
use crate::plan::{LockWish, Note, Plan};
use crate::project::{Flake, Input, Project};

pub(super) fn plan(project: &Project, args: &InputFollowAuto) -> Result<Plan> {
    let file = args.file.as_deref().unwrap_or(FLAKE);
    let flake = project.flake_in(file)?;
    if let Some(name) = &args.name {
        inputs_changed::check_known(&flake, name)?;
    }
    let source = project.source(file)?;
    let lock = lock_of(project, file)?;
    let mut plan = Plan::default();
    let mut edges = stated_edges(&flake);
    for input in flake.inputs.iter().filter(|input| args.name.as_ref().is_none_or(|name| *name == input.name)) {
        let mut wanted = wanted(&flake, input, &lock);
        wanted.retain(|of| !reaches(&edges, of, &input.name));
        if wanted.is_empty() {
            continue;
        }
        if let Some(why) = input_apart::why(project, &source, input) {
            plan.notes.push(Note { code: "never-follow".to_owned(), message: format!("{} is left alone: {why}", input.name) });
            continue;
        }
        edges.extend(wanted.iter().map(|of| (input.name.clone(), of.clone())));
        plan.lines.extend(wanted.iter().map(|of| format!("{}'s {of} follows {of}", input.name)));
        let pairs: Vec<(String, String)> = wanted.into_iter().map(|of| (of.clone(), of)).collect();
        plan.steps.extend(input_follow::insertion(&source, &input.name, &pairs)?);
    }
    plan.summary = match plan.lines.len() {
        0 => "nothing to do: no input has an input that could follow one of ours".to_owned(),
        1 => "one input follows ours now".to_owned(),
        count => format!("{count} inputs follow ours now"),
    };
    inputs_changed::finish(project, plan, LockWish::changed(file), Reach::Systems, args.no_lock)
}

/// The lock file beside a flake's file. Fails with `flake.unlocked`.
fn lock_of(project: &Project, file: &str) -> Result<FlakeLock> {
    let path = beside(file);
    let lock = project.bytes(&path)?.and_then(|bytes| FlakeLock::parse(&bytes));
    lock.ok_or_else(|| {
        let error = Diagnostic::new(Code::FlakeUnlocked, format!("there is no {path} that says which inputs the inputs have"));
        error.help("nixedit input lock")
    })
}

/// The inputs of an input that are held apart from ours of the same name, though of the same origin.
fn wanted(flake: &Flake, input: &Input, lock: &FlakeLock) -> Vec<String> {
    if input.follows.is_some() || input.is_flake.as_ref().is_some_and(|flake| flake.text == "false") {
        return Vec::new();
    }
    let stated = |of: &String| input.inner_follows.iter().any(|follow| follow.path.first() == Some(of));
    let ours = |of: &String| {
        flake.input(of).filter(|own| own.name != input.name)?;
        lock.input(of)?.origin
    };
    let inner = lock.inner_inputs(&input.name).unwrap_or_default();
    let apart = |of: &String| lock.input(&format!("{}/{of}", input.name)).and_then(|pin| pin.origin);
    let same = |of: &String| matches!((apart(of), ours(of)), (Some(a), Some(b)) if a.eq_ignore_ascii_case(&b));
    inner.into_iter().filter(|of| !stated(of) && same(of)).collect()
}

/// Which of ours each input gets its inputs from, as far as flake.nix says.
fn stated_edges(flake: &Flake) -> Vec<(String, String)> {
    let targets = |input: &Input| {
        let stated = input.follows.iter().chain(input.inner_follows.iter().map(|follow| &follow.target));
        stated.filter_map(|target| target.text.split('/').next().map(str::to_owned)).collect::<Vec<_>>()
    };
    flake.inputs.iter().flat_map(|input| targets(input).into_iter().map(|target| (input.name.clone(), target))).collect()
}

/// Whether an input gets something from another, directly or by others in between: what follows it
/// would go round in a circle.
fn reaches(edges: &[(String, String)], from: &str, to: &str) -> bool {
    let mut seen: Vec<&str> = vec![from];
    let mut at = 0;
    while let Some(name) = seen.get(at).copied() {
        let next = edges.iter().filter(|(from, _)| from == name).map(|(_, target)| target.as_str());
        let new: Vec<&str> = next.filter(|target| !seen.contains(target)).collect();
        seen.extend(new);
        at += 1;
    }
    seen[1..].contains(&to)
}
