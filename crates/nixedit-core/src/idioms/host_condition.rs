//! What the conditions around a list say about a host, as far as they compare host names:
//! `config.networking.hostName == "nxiz"`, `!=`, `builtins.elem config.my.host [ … ]`, and those
//! joined by `&&`, `||`, `!`. Anything else may be true or false. A host may have two names: that of its output, and
//! what it calls itself.

use super::candidates::ListPlace;
use crate::syntax::body::Wrapper;
use crate::syntax::{SyntaxKind, SyntaxNode, span};
use rnix::ast::{self, BinOpKind, UnaryOpKind};
use rowan::ast::AstNode;

/// Whether a list counts on a host: `Some(false)` where a condition excludes it, `Some(true)` where
/// one holds for it and none excludes it, `None` where none speaks of hosts.
pub(crate) fn around(place: &ListPlace, host: &[&str]) -> Option<bool> {
    let verdicts: Vec<bool> = verdicts(place, host).flatten().collect();
    (!verdicts.is_empty()).then(|| verdicts.iter().all(|holds| *holds))
}

/// Whether every condition around a list is decided by the host's name.
pub(crate) fn are_all_known(place: &ListPlace, host: &[&str]) -> bool {
    verdicts(place, host).all(|known| known.is_some())
}

/// What a condition says for a host; `None` where it is not decided by the host's name.
pub(crate) fn holds(condition: &SyntaxNode, host: &[&str]) -> Option<bool> {
    verdict(&ast::Expr::cast(condition.clone())?, host)
}

fn verdicts(place: &ListPlace, host: &[&str]) -> impl Iterator<Item = Option<bool>> {
    place.wrappers.iter().filter_map(move |wrapper| {
        let Wrapper::Condition(condition) = wrapper else { return None };
        let holds = ast::Expr::cast(condition.clone()).and_then(|expr| verdict(&expr, host));
        Some(holds.map(|holds| holds != is_in_else(condition, &place.list)))
    })
}

/// Whether a list stands in the `else` branch of the `if` that a condition belongs to.
fn is_in_else(condition: &SyntaxNode, list: &SyntaxNode) -> bool {
    let branching = condition.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_IF_ELSE);
    branching.and_then(|parent| parent.last_child()).is_some_and(|branch| span(&branch).contains(span(list)))
}

fn verdict(condition: &ast::Expr, host: &[&str]) -> Option<bool> {
    match condition {
        ast::Expr::Paren(paren) => verdict(&paren.expr()?, host),
        ast::Expr::UnaryOp(not) if not.operator()? == UnaryOpKind::Invert => verdict(&not.expr()?, host).map(|holds| !holds),
        ast::Expr::BinOp(operation) => joined(operation, host),
        ast::Expr::Apply(apply) => member(apply, host),
        _ => None,
    }
}

fn joined(operation: &ast::BinOp, host: &[&str]) -> Option<bool> {
    let (left, right) = (operation.lhs()?, operation.rhs()?);
    let both = || (verdict(&left, host), verdict(&right, host));
    match operation.operator()? {
        BinOpKind::Equal => compared(&left, &right, host),
        BinOpKind::NotEqual => compared(&left, &right, host).map(|equal| !equal),
        BinOpKind::And => match both() {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (left, right) => Some(left? && right?),
        },
        BinOpKind::Or => match both() {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (left, right) => Some(left? || right?),
        },
        _ => None,
    }
}

fn compared(left: &ast::Expr, right: &ast::Expr, host: &[&str]) -> Option<bool> {
    match (names_the_host(left), names_the_host(right)) {
        (true, false) => Some(is_one_of(host, &text(right)?)),
        (false, true) => Some(is_one_of(host, &text(left)?)),
        _ => None,
    }
}

/// Whether an operation compares the host's name with this one.
pub(super) fn compares_with(operation: &ast::BinOp, host: &str) -> bool {
    let kind = operation.operator();
    let sides = operation.lhs().zip(operation.rhs());
    let named = |(left, right): (ast::Expr, ast::Expr)| match (names_the_host(&left), names_the_host(&right)) {
        (true, false) => text(&right).as_deref() == Some(host),
        (false, true) => text(&left).as_deref() == Some(host),
        _ => false,
    };
    matches!(kind, Some(BinOpKind::Equal | BinOpKind::NotEqual)) && sides.is_some_and(named)
}

