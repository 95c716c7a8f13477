//! What an expression that chooses by the host's name comes to on one host.

use super::host_condition;
use crate::diagnostic::{Code, Result};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, body, span};

/// Calls that give their last argument or something empty, and that something.
const OR_EMPTY: &[(&str, &str)] = &[("optionals", "[ ]"), ("optional", "[ ]"), ("optionalString", "\"\""), ("optionalAttrs", "{ }")];

/// Whether an expression chooses between values, or is a comparison.
pub(super) fn is_choice(node: &SyntaxNode) -> bool {
    let node = body::without_parens(node);
    match node.kind() {
        SyntaxKind::NODE_IF_ELSE => true,
        SyntaxKind::NODE_APPLY => {
            let name = body::last_name(&body::call(&node).0);
            name == "mkIf" || name == "elem" || OR_EMPTY.iter().any(|(known, _)| *known == name)
        }
        SyntaxKind::NODE_BIN_OP | SyntaxKind::NODE_UNARY_OP => host_condition::holds(&node, &[]).is_some(),
        _ => false,
    }
}

/// The value on a host. Fails where a condition asks for more than the host's name, and for `mkIf` without
/// `otherwise`.
pub(super) fn on(source: &Source, node: &SyntaxNode, host: &str, otherwise: Option<&Fragment>) -> Result<Fragment> {
    let node = body::without_parens(node);
    match node.kind() {
        SyntaxKind::NODE_IF_ELSE => {
            let parts: Vec<SyntaxNode> = node.children().collect();
            let [condition, yes, no] = parts.as_slice() else { return Err(unknown(source, &node)) };
            let holds = decided(source, condition, host)?;
            on(source, if holds { yes } else { no }, host, otherwise)
        }
        SyntaxKind::NODE_APPLY => of_call(source, &node, host, otherwise),
        _ => match host_condition::holds(&node, &[host]) {
            Some(holds) => Fragment::parse(if holds { "true" } else { "false" }),
            None => Ok(Fragment::of(source, &node)),
        },
    }
}

fn of_call(source: &Source, node: &SyntaxNode, host: &str, otherwise: Option<&Fragment>) -> Result<Fragment> {
    let (head, arguments) = body::call(node);
    let name = body::last_name(&head);
    let empty = OR_EMPTY.iter().find(|(known, _)| *known == name).map(|(_, empty)| *empty);
    let [condition, value] = arguments.as_slice() else { return Ok(Fragment::of(source, node)) };
    match (name.as_str(), empty) {
        ("mkIf", _) if decided(source, condition, host)? => on(source, value, host, otherwise),
        ("mkIf", _) => otherwise.cloned().ok_or_else(|| {
            let message = format!("mkIf at {} says nothing about {host}", source.file_line(span(node).start));
            source.error(Code::KeyNoDefault, message, span(node), "no value where this is false").help("give it with --otherwise VALUE")
        }),
        (_, Some(_)) if decided(source, condition, host)? => {
            let value = on(source, value, host, otherwise)?;
            if name == "optional" { Fragment::parse(&format!("[ {} ]", value.as_element().text())) } else { Ok(value) }
        }
        (_, Some(empty)) => Fragment::parse(empty),
        _ => match host_condition::holds(node, &[host]) {
            Some(holds) => Fragment::parse(if holds { "true" } else { "false" }),
            None if name == "elem" => Err(unknown(source, node)),
            None => Ok(Fragment::of(source, node)),
        },
    }
}

fn decided(source: &Source, condition: &SyntaxNode, host: &str) -> Result<bool> {
    host_condition::holds(condition, &[host]).ok_or_else(|| unknown(source, condition))
}

fn unknown(source: &Source, node: &SyntaxNode) -> Box<crate::diagnostic::Diagnostic> {
    let at = span(node);
    let message = format!("the condition at {} asks for more than the host's name", source.file_line(at.start));
    source
        .error(Code::ShapeUnsupported, message, at, "not known before evaluation")
        .help("only comparisons of the host's name can become rows")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(text: &str, host: &str) -> Option<String> {
        let source = Source::parse("a.nix", text.into()).unwrap();
        let node = source.root.first_child().unwrap();
        on(&source, &node, host, None).ok().map(|value| value.text().to_owned())
    }

    #[test]
    fn each_host_has_its_branch() {
        let text = "if my.host == \"a\" then 1 else if my.host == \"b\" then 2 else 3";
        assert_eq!(["a", "b", "c"].map(|host| chosen(text, host).unwrap()), ["1", "2", "3"]);
        assert_eq!(chosen("lib.optionals (my.host == \"a\") [ x ]", "a").unwrap(), "[ x ]");
        assert_eq!(chosen("lib.optionals (my.host == \"a\") [ x ]", "b").unwrap(), "[ ]");
        assert_eq!(chosen("lib.optional (my.host == \"a\") (f x)", "a").unwrap(), "[ (f x) ]");
        assert_eq!(chosen("builtins.elem my.host [ \"a\" ]", "b").unwrap(), "false");
        assert_eq!(chosen("my.host != \"a\"", "b").unwrap(), "true");
    }

    #[test]
    fn what_else_is_asked_for_is_refused() {
        assert_eq!(chosen("if cfg.enable then 1 else 2", "a"), None);
        assert_eq!(chosen("lib.mkIf (my.host == \"a\") 1", "b"), None);
        assert_eq!(chosen("lib.mkIf (my.host == \"a\") 1", "a").unwrap(), "1");
    }
}
