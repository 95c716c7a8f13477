//! `formatter set NAME`: what `nix fmt` runs.
//!
//! ```text
//! formatter.${system} = pkgs.nixfmt;   =>   formatter.${system} = pkgs.nixpkgs-fmt;
//! ```
//! Without one, it is written as the flake's other outputs are. Refuses: a formatter that is no package of
//! nixpkgs, such as a wrapper of treefmt.

use super::flake_outputs;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::FormatterSet;
use crate::plan::{Expect, Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::{is_identifier, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, body, lookup, span};

pub(super) fn plan(project: &Project, args: &FormatterSet) -> Result<Plan> {
    if !is_identifier(&args.name) {
        return Err(Diagnostic::new(Code::PackageName, format!("'{}' is not a package name", args.name))
            .help("name one attribute of pkgs: nixfmt, nixpkgs-fmt, alejandra"));
    }
    let source = project.source("flake.nix")?;
    let values = flake_outputs::bindings(&source, "formatter").into_iter().flat_map(|(_, _, value)| packages(&value));
    let known: Vec<SyntaxNode> = values.collect();
    let mut steps = Vec::new();
    for value in &known {
        steps.extend(replaced(&source, value, &args.name)?);
    }
    if known.is_empty() {
        steps.push(flake_outputs::beside(&source, "formatter", |set| format!("{set}.{}", quoted_name(&args.name)))?);
    }
    let mut plan = Plan { summary: format!("nix fmt runs {}", args.name), ..Plan::default() };
    if steps.is_empty() {
        plan.summary = format!("nix fmt runs {} already", args.name);
        return Ok(plan);
    }
    plan.steps = steps;
    plan.targets.push(flake_outputs::target(project, "formatter", None, "c.name", Expect::Reported));
    Ok(plan)
}

/// The expressions of packages that a value comes to.
fn packages(value: &SyntaxNode) -> Vec<SyntaxNode> {
    use SyntaxKind::*;
    match value.kind() {
        NODE_APPLY => match body::call(value).1.last().filter(|n| body::without_parens(n).kind() == NODE_LAMBDA) {
            Some(function) => packages(function),
            None => vec![value.clone()],
        },
        NODE_LAMBDA | NODE_PAREN | NODE_LET_IN | NODE_WITH => value.last_child().map(|inner| packages(&inner)).unwrap_or_default(),
        NODE_ATTR_SET => {
            value.children().filter_map(|entry| lookup::binding_parts(&entry)).flat_map(|(_, value)| packages(&value)).collect()
        }
        _ => vec![value.clone()],
    }
}

/// Another package of the same set.
fn replaced(source: &Source, value: &SyntaxNode, name: &str) -> Result<Option<Step>> {
    let text = value.text().to_string();
    let set = text.rsplit_once('.').map(|(set, _)| set).filter(|set| set.ends_with("pkgs") || is_legacy(set));
    let Some(set) = set.filter(|_| value.kind() == SyntaxKind::NODE_SELECT) else {
        return Err(source
            .error(Code::ShapeUnsupported, format!("the formatter is {text}, not a package of nixpkgs"), span(value), "here")
            .help("change it where it is made, or replace this by hand"));
    };
    let with = Fragment::parse(&format!("{set}.{}", quoted_name(name)))?;
    Ok((with.text() != text).then(|| Step::Replace { file: source.path.clone(), at: span(value), with }))
}

/// `nixpkgs.legacyPackages.${system}`.
fn is_legacy(set: &str) -> bool {
    set.split_once("legacyPackages.").is_some_and(|(_, platform)| !platform.replace("${", "").contains('.') || platform.starts_with("${"))
}
