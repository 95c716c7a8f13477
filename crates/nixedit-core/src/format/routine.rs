//! Changes that no formatter has a say in: lines that come or go in a list or set that has a line for
//! each of its items, each of them too short and too plain to be laid out in any other way.
//!
//! They are most of all edits, and cost nothing to tell.

use super::construct::{Change, Construct, line_start};
use crate::text::Span;

/// Longest line that is plain, in characters: no formatter breaks it.
const SHORT: usize = 80;

/// Whether the change is one of plain lines beside plain lines, with a neighbour left.
pub(super) fn is_routine(before: &str, after: &str, change: Change, part: &Construct) -> bool {
    let Construct::Lines { lines, indent, brackets } = part else { return false };
    let (old, new) = (whole_lines(before, change.before), whole_lines(after, change.after));
    let inner = format!("{indent}  ");
    let plain = |line: &str| line.strip_prefix(&inner).is_some_and(|item| is_plain(item, brackets.0 == "["));
    let [above, below] = beside(after, Span::new(lines.start, change.to_after(*lines).end), new).map(|line| line.is_some_and(plain));
    // What stands beside a line that goes has another neighbour then; beside one that comes it has not.
    let enough = if old.is_empty() { above || below } else { above && below };
    enough && before[old.start..old.end].lines().chain(after[new.start..new.end].lines()).all(plain)
}

/// The lines that a range touches, whole.
fn whole_lines(text: &str, at: Span) -> Span {
    let start = line_start(text, at.start);
    if at.start == start && at.is_empty() {
        return at;
    }
    let end = if at.end > start && text.as_bytes()[at.end - 1] == b'\n' {
        at.end
    } else {
        text[at.end..].find('\n').map_or(text.len(), |n| at.end + n + 1)
    };
    Span::new(start, end)
}

/// The line above and the line below a range of lines, inside `outer`.
fn beside(text: &str, outer: Span, lines: Span) -> [Option<&str>; 2] {
    let above = text.get(outer.start..lines.start).and_then(|above| above.lines().next_back());
    let below = text.get(lines.end..outer.end).and_then(|below| below.lines().next());
    [above, below]
}

/// A name, a selection or a number; in a set, such a value behind a path.
fn is_plain(item: &str, is_list: bool) -> bool {
    if is_list {
        return is_word(item) && item.len() <= SHORT;
    }
    let Some((path, value)) = item.strip_suffix(';').and_then(|binding| binding.split_once(" = ")) else { return false };
    let string = value.strip_prefix('"').and_then(|v| v.strip_suffix('"'));
    let is_value = string.map_or_else(|| is_word(value), |inner| !inner.contains(['"', '$', '\\']));
    is_word(path) && is_value && item.len() <= SHORT
}

fn is_word(text: &str) -> bool {
    let rest = |c: char| c.is_ascii_alphanumeric() || "._-'".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') && text.chars().all(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse::Source;

    fn routine(before: &str, after: &str) -> bool {
        let source = Source::parse("a.nix", before.into()).unwrap();
        let change = Change::between(before, after).unwrap();
        is_routine(before, after, change, &Construct::around(&source, change)[0])
    }

    #[test]
    fn plain_lines_among_plain_lines() {
        let list = "{\n  l = [\n    aa\n    ab\n    c\n  ];\n}\n";
        assert!(routine(list, &list.replace("    ab\n", "    ab\n    abc\n")));
        assert!(routine(list, &list.replace("    c\n", "    c\n    d\n")));
        assert!(routine(list, &list.replace("    ab\n", "")));
        assert!(routine(list, &list.replace("    ab\n", "    b.c\n")));
        let set = "{\n  a.b = true;\n  c = 1;\n  d = \"e f\";\n}\n";
        assert!(routine(set, &set.replace("c = 1", "c = false")));
        assert!(routine(set, &set.replace("  c = 1;\n", "  c = \"x y\";\n  cc = 2;\n")));
    }

    #[test]
    fn anything_else_is_looked_at() {
        let list = "{\n  l = [\n    aa\n    ab\n    c\n  ];\n}\n";
        for (old, new) in [
            ("    aa\n", ""),
            ("    c\n", ""),
            ("    c\n", "    d\n"),
            ("    ab\n", "    ab d\n"),
            ("    ab\n", "    ab\n   d\n"),
            ("    ab\n", "    ab\n\n    d\n"),
            ("    ab\n", "    ab # why\n"),
            ("    ab\n", "    (ab)\n"),
            ("    ab\n", "    ab\n    d \n"),
        ] {
            assert!(!routine(list, &list.replace(old, new)), "{old:?} {new:?}");
        }
        let spaced = "[\n  a\n\n  b\n\n  c\n]\n";
        assert!(!routine(spaced, &spaced.replace("  b\n", "")), "two blank lines would be left");
        let only = "[\n  a # why\n]\n";
        assert!(!routine(only, &only.replace("  a # why\n", "  b\n")));
    }
}
