//! What a person who types a cell's value means, given what the key's other cells hold.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::project::tables::{Table, ValueKind, value_kind};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::body::below_priority;
use crate::syntax::fragment::Fragment;
use std::collections::BTreeSet;

/// The kinds of value that a key has so far: those of its literal cells, else those of the defaults
/// its readers state. Empty for a key about which nothing is known.
pub(super) fn kinds(table: &Table, key: &AttrPath) -> BTreeSet<ValueKind> {
    let cells = table.rows.iter().filter_map(|row| row.cell(key));
    let stated = typed_kinds(cells.map(|cell| value_kind(&below_priority(&cell.value))));
    if !stated.is_empty() {
        return stated;
    }
    let exact = table.readers.iter().filter(|reader| reader.path == key.names());
    typed_kinds(exact.filter_map(|reader| reader.default.as_ref()).map(value_kind))
}

/// The kinds that say what else may stand there. `null` alone does not: it says only that there need
/// be no value.
pub(super) fn typed_kinds(kinds: impl Iterator<Item = ValueKind>) -> BTreeSet<ValueKind> {
    let out: BTreeSet<ValueKind> = kinds.filter(|kind| *kind != ValueKind::Expression).collect();
    if out.iter().all(|kind| *kind == ValueKind::Null) { BTreeSet::new() } else { out }
}

/// The kinds of the rows of a table whose rows are plain values.
pub(super) fn row_kinds(table: &Table) -> BTreeSet<ValueKind> {
    let values = table.rows.iter().filter_map(|row| match &row.shape {
        crate::project::tables::Shape::Value(value) => Some(value_kind(&below_priority(value))),
        _ => None,
    });
    typed_kinds(values)
}

/// The typed text as an expression of one of the `kinds` if it can be one.
pub(super) fn fragment(text: &str, nix: bool, kinds: &BTreeSet<ValueKind>) -> Result<Fragment> {
    if nix {
        return Fragment::parse(text);
    }
    let literal = Fragment::value(text);
    let kind = value_kind(&literal.node());
    if kinds.contains(&kind) {
        return Ok(literal);
    }
    if kinds.contains(&ValueKind::String) {
        return Ok(Fragment::string(text));
    }
    if kinds.contains(&ValueKind::Path) && text.starts_with('/') {
        return Fragment::parse(text);
    }
    if kinds.is_empty() && looks_like_text(text, kind) { Ok(Fragment::string(text)) } else { Ok(literal) }
}

/// Texts that Nix would read and nobody means: `Europe/Berlin` as a path, `0400` as a number.
fn looks_like_text(text: &str, kind: ValueKind) -> bool {
    match kind {
        ValueKind::Path => !text.starts_with('.'),
        ValueKind::Number => {
            text.trim_start_matches('-').starts_with('0') && text.trim_start_matches(['-', '0']).starts_with(|c: char| c.is_ascii_digit())
        }
        _ => false,
    }
}

/// Refuses a value of another kind than the key had.
pub(super) fn check(what: &str, file: &str, value: &Fragment, kinds: &BTreeSet<ValueKind>, force: bool) -> Result<()> {
    let kind = value_kind(&value.node());
    if force || kinds.is_empty() || kind == ValueKind::Expression || kinds.contains(&kind) {
        return Ok(());
    }
    let had: Vec<&str> = kinds.iter().map(|kind| name(*kind)).collect();
    Err(Diagnostic::new(Code::TypeMismatch, format!("'{what}' is {} in {file}, and {} is {}", had.join(" or "), value.text(), name(kind)))
        .help("give a value of that type, or add --force"))
}

fn name(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Boolean => "a boolean",
        ValueKind::Number => "a number",
        ValueKind::String => "a string",
        ValueKind::Path => "a path",
        ValueKind::List => "a list",
        ValueKind::Set => "a set",
        ValueKind::Null => "null",
        ValueKind::Expression => "an expression",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str, kinds: &[ValueKind]) -> String {
        fragment(text, false, &kinds.iter().copied().collect()).unwrap().text().to_owned()
    }

    #[test]
    fn the_other_cells_decide_what_is_quoted() {
        use ValueKind::*;
        assert_eq!(typed("true", &[]), "true");
        assert_eq!(typed("true", &[String]), "\"true\"");
        assert_eq!(typed("10", &[String]), "\"10\"");
        assert_eq!(typed("-4", &[Number]), "-4");
        assert_eq!(typed("./x.png", &[Path]), "./x.png");
        assert_eq!(typed("./x.png", &[String]), "\"./x.png\"");
        assert_eq!(typed("/etc/x", &[Path]), "/etc/x");
        assert_eq!(typed("/etc/x", &[]), "\"/etc/x\"");
        assert_eq!(typed("Europe/Berlin", &[]), "\"Europe/Berlin\"");
        assert_eq!(typed("../x.png", &[]), "../x.png");
        assert_eq!(typed("0400", &[]), "\"0400\"");
        assert_eq!((typed("0", &[]), typed("0.5", &[])), ("0".to_owned(), "0.5".to_owned()));
        assert_eq!(typed("[ \"a\" ]", &[List]), "[ \"a\" ]");
        assert_eq!(typed("a\"${b}", &[String]), "\"a\\\"\\${b}\"");
        assert_eq!(typed("\"quoted\"", &[String]), "\"quoted\"");
    }

    #[test]
    fn another_type_needs_force() {
        let kinds = BTreeSet::from([ValueKind::Boolean]);
        let value = Fragment::value("yes");
        assert_eq!(check("dns", "a.nix", &value, &kinds, false).unwrap_err().code, Code::TypeMismatch);
        assert!(check("dns", "a.nix", &value, &kinds, true).is_ok());
        assert!(check("dns", "a.nix", &Fragment::parse("config.x").unwrap(), &kinds, false).is_ok());
    }
}
