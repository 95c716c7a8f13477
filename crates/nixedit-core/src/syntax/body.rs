//! From an expression to the sets and lists that count: through functions, `let`, `with`,
//! parentheses, `mkIf`, `mkMerge`, `//`, `++`, `if`, and calls that take them as an argument.

use super::span;
use crate::text::{Span, one_line};
use rnix::SyntaxKind::*;
use rnix::SyntaxNode;
use rnix::ast;
use rowan::ast::AstNode;

/// How an expression is reached from the one asked about, outermost first.
#[derive(Clone, Debug, PartialEq)]
pub enum Wrapper {
    /// `with EXPR;`
    With(SyntaxNode),
    /// The last argument of `mkIf`, `optionals`, `optional`, `optionalAttrs`, or a branch of
    /// `if`: holds only under a condition.
    Condition(SyntaxNode),
    /// The last argument of a priority or ordering function, such as `mkForce`.
    Priority(String),
    /// An argument of some other function: its name.
    Call(String),
    /// An operand of `++` or `//`.
    Operand,
    /// A member of the list given to `mkMerge`.
    Merge,
    /// The body of a function.
    Function,
}

/// A list or set with how it is reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Reached {
    /// The `NODE_LIST` or `NODE_ATTR_SET`.
    pub node: SyntaxNode,
    /// The way to it, outermost first.
    pub wrappers: Vec<Wrapper>,
}

impl Reached {
    /// The conditions it stands under.
    pub fn conditions(&self) -> impl Iterator<Item = &SyntaxNode> {
        self.wrappers.iter().filter_map(|w| if let Wrapper::Condition(node) = w { Some(node) } else { None })
    }

    /// Whether it is an argument of a function that may do anything with it.
    pub fn is_argument(&self) -> bool {
        self.wrappers.iter().any(|w| matches!(w, Wrapper::Call(_)))
    }
}

const PRIORITY: &[&str] = &[
    "mkForce",
    "mkDefault",
    "mkOverride",
    "mkBefore",
    "mkAfter",
    "mkOrder",
    "mkOptionDefault",
    "mkVMOverride",
    "mkImageMediaOverride",
    "mkFixStrictness",
];
const CONDITION: &[&str] = &["mkIf", "optional", "optionals", "optionalAttrs", "optionalString"];

/// The lists an expression is made of, in source order.
pub fn lists(expr: &SyntaxNode) -> Vec<Reached> {
    reach(expr, NODE_LIST)
}

/// The sets an expression is made of, in source order.
pub fn sets(expr: &SyntaxNode) -> Vec<Reached> {
    reach(expr, NODE_ATTR_SET)
}

/// The names among the operands of `++` that an expression is made of, in source order.
pub fn names(expr: &SyntaxNode) -> Vec<Reached> {
    reach(expr, NODE_IDENT)
}

fn reach(expr: &SyntaxNode, wanted: rnix::SyntaxKind) -> Vec<Reached> {
    let mut out = Vec::new();
    walk(expr, wanted, &mut Vec::new(), &mut out);
    out
}

fn walk(node: &SyntaxNode, wanted: rnix::SyntaxKind, path: &mut Vec<Wrapper>, out: &mut Vec<Reached>) {
    if node.kind() == wanted {
        out.push(Reached { node: node.clone(), wrappers: path.clone() });
        return;
    }
    for (wrapper, child) in inner(node, wanted) {
        let depth = path.len();
        path.extend(wrapper);
        walk(&child, wanted, path, out);
        path.truncate(depth);
    }
}

