//! What an expression means, construct by construct.

use super::Evaluator;
use crate::project::text_parts;
use crate::project::value::{Closure, Item, Kind, Place, Scope, Thunk, Value};
use rnix::ast::{self, BinOpKind, UnaryOpKind};
use rowan::ast::AstNode;
use std::rc::Rc;

impl Evaluator<'_> {
    pub(super) fn eval_inner(&self, expr: &ast::Expr, scope: &Rc<Scope>, place: &Place) -> Option<Value> {
        use ast::Expr as E;
        Some(match expr {
            E::Ident(ident) => self.lookup(&ident.syntax().text().to_string(), scope, place),
            E::Paren(paren) => self.eval(&paren.expr()?, scope),
            E::Assert(assert) => self.eval(&assert.body()?, scope),
            E::Select(select) => self.eval_select(select, scope, place)?,
            E::Apply(apply) => {
                let function = self.eval(&apply.lambda()?, scope);
                self.apply(&function, &Thunk::expr(&apply.argument()?, scope), place)
            }
            E::LetIn(let_in) => {
                let inner = self.scope(&scope.file, Some(scope), None);
                self.bind_names(let_in, &inner, scope);
                self.eval(&let_in.body()?, &inner)
            }
            E::With(with) => {
                let namespace = Thunk::expr(&with.namespace()?, scope);
                self.eval(&with.body()?, &self.scope(&scope.file, Some(scope), Some(namespace)))
            }
            E::IfElse(if_else) => self.eval_if(if_else, scope, place)?,
            E::Lambda(lambda) => Value::new(Kind::Lambda(Rc::new(Closure { lambda: lambda.clone(), scope: scope.clone() })), place),
            E::List(list) => Value::new(Kind::List(list.items().map(|item| self.item(&item, scope)).collect()), place),
            E::AttrSet(set) => Value::new(Kind::Attrs(Rc::new(self.attr_set(set, scope))), place),
            E::BinOp(operation) => self.eval_operation(operation, scope, place)?,
            E::UnaryOp(operation) if operation.operator() == Some(UnaryOpKind::Invert) => {
                let value = self.eval(&operation.expr()?, scope).as_bool()?;
                Value::new(Kind::Bool(!value), place)
            }
            E::HasAttr(has) => Value::new(Kind::Bool(self.has_attr(has, scope)?), place),
            E::Str(text) => text_parts::string(self, text, scope, place)?,
            E::PathRel(_) | E::PathAbs(_) | E::PathHome(_) | E::PathSearch(_) => text_parts::path(self, expr, scope, place)?,
            E::Literal(literal) => match literal.kind() {
                ast::LiteralKind::Integer(number) => Value::new(Kind::Int(number.value().ok()?), place),
                ast::LiteralKind::Uri(_) => Value::new(Kind::Str(literal.syntax().text().to_string().into()), place),
                ast::LiteralKind::Float(_) => return None,
            },
            E::Error(_) | E::LegacyLet(_) | E::Root(_) | E::UnaryOp(_) | E::CurPos(_) => return None,
        })
    }

    fn item(&self, expr: &ast::Expr, scope: &Rc<Scope>) -> Item {
        Item { value: Thunk::expr(expr, scope), place: self.place(expr.syntax(), scope), conditional: false, rest: false }
    }

    fn eval_if(&self, if_else: &ast::IfElse, scope: &Rc<Scope>, place: &Place) -> Option<Value> {
        let (yes, no) = (if_else.body()?, if_else.else_body()?);
        Some(match self.eval(&if_else.condition()?, scope).as_bool() {
            Some(true) => self.eval(&yes, scope),
            Some(false) => self.eval(&no, scope),
            None => Value::new(Kind::Either([self.eval(&yes, scope), self.eval(&no, scope)].into()), place),
        })
    }

    fn eval_operation(&self, operation: &ast::BinOp, scope: &Rc<Scope>, place: &Place) -> Option<Value> {
        let (left, right) = (operation.lhs()?, operation.rhs()?);
        let kind = match operation.operator()? {
            BinOpKind::Concat => {
                let (left, right) = (self.eval(&left, scope), self.eval(&right, scope));
                Kind::List(self.items(&left).into_iter().chain(self.items(&right)).collect())
            }
            BinOpKind::Update => {
                let (left, right) = (self.eval(&left, scope), self.eval(&right, scope));
                Kind::Attrs(Rc::new(self.update(&self.attrs(&left), &self.attrs(&right))))
            }
            BinOpKind::Add => return text_parts::add(&self.eval(&left, scope), &self.eval(&right, scope), place),
            BinOpKind::And => Kind::Bool(match self.eval(&left, scope).as_bool() {
                Some(false) => false,
                Some(true) => self.eval(&right, scope).as_bool()?,
                None => self.eval(&right, scope).as_bool().filter(|known| !known)?,
            }),
            BinOpKind::Or => Kind::Bool(match self.eval(&left, scope).as_bool() {
                Some(true) => true,
                Some(false) => self.eval(&right, scope).as_bool()?,
                None => self.eval(&right, scope).as_bool().filter(|&known| known)?,
            }),
            BinOpKind::Implication => Kind::Bool(!self.eval(&left, scope).as_bool()? || self.eval(&right, scope).as_bool()?),
            BinOpKind::Equal => Kind::Bool(self.equal(&self.eval(&left, scope), &self.eval(&right, scope))?),
            BinOpKind::More => Kind::Bool(self.compare(&left, &right, scope)?.is_gt()),
            BinOpKind::Less => Kind::Bool(self.compare(&left, &right, scope)?.is_lt()),
            BinOpKind::MoreOrEq => Kind::Bool(self.compare(&left, &right, scope)?.is_ge()),
            BinOpKind::LessOrEq => Kind::Bool(self.compare(&left, &right, scope)?.is_le()),
            BinOpKind::NotEqual => Kind::Bool(!self.equal(&self.eval(&left, scope), &self.eval(&right, scope))?),
            BinOpKind::PipeRight => {
                let function = self.eval(&right, scope);
                return Some(self.apply(&function, &Thunk::expr(&left, scope), place));
            }
            BinOpKind::PipeLeft => {
                let function = self.eval(&left, scope);
                return Some(self.apply(&function, &Thunk::expr(&right, scope), place));
            }
            _ => return None,
        };
        Some(Value::new(kind, place))
    }

    /// The order of two numbers; `None` for anything else.
    fn compare(&self, left: &ast::Expr, right: &ast::Expr, scope: &Rc<Scope>) -> Option<std::cmp::Ordering> {
        match (self.eval(left, scope).kind, self.eval(right, scope).kind) {
            (Kind::Int(left), Kind::Int(right)) => Some(left.cmp(&right)),
            _ => None,
        }
    }

    /// Whether two values are equal; `None` where that cannot be told.
    pub fn equal(&self, left: &Value, right: &Value) -> Option<bool> {
        use Kind::*;
        match (&left.kind, &right.kind) {
            (Opaque(_) | Either(_) | All(_), _) | (_, Opaque(_) | Either(_) | All(_)) => None,
            (Null, Null) => Some(true),
            (Bool(a), Bool(b)) => Some(a == b),
            (Int(a), Int(b)) => Some(a == b),
            (Str(a), Str(b)) | (Path(a), Path(b)) | (RootText(a), RootText(b)) => Some(a == b),
            (RootText(_), _) | (_, RootText(_)) => None,
            (List(a), List(b)) if a.is_empty() && b.is_empty() => Some(true),
            (Null | Bool(_) | Int(_) | Str(_) | Path(_), _) | (_, Null | Bool(_) | Int(_) | Str(_) | Path(_)) => Some(false),
            _ => None,
        }
    }
}
