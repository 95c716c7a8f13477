//! Attribute paths: parsed, compared however they are quoted, printed as Nix needs them.

use crate::diagnostic::{Code, Diagnostic, Result};
use rnix::ast;
use rowan::ast::AstNode;
use std::fmt;

/// A non-empty list of names, such as `home.packages` or `home.file.".pi".source`. A name may be
/// an interpolation (`${host}`); it is then kept as its source text and equals only the same text.
/// Quotes that the caller typed without need are kept too, and make no difference otherwise.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AttrPath {
    names: Vec<String>,
    /// Whether the caller put a name in quotes; shorter than `names` where nobody said.
    quoted: Vec<bool>,
}

impl AttrPath {
    /// Reads a path as Nix writes it: names separated by dots, quoted where needed.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = || {
            Diagnostic::new(Code::PathSyntax, format!("'{text}' is not an attribute path"))
                .help("names separated by dots, quoted where needed: services.nginx.virtualHosts.\"a.example\"")
        };
        let wrapped = format!("{{{text}=0;}}");
        super::parse::Source::parse("attribute path", wrapped.as_str().into()).map_err(|_| bad())?;
        let set = rnix::Root::parse(&wrapped).tree().expr().and_then(|e| ast::AttrSet::cast(e.syntax().clone())).ok_or_else(bad)?;
        let mut bindings = ast::HasEntry::attrpath_values(&set);
        let only = bindings.next().filter(|_| bindings.next().is_none()).ok_or_else(bad)?;
        let path = only.attrpath().ok_or_else(bad)?;
        if path.syntax().text() != text.trim() {
            return Err(bad());
        }
        let quoted = path.attrs().map(|attr| matches!(attr, ast::Attr::Str(_))).collect();
        Self::of(&path).map(|names| Self { quoted, ..names }).ok_or_else(bad)
    }

    /// The names of an attribute path in a tree.
    pub fn of(path: &ast::Attrpath) -> Option<Self> {
        Self::from_names(path.attrs().map(|attr| name_of(&attr)))
    }

    /// A path of decoded names; `None` when there are none.
    pub fn from_names<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Option<Self> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        (!names.is_empty()).then_some(Self { names, quoted: Vec::new() })
    }

    /// The decoded names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The last name.
    pub fn last(&self) -> &str {
        self.names.last().map_or("", String::as_str)
    }

    /// This path with one more name.
    pub fn child(&self, name: &str) -> Self {
        let mut path = self.clone();
        path.names.push(name.to_owned());
        path
    }

    /// The last `length` names, at least one.
    pub fn tail(&self, length: usize) -> Self {
        let skipped = self.names.len().saturating_sub(length.max(1));
        Self { names: self.names[skipped..].to_vec(), quoted: self.quoted.get(skipped..).unwrap_or_default().to_vec() }
    }

    /// Whether the path ends in `tail`.
    pub fn ends_with(&self, tail: &[String]) -> bool {
        self.names.ends_with(tail)
    }
}

/// The decoded name of one part of an attribute path; an interpolated part as its source text.
pub fn name_of(attr: &ast::Attr) -> String {
    match attr {
        ast::Attr::Ident(ident) => match ident.ident_token() {
            Some(name) => name.text().to_owned(),
            None => ident.syntax().text().to_string(),
        },
        ast::Attr::Str(text) => plain_string(text).unwrap_or_else(|| text.syntax().text().to_string()),
        ast::Attr::Dynamic(dynamic) => {
            let quoted = dynamic.expr().and_then(|e| ast::Str::cast(e.syntax().clone()));
            quoted.and_then(|s| plain_string(&s)).unwrap_or_else(|| dynamic.syntax().text().to_string())
        }
    }
}

/// The value of a string without interpolation.
pub fn plain_string(text: &ast::Str) -> Option<String> {
    let mut out = String::new();
    for part in text.normalized_parts() {
        match part {
            ast::InterpolPart::Literal(literal) => out.push_str(&literal),
            ast::InterpolPart::Interpolation(_) => return None,
        }
    }
    Some(out)
}

const KEYWORDS: &[&str] = &["assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"];

/// Whether `name` may stand as a bare identifier in an attribute path.
///
/// Nix manual, "Identifiers": `[A-Za-z_][A-Za-z0-9_'-]*`, keywords excepted.
pub fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b"_'-".contains(&b))
        && !KEYWORDS.contains(&name)
}

/// `name` as one part of an attribute path: bare where Nix allows it, else quoted.
pub fn quoted_name(name: &str) -> String {
    if is_identifier(name) || name.starts_with("${") || (name.starts_with('"') && name.len() > 1) {
        name.to_owned()
    } else {
        quoted_string(name)
    }
}

/// `value` as a Nix string literal in double quotes.
pub fn quoted_string(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    let mut rest = value.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '$' if rest.peek() == Some(&'{') => out.push_str("\\$"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

impl PartialEq for AttrPath {
    fn eq(&self, other: &Self) -> bool {
        self.names == other.names
    }
}

impl Eq for AttrPath {}

impl std::hash::Hash for AttrPath {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.names.hash(state);
    }
}

impl PartialOrd for AttrPath {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for AttrPath {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.names.cmp(&other.names)
    }
}

impl fmt::Display for AttrPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = |index: usize| self.quoted.get(index) == Some(&true);
        let written = self.names.iter().enumerate().map(|(index, name)| match quoted_name(name) {
            bare if typed(index) && bare == *name && is_identifier(name) => quoted_string(name),
            written => written,
        });
        f.write_str(&written.collect::<Vec<_>>().join("."))
    }
}

impl TryFrom<String> for AttrPath {
    type Error = Box<Diagnostic>;
    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl schemars::JsonSchema for AttrPath {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AttrPath".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "minLength": 1,
            "description": "An attribute path as Nix writes it: names separated by dots, quoted where needed.",
            "examples": ["services.nginx.enable", "home.file.\".pi\".source"]
        })
    }
}

impl From<AttrPath> for String {
    fn from(path: AttrPath) -> Self {
        path.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_compare_however_quoted() {
        let a = AttrPath::parse("home.file.\".pi\".source").unwrap();
        assert_eq!(a.names(), ["home", "file", ".pi", "source"]);
        assert_eq!(a.to_string(), "home.file.\".pi\".source");
        assert_eq!(AttrPath::parse("\"a\".${\"b\"}").unwrap(), AttrPath::parse("a.b").unwrap());
        assert_eq!(AttrPath::parse("a.${x}.\"b${y}\"").unwrap().to_string(), "a.${x}.\"b${y}\"");
    }

    #[test]
    fn quotes_are_kept_as_typed_and_make_no_difference() {
        let typed = AttrPath::parse("a.\"b\".c").unwrap();
        assert_eq!(typed.to_string(), "a.\"b\".c");
        assert_eq!(typed.tail(2).to_string(), "\"b\".c");
        assert_eq!(typed, AttrPath::parse("a.b.c").unwrap());
        assert_eq!(typed.child("d").to_string(), "a.\"b\".c.d");
    }

    #[test]
    fn refuses_what_is_no_path() {
        for text in ["", "a.", "a;b", "a = 1; b", "a b", "--x", "with", "0x0", "a#", "a /*x*/"] {
            assert!(AttrPath::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn quotes_only_where_nix_needs_it() {
        assert_eq!(quoted_name("a-b'"), "a-b'");
        assert_eq!(quoted_name("with"), "\"with\"");
        assert_eq!(quoted_name("0x0"), "\"0x0\"");
        assert_eq!(quoted_string("a${b}\"$x"), "\"a\\${b}\\\"$x\"");
    }
}