/// The expressions that `node` passes on, each with what wraps it.
fn inner(node: &SyntaxNode, wanted: rnix::SyntaxKind) -> Vec<(Option<Wrapper>, SyntaxNode)> {
    let plain = |child: Option<SyntaxNode>| child.into_iter().map(|c| (None, c)).collect();
    match node.kind() {
        NODE_ROOT | NODE_PAREN => plain(node.first_child()),
        NODE_LET_IN | NODE_ASSERT => plain(node.last_child()),
        NODE_LAMBDA => node.last_child().map(|body| (Some(Wrapper::Function), body)).into_iter().collect(),
        NODE_WITH => match (node.first_child(), node.last_child()) {
            (Some(scope), Some(body)) => vec![(Some(Wrapper::With(scope)), body)],
            _ => Vec::new(),
        },
        NODE_IF_ELSE => branches(node),
        NODE_BIN_OP => operands(node, wanted),
        NODE_APPLY => arguments(node),
        _ => Vec::new(),
    }
}

fn branches(node: &SyntaxNode) -> Vec<(Option<Wrapper>, SyntaxNode)> {
    let parts: Vec<_> = node.children().collect();
    let Some((condition, branches)) = parts.split_first() else { return Vec::new() };
    branches.iter().map(|b| (Some(Wrapper::Condition(condition.clone())), b.clone())).collect()
}

fn operands(node: &SyntaxNode, wanted: rnix::SyntaxKind) -> Vec<(Option<Wrapper>, SyntaxNode)> {
    let joins = if wanted != NODE_ATTR_SET { ast::BinOpKind::Concat } else { ast::BinOpKind::Update };
    let operator = ast::BinOp::cast(node.clone()).and_then(|op| op.operator());
    let pipe = matches!(operator, Some(ast::BinOpKind::PipeRight | ast::BinOpKind::PipeLeft));
    if operator != Some(joins) && !pipe {
        return Vec::new();
    }
    let wrapper = if pipe { Wrapper::Call("|>".to_owned()) } else { Wrapper::Operand };
    node.children().map(|child| (Some(wrapper.clone()), child)).collect()
}

fn arguments(node: &SyntaxNode) -> Vec<(Option<Wrapper>, SyntaxNode)> {
    let (head, arguments) = call(node);
    let name = last_name(&head);
    let Some((last, rest)) = arguments.split_last() else { return Vec::new() };
    if PRIORITY.contains(&name.as_str()) {
        return vec![(Some(Wrapper::Priority(name)), last.clone())];
    }
    if CONDITION.contains(&name.as_str()) {
        let condition = rest.first().cloned().map(Wrapper::Condition);
        return condition.map(|c| (Some(c), last.clone())).into_iter().collect();
    }
    if name == "mkMerge" {
        return merged(last);
    }
    arguments.iter().map(|argument| (Some(Wrapper::Call(name.clone())), argument.clone())).collect()
}

/// The members of the list given to `mkMerge`, however that list is written.
fn merged(argument: &SyntaxNode) -> Vec<(Option<Wrapper>, SyntaxNode)> {
    reach(argument, NODE_LIST).iter().flat_map(|list| list.node.children().collect::<Vec<_>>()).map(|m| (Some(Wrapper::Merge), m)).collect()
}

/// A call's function and all its arguments: `f a b` is `(f, [a, b])`.
pub fn call(node: &SyntaxNode) -> (SyntaxNode, Vec<SyntaxNode>) {
    let mut head = node.clone();
    let mut arguments = Vec::new();
    while head.kind() == NODE_APPLY {
        let (Some(function), Some(argument)) = (head.first_child(), head.last_child()) else { break };
        arguments.push(argument);
        head = function;
    }
    arguments.reverse();
    (head, arguments)
}

/// The last name of an identifier or selection: `lib.mkIf` gives `mkIf`; empty for anything else.
pub fn last_name(node: &SyntaxNode) -> String {
    match node.kind() {
        NODE_IDENT => node.text().to_string(),
        NODE_SELECT => {
            let path = ast::Select::cast(node.clone()).and_then(|s| s.attrpath());
            path.and_then(|p| p.attrs().last()).map(|attr| super::attr_path::name_of(&attr)).unwrap_or_default()
        }
        NODE_PAREN => node.first_child().map(|inner| last_name(&inner)).unwrap_or_default(),
        _ => String::new(),
    }
}

