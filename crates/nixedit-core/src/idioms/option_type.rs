//! The types that an option can be declared with, as people say them: `int`, `enum a b`, `listOf str`.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::similar_names::near;
use crate::syntax::SyntaxKind;
use crate::syntax::attr_path::quoted_string;
use crate::syntax::fragment::Fragment;

/// Types without a part.
const PLAIN: &[&str] = &["bool", "str", "int", "path", "package", "lines", "port"];
/// Types of other types.
const OF: &[&str] = &["listOf", "attrsOf", "nullOr"];
/// What people from elsewhere call them.
const SYNONYMS: &[(&str, &str)] = &[
    ("integer", "int"),
    ("number", "int"),
    ("string", "str"),
    ("text", "lines"),
    ("boolean", "bool"),
    ("list", "listOf"),
    ("set", "attrsOf"),
];

/// An option's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum OptionType {
    Plain(&'static str),
    Enum(Vec<String>),
    Of(&'static str, Box<OptionType>),
}

impl OptionType {
    /// Reads a type. Fails with `usage.invalid` and the types there are.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let text = text.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(text).trim();
        let (head, rest) = text.split_once(char::is_whitespace).map_or((text, ""), |(head, rest)| (head, rest.trim()));
        let name = head.rsplit('.').next().unwrap_or(head);
        if let Some(plain) = PLAIN.iter().find(|plain| **plain == name).filter(|_| rest.is_empty()) {
            return Ok(Self::Plain(plain));
        }
        if let Some(of) = OF.iter().find(|of| **of == name).filter(|_| !rest.is_empty()) {
            return Ok(Self::Of(of, Box::new(Self::parse(rest)?)));
        }
        let values: Vec<String> = rest.split_whitespace().map(|value| value.trim_matches('"').to_owned()).collect();
        if name == "enum" && !values.is_empty() {
            return Ok(Self::Enum(values));
        }
        let all = PLAIN.iter().chain(OF).chain(&["enum"]).copied();
        let meant = SYNONYMS.iter().find(|(synonym, _)| synonym.eq_ignore_ascii_case(name)).map(|(_, meant)| (*meant).to_owned());
        let near = meant.or_else(|| near(name, all).into_iter().next().filter(|near| *near != name));
        let hint = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
        Err(Diagnostic::new(Code::UsageInvalid, format!("'{text}' is no type that an option can be declared with{hint}"))
            .help("types: bool, str, int, path, package, lines, port, 'enum a b', 'listOf str', 'attrsOf str', 'nullOr str'")
            .candidates(PLAIN.iter().copied()))
    }

    /// The expression, with `types` for what stands in front of each name.
    pub fn expression(&self, types: &str) -> String {
        match self {
            Self::Plain(name) => format!("{types}.{name}"),
            Self::Enum(values) => {
                let values: Vec<String> = values.iter().map(|value| quoted_string(value)).collect();
                format!("{types}.enum [ {} ]", values.join(" "))
            }
            Self::Of(of, inner) => match **inner {
                Self::Plain(_) => format!("{types}.{of} {}", inner.expression(types)),
                _ => format!("{types}.{of} ({})", inner.expression(types)),
            },
        }
    }

    /// A default as typed. Fails with `type.mismatch` where it is none of the type.
    pub fn value(&self, text: &str) -> Result<Fragment> {
        let literal = Fragment::value(text);
        let is = |kind| literal.kind() == kind;
        let fits = match self {
            Self::Plain("bool") => text == "true" || text == "false",
            Self::Plain("int") => text.parse::<i64>().is_ok(),
            Self::Plain("port") => text.parse::<u16>().is_ok(),
            Self::Plain("path") => return Ok(if is(SyntaxKind::NODE_PATH_REL) { literal } else { Fragment::string(text) }),
            Self::Plain("package") => return Fragment::parse(text),
            Self::Plain(_) => return Ok(if is(SyntaxKind::NODE_STRING) { literal } else { Fragment::string(text) }),
            Self::Enum(values) => {
                if values.iter().any(|value| value == text) {
                    return Ok(Fragment::string(text));
                }
                false
            }
            Self::Of("nullOr", _) if text == "null" => true,
            Self::Of("nullOr", inner) => return inner.value(text),
            Self::Of("listOf", _) => is(SyntaxKind::NODE_LIST),
            Self::Of(..) => is(SyntaxKind::NODE_ATTR_SET),
        };
        if fits {
            return Ok(literal);
        }
        Err(Diagnostic::new(Code::TypeMismatch, format!("the default {text} is no {}", self.words()))
            .help("give one of that type, or an expression that gives one with --nix"))
    }

    fn words(&self) -> String {
        match self {
            Self::Plain(name) => (*name).to_owned(),
            Self::Enum(values) => format!("value of: {}", values.join(", ")),
            Self::Of("listOf", inner) => format!("list of {}, such as '[ ]'", inner.words()),
            Self::Of("attrsOf", inner) => format!("set of {}, such as '{{ }}'", inner.words()),
            Self::Of(_, inner) => format!("{} nor null", inner.words()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        OptionType::parse(text).unwrap().expression("lib.types")
    }

    #[test]
    fn types_are_written_as_nixpkgs_names_them() {
        assert_eq!(written("int"), "lib.types.int");
        assert_eq!(written("lib.types.str"), "lib.types.str");
        assert_eq!(written("listOf str"), "lib.types.listOf lib.types.str");
        assert_eq!(written("nullOr (listOf path)"), "lib.types.nullOr (lib.types.listOf lib.types.path)");
        assert_eq!(written("enum a b"), "lib.types.enum [ \"a\" \"b\" ]");
        for text in ["", "string", "listOf", "int x", "enum"] {
            assert!(OptionType::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn defaults_are_of_the_type() {
        let value = |kind: &str, text: &str| OptionType::parse(kind).unwrap().value(text).map(|value| value.text().to_owned()).ok();
        assert_eq!(value("int", "10").as_deref(), Some("10"));
        assert_eq!(value("int", "ten"), None);
        assert_eq!(value("port", "70000"), None);
        assert_eq!(value("str", "10").as_deref(), Some("\"10\""));
        assert_eq!(value("path", "/etc").as_deref(), Some("\"/etc\""));
        assert_eq!(value("path", "./x").as_deref(), Some("./x"));
        assert_eq!(value("nullOr str", "null").as_deref(), Some("null"));
        assert_eq!(value("nullOr int", "x"), None);
        assert_eq!(value("enum a b", "c"), None);
        assert_eq!(value("listOf str", "[ \"a\" ]").as_deref(), Some("[ \"a\" ]"));
        assert_eq!(value("listOf str", "a"), None);
    }
}
