//! A key's cells as people read them, and the commands that would settle a question about them.

use crate::project::tables::{Origin, Row, Table, ValueKind, value_kind};
use crate::syntax::attr_path::{AttrPath, plain_string};
use crate::syntax::{SyntaxNode, span};
use crate::text::one_line;
use rnix::ast;
use rowan::ast::AstNode;

/// Longest value shown, in characters.
const WIDTH: usize = 40;

/// One line per row, each behind a line break: host, value, `file:line`.
pub(super) fn of(table: &Table, key: &AttrPath, rows: &[&Row]) -> String {
    let shown: Vec<(String, String, String)> = rows
        .iter()
        .map(|row| match row.cell(key) {
            Some(cell) => (row.host.clone(), shorten(&cell.value), table.source.file_line(span(&cell.value).start)),
            None => (row.host.clone(), "(missing)".to_owned(), table.source.file_line(span(&row.bindings[0]).start)),
        })
        .collect();
    let width = |part: fn(&(String, String, String)) -> &String| shown.iter().map(|line| part(line).chars().count()).max().unwrap_or(0);
    let (hosts, values) = (width(|line| &line.0), width(|line| &line.1));
    shown.iter().map(|(host, value, place)| format!("\n   {host:hosts$}  {value:values$}   {place}")).collect()
}

/// The cells that hold no literal: host and text.
pub(super) fn expressions(key: &AttrPath, rows: &[&Row]) -> Vec<(String, String)> {
    let cells = rows.iter().filter_map(|row| Some((row.host.clone(), row.cell(key)?)));
    let computed = cells.filter(|(_, cell)| cell.origin == Origin::Inherited || value_kind(&cell.value) == ValueKind::Expression);
    computed.map(|(host, cell)| (host, shorten(&cell.value))).collect()
}

/// Commands to paste: one host's value taken from another row, and one for all hosts.
pub(super) fn examples(key: &AttrPath, rows: &[&Row], file: Option<&str>) -> String {
    let values: Vec<SyntaxNode> = rows.iter().rev().filter_map(|row| row.cell(key)).map(|cell| cell.value).collect();
    let kind = values.first().map_or(ValueKind::Expression, value_kind);
    let one = values.first().filter(|_| kind != ValueKind::Expression).map_or_else(|| "true".to_owned(), argument);
    let first = rows.first().map_or("HOST", |row| row.host.as_str());
    let each = rows.iter().enumerate().map(|(index, row)| format!("--host {}={}", row.host, placeholder(kind, &one, index)));
    let each: Vec<String> = each.collect();
    let file = file.map_or_else(String::new, |file| format!(" --file {file}"));
    format!("nixedit perhost set {key} {one} --host {first}{file}\nnixedit perhost set {key} {}{file}", each.join(" "))
}

/// A value as an argument of the command line.
fn argument(value: &SyntaxNode) -> String {
    let text = ast::Str::cast(value.clone()).and_then(|s| plain_string(&s)).unwrap_or_else(|| value.text().to_string());
    let plain = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "/._-+=:@,%".contains(c));
    if plain { text } else { format!("'{}'", text.trim_end().replace('\'', "'\\''")) }
}

fn placeholder(kind: ValueKind, like: &str, index: usize) -> String {
    let letter = char::from(b'a' + u8::try_from(index % 26).unwrap_or(0));
    match kind {
        ValueKind::Number => (index + 1).to_string(),
        ValueKind::Path => format!("./{letter}"),
        ValueKind::List => "'[ … ]'".to_owned(),
        ValueKind::Set => "'{ … }'".to_owned(),
        ValueKind::String if like.starts_with('/') => format!("/{letter}"),
        ValueKind::String => letter.to_string(),
        ValueKind::Boolean | ValueKind::Null | ValueKind::Expression => if index == 0 { "true" } else { "false" }.to_owned(),
    }
}

/// A value on one line.
pub(super) fn shorten(value: &SyntaxNode) -> String {
    let text = one_line(&value.text().to_string());
    if text.chars().count() > WIDTH { format!("{}…", text.chars().take(WIDTH - 1).collect::<String>()) } else { text }
}
