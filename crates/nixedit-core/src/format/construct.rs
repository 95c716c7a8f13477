//! The parts of a file that a formatter lays out by themselves: runs of whole lines in a list or set
//! whose brackets stand on lines of their own. What is in them does not move what is around them,
//! and the other way round; so they are formatted without the rest of the file.

use super::moved;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxNode, element_span, span};
use crate::text::Span;
use rnix::SyntaxKind::{NODE_ATTR_SET, NODE_LIST, TOKEN_L_BRACE, TOKEN_L_BRACK, TOKEN_R_BRACE, TOKEN_R_BRACK};
use rnix::{NodeOrToken, SyntaxElement, TextRange};

/// Contents longer than this (bytes) are cut down to the lines around the change.
const LARGE: usize = 4 << 10;
/// Bytes that are compared at once.
const BLOCK: usize = 64;
/// How many neighbours on each side stay with the change then.
const NEIGHBOURS: usize = 2;

/// What differs between a file's two texts: one range of each, the bytes around them equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// In the text before.
    pub before: Span,
    /// In the text after.
    pub after: Span,
}

impl Change {
    /// The smallest ranges; `None` for equal texts.
    pub fn between(before: &str, after: &str) -> Option<Self> {
        if before == after {
            return None;
        }
        let (a, b) = (before.as_bytes(), after.as_bytes());
        let mut start = common_head(a, b);
        let mut tail = common_tail(&a[start..], &b[start..]);
        while !before.is_char_boundary(start) || !after.is_char_boundary(start) {
            start -= 1;
        }
        while !before.is_char_boundary(a.len() - tail) || !after.is_char_boundary(b.len() - tail) {
            tail -= 1;
        }
        let change = Self { before: Span::new(start, a.len() - tail), after: Span::new(start, b.len() - tail) };
        Some(change.at_line_start(before, after))
    }

    /// The same change seen as lines that come or go, where it can be: `a\n|b` with `  c\n` put in at `|`
    /// may also be read as `\n  c` put in further up.
    fn at_line_start(self, before: &str, after: &str) -> Self {
        let text = match (self.before.is_empty(), self.after.is_empty()) {
            (true, false) => after.as_bytes(),
            (false, true) => before.as_bytes(),
            _ => return self,
        };
        let changed = if self.before.is_empty() { self.after } else { self.before };
        let mut by = 0;
        while changed.start > by && text[changed.start - by - 1] == text[changed.end - by - 1] {
            if text[changed.end - by - 1] == b'\n' {
                break;
            }
            by += 1;
        }
        let lines = changed.start == by || text[changed.start - by - 1] == b'\n';
        let moved = |at: Span| Span::new(at.start - by, at.end - by);
        if lines { Self { before: moved(self.before), after: moved(self.after) } } else { self }
    }

    /// A range of the text before that holds the change, in the text after.
    pub fn to_after(self, at: Span) -> Span {
        Span::new(at.start, at.end + self.after.len() - self.before.len())
    }
}

/// How many bytes both begin with; by blocks first, since files are large and changes small.
fn common_head(a: &[u8], b: &[u8]) -> usize {
    let blocks = BLOCK * a.chunks_exact(BLOCK).zip(b.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count();
    blocks + a[blocks..].iter().zip(&b[blocks..]).take_while(|(a, b)| a == b).count()
}

/// How many bytes both end with.
fn common_tail(a: &[u8], b: &[u8]) -> usize {
    let blocks = BLOCK * a.rchunks_exact(BLOCK).zip(b.rchunks_exact(BLOCK)).take_while(|(a, b)| a == b).count();
    blocks + a[..a.len() - blocks].iter().rev().zip(b[..b.len() - blocks].iter().rev()).take_while(|(a, b)| a == b).count()
}

/// A part of a file around a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Construct {
    /// Whole lines of a list or set.
    Lines {
        /// The lines, in the text before.
        lines: Span,
        /// The indentation of the brackets.
        indent: String,
        /// `[` and `]`, or `{` and `}`.
        brackets: (&'static str, &'static str),
    },
    /// The whole file.
    File,
}

