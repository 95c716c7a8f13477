//! Text edits that take items out of a sequence, with what belongs to them.

use super::sequence::Sequence;
use super::text_edit::TextEdit;
use crate::text::Span;

/// The edits that remove the items at `indices`.
pub fn remove(seq: &Sequence, indices: &[usize]) -> Vec<TextEdit> {
    let mut gone: Vec<usize> = indices.to_vec();
    gone.sort_unstable();
    gone.dedup();
    if gone.len() == seq.items.len() && seq.comments_stay_empty(&gone) {
        return vec![TextEdit::replace(Span::new(seq.open.end, seq.close.start), " ")];
    }
    runs(&gone).into_iter().flat_map(|run| remove_run(seq, run, &gone)).collect()
}

/// Consecutive indices as ranges.
fn runs(indices: &[usize]) -> Vec<std::ops::Range<usize>> {
    let mut out: Vec<std::ops::Range<usize>> = Vec::new();
    for &index in indices {
        match out.last_mut() {
            Some(last) if last.end == index => last.end += 1,
            _ => out.push(index..index + 1),
        }
    }
    out
}

fn remove_run(seq: &Sequence, run: std::ops::Range<usize>, gone: &[usize]) -> Vec<TextEdit> {
    let whole_lines = seq.items[run.start].starts_line && seq.items[run.end - 1].ends_line;
    if whole_lines && nothing_stays_between(seq, &run) {
        return vec![TextEdit::delete(lines_of(seq, run, gone))];
    }
    run.map(|index| {
        let item = &seq.items[index];
        if item.starts_line && item.ends_line {
            TextEdit::delete(lines_of(seq, index..index + 1, gone))
        } else {
            without_joining(seq, within_line(seq, index, gone))
        }
    })
    .collect()
}

/// Whether every comment between the first and the last item of a run goes with one of them.
fn nothing_stays_between(seq: &Sequence, run: &std::ops::Range<usize>) -> bool {
    (run.start + 1..run.end).all(|index| {
        let between = |c: &&Span| c.start >= seq.items[index - 1].line_end && c.end <= seq.items[index].span.start;
        seq.comments.iter().filter(between).count() == seq.own_comments(index).len()
    })
}

/// A deletion that leaves a blank where two elements would become one.
fn without_joining(seq: &Sequence, at: Span) -> TextEdit {
    let touches = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && c != ';');
    let inside = seq.open.end < at.start && at.end < seq.close.start;
    let joins = inside && touches(seq.text[..at.start].chars().next_back()) && touches(seq.text[at.end..].chars().next());
    TextEdit::replace(at, if joins { " " } else { "" })
}