/// `elem HOST [ "a" "b" ]`, the list written there or named.
fn member(apply: &ast::Apply, host: &[&str]) -> Option<bool> {
    let places = super::candidates::lists_of(apply.argument()?.syntax(), &[]);
    let [place] = places.as_slice() else { return None };
    let list = ast::List::cast(place.list.clone()).filter(|_| place.wrappers.is_empty())?;
    let ast::Expr::Apply(inner) = apply.lambda()? else { return None };
    let function = inner.lambda()?.syntax().text().to_string();
    if function.rsplit('.').next() != Some("elem") || !names_the_host(&inner.argument()?) {
        return None;
    }
    let names = list.items().map(|item| text(&item)).collect::<Option<Vec<String>>>()?;
    Some(names.iter().any(|name| is_one_of(host, name)))
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.contains(&name)
}

/// Whether an expression gives the host's name: its last name is one that people use for it.
fn names_the_host(expr: &ast::Expr) -> bool {
    let expr = match expr {
        ast::Expr::Paren(paren) => return paren.expr().is_some_and(|inner| names_the_host(&inner)),
        ast::Expr::Ident(_) | ast::Expr::Select(_) => expr.syntax().text().to_string(),
        _ => return false,
    };
    let mut names = expr.rsplit('.').map(str::trim);
    match names.next() {
        Some("host" | "hostName" | "hostname") => true,
        Some("name") => names.next() == Some("host"),
        _ => false,
    }
}

/// The text of a string without interpolations.
fn text(expr: &ast::Expr) -> Option<String> {
    let ast::Expr::Str(string) = expr else { return None };
    let mut out = String::new();
    for part in string.normalized_parts() {
        let ast::InterpolPart::Literal(literal) = part else { return None };
        out.push_str(&literal);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(condition: &str, host: &str) -> Option<bool> {
        let root = rnix::Root::parse(condition).syntax();
        verdict(&ast::Expr::cast(root.first_child().unwrap()).unwrap(), &[host])
    }

    #[test]
    fn comparisons_of_host_names_decide() {
        for (condition, nxiz, adeck) in [
            ("config.networking.hostName == \"nxiz\"", Some(true), Some(false)),
            ("\"nxiz\" != config.my.host", Some(false), Some(true)),
            ("builtins.elem config.my.host [ \"nxiz\" \"zrrh\" ]", Some(true), Some(false)),
            ("!(host.name == \"nxiz\")", Some(false), Some(true)),
            ("hostname == \"nxiz\" || hostname == \"adeck\"", Some(true), Some(true)),
            ("hostname == \"nxiz\" && cfg.enable", None, Some(false)),
            ("hostname == \"nxiz\" || cfg.enable", Some(true), None),
        ] {
            assert_eq!((said(condition, "nxiz"), said(condition, "adeck")), (nxiz, adeck), "{condition}");
        }
    }

    #[test]
    fn the_else_branch_holds_where_the_condition_does_not() {
        let text = "{ p = if my.host == \"nxiz\" then [ 1 ] else [ 2 ]; }";
        let root = rnix::Root::parse(text).syntax();
        let value = root.descendants().find(|n| n.kind() == SyntaxKind::NODE_IF_ELSE).unwrap();
        let lists = super::super::candidates::lists_of(&value, &[]);
        assert_eq!(lists.iter().map(|list| around(list, &["nxiz"])).collect::<Vec<_>>(), [Some(true), Some(false)]);
        assert_eq!(lists.iter().map(|list| around(list, &["adeck"])).collect::<Vec<_>>(), [Some(false), Some(true)]);
        assert!(lists.iter().all(|list| are_all_known(list, &["zrrh"])));
    }

    #[test]
    fn either_name_of_a_host_is_its_own() {
        let said = |condition: &str| holds(&rnix::Root::parse(condition).syntax().first_child().unwrap(), &["ai-niri", "ai"]);
        assert_eq!(said("hostName == \"ai\""), Some(true));
        assert_eq!(said("host == \"ai-niri\""), Some(true));
        assert_eq!(said("hostName != \"ai\""), Some(false));
        assert_eq!(said("hostName == \"niri\""), Some(false));
    }

    #[test]
    fn other_conditions_say_nothing() {
        for condition in ["cfg.enable", "user.name == \"nxiz\"", "config.my.host == other", "config.my.ghost == \"nxiz\"", "f \"nxiz\""] {
            assert_eq!(said(condition, "nxiz"), None, "{condition}");
        }
    }
}
