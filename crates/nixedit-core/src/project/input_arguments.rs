//! Inputs that arrive in a function by their own names:
//!
//! ```text
//! specialArgs = inputs // { … };     { agenix, ... }: { imports = [ agenix.nixosModules.default ]; }
//! ```

use super::flake::FLAKE;
use super::secrets::selected;
use crate::project::Project;
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, body, lookup, span};
use crate::text::Span;

/// What flakes provide and hardly anything else does: an argument that has one of these is a flake.
const OF_FLAKES: &[&str] = &[
    "nixosModules",
    "nixosModule",
    "darwinModules",
    "homeModules",
    "homeModule",
    "homeManagerModules",
    "homeManagerModule",
    "hmModules",
    "flakeModule",
    "flakeModules",
    "overlays",
    "overlay",
    "packages",
    "legacyPackages",
    "lib",
    "inputs",
];

/// Functions that look at all inputs and hand none of them on under its name.
const LOOKING: &[&str] = &[
    "attrNames",
    "attrValues",
    "collect",
    "concatMapAttrs",
    "foldlAttrs",
    "genericClosure",
    "hasAttr",
    "mapAttrs",
    "mapAttrs'",
    "mapAttrsToList",
    "toString",
];

/// What reads an argument called `name` in a file, and such arguments that nothing reads; each with whether it
/// is read as a flake.
pub(super) fn of_file(source: &Source, name: &str) -> Vec<(Span, bool)> {
    let mut out = Vec::new();
    for lambda in source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_LAMBDA && !is_outputs(node)) {
        let Some(own) = taken(&lambda, name) else { continue };
        let is_read = |node: &SyntaxNode| node.kind() == SyntaxKind::NODE_IDENT && node.text() == name && scope::is_variable(node);
        let reads = lambda.descendants().filter(is_read).filter(|node| scope::meaning(node, name) == Meaning::Lexical(lambda.clone()));
        let reads: Vec<SyntaxNode> = reads.collect();
        let as_flake = reads.iter().any(has_outputs);
        match reads.as_slice() {
            [] => out.push((span(&own), false)),
            reads => out.extend(reads.iter().map(|node| (span(node), as_flake))),
        }
    }
    out
}

/// Whether a function is the `outputs` of a flake. This one's is read with its inputs; that of a template or of
/// another flake below gets its own.
fn is_outputs(lambda: &SyntaxNode) -> bool {
    let holder = lambda.ancestors().skip(1).find(|parent| parent.kind() != SyntaxKind::NODE_PAREN);
    holder.and_then(|holder| lookup::binding_parts(&holder)).is_some_and(|(path, _)| path.names() == ["outputs"])
}

/// The name in a function's pattern, where others may be passed beside it or it takes the flake too: functions
/// of packages name all that they get.
fn taken(lambda: &SyntaxNode, name: &str) -> Option<SyntaxNode> {
    let pattern = lambda.first_child().filter(|node| node.kind() == SyntaxKind::NODE_PATTERN)?;
    let is_open = pattern.children_with_tokens().any(|part| part.kind() == SyntaxKind::TOKEN_ELLIPSIS);
    let entries = pattern.children().filter(|node| node.kind() == SyntaxKind::NODE_PAT_ENTRY);
    let names: Vec<SyntaxNode> = entries.filter_map(|entry| entry.first_child()).collect();
    let meant = is_open || names.iter().any(|ident| ident.text() == "self");
    names.into_iter().find(|ident| meant && ident.text() == name)
}

fn has_outputs(ident: &SyntaxNode) -> bool {
    let select = ident.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_SELECT);
    select.is_some_and(|select| selected(&select).get(1).is_some_and(|name| OF_FLAKES.contains(&name.as_str())))
}

impl Project {
    /// Whether something hands all inputs on by their names, as far as the files show: `inputs // …`,
    /// `specialArgs = inputs`, `import ./outputs inputs`. `whole` is what `flake.nix` calls them.
    pub(super) fn spreads_inputs(&self, whole: &str) -> bool {
        self.nix_files().into_iter().any(|file| {
            let all = if file == FLAKE { whole } else { "inputs" };
            let source = self.mentions(&file, all).then(|| self.source(&file).ok()).flatten();
            source.is_some_and(|source| source.root.descendants().any(|node| is_whole(&node, all) && handed_on(&node)))
        })
    }
}

/// Whether an expression is the set of all inputs.
fn is_whole(node: &SyntaxNode, all: &str) -> bool {
    match node.kind() {
        SyntaxKind::NODE_IDENT => scope::is_variable(node) && (node.text() == "inputs" || node.text() == all),
        SyntaxKind::NODE_SELECT => selected(node).last().is_some_and(|last| last == "inputs"),
        _ => false,
    }
}