impl Construct {
    /// The parts around a change, innermost first, the whole file last. A list or set that the change
    /// fills or empties is none: how an empty one is written depends on what is around it.
    pub fn around(source: &Source, change: Change) -> Vec<Self> {
        let range = TextRange::new((change.before.start as u32).into(), (change.before.end as u32).into());
        let innermost = match source.root.covering_element(range) {
            NodeOrToken::Node(node) => Some(node),
            NodeOrToken::Token(token) => token.parent(),
        };
        let nodes = innermost.iter().flat_map(SyntaxNode::ancestors);
        nodes.filter_map(|node| lines_of(source, &node, change)).chain([Self::File]).collect()
    }

    /// The part's text as an expression that starts in column 1 and ends its last line; `None` where it
    /// is laid out as no formatter would. `at` gives its lines in that text.
    pub fn expression(&self, text: &str, at: impl Fn(Span) -> Span) -> Option<String> {
        match self {
            Self::File => Some(text.to_owned()),
            Self::Lines { lines, indent, brackets } => {
                let lines = at(*lines);
                let newline = crate::text::newline(&text[lines.start..lines.end]);
                let inside = &text[lines.start..lines.end];
                let whole = format!("{}{newline}{inside}{indent}{}{newline}", brackets.0, brackets.1);
                moved::to_margin(&whole, indent)
            }
        }
    }

    /// `text` with this part replaced by the laid out expression; `None` where that no longer has its
    /// brackets on lines of their own.
    pub fn put_back(&self, text: &str, expression: &str, at: impl Fn(Span) -> Span) -> Option<String> {
        let Self::Lines { lines, indent, brackets } = self else { return Some(expression.to_owned()) };
        let lines = at(*lines);
        let placed = moved::to_place(expression, indent);
        let inside = placed.strip_prefix(brackets.0)?.strip_suffix(brackets.1)?.strip_suffix(indent.as_str())?;
        let inside = inside.strip_prefix("\r\n").or_else(|| inside.strip_prefix('\n'))?;
        inside.ends_with('\n').then(|| format!("{}{inside}{}", &text[..lines.start], &text[lines.end..]))
    }
}

/// The content of a list or set whose brackets stand on other lines than it and the change.
fn lines_of(source: &Source, node: &SyntaxNode, change: Change) -> Option<Construct> {
    let (open, close, brackets) = match node.kind() {
        NODE_LIST => (TOKEN_L_BRACK, TOKEN_R_BRACK, ("[", "]")),
        NODE_ATTR_SET => (TOKEN_L_BRACE, TOKEN_R_BRACE, ("{", "}")),
        _ => return None,
    };
    let text = &source.text;
    let open = token_near(node.first_child_or_token(), open, SyntaxElement::next_sibling_or_token)?;
    let close = token_near(node.last_child_or_token(), close, SyntaxElement::prev_sibling_or_token)?;
    let first = open.end + text[open.end..].find('\n')? + 1;
    let last = text[..close.start].rfind('\n')? + 1;
    let indent = indent_at(text, span(node).start);
    let framed = first <= change.before.start && change.before.end <= last && indent_at(text, close.start) == indent;
    if !framed || !text[last..close.start].trim().is_empty() {
        return None;
    }
    let content = Span::new(first, last);
    if text[content.start..change.before.start].trim().is_empty() && text[change.before.end..content.end].trim().is_empty() {
        return None;
    }
    let lines = if content.len() > LARGE { lines_near(source, node, content, change.before) } else { content };
    Some(Construct::Lines { lines, indent: indent.to_owned(), brackets })
}

/// The first token of a kind from one end of a node.
fn token_near(
    mut element: Option<SyntaxElement>,
    kind: rnix::SyntaxKind,
    step: impl Fn(&SyntaxElement) -> Option<SyntaxElement>,
) -> Option<Span> {
    while let Some(here) = element {
        if here.kind() == kind {
            return Some(element_span(&here));
        }
        element = step(&here);
    }
    None
}

