//! A `let` around an expression.

use super::render;
use super::text_edit::TextEdit;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::text::Span;

/// Puts `let … in` in front of the expression at `at`, every part on lines of its own; an expression that
/// stands behind other text begins a line too.
pub fn in_let(source: &Source, at: Span, bindings: &[(AttrPath, Fragment)]) -> TextEdit {
    let line = source.text[..at.start].rfind('\n').map_or(0, |end| end + 1);
    let before = &source.text[line..at.start];
    let indent = &before[..before.len() - before.trim_start_matches([' ', '\t']).len()];
    let newline = crate::text::newline(&source.text);
    let unit = render::indent_unit(&source.text);
    let inner = format!("{indent}{unit}");
    let mut text = "let".to_owned();
    for (path, value) in bindings {
        let value = render::indented(&render::with_unit(value.text(), &unit), &inner, newline);
        text.push_str(&format!("{newline}{inner}{path} = {value};"));
    }
    text.push_str(&format!("{newline}{indent}in{newline}{indent}"));
    if before.trim().is_empty() {
        return TextEdit::insert(at.start, text);
    }
    let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
    TextEdit::replace(Span::new(at.start - blanks, at.start), format!("{newline}{indent}{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::text_edit::apply;
    use crate::syntax::span;

    fn wrapped(text: &str) -> String {
        let source = Source::parse("a.nix", text.into()).unwrap();
        let body = source.root.first_child().unwrap().last_child().unwrap();
        let bindings = [
            (AttrPath::parse("t").unwrap(), Fragment::parse("{\n  a = 1;\n}").unwrap()),
            (AttrPath::parse("h").unwrap(), Fragment::parse("t.a").unwrap()),
        ];
        apply(text, &[in_let(&source, span(&body), &bindings)])
    }

    #[test]
    fn the_expression_stays_as_it_is() {
        assert_eq!(wrapped("x:\n\n{\n  b = 1;\n}\n"), "x:\n\nlet\n  t = {\n    a = 1;\n  };\n  h = t.a;\nin\n{\n  b = 1;\n}\n");
        assert_eq!(wrapped("x: {\n  b = 1;\n}\n"), "x:\nlet\n  t = {\n    a = 1;\n  };\n  h = t.a;\nin\n{\n  b = 1;\n}\n");
    }
}
