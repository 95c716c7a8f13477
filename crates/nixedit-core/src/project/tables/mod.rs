//! Host tables: sets with a row for each host, from which every host selects its own.
//!
//! ```text
//! perHost = { nxiz = { dns = true; }; adeck = { dns = false; }; };
//! h = perHost.${config.my.host};              # a selection, bound to the variable h
//! services.resolved.enable = h.dns;           # a reader of the key dns
//! ```
//! A table is known by its use, not by its name: a set literal with a host among its names that is
//! selected somewhere in its file by a computed name such as `config.my.host` or `hostName`. Names
//! that the settings state count as well.

mod feeds;
mod find;
mod host_lists;
mod known;
mod readers;
pub mod report;
mod rows;

pub use host_lists::HostList;

use crate::syntax::attr_path::AttrPath;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, lookup};
use crate::text::one_line;

/// One host table of one file.
#[derive(Clone, Debug)]
pub struct Table {
    /// The file it stands in.
    pub source: Source,
    /// The name it is bound to; for a set that is selected in place, the path of its option.
    pub name: String,
    /// The set literals that hold rows, in source order; never empty.
    pub sets: Vec<SyntaxNode>,
    /// Its rows in source order.
    pub rows: Vec<Row>,
    /// Everything that reads rows or cells.
    pub readers: Vec<Reader>,
    /// The expressions that select a row, such as `config.my.host`, each once.
    pub selectors: Vec<String>,
    /// The names that selected rows are bound to, such as `h`.
    pub variables: Vec<String>,
}

/// What a table says about one host.
#[derive(Clone, Debug)]
pub struct Row {
    /// The host's name.
    pub host: String,
    /// How the row is written.
    pub shape: Shape,
    /// The bindings that make it, in source order: one, or several where they are dotted.
    pub bindings: Vec<SyntaxNode>,
    /// Its cells as they are written, in source order; those of a base behind its own.
    pub cells: Vec<Cell>,
    /// Whether parts of the row cannot be read, so that it may have more cells.
    pub opaque: bool,
}

/// How a row is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// `host = { … };`, perhaps behind `base //`: the literal that cells go into.
    Set(SyntaxNode),
    /// `host.key = …;`: bindings of the table's own set, which is named here.
    Dotted(SyntaxNode),
    /// Anything else: the value's node.
    Value(SyntaxNode),
}

/// One key's value for one host.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The key, as written or as asked for.
    pub key: AttrPath,
    /// The binding, or the `inherit` that names it.
    pub binding: SyntaxNode,
    /// The value; for an inherited cell the `inherit` itself.
    pub value: SyntaxNode,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a cell comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is written in the row.
    Own,
    /// `inherit` in the row.
    Inherited,
    /// It is written in this other set, which the row is made from.
    Base(String),
}

/// What kind of value a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum ValueKind {
    Boolean,
    Number,
    String,
    Path,
    List,
    Set,
    Null,
    /// Nothing that can be read off the text.
    Expression,
}

/// One place that reads a row or one of its cells.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The selection, the test or the `inherit`.
    pub node: SyntaxNode,
    /// The key read; empty where the whole row is taken.
    pub path: Vec<String>,
    /// What it takes where the row has no such key.
    pub default: Option<SyntaxNode>,
    /// How it reads.
    pub kind: ReaderKind,
    /// Whether it is reached only where the row has the key.
    pub guarded: bool,
    /// The options whose values depend on it.
    pub feeds: Vec<AttrPath>,
}

/// How a reader reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaderKind {
    /// `h.key`
    Select,
    /// `h ? key`
    Test,
    /// `inherit (h) key;`
    Inherit,
    /// The row as a whole, handed on to something.
    Whole,
}

