//! What an input does not have, and what it has instead.
//!
//! ```text
//! inputs.shell.packages.${system}.defaultt   =>   input 'shell' has no package 'defaultt' for
//!                                                 x86_64-linux; it has: default
//! ```

use super::advice::Advice;
use super::scene::Scene;
use crate::diagnostic::{Code, Label};
use crate::similar_names::near;
use crate::syntax::attr_path::name_of;
use crate::syntax::parse::Source;
use crate::syntax::span;
use crate::system::nix_output::between;
use rnix::ast;
use rowan::ast::AstNode;

/// At most this many names are told.
const TOLD: usize = 12;

/// Names in a flake that are no inputs.
const BOUND: &[&str] = &["builtins", "config", "lib", "pkgs", "self"];

/// A part of the way from an input to one of its outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutputPart {
    /// An attribute by its name.
    Name(String),
    /// What is put in while evaluating: the host's system.
    System,
}

/// What stands at a place of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutputNames {
    /// The host's system, such as `x86_64-linux`.
    pub system: String,
    /// The names there.
    pub names: Vec<String>,
}

/// A sentence and a way out for an attribute of an input that is not there; `None` where it is not
/// one of an input.
pub(super) fn of(scene: &Scene, labels: &[Label]) -> Option<(String, Advice)> {
    if scene.code() != Code::NixAttributeMissing {
        return None;
    }
    let missing = between(&scene.failure.message, "attribute '", "' missing")?;
    let (input, way) = way_to(labels.first()?)?;
    let there = scene.files.input_outputs(&input, &way).filter(|there| !there.names.is_empty())?;
    let near = near(missing, there.names.iter().map(String::as_str));
    let others = there.names.iter().filter(|name| !near.contains(name)).cloned();
    let names = near.iter().cloned().chain(others).take(TOLD).collect();
    let sentence = sentence(&input, &way, missing, &there);
    Some((sentence, Advice { names, ..Advice::did_you_mean(near) }))
}

/// The input and the way to the set in which the labelled attribute is missing.
fn way_to(label: &Label) -> Option<(String, Vec<OutputPart>)> {
    let source = Source::parse(&label.file, label.source.clone()).ok()?;
    let selects = source.root.descendants().filter_map(ast::Select::cast);
    let mut around = selects.filter(|select| span(select.syntax()).contains(label.span));
    around.find_map(|select| way_in(&select, label))
}

fn way_in(select: &ast::Select, label: &Label) -> Option<(String, Vec<OutputPart>)> {
    let ast::Expr::Ident(base) = select.expr()? else { return None };
    let before = select.attrpath()?.attrs().take_while(|attr| span(attr.syntax()).end <= label.span.start);
    let part = |attr: ast::Attr| match attr {
        ast::Attr::Dynamic(_) => OutputPart::System,
        attr => OutputPart::Name(name_of(&attr)),
    };
    let mut way: Vec<OutputPart> = before.map(part).collect();
    let base = base.to_string();
    if base != "inputs" {
        // Only there an input has a name of its own.
        return (label.file == "flake.nix" && !BOUND.contains(&base.as_str())).then_some((base, way));
    }
    match (!way.is_empty()).then(|| way.remove(0))? {
        OutputPart::Name(input) => Some((input, way)),
        OutputPart::System => None,
    }
}

fn sentence(input: &str, way: &[OutputPart], missing: &str, there: &OutputNames) -> String {
    let told: Vec<&str> = there.names.iter().map(String::as_str).take(TOLD).collect();
    let more = there.names.len().saturating_sub(TOLD);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let what = match way {
        [] => format!("no {missing}"),
        [OutputPart::Name(set)] if missing == there.system => format!("no {set} for {missing}"),
        [OutputPart::Name(set)] => format!("no {} '{missing}'", one_of(set)),
        [OutputPart::Name(set), OutputPart::System] => format!("no {} '{missing}' for {}", one_of(set), there.system),
        [OutputPart::Name(set), OutputPart::Name(system)] if set.ends_with("ackages") => {
            format!("no {} '{missing}' for {system}", one_of(set))
        }
        _ => format!("no '{missing}' there"),
    };
    format!("input '{input}' has {what}; it has: {}{more}", told.join(", "))
}

/// What one attribute of an output is called.
fn one_of(set: &str) -> &str {
    match set {
        "packages" | "legacyPackages" => "package",
        "overlays" => "overlay",
        set if set.ends_with("Modules") => "module",
        set => set,
    }
}
