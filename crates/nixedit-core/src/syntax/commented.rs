//! List elements that somebody took out for a while by making a comment of them.

use super::fragment::plain_name;
use super::{SyntaxKind, SyntaxNode, token_span};
use crate::text::Span;
use rnix::{NodeOrToken, SyntaxElement};

/// A commented-out element: the comment's bytes, and what stands there when it comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commented {
    /// The comment.
    pub at: Span,
    /// The element, with a comment of its own behind it if it had one.
    pub text: String,
}

/// The element of a list that reads as `name` and is commented out; the first, if several.
///
/// A lone word with a blank behind its `#` at the top of a group is the group's heading.
pub fn element(list: &SyntaxNode, name: &str) -> Option<Commented> {
    let elements: Vec<SyntaxElement> = list.children_with_tokens().collect();
    let comments = elements.iter().enumerate().filter(|(_, element)| element.kind() == SyntaxKind::TOKEN_COMMENT);
    comments.filter_map(|(index, element)| Some((index, element.as_token()?))).find_map(|(index, token)| {
        let written = token.text().trim_end_matches('\r');
        let text = without_signs(written)?;
        let bare = text.split('#').next().unwrap_or_default();
        let heading = written.starts_with("# ") && heads_group(&elements, index) && is_word(text);
        let start = token_span(token).start;
        (plain_name(bare) == name && !heading).then(|| Commented { at: Span::new(start, start + written.len()), text: text.to_owned() })
    })
}

/// The words behind a list element or binding on its line, without their sign.
pub fn beside(node: &SyntaxNode) -> Option<String> {
    let mut next = node.next_sibling_or_token();
    while let Some(NodeOrToken::Token(token)) = &next {
        match token.kind() {
            SyntaxKind::TOKEN_WHITESPACE if !token.text().contains('\n') => next = token.next_sibling_or_token(),
            SyntaxKind::TOKEN_COMMENT => return without_signs(token.text().trim_end_matches('\r')).map(str::to_owned),
            _ => return None,
        }
    }
    None
}

/// What a comment holds: behind one `#`, or between `/*` and `*/`.
fn without_signs(comment: &str) -> Option<&str> {
    let text = match comment.strip_prefix("/*") {
        Some(inner) => inner.strip_suffix("*/")?,
        None => comment.strip_prefix('#').filter(|rest| !rest.starts_with('#'))?,
    };
    Some(text.trim())
}

/// Whether a comment stands at the top of a run of elements: a blank line or the bracket above it,
/// an element right below.
fn heads_group(elements: &[SyntaxElement], index: usize) -> bool {
    let breaks = |element: Option<&SyntaxElement>| match element {
        Some(NodeOrToken::Token(token)) if token.kind() == SyntaxKind::TOKEN_WHITESPACE => token.text().matches('\n').count(),
        _ => 0,
    };
    let above = index.checked_sub(1).and_then(|at| elements.get(at));
    let opens = index.checked_sub(2).and_then(|at| elements.get(at)).is_some_and(|e| e.kind() == SyntaxKind::TOKEN_L_BRACK);
    let below = elements.get(index + 2).is_some_and(|e| e.as_node().is_some());
    (breaks(above) > 1 || opens) && breaks(elements.get(index + 1)) == 1 && below
}

/// A name without dots: what a heading of one word looks like too.
pub fn is_word(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || ".\"'()[]{}~/".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, name: &str) -> Option<String> {
        let root = rnix::Root::parse(text).syntax();
        let list = root.descendants().find(|n| n.kind() == SyntaxKind::NODE_LIST).unwrap();
        element(&list, name).map(|commented| format!("{} => {}", &text[commented.at.start..commented.at.end], commented.text))
    }

    #[test]
    fn elements_that_are_commented_out() {
        assert_eq!(found("[\n  a\n  # b\n]", "b").as_deref(), Some("# b => b"));
        assert_eq!(found("[\n  a\n  #pkgs.b # why\n]", "b").as_deref(), Some("#pkgs.b # why => pkgs.b # why"));
        assert_eq!(found("[ a /* b */ c ]", "b").as_deref(), Some("/* b */ => b"));
        assert_eq!(found("[\n  #b\n  c\n]", "b").as_deref(), Some("#b => b"));
        assert_eq!(found("[\n  # x.b\n  c\n]", "x.b").as_deref(), Some("# x.b => x.b"));
        assert_eq!(found("[\r\n  a\r\n  # b\r\n]", "b").as_deref(), Some("# b => b"));
    }

    #[test]
    fn words_beside_an_element() {
        let said = |text: &str| {
            let root = rnix::Root::parse(text).syntax();
            beside(&root.descendants().find(|n| n.text() == "b").unwrap())
        };
        assert_eq!(said("[\n  a\n  b # why\n  c\n]").as_deref(), Some("why"));
        assert_eq!(said("[\n  a # no\n  b\n  # nor this\n]"), None);
    }

    #[test]
    fn words_and_headings_are_none() {
        for text in ["[\n  # b\n  c\n]", "[\n  a\n\n  # b\n  c\n]", "[\n  a\n  # b is slow\n]", "[\n  a\n  ## b\n]", "[ a ]"] {
            assert_eq!(found(text, "b"), None, "{text}");
        }
    }
}
