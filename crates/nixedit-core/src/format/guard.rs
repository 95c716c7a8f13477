//! Is a formatter's output the same code? Its word is not taken for it: `1/2` (a path) has become
//! `1 /2`, `|>` has become `| >`, tabs and line endings in strings have been lost.

use crate::syntax::parse::Source;
use rnix::SyntaxKind::*;
use rnix::ast::{InterpolPart, Str};
use rnix::{NodeOrToken, SyntaxKind, SyntaxNode};
use rowan::ast::AstNode;

/// Whether both texts parse, to the same tree but for blanks, with the same values of strings and the
/// same words in comments.
///
/// Not a difference: how a string is quoted or indented, a comma behind the last argument of a pattern,
/// how a comment is marked (`/* a */`, `# a`).
pub fn same(before: &str, after: &str) -> bool {
    let (Ok(before), Ok(after)) = (Source::parse("before", before.into()), Source::parse("after", after.into())) else { return false };
    code(&before.root) == code(&after.root) && comments(&before.root) == comments(&after.root)
}

/// A step of a tree's walk, blanks and comments left out.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Open(SyntaxKind),
    Close,
    Token(SyntaxKind, String),
    /// The value of a literal piece of a string.
    Text(String),
}

fn code(root: &SyntaxNode) -> Vec<Part> {
    let mut out = Vec::new();
    walk(root, &mut out);
    out
}

fn walk(node: &SyntaxNode, out: &mut Vec<Part>) {
    if let Some(string) = Str::cast(node.clone()) {
        return walk_string(&string, out);
    }
    out.push(Part::Open(node.kind()));
    for child in node.children_with_tokens() {
        match child {
            NodeOrToken::Node(child) => walk(&child, out),
            NodeOrToken::Token(token) => match token.kind() {
                TOKEN_WHITESPACE | TOKEN_COMMENT => {}
                TOKEN_COMMA if node.kind() == NODE_PATTERN => {}
                kind => out.push(Part::Token(kind, token.text().to_owned())),
            },
        }
    }
    out.push(Part::Close);
}

fn walk_string(string: &Str, out: &mut Vec<Part>) {
    out.push(Part::Open(NODE_STRING));
    for part in string.normalized_parts() {
        match part {
            InterpolPart::Literal(text) if text.is_empty() => {}
            InterpolPart::Literal(text) => out.push(Part::Text(text)),
            InterpolPart::Interpolation(interpolation) => walk(interpolation.syntax(), out),
        }
    }
    out.push(Part::Close);
}

/// The words of all comments, without the signs, in order of the alphabet: a formatter may move a
/// comment to the other side of a bracket, but not lose it.
fn comments(root: &SyntaxNode) -> Vec<String> {
    let tokens = root.descendants_with_tokens().filter_map(NodeOrToken::into_token).filter(|token| token.kind() == TOKEN_COMMENT);
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| c.is_whitespace() || "#*/".contains(c)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let mut out: Vec<String> = tokens.flat_map(|token| words(token.text())).collect();
    out.sort_unstable();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::raw;
    use crate::settings::Formatter;

    #[test]
    fn blanks_quotes_and_commas_are_layout() {
        for (before, after) in [
            ("{a=[1 2];}", "{\n  a = [\n    1\n    2\n  ];\n}\n"),
            ("{ a = ''\n    x\n      y\n  ''; }", "{\n  a = ''\n    x\n      y\n  '';\n}\n"),
            ("{ a = ''b''; }", "{ a = \"b\"; }"),
            ("{ a, b }: a", "{\n  a,\n  b,\n}:\na\n"),
            ("{ /* why */ a = 1; }", "{\n  # why\n  a = 1;\n}\n"),
        ] {
            assert!(same(before, after), "{before}");
        }
    }

    #[test]
    fn what_formatters_have_been_seen_to_break_is_refused() {
        for (before, after) in [
            ("1/2", "1 /2"),
            ("a |> b", "a | > b"),
            ("{ a = ''\n  x\ty\n''; }", "{ a = ''\n  x  y\n''; }"),
            ("{ a = ''\r\n  x\r\n''; }", "{ a = ''\n  x\n''; }"),
            ("{ a = \"x\"; }", "{ a = \"y\"; }"),
            ("{ a = \"${b} c\"; }", "{ a = \"${b}c\"; }"),
            ("(a b) c", "a (b c)"),
            ("{ a = 1; # why\n}", "{ a = 1; }"),
            ("{ a = 1; }", "{ a = 1 }"),
            ("[ a b ]", "[ b a ]"),
            ("{ a, b }: a", "{ b, a }: a"),
        ] {
            assert!(!same(before, after), "{before}");
        }
    }

    #[test]
    fn the_known_defects_are_real_and_caught() {
        let path = raw(Formatter::Nixfmt, "1/2").unwrap();
        assert_eq!(path, "1 /2\n", "the defect is mended; the guard may stay");
        assert!(!same("1/2", &path));
        assert_eq!(raw(Formatter::NixpkgsFmt, "a |> b"), None);
        assert_eq!(raw(Formatter::NixpkgsFmt, &format!("[{}]", " a".repeat(150 << 10))), None);
        let returns = "{ a = ''\r\n  x\r\n''; }\r\n";
        assert!(!crate::format::is_fixed(Formatter::Nixfmt, returns));
    }

    #[cfg(feature = "nixpkgs-fmt")]
    #[test]
    fn nixpkgs_fmt_does_tear_pipes_apart() {
        assert!(!same("a |> b", &::nixpkgs_fmt::reformat_string("a |> b")));
    }
}
