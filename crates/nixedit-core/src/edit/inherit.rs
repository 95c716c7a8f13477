//! A name that an `inherit` names gets a binding of its own.

use super::render;
use super::text_edit::TextEdit;
use crate::syntax::attr_path::{name_of, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, node_at, span};
use crate::text::Span;
use rnix::ast;
use rowan::ast::AstNode;

/// Puts `NAME = VALUE;` behind the `inherit` at `at`, which names it no more; in its place where it named
/// nothing else. Without a value the name just goes. No edit where there is no such name.
pub fn bound(source: &Source, at: Span, name: &str, value: Option<&Fragment>) -> Vec<TextEdit> {
    let inherit = node_at(&source.root, at).into_iter().flat_map(|node| node.ancestors()).find_map(ast::Inherit::cast);
    let Some(inherit) = inherit else { return Vec::new() };
    let attrs: Vec<ast::Attr> = inherit.attrs().collect();
    let Some(attr) = attrs.iter().find(|attr| name_of(attr) == name) else { return Vec::new() };
    let start = source.text[..at.start].rfind('\n').map_or(0, |end| end + 1);
    let before = &source.text[start..at.start];
    let indent = &before[..before.len() - before.trim_start_matches([' ', '\t']).len()];
    let newline = crate::text::newline(&source.text);
    let binding = value.map(|value| format!("{} = {};", quoted_name(name), render::indented(value.text(), indent, newline)));
    let commented = inherit.syntax().children_with_tokens().any(|part| part.kind() == SyntaxKind::TOKEN_COMMENT);
    if let ([_], Some(binding), false) = (attrs.as_slice(), &binding, commented) {
        return vec![TextEdit::replace(at, binding.clone())];
    }
    let own = span(attr.syntax());
    let blanks = source.text[..own.start].len() - source.text[..own.start].trim_end().len();
    let mut out = vec![TextEdit::delete(Span::new(own.start - blanks, own.end))];
    if let Some(binding) = binding {
        let lead = if before.trim().is_empty() { format!("{newline}{indent}") } else { " ".to_owned() };
        out.push(TextEdit::insert(at.end, lead + &binding));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::text_edit::apply;

    fn edited(text: &str, name: &str, value: Option<&str>) -> String {
        let source = Source::parse("a.nix", text.into()).unwrap();
        let inherit = source.root.descendants().find(|node| node.kind() == rnix::SyntaxKind::NODE_INHERIT).unwrap();
        let value = value.map(|value| Fragment::parse(value).unwrap());
        apply(text, &bound(&source, span(&inherit), name, value.as_ref()))
    }

    #[test]
    fn the_name_leaves_the_inherit() {
        assert_eq!(edited("{ inherit (x) a; b = 1; }", "a", Some("2")), "{ a = 2; b = 1; }");
        assert_eq!(edited("{\n  inherit (x) a b;\n  c = 1;\n}", "a", Some("2")), "{\n  inherit (x) b;\n  a = 2;\n  c = 1;\n}");
        assert_eq!(edited("{ inherit a b; }", "b", Some("2")), "{ inherit a; b = 2; }");
        assert_eq!(edited("{\n  inherit\n    a\n    b\n    ;\n}", "b", None), "{\n  inherit\n    a\n    ;\n}");
        assert_eq!(edited("{ inherit a; }", "z", Some("1")), "{ inherit a; }");
        assert_eq!(edited("{ inherit (x) /* w */ a; }", "a", Some("1")), "{ inherit (x) /* w */; a = 1; }");
    }
}
