//! Expressions to insert: checked when they are made, so nothing malformed gets further.

use super::attr_path::quoted_string;
use super::parse::Source;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::text::one_line;
use rnix::{SyntaxKind, SyntaxNode};
use rowan::ast::AstNode;

/// One well-formed Nix expression, with the text it will be written as. Lines after the first are
/// indented as if the expression started in column 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    text: String,
    kind: SyntaxKind,
}

impl Fragment {
    /// Parses one expression. Fails with `value.syntax` and the place inside `text`.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let bad = |why: String| Diagnostic::new(Code::ValueSyntax, format!("'{}' is not a Nix expression: {why}", shorten(text)));
        let source = Source::parse("value", text.into()).map_err(|d| {
            let why = d.message.split_once(": ").map_or(d.message.as_str(), |(_, why)| why).to_owned();
            let mut out = bad(why).help("quote a string as Nix does, or leave --nix away to have it quoted");
            out.labels = d.labels;
            out
        })?;
        let expr = rnix::ast::Root::cast(source.root.clone()).and_then(|r| r.expr()).ok_or_else(|| bad("it is empty".to_owned()))?;
        if expr.syntax().text() != text {
            return Err(bad("a comment stands beside the expression".to_owned()).help("give the expression alone"));
        }
        Ok(Self { text: text.to_owned(), kind: expr.syntax().kind() })
    }

    /// The expression at a node of a file, as if it started in column 1.
    pub fn of(source: &Source, node: &SyntaxNode) -> Self {
        let at = super::span(node);
        let line = source.text[..at.start].rfind('\n').map_or(0, |end| end + 1);
        let blanks = &source.text[line..];
        let indent = &blanks[..blanks.len() - blanks.trim_start_matches([' ', '\t']).len()];
        let lines: Vec<&str> = source.slice(at).split('\n').map(|l| l.strip_suffix('\r').unwrap_or(l)).collect();
        let moved = lines.iter().enumerate().map(|(index, l)| if index == 0 { l } else { l.strip_prefix(indent).unwrap_or(l) });
        Self { text: moved.collect::<Vec<_>>().join("\n"), kind: node.kind() }
    }

    /// A set of these attributes and values, a line for each or all on one.
    pub fn set(attributes: &[(String, String)], on_one_line: bool) -> Result<Self> {
        let bindings = attributes.iter().map(|(name, value)| format!("{name} = {value};"));
        if on_one_line {
            return Self::parse(&format!("{{ {} }}", bindings.collect::<Vec<_>>().join(" ")));
        }
        let lines: String = bindings.map(|binding| format!("  {}\n", binding.replace('\n', "\n  "))).collect();
        Self::parse(&format!("{{\n{lines}}}"))
    }

    /// A string literal.
    pub fn string(value: &str) -> Self {
        Self { text: quoted_string(value), kind: SyntaxKind::NODE_STRING }
    }

    /// What a person who types `text` means: an expression where it clearly is one (`true`,
    /// `false`, `null`, a number, a list, a set, a path, a string in quotes), else a string.
    pub fn value(text: &str) -> Self {
        let parsed = Self::parse(text).ok().filter(|fragment| {
            use SyntaxKind::*;
            match fragment.kind {
                NODE_LIST | NODE_ATTR_SET | NODE_STRING | NODE_PATH_REL | NODE_LITERAL => {
                    fragment.node().text().char_at(0.into()) != Some(':')
                }
                NODE_IDENT => matches!(fragment.text.as_str(), "true" | "false" | "null"),
                NODE_UNARY_OP => fragment.text[1..].parse::<f64>().is_ok(),
                _ => false,
            }
        });
        parsed.filter(|fragment| !fragment.is_uri()).unwrap_or_else(|| Self::string(text))
    }

    fn is_uri(&self) -> bool {
        self.node().first_token().is_some_and(|token| token.kind() == SyntaxKind::TOKEN_URI)
    }

    /// The text as it will be written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A fresh tree of the expression.
    pub fn node(&self) -> SyntaxNode {
        rnix::Root::parse(&self.text).syntax().first_child().unwrap_or_else(|| rnix::Root::parse(&self.text).syntax())
    }

    /// The same expression as a list element: in parentheses where a list would read it as several
    /// elements or refuse it (Nix manual, "Lists": elements are selections or simpler).
    pub fn as_element(&self) -> Self {
        use SyntaxKind::*;
        let simple = matches!(
            self.kind,
            NODE_IDENT
                | NODE_SELECT
                | NODE_STRING
                | NODE_LITERAL
                | NODE_LIST
                | NODE_ATTR_SET
                | NODE_PAREN
                | NODE_PATH_ABS
                | NODE_PATH_HOME
                | NODE_PATH_REL
                | NODE_PATH_SEARCH
                | NODE_CUR_POS
                | NODE_LEGACY_LET
        );
        if simple { self.clone() } else { Self { text: format!("({})", self.text), kind: NODE_PAREN } }
    }

    /// The kind of the expression's node.
    pub fn kind(&self) -> SyntaxKind {
        self.kind
    }
}

