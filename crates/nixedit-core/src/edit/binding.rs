//! The text of a new binding in the manner of its neighbours: their quotes, their column of `=`.

use super::insert::Slot;
use super::sequence::{Item, Sequence};
use crate::syntax::attr_path::{self, AttrPath};
use rnix::SyntaxKind::*;

/// `path = value;`, as it would be written at `slot`.
pub fn text(seq: &Sequence, slot: Slot, path: &AttrPath, value: &str) -> String {
    let key = key(seq, path);
    let blanks = column_beside(seq, slot).map_or(1, |(indent, column)| column.saturating_sub(indent + key.chars().count()).max(1));
    format!("{key}{:blanks$}= {value};", "")
}

/// The path with its first name in quotes where most neighbours have quotes that Nix does not need.
fn key(seq: &Sequence, path: &AttrPath) -> String {
    let first = &path.names()[0];
    let written = path.to_string();
    if !attr_path::is_identifier(first) || written.starts_with('"') {
        return written;
    }
    let firsts = seq.items.iter().filter_map(first_name);
    let (needless, bare) = firsts.fold((0, 0), |(needless, bare), name| match name.strip_prefix('"').map(|n| n.trim_end_matches('"')) {
        Some(inner) if attr_path::is_identifier(inner) => (needless + 1, bare),
        Some(_) => (needless, bare),
        None => (needless, bare + 1),
    });
    if needless > bare { format!("\"{first}\"{}", &written[first.len()..]) } else { written }
}

fn first_name(item: &Item) -> Option<String> {
    let path = item.node.children().find(|child| child.kind() == NODE_ATTRPATH)?;
    path.first_child().map(|name| name.text().to_string())
}

/// The indentation and the column of `=` (in characters) of the neighbour, where another binding
/// has its `=` in that column and at least one of the two is padded to reach it.
fn column_beside(seq: &Sequence, slot: Slot) -> Option<(usize, usize)> {
    let beside = match slot {
        Slot::Only => return None,
        Slot::Last => seq.items.len().checked_sub(1)?,
        Slot::After(index) | Slot::Before(index) | Slot::Above(index) => index,
    };
    let (column, padded) = assignment(seq, &seq.items[beside])?;
    let others = seq.items.iter().enumerate().filter(|(index, _)| *index != beside).filter_map(|(_, item)| assignment(seq, item));
    let mut same = others.filter(|(other, _)| *other == column);
    let aligned = if padded { same.next().is_some() } else { same.any(|(_, padded)| padded) };
    aligned.then(|| (seq.indent_at(seq.items[beside].span.start).chars().count(), column))
}

/// The column of a binding's `=` and whether more than one blank stands before it.
fn assignment(seq: &Sequence, item: &Item) -> Option<(usize, bool)> {
    let sign = item.node.children_with_tokens().find(|e| e.kind() == TOKEN_ASSIGN)?;
    let at: usize = sign.text_range().start().into();
    let key = &seq.text[item.span.start..at];
    if !item.starts_line || key.contains('\n') {
        return None;
    }
    let column = seq.text[seq.line_start(at)..at].chars().count();
    Some((column, key.len() > key.trim_end().len() + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, slot: Slot, path: &str) -> String {
        let root = rnix::Root::parse(text).syntax();
        let node = root.descendants().find(|n| n.kind() == NODE_ATTR_SET).unwrap();
        super::text(&Sequence::of(text, &node).unwrap(), slot, &AttrPath::parse(path).unwrap(), "1")
    }

    #[test]
    fn the_sign_stands_below_that_of_aligned_neighbours() {
        let aligned = "{\n  a     = 1;\n  longer = 2;\n  bb     = 3;\n}";
        assert_eq!(written(aligned, Slot::After(2), "ccc"), "ccc    = 1;");
        assert_eq!(written(aligned, Slot::After(1), "much-longer"), "much-longer = 1;");
        assert_eq!(written("{\n  a   = 1;\n  bb = 2;\n}", Slot::After(0), "c"), "c = 1;", "no common column");
    }

    #[test]
    fn quotes_are_kept_up_where_neighbours_have_them() {
        assert_eq!(written("{ \"a\" = 1; \"b c\" = 2; }", Slot::After(0), "d.e"), "\"d\".e = 1;");
        assert_eq!(written("{ a = 1; \"b c\" = 2; }", Slot::After(0), "d"), "d = 1;");
    }
}
