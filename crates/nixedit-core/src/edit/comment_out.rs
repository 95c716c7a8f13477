//! Text edits that make comments of list elements, so that they can come back as they were.
//!
//! ```text
//! gcc # old   =>   # gcc # old          [ a b c ]   =>   [ a /* b */ c ]
//! ```
//! An element on lines of its own gets a `#` on each, in the way of others that are commented out;
//! one that shares its line becomes a block comment. At the top of a group the blank is left out,
//! since `# word` would read as the group's heading there ([`crate::syntax::commented`]).

use super::sequence::{Item, Sequence};
use super::text_edit::TextEdit;
use crate::syntax::commented::is_word;
use crate::text::Span;

/// The edits; or the index of an item that cannot become a comment, since it holds `*/`.
pub fn comment_out(seq: &Sequence, indices: &[usize]) -> Result<Vec<TextEdit>, usize> {
    let mut edits = Vec::new();
    for &index in indices {
        let item = &seq.items[index];
        match item.starts_line && item.ends_line {
            true => edits.push(on_lines(seq, item, sign(seq, item))),
            false => edits.push(within_line(seq, item).ok_or(index)?),
        }
    }
    Ok(edits)
}

fn within_line(seq: &Sequence, item: &Item) -> Option<TextEdit> {
    let text = &seq.text[item.span.start..item.span.end];
    (!text.contains("*/")).then(|| TextEdit::replace(item.span, format!("/* {text} */")))
}

/// A sign in front of every line, all in one column where the lines reach it.
fn on_lines(seq: &Sequence, item: &Item, sign: &str) -> TextEdit {
    let column = item.span.start - seq.line_start(item.span.start);
    let mut lines = seq.text[item.span.start..item.span.end].split('\n');
    let mut out = format!("{sign}{}", lines.next().unwrap_or_default());
    for line in lines {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        let (before, after) = line.split_at(blanks.min(column));
        out.push('\n');
        out.push_str(&if line.trim().is_empty() { line.to_owned() } else { format!("{before}{sign}{after}") });
    }
    TextEdit::replace(item.span, out)
}

/// `# `, or `#` where the commented-out neighbours have no blank, or where a lone word would read as
/// a heading.
fn sign(seq: &Sequence, item: &Item) -> &'static str {
    let followed = |end: usize| seq.items.iter().any(|other| other.span.start > end && !other.blank_above);
    let heads = item.blank_above && item.above.is_empty() && followed(item.span.end);
    if heads && is_word(seq.text[item.span.start..item.line_end].trim()) || neighbours_are_tight(seq) { "#" } else { "# " }
}

/// Whether more of the commented-out elements are written `#name` than `# name`.
fn neighbours_are_tight(seq: &Sequence) -> bool {
    let text = |comment: &Span| &seq.text[comment.start..comment.end];
    let out = seq.comments.iter().map(text).filter(|comment| super::comment::commented_out(seq.node.kind(), &[comment], false) > 0);
    let tight: Vec<bool> = out.map(|comment| comment.starts_with('#') && !comment.starts_with("# ")).collect();
    2 * tight.iter().filter(|&&tight| tight).count() > tight.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::text_edit::{apply, sorted};
    use crate::syntax::commented;
    use rnix::SyntaxKind::*;

    fn out(text: &str, name: &str) -> String {
        let root = rnix::Root::parse(text).syntax();
        let list = root.descendants().find(|n| n.kind() == NODE_LIST).unwrap();
        let seq = Sequence::of(text, &list).unwrap();
        let index = seq.items.iter().position(|item| item.name() == name).unwrap();
        comment_out(&seq, &[index]).map_or_else(|_| "refused".to_owned(), |edits| apply(text, &sorted(edits).unwrap()))
    }

    /// Commented out as expected, and back again.
    fn both(text: &str, name: &str, expected: &str) {
        let without = out(text, name);
        assert_eq!(without, expected);
        let root = rnix::Root::parse(&without).syntax();
        let list = root.descendants().find(|n| n.kind() == NODE_LIST).unwrap();
        let back = commented::element(&list, name).unwrap();
        assert_eq!(apply(&without, &[TextEdit::replace(back.at, back.text)]), text);
    }

    #[test]
    fn out_and_back() {
        both("[\n  a\n  gcc # old\n  b\n]", "gcc", "[\n  a\n  # gcc # old\n  b\n]");
        both("[\n  a\n  gcc\n  #b\n]", "gcc", "[\n  a\n  #gcc\n  #b\n]");
        both("[\n  gcc\n  b\n]", "gcc", "[\n  #gcc\n  b\n]");
        both("[\n  # Tools\n  gcc\n  b\n]", "gcc", "[\n  # Tools\n  # gcc\n  b\n]");
        both("[ a gcc b ]", "gcc", "[ a /* gcc */ b ]");
        both("[\n  a gcc\n  b\n]", "gcc", "[\n  a /* gcc */\n  b\n]");
        both("[\r\n\ta\r\n\tgcc\r\n]", "gcc", "[\r\n\ta\r\n\t# gcc\r\n]");
        both("[\n  a\n  pkgs.gcc\n]", "gcc", "[\n  a\n  # pkgs.gcc\n]");
    }

    #[test]
    fn tall_elements_and_what_cannot_be_a_comment() {
        assert_eq!(out("[\n  a\n  (f {\n    b = 1;\n\n  })\n]", "(f { b = 1; })"), "[\n  a\n  # (f {\n  #   b = 1;\n\n  # })\n]");
        assert_eq!(out("[ a ''*/'' ]", "\"*/\""), "refused");
    }
}
