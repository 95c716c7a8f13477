//! Names that an edit leaves unused: `let` bindings and arguments that only the removed text read.

use crate::plan::Step;
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, span};
use crate::text::Span;

/// The steps that remove what nothing reads any more once the bytes of `gone` are removed. A `let`
/// is never emptied, and an argument goes only where the pattern lets callers pass more (`...`).
pub(super) fn unused(source: &Source, gone: &[Span]) -> Vec<Step> {
    let mut gone = gone.to_vec();
    let mut bindings: Vec<Span> = Vec::new();
    while let Some(found) = next_unused(source, &gone, &bindings) {
        gone.push(found);
        bindings.push(found);
    }
    let mut steps = Vec::new();
    if !bindings.is_empty() {
        steps.push(Step::RemoveBindings { file: source.path.clone(), bindings });
    }
    let names = arguments(source).into_iter().filter(|(name, lambda)| read_only_in(source, name, lambda, &gone));
    steps.extend(names.map(|(name, _)| Step::RemoveArgument { file: source.path.clone(), name }));
    steps
}

/// A `let` binding that was read in what is gone and nowhere else.
fn next_unused(source: &Source, gone: &[Span], done: &[Span]) -> Option<Span> {
    let lets = source.root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_LET_IN);
    for scope in lets {
        let own: Vec<SyntaxNode> = scope.children().filter(|child| lookup::binding_parts(child).is_some()).collect();
        let left = own.iter().filter(|binding| !done.contains(&span(binding))).count();
        for binding in own.iter().filter(|binding| left > 1 && !done.contains(&span(binding))) {
            let Some((path, _)) = lookup::binding_parts(binding) else { continue };
            let mut without_own = gone.to_vec();
            without_own.push(span(binding));
            let was_read = uses(source, &path.names()[0], &scope).iter().any(|at| within(gone, *at));
            if path.names().len() == 1 && was_read && read_only_in(source, &path.names()[0], &scope, &without_own) {
                return Some(span(binding));
            }
        }
    }
    None
}

/// The names of the file's own function whose pattern is open, each with that function.
fn arguments(source: &Source) -> Vec<(String, SyntaxNode)> {
    let Some(lambda) = source.root.first_child().filter(|n| n.kind() == SyntaxKind::NODE_LAMBDA) else { return Vec::new() };
    let Some(pattern) = lambda.first_child().filter(|n| n.kind() == SyntaxKind::NODE_PATTERN) else { return Vec::new() };
    let open = pattern.children_with_tokens().any(|e| e.kind() == SyntaxKind::TOKEN_ELLIPSIS);
    let whole = pattern.children().any(|n| n.kind() == SyntaxKind::NODE_PAT_BIND);
    if !open || whole {
        return Vec::new();
    }
    scope::parameter_names(&pattern).into_iter().map(|name| (name, lambda.clone())).collect()
}

/// Whether a name of `scope` is read, and only inside what is gone.
pub(super) fn read_only_in(source: &Source, name: &str, scope: &SyntaxNode, gone: &[Span]) -> bool {
    let uses = uses(source, name, scope);
    !uses.is_empty() && uses.iter().all(|at| within(gone, *at))
}

fn within(gone: &[Span], at: Span) -> bool {
    gone.iter().any(|span| span.contains(at))
}

fn uses(source: &Source, name: &str, binder: &SyntaxNode) -> Vec<Span> {
    let idents = source.root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_IDENT && n.text() == name && scope::is_variable(n));
    idents.filter(|ident| scope::meaning(ident, name) == Meaning::Lexical(binder.clone())).map(|ident| span(&ident)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pruned(text: &str, gone: &str) -> Vec<String> {
        let source = Source::parse("a.nix", text.into()).unwrap();
        let start = text.find(gone).unwrap();
        let steps = unused(&source, &[Span::new(start, start + gone.len())]);
        let mut out = Vec::new();
        for step in steps {
            match step {
                Step::RemoveBindings { bindings, .. } => out.extend(bindings.iter().map(|at| source.slice(*at).to_owned())),
                Step::RemoveArgument { name, .. } => out.push(name),
                other => panic!("{other:?}"),
            }
        }
        out
    }

    #[test]
    fn only_what_the_edit_left_unused_goes() {
        assert_eq!(pruned("let a = 1; b = 2; c = 3; in { x = a; y = b; }", "x = a;"), ["a = 1;"]);
        assert_eq!(pruned("let a = 1; b = [ a ]; c = 3; in { x = b; y = c; }", "x = b;"), ["b = [ a ];", "a = 1;"]);
        assert!(pruned("let a = 1; in { x = a; }", "x = a;").is_empty(), "a let is not emptied");
        assert!(pruned("let a = 1; b = 2; in { x = a; y = a; z = b; }", "x = a;").is_empty());
        assert_eq!(pruned("{ inputs, lib, ... }: { x = inputs.a; y = lib; }", "x = inputs.a;"), ["inputs"]);
        assert!(pruned("{ inputs }: { x = inputs.a; }", "x = inputs.a;").is_empty(), "callers pass it");
    }
}
