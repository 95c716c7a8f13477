//! A host table that a file does not have yet: the set, the name of its row, and where both go.

use super::arguments;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Place, Step};
use crate::project::{Project, Side};
use crate::syntax::attr_path::{AttrPath, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, span};
use crate::text::Span;

/// Names for the table and for a host's row, the usual ones first.
const NAMES: &[(&str, &str)] = &[("perHost", "h"), ("hostTable", "hostRow")];

/// A table to be written.
pub(super) struct NewTable<'s> {
    source: &'s Source,
    /// The name of the table.
    name: &'static str,
    /// The name of a host's own row.
    pub variable: &'static str,
    /// The expression that gives the host's name.
    selector: String,
}

impl<'s> NewTable<'s> {
    /// A table for `source`, selected as told, else as other tables of the flake are.
    pub fn of(project: &Project, source: &'s Source, selector: Option<String>) -> Result<Self> {
        let is_free = |name: &str| !source.root.descendants().any(|n| n.kind() == SyntaxKind::NODE_IDENT && n.text() == name);
        let Some((name, variable)) = NAMES.iter().find(|(name, variable)| is_free(name) && is_free(variable)) else {
            let message = format!("{} uses the names {} and {} for something else", source.path, NAMES[0].0, NAMES[0].1);
            return Err(Diagnostic::new(Code::ShapeUnsupported, message).help("rename them first"));
        };
        let selector = selector.unwrap_or_else(|| usual_selector(project, source));
        Ok(Self { source, name, variable, selector })
    }

    /// The steps that write it with one key: a row for each host. It takes the place of the `let` binding at
    /// `instead`, else it is the last of the file's `let`, or of a new one.
    pub fn steps(&self, key: &AttrPath, rows: &[(String, Fragment)], instead: Option<Span>) -> Result<Vec<Step>> {
        let file = self.source.path.clone();
        let bindings = self.bindings(key, rows)?;
        let body = body_of(&self.source.root);
        let steps = match (instead, body.kind()) {
            (Some(binding), SyntaxKind::NODE_LET_IN) => self.in_place_of(&body, binding, bindings),
            (_, SyntaxKind::NODE_LET_IN) => {
                vec![Step::InsertBindings { file, set: span(&body), bindings, place: Place::Last }]
            }
            _ => vec![Step::InsertLet { file, at: span(&body), bindings }],
        };
        arguments::with_needed(None, self.source, steps)
    }

    fn bindings(&self, key: &AttrPath, rows: &[(String, Fragment)]) -> Result<Vec<(AttrPath, Fragment)>> {
        let mut lines = Vec::new();
        for (host, value) in rows {
            let row = Fragment::set(&[(key.to_string(), value.text().to_owned())], !value.text().contains('\n'))?;
            lines.push((quoted_name(host), row.text().to_owned()));
        }
        let row = Fragment::parse(&format!("{}.${{{}}}", self.name, self.selector))?;
        Ok(vec![(AttrPath::parse(self.name)?, Fragment::set(&lines, false)?), (AttrPath::parse(self.variable)?, row)])
    }

    /// The table in the place of a binding, the row behind it.
    fn in_place_of(&self, body: &SyntaxNode, binding: Span, bindings: Vec<(AttrPath, Fragment)>) -> Vec<Step> {
        let file = self.source.path.clone();
        let mut bindings = bindings.into_iter();
        let old = body.children().find(|entry| span(entry) == binding).and_then(|entry| lookup::binding_parts(&entry));
        let behind = old.map_or(Place::Last, |(path, _)| Place::After(path.to_string()));
        let table = bindings.next().map(|(path, value)| Step::ReplaceBinding { file: file.clone(), binding, path, value });
        let row =
            bindings.next().map(|(path, value)| Step::InsertBinding { file, set: span(body), path, value, place: behind, comment: None });
        table.into_iter().chain(row).collect()
    }
}

/// The expression below the heads of a file's functions.
pub(super) fn body_of(root: &SyntaxNode) -> SyntaxNode {
    let mut node = root.first_child().unwrap_or_else(|| root.clone());
    while node.kind() == SyntaxKind::NODE_LAMBDA {
        let Some(body) = node.last_child() else { break };
        node = body;
    }
    node
}

/// How tables of the same side are selected elsewhere in the flake, else the system's own name.
fn usual_selector(project: &Project, source: &Source) -> String {
    let is_home = |file: &str| {
        let hosts = project.hosts().unwrap_or_default();
        hosts.iter().any(|host| project.files_of(host, Side::Home).iter().any(|known| known == file))
    };
    let argument = if is_home(&source.path) { "osConfig." } else { "config." };
    let tables = project.tables(None).unwrap_or_default();
    let lists = project.host_lists(None).unwrap_or_default();
    let selectors = tables.iter().flat_map(|table| table.selectors.clone()).chain(lists.into_iter().map(|list| list.selector));
    let all: Vec<String> = selectors.filter(|selector| selector.starts_with("config.") || selector.starts_with("osConfig.")).collect();
    let option = |selector: &String| selector.split_once('.').map(|(_, option)| option.to_owned());
    let count = |selector: &&String| all.iter().filter(|other| option(other) == option(selector)).count();
    let usual = all.iter().max_by_key(count).and_then(option).unwrap_or_else(|| "networking.hostName".to_owned());
    format!("{argument}{usual}")
}

/// The steps that put `text` in the place of a node, with the parentheses around it where it needs none; of
/// a whole value that begins on a line of its own, on the line of its name.
pub(super) fn read_instead(source: &Source, node: &SyntaxNode, text: &str) -> Result<Step> {
    let file = source.path.clone();
    let with = Fragment::parse(text)?;
    let outer = node.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_PAREN).unwrap_or_else(|| node.clone());
    let binding = outer.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
    if let Some((binding, (path, _))) = binding.and_then(|binding| lookup::binding_parts(&binding).map(|parts| (binding, parts))) {
        let head = &source.text[span(&binding).start..span(&outer).start];
        let tail = &source.text[span(&outer).end..span(&binding).end];
        if head.contains('\n') && !head.contains(['#', '*']) && tail == ";" {
            return Ok(Step::ReplaceBinding { file, binding: span(&binding), path, value: with });
        }
    }
    Ok(Step::Replace { file, at: span(&outer), with })
}