/// The item's bytes with the blanks on one side: those in front, or those behind where the item
/// is the first of its line or of all.
fn within_line(seq: &Sequence, index: usize, gone: &[usize]) -> Span {
    let item = &seq.items[index];
    if let Some(previous) = seen_from_closing(seq, index).filter(|_| !gone.contains(&(index - 1))) {
        return Span::new(previous, item.span.end);
    }
    let behind_bracket = index == 0 && !item.ends_line && !gone.contains(&1);
    if begins_line(seq, index, gone) || behind_bracket {
        let end = if item.ends_line { item.line_end } else { item.span.end };
        let rest = &seq.text[end..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        return Span::new(item.span.start, end + blanks);
    }
    let floor = match index.checked_sub(1) {
        Some(previous) if !gone.contains(&previous) => seq.items[previous].line_end.max(seq.items[previous].span.end).min(item.span.start),
        Some(previous) => seq.items[previous].span.end,
        None => seq.open.end,
    };
    let before = &seq.text[floor..item.span.start];
    let end = if item.ends_line { item.line_end } else { item.span.end };
    Span::new(floor + before.trim_end_matches([' ', '\t']).len(), end)
}

/// Whether nothing of its line is left in front of an item.
fn begins_line(seq: &Sequence, index: usize, gone: &[usize]) -> bool {
    (0..=index).rev().take_while(|at| *at == index || gone.contains(at)).any(|at| seq.items[at].starts_line)
}

/// For a last item on a line of its own with the closing token behind it, the end of the item in
/// front, where the closing token may follow instead.
fn seen_from_closing(seq: &Sequence, index: usize) -> Option<usize> {
    let (item, previous) = (&seq.items[index], seq.items.get(index.checked_sub(1)?)?);
    let closes = item.starts_line && !item.ends_line && index + 1 == seq.items.len();
    let between = seq.text[previous.span.end..item.span.start].trim();
    (closes && between.is_empty()).then_some(previous.span.end)
}

/// Whole lines: those of the run, of the comments that label nothing else, and one of two blank
/// lines that would meet.
fn lines_of(seq: &Sequence, run: std::ops::Range<usize>, gone: &[usize]) -> Span {
    let first = &seq.items[run.start];
    let labels_run_alone = match seq.items.get(run.end) {
        Some(next) => next.blank_above || !next.above.is_empty() || gone.contains(&run.end),
        None => true,
    };
    let own = seq.own_comments(run.start).first().filter(|_| labels_run_alone);
    let top = own.map_or(first.span.start, |comment| comment.start);
    let start = seq.line_start(top);
    let end = next_line(seq.text, seq.items[run.end - 1].line_end);
    let (above, below) = (line_above(seq, start), line_below(seq, end));
    match (above, below) {
        // A first item brings the line below it along, any other that above; they may hold blanks.
        (Edge::Blank(_), Edge::Blank(at)) if run.start == 0 => Span::new(start, at),
        (Edge::Blank(at), Edge::Blank(_) | Edge::Bracket) => Span::new(at, end),
        (Edge::Bracket, Edge::Blank(at)) => Span::new(start, at),
        _ => Span::new(start, end),
    }
}

enum Edge {
    /// A blank line; the offset is its start (above) or the start of the line behind it (below).
    Blank(usize),
    /// The line of the opening or closing token.
    Bracket,
    /// Anything else.
    Other,
}

fn line_above(seq: &Sequence, start: usize) -> Edge {
    let Some(previous_end) = start.checked_sub(1) else { return Edge::Bracket };
    let line = seq.line_start(previous_end);
    // An item behind the bracket stands above like any other.
    let holds_item = seq.items.first().is_some_and(|first| first.span.start < previous_end);
    if (line <= seq.open.start || line < seq.open.end) && !holds_item {
        Edge::Bracket
    } else if seq.text[line..previous_end].trim().is_empty() {
        Edge::Blank(line)
    } else {
        Edge::Other
    }
}

fn line_below(seq: &Sequence, end: usize) -> Edge {
    let stop = seq.line_end(end.min(seq.text.len()));
    if seq.close.start <= stop && seq.text[end.min(seq.close.start)..seq.close.start].trim().is_empty() {
        Edge::Bracket
    } else if seq.text[end..stop].trim().is_empty() {
        Edge::Blank(next_line(seq.text, end))
    } else {
        Edge::Other
    }
}

/// Offset of the first byte of the line behind the one that holds `offset`.
fn next_line(text: &str, offset: usize) -> usize {
    text[offset..].find('\n').map_or(text.len(), |at| offset + at + 1)
}

impl Sequence<'_> {
    /// Whether no comment would be left when the items at `gone` and what belongs to them go.
    fn comments_stay_empty(&self, gone: &[usize]) -> bool {
        self.comments.iter().all(|comment| {
            gone.iter().any(|&index| {
                let item = &self.items[index];
                self.own_comments(index).contains(comment) || (item.span.end <= comment.start && comment.end <= item.line_end)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::text_edit::{apply, sorted};
    use rnix::SyntaxKind::*;

    fn removed(text: &str, indices: &[usize]) -> String {
        let root = rnix::Root::parse(text).syntax();
        let node = root.descendants().find(|n| matches!(n.kind(), NODE_LIST | NODE_ATTR_SET | NODE_LET_IN)).unwrap();
        let seq = Sequence::of(text, &node).unwrap();
        apply(text, &sorted(remove(&seq, indices)).unwrap())
    }

    #[test]
    fn the_blank_line_below_an_item_that_follows_the_bracket_stays() {
        assert_eq!(removed("{ a = 1;\n  b = 2;\n\n  c = 3;\n}", &[1]), "{ a = 1;\n\n  c = 3;\n}");
        assert_eq!(removed("{\n  b = 2;\n\n  c = 3;\n}", &[0]), "{\n  c = 3;\n}");
        assert_eq!(removed("{\n \n  b = 2;\n\n  c = 3;\n}", &[0]), "{\n \n  c = 3;\n}");
    }

    #[test]
    fn the_line_goes_with_its_trailing_comment() {
        assert_eq!(removed("[\n  a\n  b # two\n  c\n]", &[1]), "[\n  a\n  c\n]");
        assert_eq!(removed("[ a b c ]", &[1]), "[ a c ]");
        assert_eq!(removed("[ a b c ]", &[0]), "[ b c ]");
        assert_eq!(removed("[ a b c ]", &[2]), "[ a b ]");
        assert_eq!(removed("[   a b ]", &[0]), "[   b ]");
        assert_eq!(removed("[ a b c ]", &[0, 1]), "[ c ]");
        assert_eq!(removed("[a b]", &[0]), "[b]");
        assert_eq!(removed("[ a ]", &[0]), "[ ]");
        assert_eq!(removed("[\n  a\n]", &[0]), "[ ]");
        assert_eq!(removed("[\n  a b\n  c\n]", &[0]), "[\n  b\n  c\n]");
        assert_eq!(removed("[\n  a b # x\n  c\n]", &[1]), "[\n  a\n  c\n]");
        assert_eq!(removed("{ a = 1; b = 2; }", &[0]), "{ b = 2; }");
        assert_eq!(removed("[ a(b)c ]", &[1]), "[ a c ]");
        assert_eq!(removed("{a=1;b=2;c=3;}", &[1]), "{a=1;c=3;}");
        assert_eq!(removed("[\n  a\n  b c]", &[1, 2]), "[\n  a\n  ]");
        assert_eq!(removed("[\n  a\n  b c d]", &[1, 2]), "[\n  a\n  d]");
        assert_eq!(removed("[\n  a b c\n  d e]", &[1, 2, 3]), "[\n  a\n  e]");
    }

    #[test]
    fn a_heading_goes_only_with_the_last_of_its_group() {
        assert_eq!(removed("[\n  # Apps\n  a\n\n  # Dev\n  b\n]", &[0]), "[\n  # Dev\n  b\n]");
        assert_eq!(removed("[\n  # Apps\n  a\n  b\n]", &[0]), "[\n  # Apps\n  b\n]");
        assert_eq!(removed("[\n  a\n\n  b\n\n  c\n]", &[1]), "[\n  a\n\n  c\n]");
        assert_eq!(removed("[\n  a\n\n  b\n]", &[1]), "[\n  a\n]");
        assert_eq!(removed("{\n  a = 1;\n  # note\n  b = 2;\n}", &[1]), "{\n  a = 1;\n}");
        assert_eq!(removed("[\n  a\n\n\n  b\n  c\n]", &[1]), "[\n  a\n\n\n  c\n]");
    }

    #[test]
    fn what_is_commented_out_outlives_the_last_item() {
        assert_eq!(removed("[\n  # why\n  # p.a\n  b\n]", &[0]), "[\n  # why\n  # p.a\n]");
        assert_eq!(removed("{\n  # a = 1;\n  b = 2;\n}", &[0]), "{\n  # a = 1;\n}");
        assert_eq!(removed("{\n  # a = 1;\n  # about b\n  b = 2;\n}", &[0]), "{\n  # a = 1;\n}");
        assert_eq!(removed("[\n  # about b\n  b\n]", &[0]), "[ ]");
    }

    #[test]
    fn neighbours_on_the_bracket_lines_stay() {
        assert_eq!(removed("[ a\n  b\n  c ]", &[0]), "[\n  b\n  c ]");
        assert_eq!(removed("[ a\n  b\n  c ]", &[2]), "[ a\n  b ]");
        assert_eq!(removed("[ a\n  b # two\n  c ]", &[2]), "[ a\n  b # two\n  ]");
        assert_eq!(removed("[ a\n  b\n  # c\n  c ]", &[2]), "[ a\n  b\n  # c\n  ]");
        assert_eq!(removed("[\n  a\n  b\n  c\n]", &[0, 1]), "[\n  c\n]");
    }
}