/// Whether a set is what something else is made of, or given to a function as a whole.
fn handed_on(node: &SyntaxNode) -> bool {
    let Some(parent) = node.ancestors().skip(1).find(|parent| parent.kind() != SyntaxKind::NODE_PAREN) else { return false };
    match parent.kind() {
        SyntaxKind::NODE_BIN_OP => parent.children_with_tokens().any(|part| part.kind() == SyntaxKind::TOKEN_UPDATE),
        SyntaxKind::NODE_ATTRPATH_VALUE => lookup::binding_parts(&parent).is_some_and(|(path, _)| {
            let last = path.names().last().map_or("", String::as_str);
            last.ends_with("pecialArgs") || path.names().ends_with(&["_module".to_owned(), "args".to_owned()])
        }),
        SyntaxKind::NODE_APPLY => given_on(node, &parent),
        _ => false,
    }
}

/// Whether the call that a set is an argument of may hand it on: what `removeAttrs` leaves of it counts as it.
fn given_on(node: &SyntaxNode, call: &SyntaxNode) -> bool {
    let is_function = |call: &SyntaxNode| {
        let outer = call.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_APPLY);
        outer.filter(|outer| outer.first_child().as_ref() == Some(call))
    };
    let whole = std::iter::successors(Some(call.clone()), is_function).last().unwrap_or_else(|| call.clone());
    let (head, arguments) = body::call(&whole);
    let is_argument = arguments.iter().any(|argument| body::without_parens(argument) == *node);
    match body::last_name(&head).as_str() {
        "removeAttrs" | "filterAttrs" => is_argument && handed_on(&whole),
        name => is_argument && !LOOKING.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use crate::project::Project;
    use crate::settings::Settings;

    /// How many uses of the input `a` a flake has whose `outputs` are these, with a file beside it.
    fn uses(outputs: &str, file: &str) -> usize {
        let folder = tempfile::tempdir().unwrap();
        let flake = format!("{{ inputs.a.url = \"github:o/a\"; outputs = {outputs}; }}");
        std::fs::write(folder.path().join("flake.nix"), flake).unwrap();
        std::fs::write(folder.path().join("x.nix"), file).unwrap();
        Project::new(folder.path(), Settings::default()).input_uses("a").unwrap().len()
    }

    #[test]
    fn arguments_are_inputs_where_those_are_handed_on() {
        let file = "{ a, ... }: { x = a; y = \"${a}/z\"; }";
        for outputs in [
            "inputs: f { specialArgs = inputs; }",
            "inputs: f { extraSpecialArgs = (inputs // { b = 1; }); }",
            "{ self, ... }@all: f ({ b = 1; } // all)",
            "inputs: import ./x.nix inputs",
            "{ self, ... }: mkHost self.inputs \"name\"",
            "inputs: { _module.args = removeAttrs inputs [ \"self\" ]; }",
        ] {
            assert_eq!(uses(outputs, file), 2, "{outputs}");
            assert_eq!(uses(outputs, "{ a, ... }: { }"), 1, "taken and not read: {outputs}");
            assert_eq!(uses(outputs, "{ self, a }: a"), 1, "{outputs}");
            assert_eq!(uses(outputs, "{ lib, a }: a"), 0, "a package's function: {outputs}");
            assert_eq!(uses(outputs, "{ outputs = { a, ... }: a; }"), 0, "another flake: {outputs}");
        }
        for outputs in [
            "inputs: f { specialArgs = { inherit inputs; }; }",
            "inputs: { registry = mapAttrs (name: flake: { }) (removeAttrs inputs [ \"self\" ]); }",
            "{ self, ... }@all: { names = builtins.attrNames all; }",
        ] {
            assert_eq!(uses(outputs, file), 0, "{outputs}");
            assert_eq!(uses(outputs, "{ a, ... }: { imports = [ a.nixosModules.default ]; }"), 1, "a flake: {outputs}");
        }
    }

    #[test]
    fn inputs_are_read_through_every_name_for_them() {
        for file in
            ["{ inputs', ... }: inputs'.a.packages.b", "{ inputs', ... }: { inherit (inputs') a; }", "{ inputs, ... }: with inputs; [ a ]"]
        {
            assert_eq!(uses("_: { }", file), 1, "{file}");
        }
        assert_eq!(uses("all: { x = all.a; }", "{ all }: all.a"), 1);
    }
}
