//! Strings and paths put together from known parts.

use super::evaluate::Evaluator;
use super::value::{Kind, Opaque, Place, Root, Scope, Value};
use rnix::ast::{self, InterpolPart};
use rowan::ast::AstNode;
use std::rc::Rc;

/// `path` with `.`, `..` and doubled slashes resolved, relative to the flake's root; `None` when it
/// leads out of the flake.
pub(super) fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a file.
pub(super) fn folder_of(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A string; one that begins with a path of the flake or of an input is that path.
pub(super) fn string(evaluator: &Evaluator, text: &ast::Str, scope: &Rc<Scope>, place: &Place) -> Option<Value> {
    let empty = Value::new(Kind::Str("".into()), place);
    text.normalized_parts().into_iter().try_fold(empty, |so_far, part| {
        let next = match part {
            InterpolPart::Literal(literal) => Value::new(Kind::Str(literal.into()), place),
            InterpolPart::Interpolation(hole) => evaluator.eval(&hole.expr()?, scope),
        };
        if matches!(next.kind, Kind::Bool(_) | Kind::Null | Kind::Int(_)) {
            return None;
        }
        add(&so_far, &next, place)
    })
}

/// A path literal.
pub(super) fn path(evaluator: &Evaluator, expr: &ast::Expr, scope: &Rc<Scope>, place: &Place) -> Option<Value> {
    let literal = ast::Path::cast(expr.syntax().clone())?;
    if let (ast::Path::PathAbs(_), [InterpolPart::Literal(whole)]) = (&literal, literal.parts().as_slice()) {
        return Some(Value::new(Kind::Opaque(Opaque::new(Root::Absolute, &[whole.text()])), place));
    }
    if !matches!(literal, ast::Path::PathRel(_)) {
        return None;
    }
    let mut text = format!("{}/", folder_of(&scope.file));
    for part in literal.parts() {
        match part {
            InterpolPart::Literal(content) => text.push_str(content.text()),
            InterpolPart::Interpolation(hole) => match evaluator.eval(&hole.expr()?, scope).kind {
                Kind::Str(known) => text.push_str(&known),
                _ => return None,
            },
        }
    }
    Some(Value::new(Kind::Path(normal(&text)?.into()), place))
}

/// `left + right` for strings and paths.
pub(super) fn add(left: &Value, right: &Value, place: &Place) -> Option<Value> {
    if let Kind::Either(values) = &left.kind {
        let sums: Option<Vec<Value>> = values.iter().map(|left| add(left, right, place)).collect();
        return Some(Value::new(Kind::Either(sums?.into()), place));
    }
    if let Kind::Either(values) = &right.kind {
        let sums: Option<Vec<Value>> = values.iter().map(|right| add(left, right, place)).collect();
        return Some(Value::new(Kind::Either(sums?.into()), place));
    }
    let kind = match (coerced(left), coerced(right)) {
        (Kind::Int(a), Kind::Int(b)) => Kind::Int(a.checked_add(b)?),
        (Kind::Str(a), Kind::Path(b)) if a.is_empty() => Kind::RootText(format!("/{b}").into()),
        (Kind::Str(a), other) if a.is_empty() => other,
        (Kind::Str(a), Kind::Str(b)) => Kind::Str(format!("{a}{b}").into()),
        // Beside the flake's folder, not in it.
        (Kind::Path(a), Kind::Str(b)) if a.is_empty() && !b.is_empty() && !b.starts_with('/') => return None,
        (Kind::Path(a), Kind::Str(b)) => Kind::Path(normal(&format!("{a}{b}"))?.into()),
        (Kind::RootText(a), Kind::Str(b)) => Kind::RootText(format!("{a}{b}").into()),
        // `self + /modules/a.nix`
        (Kind::RootText(a), Kind::Opaque(b)) if b.root == Root::Absolute => Kind::RootText(format!("{a}{}", b.text()).into()),
        (Kind::Path(a), Kind::Opaque(b)) if b.root == Root::Absolute => Kind::Path(normal(&format!("{a}{}", b.text()))?.into()),
        // Any nixpkgs, patched ones included, has this file.
        (Kind::Opaque(a), Kind::Str(b)) if a.root == Root::Unknown && b.ends_with("/nixos/lib/eval-config.nix") => {
            Kind::Opaque(Opaque::new(Root::InputFile, &[&format!("{}{b}", a.text())]))
        }
        (Kind::Opaque(a), Kind::Str(b)) if a.root == Root::InputFile => {
            Kind::Opaque(Opaque::new(Root::InputFile, &[&format!("{}{b}", a.text())]))
        }
        _ => return None,
    };
    let is_text = matches!(kind, Kind::Str(_) | Kind::Path(_) | Kind::RootText(_) | Kind::Int(_))
        || matches!(&kind, Kind::Opaque(opaque) if opaque.root == Root::InputFile);
    is_text.then(|| Value::new(kind, place))
}

/// A value as it stands in a string: the flake is its folder, an input the text that names it.
fn coerced(value: &Value) -> Kind {
    match &value.kind {
        Kind::Opaque(opaque) if opaque.root == Root::Flake && opaque.names.is_empty() => Kind::RootText("".into()),
        Kind::Opaque(opaque) if opaque.root == Root::Input => {
            Kind::Opaque(Opaque::new(Root::InputFile, &[&format!("${{{}}}", opaque.text())]))
        }
        kind => kind.clone(),
    }
}
