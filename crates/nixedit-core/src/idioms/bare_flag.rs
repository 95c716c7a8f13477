//! `perhost set KEY` without a value: true everywhere, where that is what the key alone says.

use super::table_lines;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::project::tables::{Reader, ReaderKind, Row, Table, ValueKind, value_kind};
use crate::settings::BareSet;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;

/// What the key alone asks for: `true` in every row in scope. Refuses where some cell is no boolean
/// literal, where a row lacks the key and some reader has no boolean default for it, and where the
/// owner wants a value.
/// `told` is the file that the caller named: the calls that settle it name it too.
pub(super) fn value(table: &Table, key: &AttrPath, rows: &[&Row], policy: BareSet, told: Option<&str>) -> Result<Fragment> {
    let kinds: Vec<Option<ValueKind>> = rows.iter().map(|row| row.cell(key).map(|cell| value_kind(&cell.value))).collect();
    let literal = kinds.iter().all(|kind| kind.is_none_or(|kind| kind == ValueKind::Boolean));
    let complete = rows.iter().zip(&kinds).all(|(row, kind)| kind.is_some() || (!row.opaque && !row.has_below(key)));
    let missing = kinds.iter().any(Option::is_none);
    if !literal || !complete || (missing && !all_default_to_boolean(table, key)) {
        return Err(value_needed(table, key, rows, told));
    }
    if policy != BareSet::True {
        let policy = if policy == BareSet::Ask { "ask" } else { "refuse" };
        return Err(Diagnostic::new(
            Code::KeyNotBoolean,
            format!("'{key}' in {} needs a value here: perhost.bare_set is \"{policy}\"", table.source.path),
        )
        .help(format!("nixedit perhost set {key} true")));
    }
    Fragment::parse("true")
}

/// Whether everything that reads the key takes a boolean where a row lacks it.
fn all_default_to_boolean(table: &Table, key: &AttrPath) -> bool {
    let boolean = |reader: &Reader| reader.default.as_ref().is_some_and(|d| value_kind(d) == ValueKind::Boolean);
    let mut exact = table.readers_of(key).filter(|r| r.path == key.names()).peekable();
    let any = exact.peek().is_some();
    any && exact.all(|reader| boolean(reader) || reader.guarded || reader.kind == ReaderKind::Test)
}

fn value_needed(table: &Table, key: &AttrPath, rows: &[&Row], told: Option<&str>) -> Box<Diagnostic> {
    let mut message = format!("'{key}' in {} is not a boolean; give a value", table.source.path);
    message.push_str(&table_lines::of(table, key, rows));
    let expressions = table_lines::expressions(key, rows);
    for (host, text) in &expressions {
        message.push_str(&format!("\n   {host}: '{text}' is not a literal"));
    }
    let code = if expressions.is_empty() { Code::KeyNotBoolean } else { Code::CellNotLiteral };
    Diagnostic::new(code, message).help(table_lines::examples(key, rows, told)).candidates(rows.iter().map(|row| row.host.clone()))
}