/// The expression without the parentheses around it.
pub fn without_parens(node: &SyntaxNode) -> SyntaxNode {
    let mut node = node.clone();
    while node.kind() == NODE_PAREN {
        let Some(inner) = node.first_child() else { break };
        node = inner;
    }
    node
}

/// The expression below `mkForce`, `mkDefault`, `mkIf c` and the like: what a value edit replaces.
pub fn below_priority(value: &SyntaxNode) -> SyntaxNode {
    match wrapped(value) {
        Some((_, inner)) => below_priority(&inner),
        None => value.clone(),
    }
}

/// The expression below `mkIf c`, priorities kept.
pub fn below_condition(value: &SyntaxNode) -> SyntaxNode {
    match wrapped(value) {
        Some((name, inner)) if name == "mkIf" => below_condition(&inner),
        _ => value.clone(),
    }
}

/// The conditions among wrappers, as text.
pub fn conditions_of(wrappers: &[Wrapper]) -> Vec<String> {
    let conditions = wrappers.iter().filter_map(|wrapper| if let Wrapper::Condition(node) = wrapper { Some(node) } else { None });
    conditions.map(|node| one_line(&without_parens(node).text().to_string())).collect()
}

/// The condition of the `mkIf` that a value is wrapped in.
pub fn condition(value: &SyntaxNode) -> Option<SyntaxNode> {
    let (head, arguments) = call(&without_parens(value));
    arguments.into_iter().next().filter(|_| last_name(&head) == "mkIf")
}

/// The name of the `mkForce`, `mkDefault`, `mkIf` or the like that a value is wrapped in.
pub fn wrapper_name(value: &SyntaxNode) -> Option<String> {
    wrapped(value).map(|(name, _)| name)
}

fn wrapped(value: &SyntaxNode) -> Option<(String, SyntaxNode)> {
    let bare = without_parens(value);
    if bare.kind() != NODE_APPLY {
        return None;
    }
    let (head, arguments) = call(&bare);
    let name = last_name(&head);
    let wraps = PRIORITY.contains(&name.as_str()) || name == "mkIf";
    arguments.last().filter(|_| wraps).map(|last| (name, last.clone()))
}

/// The first node of `kind` that covers `at`, innermost first.
pub fn enclosing(root: &SyntaxNode, at: Span, kinds: &[rnix::SyntaxKind]) -> Option<SyntaxNode> {
    let range = rnix::TextRange::new((at.start as u32).into(), (at.end as u32).into());
    let element = root.covering_element(range);
    let node = element.into_node().or_else(|| root.covering_element(range).parent())?;
    node.ancestors().find(|n| kinds.contains(&n.kind()) && span(n).contains(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let root = rnix::Root::parse(text).syntax();
        lists(&root).iter().map(|r| r.node.text().to_string()).collect()
    }

    #[test]
    fn lists_are_found_through_everything_that_passes_them_on() {
        assert_eq!(found("with pkgs; [ a ] ++ lib.optionals c [ b ]"), ["[ a ]", "[ b ]"]);
        assert_eq!(found("lib.mkIf c (lib.mkForce (if x then [ a ] else [ b ]))"), ["[ a ]", "[ b ]"]);
        assert_eq!(found("lib.mkMerge [ [ a ] (lib.mkIf c [ b ]) ]"), ["[ a ]", "[ b ]"]);
        assert_eq!(found("let x = [ no ]; in map f [ a ]"), ["[ a ]"]);
        assert_eq!(found("{ a = [ no ]; }"), Vec::<String>::new());
        assert_eq!(found("[ [ inner ] ]"), ["[ [ inner ] ]"]);
    }

    #[test]
    fn a_value_keeps_its_wrapper() {
        let root = rnix::Root::parse("lib.mkIf c (lib.mkForce true)").syntax();
        let value = root.first_child().unwrap();
        assert_eq!(below_priority(&value).text(), "true");
        assert_eq!(below_condition(&value).text(), "(lib.mkForce true)");
        assert_eq!(wrapper_name(&below_condition(&value)).as_deref(), Some("mkForce"));
    }
}
