//! Columns: a set whose `=` stand below one another keeps them so.

use super::sequence::{Item, Sequence};
use rnix::SyntaxKind::{NODE_ATTRPATH_VALUE, TOKEN_ASSIGN};

/// `path` with the blanks behind it that bring its `=` below those of the other bindings. Without
/// such a column, or with a path that is too long for it, the path alone.
pub fn padded(seq: &Sequence, path: &str) -> String {
    let width = column(seq).map_or(0, |column| column.saturating_sub(1));
    format!("{path:width$}")
}

/// How far behind the start of their bindings all `=` stand, in characters: where every binding has
/// a line of its own and at least one name is followed by more than one blank.
fn column(seq: &Sequence) -> Option<usize> {
    if seq.items.len() < 2 || seq.items.iter().any(|item| !item.starts_line) {
        return None;
    }
    let heads: Vec<&str> = seq.items.iter().filter_map(|item| head(seq, item)).collect();
    let width = heads.first()?.chars().count();
    let aligned = heads.len() > 1 && heads.iter().all(|head| head.chars().count() == width);
    (aligned && heads.iter().any(|head| head.ends_with("  "))).then_some(width)
}

/// A binding's text in front of its `=`.
fn head<'a>(seq: &Sequence<'a>, item: &Item) -> Option<&'a str> {
    let assign = item.node.children_with_tokens().find(|e| e.kind() == TOKEN_ASSIGN)?;
    let end = crate::syntax::element_span(&assign).start;
    (item.node.kind() == NODE_ATTRPATH_VALUE).then(|| &seq.text[item.span.start..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, path: &str) -> String {
        let root = rnix::Root::parse(text).syntax();
        padded(&Sequence::of(text, &root.first_child().unwrap()).unwrap(), path)
    }

    #[test]
    fn a_column_is_kept_where_there_is_one() {
        assert_eq!(written("{\n  nxiz  = 1;\n  adeck = 2;\n}", "seed"), "seed ");
        assert_eq!(written("{\n  nxiz  = 1;\n  adeck = 2;\n}", "workstation"), "workstation");
        assert_eq!(written("{\n  nxiz = 1;\n  zrrh = 2;\n}", "a"), "a");
        assert_eq!(written("{\n  nxiz  = 1;\n  zr = 2;\n}", "a"), "a");
        assert_eq!(written("{ nxiz  = 1; adeck = 2; }", "seed"), "seed");
    }
}
