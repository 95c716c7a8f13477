//! Outputs of a flake that belong to no host: where they are written, and how a new one is written beside
//! them.

use super::package_in_all::platform;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Expect, Place, Step, Target};
use crate::project::Project;
use crate::syntax::attr_path::{AttrPath, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup;
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, body, span};

/// Outputs that are written for each platform, the likeliest model of a new one first.
const KINDS: &[&str] = &["formatter", "checks", "devShells", "packages", "apps"];

/// The package set that a place can name: `pkgs`, else `nixpkgs.legacyPackages.${system}`.
pub(super) fn package_set(node: &SyntaxNode) -> Option<&'static str> {
    let bound = |name: &str| matches!(scope::meaning(node, name), Meaning::Lexical(_));
    match () {
        () if bound("pkgs") => Some("pkgs"),
        () if bound("nixpkgs") && bound("system") => Some("nixpkgs.legacyPackages.${system}"),
        () => None,
    }
}

/// The bindings of an output kind: `checks = …`, `checks.${system} = …`, `checks.${system}.x = …`.
pub(super) fn bindings(source: &Source, kind: &str) -> Vec<(SyntaxNode, AttrPath, SyntaxNode)> {
    let nodes = source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
    let parts = nodes.filter_map(|node| lookup::binding_parts(&node).map(|(path, value)| (node, path, value)));
    parts.filter(|(node, path, _)| path.names()[0] == kind && is_output(node)).collect()
}

/// Whether a binding stands in the set that `outputs` gives, or in one for each platform.
fn is_output(binding: &SyntaxNode) -> bool {
    let in_let = binding.parent().is_some_and(|parent| parent.kind() == SyntaxKind::NODE_LET_IN);
    let around = binding.parent().map(|parent| lookup::full_path(&parent)).unwrap_or_default();
    !in_let && (around == ["outputs"] || around.last().is_some_and(|name| name == "perSystem" || name == "flake"))
}

/// The sets that hold what an output kind has for each platform: those of `checks`, whose attributes are checks.
pub(super) fn sets(source: &Source, kind: &str) -> Vec<SyntaxNode> {
    let mut out = Vec::new();
    for (_, path, value) in bindings(source, kind) {
        match path.names().len() {
            1 => out.extend(own_sets(&value).into_iter().flat_map(|set| platforms_of(&set).unwrap_or_else(|| vec![set]))),
            2 => out.extend(own_sets(&value)),
            _ => {}
        }
    }
    out
}

/// The sets that an expression comes to: through `let` and parentheses, and the function that a call for
/// each platform is given.
fn own_sets(value: &SyntaxNode) -> Vec<SyntaxNode> {
    use SyntaxKind::*;
    match value.kind() {
        NODE_APPLY => body::call(value).1.iter().filter(|n| matches!(n.kind(), NODE_PAREN | NODE_LAMBDA)).flat_map(own_sets).collect(),
        NODE_LAMBDA | NODE_PAREN | NODE_LET_IN | NODE_WITH => value.last_child().map(|inner| own_sets(&inner)).unwrap_or_default(),
        NODE_ATTR_SET => vec![value.clone()],
        _ => Vec::new(),
    }
}

/// The sets of a set whose keys are platforms.
fn platforms_of(set: &SyntaxNode) -> Option<Vec<SyntaxNode>> {
    let rows: Vec<_> = set.children().filter_map(|entry| lookup::binding_parts(&entry)).collect();
    let is_platform = |name: &String| name.contains("-linux") || name.contains("-darwin") || name.contains("system");
    let all = !rows.is_empty() && rows.iter().all(|(path, _)| path.names().len() == 1 && is_platform(&path.names()[0]));
    all.then(|| rows.iter().flat_map(|(_, value)| own_sets(value)).collect())
}

/// The step that adds an output of a kind that there is none of, written as another kind is; `value` makes
/// it from the package set.
pub(super) fn beside(source: &Source, kind: &str, value: impl Fn(&str) -> String) -> Result<Step> {
    let others = KINDS.iter().filter(|other| **other != kind);
    let models: Vec<_> = others.filter_map(|other| bindings(source, other).into_iter().next()).collect();
    for (binding, path, model) in &models {
        let Some(set) = binding.parent() else { continue };
        let Some((path, text)) = written_as(&set, kind, path, model, &value) else { continue };
        return Ok(Step::InsertBinding {
            file: source.path.clone(),
            set: span(&set),
            path,
            value: Fragment::parse(&text)?,
            place: Place::Last,
            comment: None,
        });
    }
    Err(Diagnostic::new(Code::ShapeUnsupported, format!("flake.nix has no {kind}, and nothing beside which one could be written"))
        .help(format!("write {kind}.SYSTEM by hand once; then this command finds it")))
}

fn written_as(
    set: &SyntaxNode,
    kind: &str,
    path: &AttrPath,
    model: &SyntaxNode,
    value: impl Fn(&str) -> String,
) -> Option<(AttrPath, String)> {
    let packages = |node: &SyntaxNode| package_set(node);
    if let Some(platform) = path.names().get(1) {
        let new = AttrPath::from_names([kind, platform])?;
        let is_bound = matches!(scope::meaning(set, "nixpkgs"), Meaning::Lexical(_));
        let of_nixpkgs = (is_bound && !platform.contains("${")).then(|| format!("nixpkgs.legacyPackages.{platform}"));
        return Some((new, value(&packages(set).map(str::to_owned).or(of_nixpkgs)?)));
    }
    let new = AttrPath::from_names([kind])?;
    let (head, arguments) = body::call(model);
    match arguments.as_slice() {
        [] => Some((new, value(packages(set).filter(|set| *set == "pkgs")?))),
        [only] => {
            let lambda = body::without_parens(only);
            let parameter = (lambda.kind() == SyntaxKind::NODE_LAMBDA).then(|| lambda.first_child())??;
            let inner = lambda.last_child()?;
            Some((new, format!("{} ({}: {})", head.text(), parameter.text(), value(packages(&inner)?))))
        }
        _ => None,
    }
}

/// A question about an output of the platform at hand.
pub(super) fn target(project: &Project, kind: &str, name: Option<&str>, question: &str, expect: Expect) -> Target {
    let name = name.map(|name| format!(".{}", quoted_name(name))).unwrap_or_default();
    Target {
        host: None,
        output: format!("{kind}.{}{name}", quoted_name(&platform(project))),
        label: format!("{kind}{name}"),
        question: question.to_owned(),
        expect,
        forced: false,
    }
}