impl Table {
    /// The row of a host.
    pub fn row(&self, host: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.host == host)
    }

    /// The hosts that have rows, in source order.
    pub fn hosts(&self) -> Vec<&str> {
        self.rows.iter().map(|row| row.host.as_str()).collect()
    }

    /// The keys of all rows, each once, in the order in which they are first written.
    pub fn keys(&self) -> Vec<AttrPath> {
        let mut out: Vec<AttrPath> = Vec::new();
        for cell in self.rows.iter().flat_map(|row| &row.cells) {
            if !out.contains(&cell.key) {
                out.push(cell.key.clone());
            }
        }
        out
    }

    /// Whether some row has the key, or some reader asks for it by name.
    pub fn has_key(&self, key: &AttrPath) -> bool {
        let read = |reader: &Reader| reader.kind != ReaderKind::Whole && !reader.path.is_empty() && reader.path == key.names();
        self.rows.iter().any(|row| row.cell(key).is_some() || row.has_below(key)) || self.readers.iter().any(read)
    }

    /// The readers whose answer depends on the key: of the key itself, of a part of it, or of
    /// something it is part of.
    pub fn readers_of<'t>(&'t self, key: &'t AttrPath) -> impl Iterator<Item = &'t Reader> {
        self.readers.iter().filter(move |r| key.names().starts_with(&r.path) || r.path.starts_with(key.names()))
    }

    /// Whether rows are plain values (paths, strings, …) and not sets of cells.
    pub fn holds_values(&self) -> bool {
        self.rows.iter().all(|row| matches!(row.shape, Shape::Value(_)) && row.cells.is_empty())
    }
}

impl Row {
    /// The cell of a key, also where the key leads into a nested set.
    pub fn cell(&self, key: &AttrPath) -> Option<Cell> {
        if let Some(found) = self.cells.iter().find(|cell| cell.key == *key) {
            return Some(found.clone());
        }
        self.cells.iter().find_map(|cell| {
            let rest = key.names().strip_prefix(cell.key.names()).and_then(|rest| AttrPath::from_names(rest.to_vec()))?;
            let inner = (cell.value.kind() == SyntaxKind::NODE_ATTR_SET).then(|| lookup::find_in(&cell.value, &rest))?;
            let definition = inner.definitions.into_iter().next()?;
            Some(Cell { key: key.clone(), binding: definition.binding, value: definition.value, origin: cell.origin.clone() })
        })
    }

    /// Whether the row has cells below the key: `dirs.music` when `dirs` is asked for.
    pub fn has_below(&self, key: &AttrPath) -> bool {
        self.cells.iter().any(|cell| cell.key != *key && cell.key.names().starts_with(key.names()))
    }
}

impl Reader {
    /// The reader as people write it, without its default: `h.key`.
    pub fn text(&self) -> String {
        let text = self.node.text().to_string();
        let end = self.default.as_ref().map(|d| d.text_range().start() - self.node.text_range().start());
        let head = end.map_or(text.as_str(), |end| text[..usize::from(end)].trim_end().trim_end_matches("or").trim_end());
        one_line(head)
    }

    /// Whether it fails where the row lacks what it reads.
    pub fn needs_value(&self) -> bool {
        matches!(self.kind, ReaderKind::Select | ReaderKind::Inherit) && !self.path.is_empty() && self.default.is_none() && !self.guarded
    }
}

/// The options whose values depend on an expression of a module, without a leading `config`; each once.
pub fn fed_by(node: &SyntaxNode) -> Vec<AttrPath> {
    feeds::options(node)
}

/// What kind of value an expression is, as far as its text tells.
pub fn value_kind(node: &SyntaxNode) -> ValueKind {
    use SyntaxKind::*;
    match node.kind() {
        NODE_STRING => ValueKind::String,
        NODE_PATH_REL | NODE_PATH_ABS | NODE_PATH_HOME | NODE_PATH_SEARCH => ValueKind::Path,
        NODE_LIST => ValueKind::List,
        NODE_ATTR_SET => ValueKind::Set,
        NODE_LITERAL if node.first_token().is_some_and(|t| t.kind() == TOKEN_URI) => ValueKind::String,
        NODE_LITERAL => ValueKind::Number,
        NODE_UNARY_OP if node.text().char_at(0.into()) == Some('-') => node.first_child().map_or(ValueKind::Expression, |n| value_kind(&n)),
        NODE_IDENT if node.text() == "true" || node.text() == "false" => ValueKind::Boolean,
        NODE_IDENT if node.text() == "null" => ValueKind::Null,
        NODE_PAREN => node.first_child().map_or(ValueKind::Expression, |inner| value_kind(&inner)),
        _ => ValueKind::Expression,
    }
}
