//! Text as an indented string (`''…''`), and expressions compared whatever their layout.
//!
//! The rules are those of the Nix manual, "String literal": `''` is written `'''`, `${` is written
//! `''${`, the indentation that all lines share does not count.

use super::{SyntaxKind, SyntaxNode};
use rnix::NodeOrToken;
use rnix::ast::{self, InterpolPart};
use rowan::ast::AstNode;

/// The expression that means `text` and a line break after its last line, one line of the text on
/// each: `''`, the lines indented by two, `''`. With `interpolate`, `${…}` is left to Nix.
pub fn indented_string(text: &str, interpolate: bool) -> String {
    let mut out = String::from("''\n");
    for line in dedented(text) {
        if !line.is_empty() {
            out.push_str("  ");
            out.push_str(&if interpolate { line } else { escaped(&line) });
        }
        out.push('\n');
    }
    out.push_str("''");
    out
}

/// The lines of a text without the blank ones around it and the indentation that they share.
pub fn dedented(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let (Some(first), Some(last)) = (lines.iter().position(|line| !line.is_empty()), lines.iter().rposition(|line| !line.is_empty()))
    else {
        return Vec::new();
    };
    let lines = &lines[first..=last];
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let shared = lines.iter().filter(|line| !line.is_empty()).map(indent).min().unwrap_or(0);
    lines.iter().map(|line| line.get(shared..).unwrap_or_default().to_owned()).collect()
}

/// One line of an indented string.
fn escaped(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let (taken, written) = match () {
            () if rest.starts_with("'${") => (3, "''\\'''${"),
            () if rest.starts_with("''") => (2, "'''"),
            () if rest.starts_with("${") => (2, "''${"),
            () => (c.len_utf8(), &rest[..c.len_utf8()]),
        };
        out.push_str(written);
        rest = &rest[taken..];
    }
    out
}

/// What an expression says, whatever its blanks, comments and the kind and indentation of its
/// strings: equal texts mean equal expressions.
pub fn canonical(node: &SyntaxNode) -> String {
    let mut out = String::new();
    write(node, &mut out);
    out
}

fn write(node: &SyntaxNode, out: &mut String) {
    if let Some(text) = ast::Str::cast(node.clone()) {
        for part in text.normalized_parts() {
            match part {
                InterpolPart::Literal(text) => out.push_str(&format!("{text:?} ")),
                InterpolPart::Interpolation(inner) => write(inner.syntax(), out),
            }
        }
        return;
    }
    for child in node.children_with_tokens() {
        match child {
            NodeOrToken::Node(node) => write(&node, out),
            NodeOrToken::Token(token) if matches!(token.kind(), SyntaxKind::TOKEN_WHITESPACE | SyntaxKind::TOKEN_COMMENT) => {}
            NodeOrToken::Token(token) => out.push_str(&format!("{} ", token.text())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn meaning(nix: &str) -> Option<String> {
        let root = rnix::Root::parse(nix);
        assert!(root.errors().is_empty(), "{nix}: {:?}", root.errors());
        let text = root.syntax().first_child().and_then(ast::Str::cast).unwrap();
        match text.normalized_parts().as_slice() {
            [] => Some(String::new()),
            [InterpolPart::Literal(text)] => Some(text.clone()),
            _ => None,
        }
    }

    #[test]
    fn what_nix_would_read_is_escaped() {
        assert_eq!(indented_string("mkdir -p \"${XDG:-$HOME}\"", false), "''\n  mkdir -p \"''${XDG:-$HOME}\"\n''");
        assert_eq!(indented_string("  a\n\n    b\n", false), "''\n  a\n\n    b\n''");
        assert_eq!(indented_string("${pkgs.jq}/bin/jq", true), "''\n  ${pkgs.jq}/bin/jq\n''");
        assert_eq!(indented_string("", false), "''\n''");
    }

    #[test]
    fn layout_is_not_compared() {
        let of = |text: &str| canonical(&rnix::Root::parse(text).syntax());
        assert_eq!(of("f [ \"a\" ] ''\n      x\n    ''"), of("f  [\"a\" /* c */]\n''\n  x\n''"));
        assert_ne!(of("f \"a b\""), of("f \"ab\""));
        assert_ne!(of("''\n  a\n    b\n''"), of("''\n  a\n  b\n''"));
    }

    proptest! {
        #[test]
        fn nix_reads_the_text_back(lines in proptest::collection::vec("[a ${}'\\\\\"]{0,12}", 1..4)) {
            let expected = dedented(&lines.join("\n"));
            let read = meaning(&indented_string(&lines.join("\n"), false));
            let expected: String = expected.iter().map(|line| format!("{line}\n")).collect();
            prop_assert_eq!(read, Some(expected));
        }
    }
}
