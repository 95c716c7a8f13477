//! One expression in the place of another, or behind it.

use super::render;
use super::text_edit::TextEdit;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, node_at, span};
use crate::text::Span;

/// Puts an expression in the place of the one at `at`; no edit where it is the same.
pub fn replace(source: &Source, at: Span, with: &Fragment) -> Vec<TextEdit> {
    let parent = node_at(&source.root, at).and_then(|node| node.parent());
    let may_touch = parent.is_some_and(|parent| matches!(parent.kind(), SyntaxKind::NODE_LIST | SyntaxKind::NODE_APPLY));
    if !may_touch || source.slice(at) == with.text() {
        return replace_text(source, at, with.text());
    }
    // Elements and arguments may touch (`[ a"b" ]`, `f"b"`): what stands in place of one must not become one
    // with the next.
    let touches = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && !"()[];,#".contains(c));
    let front = if touches(source.text[..at.start].chars().next_back()) { " " } else { "" };
    let back = if touches(source.text[at.end..].chars().next()) { " " } else { "" };
    replace_text(source, at, &format!("{front}{}{back}", with.text()))
}

/// The same for any text, indented as the line is that it begins on.
pub fn replace_text(source: &Source, at: Span, with: &str) -> Vec<TextEdit> {
    let text = render::indented(with, indent_of_line(source, at.start), newline_at(source, at.start));
    if source.slice(at) == text { Vec::new() } else { vec![TextEdit::replace(at, text)] }
}

/// The blanks that the line holding `offset` starts with.
fn indent_of_line(source: &Source, offset: usize) -> &str {
    let line = source.text[..offset].rfind('\n').map_or(0, |n| n + 1);
    let blanks = &source.text[line..];
    &blanks[..blanks.len() - blanks.trim_start_matches([' ', '\t']).len()]
}

/// One more operand behind the expression at `at`, on a line of its own where the others have one.
pub fn append_operand(source: &Source, at: Span, operator: &str, operand: &Fragment) -> TextEdit {
    let newline = newline_at(source, at.end);
    match operator_indent(source, at) {
        Some(indent) => {
            let text = render::indented(operand.text(), &indent, newline);
            TextEdit::insert(at.end, format!("{newline}{indent}{operator} {text}"))
        }
        None => {
            let text = render::indented(operand.text(), indent_of_line(source, at.end), newline);
            TextEdit::insert(at.end, format!(" {operator} {text}"))
        }
    }
}

/// The blanks in front of the operator that joins the expression at a span, where it starts a line.
fn operator_indent(source: &Source, at: Span) -> Option<String> {
    let node = node_at(&source.root, at).filter(|node| node.kind() == SyntaxKind::NODE_BIN_OP)?;
    let right = node.last_child()?;
    let between = &source.text[span(&node.first_child()?).end..span(&right).start];
    let (_, line) = between.rsplit_once('\n')?;
    let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    (indent.len() < line.len()).then(|| indent.to_owned())
}

/// The ending of the line that holds `offset`, or of the file's first where it has none.
fn newline_at(source: &Source, offset: usize) -> &'static str {
    let end = source.text[offset..].find('\n').map(|at| offset + at).or_else(|| source.text.find('\n'));
    if end.is_some_and(|at| source.text[..at].ends_with('\r')) { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::text_edit::apply;

    fn replaced(text: &str, old: &str, new: &str) -> String {
        let source = Source::parse("a.nix", text.into()).unwrap();
        let start = text.find(old).unwrap();
        apply(text, &replace(&source, Span::new(start, start + old.len()), &Fragment::parse(new).unwrap()))
    }

    #[test]
    fn arguments_that_touch_stay_apart() {
        assert_eq!(replaced("{ a = f\"b\"; }", "\"b\"", "''c''"), "{ a = f ''c''; }");
        assert_eq!(replaced("{ a = (f x); }", "x", "y"), "{ a = (f y); }");
    }

    #[test]
    fn an_element_stays_apart_from_those_it_touches() {
        assert_eq!(replaced("[ a(b)c ]", "(b)", "x"), "[ a x c ]");
        assert_eq!(replaced("[(b)c]", "(b)", "x"), "[x c]");
        assert_eq!(replaced("[ a b c ]", "b", "x"), "[ a x c ]");
        assert_eq!(replaced("[ a(b)c ]", "(b)", "(b)"), "[ a(b)c ]");
        assert_eq!(replaced("{a=(b);}", "(b)", "x"), "{a=x;}");
    }

    #[test]
    fn a_line_ending_is_that_of_the_place() {
        assert_eq!(replaced("{\r\n  a = 1;\n  b = 2;\n}", "2", "{\n  c = 3;\n}"), "{\r\n  a = 1;\n  b = {\n    c = 3;\n  };\n}");
        assert_eq!(replaced("{\r\n  b = 2;\r\n}", "2", "{\n  c = 3;\n}"), "{\r\n  b = {\r\n    c = 3;\r\n  };\r\n}");
    }
}
