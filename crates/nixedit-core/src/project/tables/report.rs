//! Tables as plain data, for people and programs that only look.

use super::{Origin, Reader, ReaderKind, Row, Shape, Table};
use crate::diagnostic::Result;
use crate::project::Project;
use crate::syntax::{SyntaxKind, span};
use crate::text::position;
use serde::Serialize;
use std::collections::BTreeMap;

/// One table.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct TableReport {
    /// The file, relative to the flake's root.
    pub file: String,
    /// 1-based line of the table's set.
    pub line: usize,
    /// The table's name.
    pub name: String,
    /// The expressions that select a row.
    pub selectors: Vec<String>,
    /// The hosts that have rows, in source order.
    pub hosts: Vec<String>,
    /// The keys in source order; empty where rows are plain values.
    pub keys: Vec<String>,
    /// Key, host, cell. The key is empty where rows are plain values.
    pub cells: BTreeMap<String, BTreeMap<String, CellReport>>,
    /// What reads the table.
    pub readers: Vec<ReaderReport>,
}

/// One cell.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct CellReport {
    /// Its source text.
    pub text: String,
    /// 1-based line.
    pub line: usize,
    /// The set it comes from when it is not written in the row.
    pub base: Option<String>,
}

/// One reader.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ReaderReport {
    /// The key read; empty for the whole row.
    pub key: String,
    /// How it is written: `h.key`.
    pub text: String,
    /// 1-based line.
    pub line: usize,
    /// What is taken where the row has no such key.
    pub default: Option<String>,
    /// The options whose values depend on it.
    pub options: Vec<String>,
}

impl Project {
    /// The host tables of one file or of the whole flake, as plain data.
    pub fn table_reports(&self, file: Option<&str>) -> Result<Vec<TableReport>> {
        Ok(self.tables(file)?.iter().map(Table::report).collect())
    }
}

impl Table {
    /// The table as plain data.
    pub fn report(&self) -> TableReport {
        let mut cells: BTreeMap<String, BTreeMap<String, CellReport>> = BTreeMap::new();
        for row in &self.rows {
            for (key, cell) in self.cells_of(row) {
                cells.entry(key).or_default().insert(row.host.clone(), cell);
            }
        }
        TableReport {
            file: self.source.path.clone(),
            line: self.line(span(&self.sets[0]).start),
            name: self.name.clone(),
            selectors: self.selectors.clone(),
            hosts: self.rows.iter().map(|row| row.host.clone()).collect(),
            keys: self.keys().iter().map(ToString::to_string).collect(),
            cells,
            readers: self.readers.iter().map(|reader| self.reader_report(reader)).collect(),
        }
    }

    fn line(&self, offset: usize) -> usize {
        position(&self.source.text, offset).line
    }

    fn cells_of(&self, row: &Row) -> Vec<(String, CellReport)> {
        let report =
            |node: &crate::syntax::SyntaxNode, base| CellReport { text: node.text().to_string(), line: self.line(span(node).start), base };
        let mut out: Vec<(String, CellReport)> = Vec::new();
        if let Shape::Value(value) = &row.shape
            && (row.cells.is_empty() || row.opaque)
        {
            out.push((String::new(), report(value, None)));
        }
        for cell in &row.cells {
            let base = if let Origin::Base(name) = &cell.origin { Some(name.clone()) } else { None };
            out.push((cell.key.to_string(), report(&cell.value, base)));
        }
        out
    }

    fn reader_report(&self, reader: &Reader) -> ReaderReport {
        let inherits = reader.kind == ReaderKind::Inherit;
        let shown = reader.node.parent().filter(|p| inherits && p.kind() == SyntaxKind::NODE_INHERIT);
        ReaderReport {
            key: reader.path.join("."),
            text: shown.map_or_else(|| reader.text(), |inherit| inherit.text().to_string()),
            line: self.line(span(&reader.node).start),
            default: reader.default.as_ref().map(|d| d.text().to_string()),
            options: reader.feeds.iter().map(ToString::to_string).collect(),
        }
    }
}
