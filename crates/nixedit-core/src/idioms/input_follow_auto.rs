//! `input follow --auto`: let the inputs of inputs follow ours of the same name and origin.
//!
//! The lock file says which inputs have which. Left alone is what is told to be: names in
//! `[inputs] never_follow`, an input with a comment that says not to follow, what follows something
//! already, and what is no flake.

use super::input_follow;
use super::inputs_changed::{self, FLAKE, Reach};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::flake_lock::{FlakeLock, beside};
use crate::operation::InputFollowAuto;
use crate::plan::{LockWish, Note, Plan};
use crate::project::{Flake, Input, Project};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, comment_text, node_at};

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
        if let Some(why) = kept_apart(project, &source, input) {
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

/// Why the inputs of an input are to stay its own.
fn kept_apart(project: &Project, source: &Source, input: &Input) -> Option<String> {
    if project.settings().inputs.never_follow.contains(&input.name) {
        return Some("never_follow in nixedit.toml names it".to_owned());
    }
    let said = comments(source, input).into_iter().find(|comment| {
        let words = comment.to_ascii_lowercase();
        ["do not follow", "don't follow", "never follow", "no follows"].iter().any(|refusal| words.contains(refusal))
    });
    said.map(|comment| format!("\"{comment}\""))
}

/// The comments inside an input's bindings, directly above them, and behind them on their last line.
fn comments(source: &Source, input: &Input) -> Vec<String> {
    let mut out = Vec::new();
    for binding in input.bindings.iter().filter_map(|at| node_at(&source.root, *at)) {
        let inside = binding.descendants_with_tokens().filter(|element| element.kind() == SyntaxKind::TOKEN_COMMENT);
        out.extend(inside.map(|comment| comment.to_string()));
        let mut above = binding.prev_sibling_or_token();
        while let Some(element) = above.filter(|e| e.kind() == SyntaxKind::TOKEN_COMMENT || is_blank(&e.to_string(), e.kind(), 1)) {
            out.extend((element.kind() == SyntaxKind::TOKEN_COMMENT).then(|| element.to_string()));
            above = element.prev_sibling_or_token();
        }
        let behind = binding.next_sibling_or_token().filter(|e| is_blank(&e.to_string(), e.kind(), 0));
        let behind = behind.and_then(|blank| blank.next_sibling_or_token()).filter(|e| e.kind() == SyntaxKind::TOKEN_COMMENT);
        out.extend(behind.map(|comment| comment.to_string()));
    }
    out.iter().map(|comment| comment_text(comment)).collect()
}

/// Whether a token is a blank with at most this many line breaks.
fn is_blank(text: &str, kind: SyntaxKind, breaks: usize) -> bool {
    kind == SyntaxKind::TOKEN_WHITESPACE && text.matches('\n').count() <= breaks
}