/// The lines from the second neighbour in front of the change to the second behind it.
fn lines_near(source: &Source, container: &SyntaxNode, content: Span, change: Span) -> Span {
    let child = |at: usize| child_at(source, container, at);
    let behind = std::iter::successors(child(change.start.saturating_sub(1)), SyntaxElement::prev_sibling_or_token);
    let ahead = std::iter::successors(child(change.end), SyntaxElement::next_sibling_or_token);
    let behind = behind.filter_map(NodeOrToken::into_node).filter(|node| span(node).end <= change.start);
    let ahead = ahead.filter_map(NodeOrToken::into_node).filter(|node| span(node).start >= change.end);
    let from = behind.take(NEIGHBOURS).last().map_or(content.start, |node| line_start(&source.text, span(&node).start));
    let to = ahead.take(NEIGHBOURS).last().map_or(content.end, |node| {
        let end = span(&node).end;
        source.text[end..].find('\n').map_or(content.end, |at| end + at + 1)
    });
    Span::new(from.max(content.start), to.min(content.end))
}

/// The child of `container` that holds the byte at `at`.
fn child_at(source: &Source, container: &SyntaxNode, at: usize) -> Option<SyntaxElement> {
    let range = TextRange::at((at as u32).into(), 1.into());
    let mut element =
        Some(range).filter(|range| source.root.text_range().contains_range(*range)).map(|range| source.root.covering_element(range))?;
    while element.parent().as_ref() != Some(container) {
        element = NodeOrToken::Node(element.parent()?);
    }
    Some(element)
}

pub(super) fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |at| at + 1)
}

pub(super) fn indent_at(text: &str, offset: usize) -> &str {
    let line = &text[line_start(text, offset)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(before: &str, after: &str) -> Vec<Option<String>> {
        let source = Source::parse("a.nix", before.into()).unwrap();
        let change = Change::between(before, after).unwrap();
        Construct::around(&source, change).iter().map(|c| c.expression(after, |at| change.to_after(at))).collect()
    }

    #[test]
    fn the_change_is_what_differs() {
        let change = Change::between("[ a b ]", "[ a a b ]").unwrap();
        assert_eq!((change.before, change.after), (Span::at(4), Span::new(4, 6)));
        assert_eq!(Change::between("a", "a"), None);
        let change = Change::between("é", "è").unwrap();
        assert_eq!((change.before, change.after), (Span::new(0, 2), Span::new(0, 2)));
        let change = Change::between("[\n  a\n]", "[\n  a\n  b\n]").unwrap();
        assert_eq!((change.before, change.after), (Span::at(6), Span::new(6, 10)), "whole lines");
    }

    #[test]
    fn parts_from_the_inside_out() {
        let before = "{\n  l = with x; [\n    a\n  ];\n}\n";
        let parts = around(before, &before.replace("    a\n", "    a\n    b\n"));
        let expected = ["[\n  a\n  b\n]\n", "{\n  l = with x; [\n    a\n    b\n  ];\n}\n", "{\n  l = with x; [\n    a\n    b\n  ];\n}\n"];
        assert_eq!(parts, expected.map(|text| Some(text.to_owned())));
        assert_eq!(around("{\n  l = [ a ];\n}\n", "{\n  l = [ a b ];\n}\n").len(), 2, "a list on one line is no part");
        assert_eq!(around("[ a\n]\n", "[ a b\n]\n").len(), 1, "nor is one whose brackets have company");
        assert_eq!(around("[\n  a\n]\n", "[\n]\n").len(), 1, "nor one that is emptied");
    }

    #[test]
    fn a_large_part_is_its_lines_around_the_change() {
        let list = |extra: &str| {
            let items: String = (0..2000).map(|i| format!("  n{i:04}\n{}", if i == 1000 { extra } else { "" })).collect();
            format!("[\n{items}]\n")
        };
        let parts = around(&list(""), &list("  new\n"));
        assert_eq!(parts[0].as_deref(), Some("[\n  n0999\n  n1000\n  new\n  n1001\n  n1002\n]\n"));
    }

    #[test]
    fn what_comes_back_stands_where_it_stood() {
        let text = "{\n  l = [\n    a\n  ];\n}\n";
        let part = Construct::Lines { lines: Span::new(10, 16), indent: "  ".to_owned(), brackets: ("[", "]") };
        assert_eq!(part.put_back(text, "[\n  a\n  b\n]\n", |at| at).as_deref(), Some("{\n  l = [\n    a\n    b\n  ];\n}\n"));
        assert_eq!(part.put_back(text, "[ a ]\n", |at| at), None);
    }
}
