//! Nix source as trees: parsing, paths, fragments, and finding what a name or path means.

pub mod attr_path;
pub mod body;
pub mod commented;
pub mod fragment;
pub mod indented;
mod limits;
pub mod lookup;
pub mod parse;
pub mod scope;

use crate::text::Span;
pub use rnix::{SyntaxKind, SyntaxNode, SyntaxToken};

/// The byte range of a node.
pub fn span(node: &SyntaxNode) -> Span {
    let range = node.text_range();
    Span::new(range.start().into(), range.end().into())
}

/// The byte range of a token.
pub fn token_span(token: &SyntaxToken) -> Span {
    let range = token.text_range();
    Span::new(range.start().into(), range.end().into())
}

/// The byte range of a node or token.
pub fn element_span(element: &rnix::SyntaxElement) -> Span {
    let range = element.text_range();
    Span::new(range.start().into(), range.end().into())
}

/// A node's text. The tree's own way makes a node of each token that it passes.
pub fn text_of(node: &SyntaxNode) -> String {
    green_text(node.green())
}

/// The same of a node that has no place; most that are asked about are one token.
pub fn green_text(node: &rowan::GreenNodeData) -> String {
    let mut children = node.children();
    match (children.next(), children.next()) {
        (Some(rnix::NodeOrToken::Token(only)), None) => only.text().to_owned(),
        _ => node.to_string(),
    }
}

/// The outermost expression or entry whose bytes are exactly `at`.
pub fn node_at(root: &SyntaxNode, at: Span) -> Option<SyntaxNode> {
    if at.end > span(root).end {
        return None;
    }
    let range = rnix::TextRange::new((at.start as u32).into(), (at.end as u32).into());
    let node = match root.covering_element(range) {
        rnix::NodeOrToken::Node(node) => node,
        rnix::NodeOrToken::Token(token) => token.parent()?,
    };
    node.ancestors().take_while(|n| span(n) == at && n.kind() != SyntaxKind::NODE_ROOT).last()
}

/// What rules are drawn with, beside the box-drawing characters.
const RULES: &str = "-=#*~_+|";

/// What a comment says, without its signs and the rules drawn around it.
pub fn comment_text(comment: &str) -> String {
    let inner = comment.strip_prefix("/*").map(|c| c.strip_suffix("*/").unwrap_or(c)).unwrap_or_else(|| comment.trim_start_matches('#'));
    inner.trim().trim_matches(|c: char| RULES.contains(c) || ('─'..='╿').contains(&c)).trim().to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn comments_are_read_without_their_signs() {
        for comment in ["# Apps", "## Apps ##", "/* Apps */", "/** Apps **/", "# ── Apps ──────", "# === Apps", "# ║ Apps ║", "# | Apps |"]
        {
            assert_eq!(super::comment_text(comment), "Apps", "{comment}");
        }
    }
}
