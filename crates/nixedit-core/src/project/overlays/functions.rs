//! Overlay functions: their parameters, what they define, and their `overrideAttrs`.

use crate::syntax::attr_path::name_of;
use crate::syntax::{SyntaxKind, SyntaxNode, body, lookup};
use rnix::ast;
use rowan::ast::AstNode;

/// `final: prev: { … }`.
#[derive(Clone, Debug)]
pub struct OverlayFunction {
    /// The first parameter: the finished package set.
    pub last: Parameter,
    /// The second parameter: the package set so far.
    pub previous: Parameter,
    /// The set that its body comes to; of several joined by `//` the last.
    pub set: SyntaxNode,
    /// What it defines, in order.
    pub defines: Vec<Defined>,
}

/// A parameter that is one name.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name: `final`, `_prev`, `super`, `_`.
    pub name: String,
    /// The `NODE_IDENT_PARAM`.
    pub node: SyntaxNode,
}

/// One attribute that an overlay defines.
#[derive(Clone, Debug)]
pub struct Defined {
    /// Its first name.
    pub name: String,
    /// The `NODE_ATTRPATH_VALUE` or `NODE_INHERIT`.
    pub binding: SyntaxNode,
    /// The binding's value; `None` for an inherited attribute or one written dotted.
    pub value: Option<SyntaxNode>,
    /// The `overrideAttrs` that the value is.
    pub overridden: Option<Override>,
}

/// `prev.vlc.overrideAttrs (old: { … })`.
#[derive(Clone, Debug)]
pub struct Override {
    /// The argument as written, parentheses included.
    pub argument: SyntaxNode,
    /// The parameter for the attributes before; `None` where the argument is a plain set.
    pub old: Option<Parameter>,
    /// The set of new attributes.
    pub set: SyntaxNode,
}

/// The overlay function that an expression is, parentheses seen through.
pub fn function(node: &SyntaxNode) -> Option<OverlayFunction> {
    let (last, previous, body) = parameters(node)?;
    let sets = joined_sets(&body);
    let defines = sets.iter().flat_map(SyntaxNode::children).flat_map(|entry| defined(&entry)).collect();
    let set = sets.last()?.clone();
    Some(OverlayFunction { last, previous, set, defines })
}

/// The two parameters of a function and what is behind them.
fn parameters(node: &SyntaxNode) -> Option<(Parameter, Parameter, SyntaxNode)> {
    let outer = body::without_parens(node);
    let last = parameter(&outer)?;
    let inner = body::without_parens(&outer.last_child()?);
    Some((last, parameter(&inner)?, inner.last_child()?))
}

/// Whether a function's parameters are called as those of overlays are: any of two arguments looks like one.
pub(super) fn is_called_so(node: &SyntaxNode) -> bool {
    let Some((last, previous, _)) = parameters(node) else { return false };
    let [last, previous] = [&last, &previous].map(|parameter| parameter.name.trim_start_matches('_'));
    let fits = matches!(last, "" | "final" | "self") && matches!(previous, "" | "prev" | "previous" | "super");
    fits && !(last.is_empty() && previous.is_empty())
}

/// The sets that an overlay's body is made of by `//`, in order: the last that is written out wins over those
/// in front of it.
fn joined_sets(node: &SyntaxNode) -> Vec<SyntaxNode> {
    use SyntaxKind::*;
    match node.kind() {
        NODE_BIN_OP if node.children_with_tokens().any(|part| part.kind() == TOKEN_UPDATE) => {
            node.children().flat_map(|operand| joined_sets(&operand)).collect()
        }
        NODE_PAREN => node.first_child().iter().flat_map(joined_sets).collect(),
        NODE_LET_IN | NODE_WITH | NODE_ASSERT => node.last_child().iter().flat_map(joined_sets).collect(),
        _ => own_set(node).into_iter().collect(),
    }
}

fn parameter(lambda: &SyntaxNode) -> Option<Parameter> {
    let node = (lambda.kind() == SyntaxKind::NODE_LAMBDA).then(|| lambda.first_child())??;
    (node.kind() == SyntaxKind::NODE_IDENT_PARAM).then(|| Parameter { name: node.text().to_string(), node })
}

/// The set behind `let`, `with` and parentheses; none behind anything that could be several.
fn own_set(node: &SyntaxNode) -> Option<SyntaxNode> {
    use SyntaxKind::*;
    match node.kind() {
        NODE_ATTR_SET => Some(node.clone()),
        NODE_PAREN => own_set(&node.first_child()?),
        NODE_LET_IN | NODE_WITH | NODE_ASSERT => own_set(&node.last_child()?),
        _ => None,
    }
}

fn defined(entry: &SyntaxNode) -> Vec<Defined> {
    let make = |name: String, value: Option<SyntaxNode>| {
        let overridden = value.as_ref().and_then(overridden);
        Defined { name, binding: entry.clone(), value, overridden }
    };
    if let Some((path, value)) = lookup::binding_parts(entry) {
        let value = (path.names().len() == 1).then_some(value);
        return vec![make(path.names()[0].clone(), value)];
    }
    let inherit = ast::Inherit::cast(entry.clone());
    inherit.into_iter().flat_map(|inherit| inherit.attrs()).map(|attr| make(name_of(&attr), None)).collect()
}

/// The `overrideAttrs` call that an expression is.
fn overridden(value: &SyntaxNode) -> Option<Override> {
    let (head, arguments) = body::call(&body::without_parens(value));
    let [argument] = arguments.as_slice() else { return None };
    if body::last_name(&head) != "overrideAttrs" {
        return None;
    }
    let bare = body::without_parens(argument);
    let (old, set) = match parameter(&bare) {
        None => (None, own_set(&bare)?),
        Some(first) => {
            let inner = body::without_parens(&bare.last_child()?);
            // `finalAttrs: previousAttrs: { … }`: the second has the attributes before.
            match parameter(&inner) {
                Some(second) => (Some(second), own_set(&inner.last_child()?)?),
                None => (Some(first), own_set(&inner)?),
            }
        }
    };
    Some(Override { argument: argument.clone(), old, set })
}
