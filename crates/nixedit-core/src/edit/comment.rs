//! What comment lines are: words about something, or items that somebody took out for a while.

use rnix::SyntaxKind::{self, *};
use rnix::SyntaxNode;

/// Longest run of comment lines that is tried as one commented-out item.
const TALLEST: usize = 40;

/// How many of these comment lines, counted from the first, reach down to the last commented-out
/// item among them; 0 when all are words. `container` is the kind of what they stand in; with
/// `heads_group` the first line stands where a heading would, so that a lone word is one.
pub fn commented_out(container: SyntaxKind, lines: &[&str], heads_group: bool) -> usize {
    let bare: Vec<&str> = lines.iter().map(|line| bare(line)).collect();
    let heading = |start: usize, end: usize| heads_group && start == 0 && end == 1 && is_word(bare[0].trim());
    for end in (1..=bare.len()).rev() {
        let from = end.saturating_sub(TALLEST);
        let item = |start: usize| is_item(container, &bare[start..end].join("\n")) && !heading(start, end);
        if closes(bare[end - 1]) || (from..end).rev().any(item) {
            return end;
        }
    }
    0
}

/// Whether a line is nothing but the end of something, whose beginning stands above a blank line.
fn closes(line: &str) -> bool {
    !line.trim().is_empty() && line.trim().chars().all(|c| "]})'\";,".contains(c))
}

/// What a comment says, without its signs.
fn bare(comment: &str) -> &str {
    let block = comment.strip_prefix("/*").and_then(|rest| rest.strip_suffix("*/"));
    block.unwrap_or_else(|| comment.trim_start_matches('#'))
}

/// A name without dots, or several with slashes between them.
fn is_word(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || ".\"'()[]{}~".contains(c)) && !text.starts_with('/')
}

fn is_item(container: SyntaxKind, text: &str) -> bool {
    let (open, close) = if container == NODE_LIST { ("[", "]") } else { ("{", "}") };
    let parsed = rnix::Root::parse(&format!("{open}{text}\n{close}"));
    let Some(node) = parsed.syntax().first_child().filter(|_| parsed.errors().is_empty()) else { return false };
    let items: Vec<SyntaxNode> = node.children().collect();
    match items.as_slice() {
        [] => false,
        _ if container != NODE_LIST => true,
        // Words of headings begin with a capital letter; an address says where something is from.
        [only] => !is_address(only) && (only.kind() != NODE_IDENT || !only.text().char_at(0.into()).is_some_and(char::is_uppercase)),
        several => !several.iter().any(|item| item.kind() == NODE_IDENT || is_address(item)),
    }
}

fn is_address(item: &SyntaxNode) -> bool {
    item.first_token().is_some_and(|token| token.kind() == TOKEN_URI)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_that_were_taken_out_are_told_from_words() {
        for (line, out) in
            [("# foo", 1), ("# ./foo.nix", 1), ("# Foo", 0), ("# Dev Tools", 0), ("# \"a\" \"b\"", 1), ("# https://a.b/c", 0)]
        {
            assert_eq!(commented_out(NODE_LIST, &[line], false), out, "{line}");
        }
        assert_eq!(commented_out(NODE_LIST, &["# why", "/* {\n  a = 1;\n} */"], true), 2);
        assert_eq!(commented_out(NODE_LIST, &["/* words about it */"], true), 0);
        assert_eq!(commented_out(NODE_LIST, &["#  '')", "# why it is"], true), 1, "the end of what began above a blank line");
        assert_eq!(commented_out(NODE_LIST, &["# ---"], true), 0);
        assert_eq!(commented_out(NODE_ATTR_SET, &["# a.b = 1;"], true), 1);
        assert_eq!(commented_out(NODE_ATTR_SET, &["# a = { # why", "#   b = 1;", "# };", "# the next"], true), 3);
        assert_eq!(commented_out(NODE_ATTR_SET, &["# a = b"], true), 0);
    }

    #[test]
    fn a_lone_word_at_the_top_of_a_group_is_its_heading() {
        for (line, out) in [("# games", 0), ("# C/C++", 0), ("# ./games.nix", 1), ("# pkgs.games", 1)] {
            assert_eq!(commented_out(NODE_LIST, &[line], true), out, "{line}");
        }
        assert_eq!(commented_out(NODE_LIST, &["# games", "# chess"], true), 2);
    }
}