/// An element's text as it is compared: blanks folded, outer parentheses of a plain name and
/// `pkgs.` dropped, a `''string''` as a `"string"`.
pub fn plain_name(text: &str) -> String {
    let text = text.trim();
    let indented = if text.starts_with("''") { indented_string(text) } else { None };
    let text = indented.as_deref().unwrap_or(text);
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).map(str::trim);
    let text = inner.filter(|t| !t.contains(|c: char| c.is_whitespace() || "(){}[]\"".contains(c))).unwrap_or(text);
    let text = text.strip_prefix("pkgs.").unwrap_or(text);
    if text.contains(char::is_whitespace) { one_line(text) } else { text.to_owned() }
}

/// The same string between double quotes; `None` for one with interpolations.
fn indented_string(text: &str) -> Option<String> {
    let string = rnix::ast::Str::cast(Source::parse("value", text.into()).ok()?.root.first_child()?)?;
    let literal = |part| if let rnix::ast::InterpolPart::Literal(literal) = part { Some(literal) } else { None };
    let parts: Option<Vec<String>> = string.normalized_parts().into_iter().map(literal).collect();
    Some(quoted_string(&parts?.concat()))
}

fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() > 60 || line.len() < text.len() {
        format!("{}…", line.chars().take(60).collect::<String>())
    } else {
        line.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_compared_by_what_they_say() {
        assert_eq!(plain_name("''a=\"b c\"''"), plain_name(r#""a=\"b c\"""#));
        assert_ne!(plain_name("''${a}''"), plain_name("\"a\""));
        assert_eq!(plain_name("''${"), "''${", "what is no string stays as it is");
    }

    #[test]
    fn takes_one_expression_and_nothing_else() {
        for text in ["", "a;", "a # b", "/* a */ b", "a) (b", "]", "a = 1", "{", "''"] {
            assert!(Fragment::parse(text).is_err(), "{text}");
        }
        assert_eq!(Fragment::parse(" [ 1 2 ]\n").unwrap().text(), "[ 1 2 ]");
    }

    #[test]
    fn an_expression_of_a_file_starts_in_column_one() {
        let source = Source::parse("a.nix", "{\n  a = {\n    b = 1;\n  };\n}".into()).unwrap();
        let set = source.root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_ATTR_SET).nth(1).unwrap();
        assert_eq!(Fragment::of(&source, &set).text(), "{\n  b = 1;\n}");
    }

    #[test]
    fn wraps_what_a_list_would_split() {
        assert_eq!(Fragment::parse("f x").unwrap().as_element().text(), "(f x)");
        assert_eq!(Fragment::parse("x: x").unwrap().as_element().text(), "(x: x)");
        assert_eq!(Fragment::parse("pkgs.a or b").unwrap().as_element().text(), "pkgs.a or b");
    }
}
