//! The arguments that new code in a module needs: names that are not bound where it will stand.
//!
//! ```text
//! { pkgs, ... }: { }   =>   { config, pkgs, ... }: { x = config.y; }
//! ```
//! Refuses: `inputs`, where the host's modules do not get it.

use super::host_modules;
use super::package_elements::check_passed;
use crate::diagnostic::Result;
use crate::plan::Step;
use crate::project::Host;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, node_at};
use crate::text::Span;

/// What modules are called with (Nix manual of NixOS, "Structure of NixOS Modules"; `osConfig` is Home Manager's).
const USUAL: &[&str] = &["config", "lib", "pkgs", "inputs", "osConfig"];

/// The steps that bind what `value` uses and that means nothing at `node` of the file; `host` has the
/// module, where it is known.
pub(super) fn needed(host: Option<&Host>, source: &Source, node: &SyntaxNode, value: &Fragment) -> Result<Vec<Step>> {
    let free = scope::free_variables(&value.node());
    let in_place = host.and_then(|host| host_modules::in_place_around(host, source, node));
    let mut steps = Vec::new();
    for name in USUAL {
        let used = free.iter().any(|(free, _)| free == name);
        if !used || matches!(scope::meaning(node, name), Meaning::Lexical(_)) {
            continue;
        }
        if let Some(host) = host.filter(|_| *name == "inputs") {
            check_passed(host, &source.path)?;
        }
        steps.push(Step::AddArgument { file: source.path.clone(), module: in_place, name: (*name).to_owned() });
    }
    Ok(steps)
}

/// The same as [`with_needed`] for a file of which nobody knows that it is a module: it gets no head, and what a
/// `with` may bring is left to it.
pub(super) fn with_needed_in_file(source: &Source, steps: Vec<Step>) -> Result<Vec<Step>> {
    let is_function = source.root.first_child().is_some_and(|body| body.kind() == SyntaxKind::NODE_LAMBDA);
    let places: Vec<SyntaxNode> = steps.iter().filter_map(|step| node_at(&source.root, written(step).0?)).collect();
    let mut all = with_needed(None, source, steps)?;
    let may_be_bound = |name: &str| places.iter().any(|node| matches!(scope::meaning(node, name), Meaning::With(_)));
    all.retain(|step| !matches!(step, Step::AddArgument { name, .. } if !is_function || may_be_bound(name)));
    Ok(all)
}

/// Steps of one file with those in front that bind what their values use.
pub(super) fn with_needed(host: Option<&Host>, source: &Source, steps: Vec<Step>) -> Result<Vec<Step>> {
    let mut out: Vec<Step> = Vec::new();
    for step in &steps {
        let (at, values) = written(step);
        let Some(node) = at.and_then(|at| node_at(&source.root, at)) else { continue };
        for value in values {
            for argument in needed(host, source, &node, value)? {
                if !out.contains(&argument) {
                    out.push(argument);
                }
            }
        }
    }
    out.extend(steps);
    Ok(out)
}

/// Where a step writes values, and which.
fn written(step: &Step) -> (Option<Span>, Vec<&Fragment>) {
    match step {
        Step::InsertBinding { set, value, .. } => (Some(*set), vec![value]),
        Step::Replace { at, with, .. } => (Some(*at), vec![with]),
        Step::ReplaceBinding { binding, value, .. } => (Some(*binding), vec![value]),
        Step::InsertBindings { set: at, bindings, .. } | Step::InsertLet { at, bindings, .. } => {
            (Some(*at), bindings.iter().map(|(_, value)| value).collect())
        }
        _ => (None, Vec::new()),
    }
}
