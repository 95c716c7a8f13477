//! Changes where a key is read: options wired to it, and the defaults of its readers.

use super::{arguments, option_set};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::OptionSet;
use crate::plan::Step;
use crate::project::tables::{ReaderKind, Table};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, span};
use crate::text::{Span, position};
use rnix::ast;
use rowan::ast::AstNode;

/// An option that is set together with a key, so that something reads it.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    /// The option.
    pub path: AttrPath,
    /// What it becomes.
    pub value: Fragment,
}

impl Wire {
    /// Reads `OPTION.PATH=EXPRESSION`.
    pub fn parse(text: &str) -> Result<Self> {
        let split = text.match_indices('=').find_map(|(at, _)| Some((AttrPath::parse(text[..at].trim()).ok()?, &text[at + 1..])));
        let Some((path, value)) = split else {
            return Err(Diagnostic::new(Code::UsageInvalid, format!("'{text}' is not OPTION.PATH=EXPRESSION"))
                .help("such as --wire 'programs.nh.clean.extraArgs=\"--keep ${toString h.keep}\"'"));
        };
        Ok(Self { path, value: Fragment::parse(value)? })
    }

    /// The same; the option alone is to have the key's value, read from `row`.
    pub fn of_key(text: &str, row: &str, key: &AttrPath) -> Result<Self> {
        match AttrPath::parse(text) {
            Ok(path) => Ok(Self { path, value: Fragment::parse(&format!("{row}.{key}"))? }),
            Err(_) => Self::parse(text),
        }
    }

    /// Whether the expression selects the key from something.
    pub fn reads(&self, key: &AttrPath) -> bool {
        !selections(&self.value.node(), key).is_empty()
    }

    /// Whether it is the key itself, perhaps with a default.
    pub fn is_bare(&self, key: &AttrPath) -> bool {
        let node = self.value.node();
        selections(&node, key).contains(&node)
    }

    /// Whether it selects the key without a default.
    pub fn needs_value(&self, key: &AttrPath) -> bool {
        selections(&self.value.node(), key).iter().any(|select| default_of(select).is_none())
    }

    /// The same with `or DEFAULT` at every selection of the key that has none.
    pub fn with_default(&self, key: &AttrPath, default: &Fragment) -> Result<Self> {
        let mut text = self.value.text().to_owned();
        let mut open: Vec<Span> = selections(&self.value.node(), key).iter().filter(|s| default_of(s).is_none()).map(span).collect();
        open.sort_by_key(|at| std::cmp::Reverse(at.end));
        for at in open {
            text.insert_str(at.end, &format!(" or {}", default.as_element().text()));
        }
        Ok(Self { path: self.path.clone(), value: Fragment::parse(&text)? })
    }

    /// The steps that set the option in `source`.
    pub fn steps(&self, source: &Source) -> Result<Vec<Step>> {
        let args = OptionSet { file: Some(source.path.clone()), nix: true, ..OptionSet::new(self.path.clone(), self.value.text()) };
        arguments::with_needed(None, source, option_set::steps(source, &args, self.value.clone())?)
    }

    /// Where the option stands so far: ` (line 18)`; empty when it is new.
    pub fn line(&self, source: &Source) -> String {
        let found = lookup::find(&source.root, &self.path).definitions;
        found.first().map_or_else(String::new, |d| format!(" (line {})", position(&source.text, span(&d.binding).start).line))
    }
}

/// The selections in an expression whose path is the key.
fn selections(node: &SyntaxNode, key: &AttrPath) -> Vec<SyntaxNode> {
    let selects = node.descendants().filter(|n| n.kind() == SyntaxKind::NODE_SELECT);
    let path = |select: &SyntaxNode| ast::Select::cast(select.clone()).and_then(|s| s.attrpath()).and_then(|p| AttrPath::of(&p));
    selects.filter(|select| path(select).is_some_and(|path| path.ends_with(key.names()))).collect()
}

fn default_of(select: &SyntaxNode) -> Option<SyntaxNode> {
    ast::Select::cast(select.clone())?.default_expr().map(|d| d.syntax().clone())
}

/// The steps after which every reader of the key says `or DEFAULT`.
pub(super) fn defaults(table: &Table, key: &AttrPath, default: &Fragment) -> Result<Vec<Step>> {
    let mut out = Vec::new();
    for reader in table.readers.iter().filter(|r| r.path == key.names()) {
        match (reader.kind, &reader.default) {
            (ReaderKind::Select, Some(old)) => {
                let with = default.as_element();
                let same = old.text() == with.text();
                out.extend((!same).then(|| Step::Replace { file: table.source.path.clone(), at: span(old), with }));
            }
            (ReaderKind::Select, None) => {
                let with = Fragment::parse(&format!("{} or {}", reader.node.text(), default.as_element().text()))?;
                out.push(Step::Replace { file: table.source.path.clone(), at: span(&reader.node), with });
            }
            (ReaderKind::Inherit, _) => {
                let at = span(&reader.node);
                let message =
                    format!("'{key}' is inherited from a row at {}, which cannot have a default", table.source.file_line(at.start));
                let help = format!("write it as a selection first: {key} = {}.{key};", table.variables.first().map_or("h", String::as_str));
                return Err(table.source.error(Code::KeyNoDefault, message, at, "here").help(help));
            }
            (ReaderKind::Test | ReaderKind::Whole, _) => {}
        }
    }
    Ok(out)
}
