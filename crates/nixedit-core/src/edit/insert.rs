//! Text edits that put items into a sequence, in the layout of their neighbours.

use super::render::{indent_unit, indented};
use super::sequence::{Item, Sequence};
use super::text_edit::TextEdit;
use crate::syntax::span;
use crate::text::Span;
use rnix::SyntaxKind::{NODE_ATTR_SET, NODE_LET_IN, NODE_LIST};

/// Widest line that a one-line list or set is allowed to grow to, in characters.
const MAX_WIDTH: usize = 100;

/// A place among the items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The sequence has no items.
    Only,
    /// Directly behind the item (and its trailing comment).
    After(usize),
    /// Directly in front of the item, below the comments above it.
    Before(usize),
    /// In front of the comments that belong to the item.
    Above(usize),
    /// Behind all items, those that are commented out included.
    Last,
}

impl Slot {
    /// Its rank among the slots of a sequence.
    pub fn rank(self) -> usize {
        match self {
            Self::Only => 0,
            Self::Above(index) => 3 * index,
            Self::Before(index) => 3 * index + 1,
            Self::After(index) => 3 * index + 2,
            Self::Last => usize::MAX,
        }
    }
}

/// What goes in, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    /// The text, as if it started in column 1.
    pub text: String,
    /// A comment line to put above it, without the sign.
    pub comment: Option<String>,
    /// A comment to put behind it on its line, without the sign.
    pub beside: Option<String>,
    /// Where it goes.
    pub slot: Slot,
    /// Whether a blank line is wanted above it.
    pub blank_before: bool,
    /// Whether a blank line is wanted below it, when something follows.
    pub blank_after: bool,
}

impl NewItem {
    /// An item without comment and blank lines.
    pub fn plain(text: impl Into<String>, slot: Slot) -> Self {
        Self { text: text.into(), comment: None, beside: None, slot, blank_before: false, blank_after: false }
    }

    /// The item with a comment about it alone, beside or above it as its neighbours have theirs.
    pub fn with_comment(self, seq: &Sequence, comment: &str) -> Self {
        let one_line = !self.text.contains('\n') && !comment.trim().contains('\n');
        match one_line && comments_go_beside(seq) {
            true => Self { beside: Some(comment.trim().to_owned()), ..self },
            false => Self { comment: Some(self.comment.map_or_else(|| comment.to_owned(), |first| format!("{first}\n{comment}"))), ..self },
        }
    }

    /// Whether nothing else may follow or precede it on its lines.
    fn needs_lines(&self) -> bool {
        self.text.contains('\n') || self.comment.is_some() || self.beside.is_some()
    }
}

/// The edits that insert all of `new`; items for the same slot keep their order.
pub fn insert(seq: &Sequence, new: &[NewItem]) -> Vec<TextEdit> {
    let needs_lines = new.iter().any(NewItem::needs_lines);
    if seq.is_multiline() {
        if seq.items.is_empty() { vec![into_empty_lines(seq, new)] } else { new.iter().map(|item| on_line(seq, item)).collect() }
    } else if is_hugged(seq) && new.iter().all(|item| item.comment.is_none() && item.beside.is_none()) {
        new.iter().map(|item| within_line(seq, item)).collect()
    } else if needs_lines || too_wide(seq, new) || is_module_of_list(seq) {
        vec![exploded(seq, new)]
    } else if seq.items.is_empty() {
        let joined: Vec<&str> = new.iter().map(|item| item.text.as_str()).collect();
        let from = seq.comments.last().map_or(seq.open.end, |comment| comment.end);
        vec![TextEdit::replace(Span::new(from, seq.close.start), format!(" {} ", joined.join(" ")))]
    } else {
        new.iter().map(|item| within_line(seq, item)).collect()
    }
}

/// Whether brackets and items stand on each other's lines, though an item has several: `[{ … } { … }]`.
fn is_hugged(seq: &Sequence) -> bool {
    seq.node.kind() == NODE_LIST && seq.items.iter().any(|item| item.is_multiline(seq.text))
}

fn within_line(seq: &Sequence, item: &NewItem) -> TextEdit {
    let text = indented(&item.text, seq.indent_at(seq.close.start), seq.newline());
    match item.slot {
        Slot::After(index) => behind(seq, end_within_line(seq, index), &text),
        Slot::Before(index) | Slot::Above(index) => in_front(seq, seq.items[index].span.start, &text),
        Slot::Only => TextEdit::insert(seq.open.end, format!(" {text}")),
        Slot::Last => within_line(seq, &NewItem { slot: Slot::After(seq.items.len() - 1), ..item.clone() }),
    }
}

/// Text behind an item on its line. Items may touch (`[ 0a ]` are two): then the next one is kept apart.
fn behind(seq: &Sequence, at: usize, text: &str) -> TextEdit {
    let rest = &seq.text[at..seq.close.start];
    let is_apart = rest.is_empty() || rest.starts_with(char::is_whitespace) || rest.starts_with('#') || rest.starts_with("/*");
    TextEdit::insert(at, format!(" {text}{}", if is_apart { "" } else { " " }))
}

/// Text in front of an item on its line, apart from one that touches it.
fn in_front(seq: &Sequence, at: usize, text: &str) -> TextEdit {
    let before = &seq.text[seq.open.end..at];
    let is_apart = before.is_empty() || before.ends_with(char::is_whitespace);
    TextEdit::insert(at, format!("{}{text} ", if is_apart { "" } else { " " }))
}

/// Behind an item and the block comments that belong to it: all in front of the closing bracket for
/// the last item, none where an item follows, which the comment may speak of as well.
fn end_within_line(seq: &Sequence, index: usize) -> usize {
    let end = seq.items[index].span.end;
    let is_last = index + 1 == seq.items.len();
    seq.comments.iter().map(|comment| comment.end).filter(|&comment| is_last && comment > end).max().unwrap_or(end)
}

/// A module in a module list (a set with a dotted path) has a line for each of its options.
fn is_module_of_list(seq: &Sequence) -> bool {
    let dotted = seq.items.iter().any(|item| item.path().is_some_and(|path| path.names().len() > 1));
    dotted && seq.node.parent().is_some_and(|parent| parent.kind() == NODE_LIST)
}

/// Whether a one-line sequence would become too wide, and could be broken without breaking what
/// follows it on the line.
fn too_wide(seq: &Sequence, new: &[NewItem]) -> bool {
    let line = &seq.text[seq.line_start(seq.open.start)..seq.line_end(seq.close.end)];
    let width = line.chars().count() + new.iter().map(|item| item.text.chars().count() + 1).sum::<usize>();
    let rest = &seq.text[seq.close.end..seq.line_end(seq.close.end)];
    let rest = rest.split('#').next().unwrap_or_default();
    width > MAX_WIDTH && rest.chars().all(|c| c.is_whitespace() || ";)".contains(c))
}

/// The whole one-line sequence rewritten with one item a line.
fn exploded(seq: &Sequence, new: &[NewItem]) -> TextEdit {
    let (outer, step) = (seq.indent_at(seq.open.start), unit(seq));
    let indent = format!("{outer}{step}");
    let newline = seq.newline();
    let own = |item: &Item| &seq.text[item.span.start..item.span.end];
    // What a bracket hugged stands as deep as the bracket's line and goes a step deeper.
    let hugged = |item: &Item| own(item).contains('\n') && seq.indent_at(item.span.end) == outer;
    let moved = |item: &Item| if hugged(item) { indented(own(item), &step, newline) } else { own(item).to_owned() };
    let mut lines: Vec<String> = (0..seq.items.len()).map(|index| with_comments(seq, index, moved(&seq.items[index]))).collect();
    if seq.items.is_empty() {
        lines.extend(seq.comments.iter().map(|comment| seq.text[comment.start..comment.end].to_owned()));
    }
    for (shift, item) in new.iter().enumerate() {
        let at = match item.slot {
            Slot::After(index) => index + 1 + shift,
            Slot::Before(index) | Slot::Above(index) => index + shift,
            Slot::Only | Slot::Last => lines.len(),
        };
        lines.insert(at.min(lines.len()), block(item, &indent, newline));
    }
    let body: String = lines.iter().map(|line| format!("{newline}{indent}{line}")).collect();
    TextEdit::replace(Span::new(seq.open.end, seq.close.start), format!("{body}{newline}{outer}"))
}

/// An item's line with the block comments of its place: those up to the next item, and in front of the
/// first one those that stand there.
fn with_comments(seq: &Sequence, index: usize, own: String) -> String {
    let (start, end) = (seq.items[index].span.start, seq.items[index].span.end);
    let next = seq.items.get(index + 1).map_or(seq.close.start, |item| item.span.start);
    let in_place = |from: usize, to: usize| {
        let within = move |comment: &&Span| comment.start >= from && comment.end <= to;
        seq.comments.iter().filter(within).map(|comment| seq.text[comment.start..comment.end].to_owned())
    };
    let front = in_place(if index == 0 { seq.open.end } else { start }, start);
    front.chain([own]).chain(in_place(end, next)).collect::<Vec<_>>().join(" ")
}

/// Whether comments about one item stand behind it rather than above it. Without any, those of list
/// elements go beside: of the comments that people add together with one package, above a group's
/// heading is meant more often than the package.
fn comments_go_beside(seq: &Sequence) -> bool {
    let beside = seq.items.iter().filter(|item| item.line_end > item.span.end).count();
    let alone = |index: usize| seq.items.get(index + 1).is_none_or(|next| next.blank_above || !next.above.is_empty());
    let about = |index: &usize| alone(*index) && !seq.items[*index].is_multiline(seq.text) && !seq.own_comments(*index).is_empty();
    let above = (0..seq.items.len()).filter(about).count();
    if seq.node.kind() == NODE_LIST { beside >= above } else { beside > above }
}

/// An item with its comment, its first line without indentation.
fn block(item: &NewItem, indent: &str, newline: &str) -> String {
    let mut text = indented(&item.text, indent, newline);
    if let Some(comment) = &item.beside {
        text.push_str(&format!(" # {comment}"));
    }
    match &item.comment {
        Some(comment) => format!("{}{newline}{indent}{text}", comment_lines(comment, indent, newline)),
        None => text,
    }
}

fn comment_lines(comment: &str, indent: &str, newline: &str) -> String {
    let lines: Vec<String> = comment.lines().map(|line| format!("# {}", line.trim()).trim_end().to_owned()).collect();
    lines.join(&format!("{newline}{indent}"))
}

fn into_empty_lines(seq: &Sequence, new: &[NewItem]) -> TextEdit {
    let closes_line = seq.text[seq.line_start(seq.close.start)..seq.close.start].trim().is_empty();
    let outer = seq.indent_at(if closes_line { seq.close.start } else { seq.open.start });
    let newline = seq.newline();
    let indent = match seq.comments.last() {
        Some(comment) => seq.indent_at(comment.start).to_owned(),
        None => format!("{outer}{}", unit(seq)),
    };
    let body: String = new.iter().map(|item| format!("{newline}{indent}{}", block(item, &indent, newline))).collect();
    match seq.comments.last() {
        Some(comment) if seq.line_end(comment.end) < seq.close.start => TextEdit::insert(comment.end, body),
        Some(comment) => TextEdit::replace(Span::new(comment.end, seq.close.start), format!("{body}{newline}{outer}")),
        None => TextEdit::replace(Span::new(seq.open.end, seq.close.start), format!("{body}{newline}{outer}")),
    }
}

fn on_line(seq: &Sequence, item: &NewItem) -> TextEdit {
    match item.slot {
        Slot::After(index) => after(seq, index, item),
        Slot::Before(index) => before(seq, front(seq, index), index, item),
        Slot::Above(index) => {
            let top = seq.items[index].above.first().map_or_else(|| front(seq, index), |comment| comment.start);
            before(seq, top, index, item)
        }
        Slot::Only => into_empty_lines(seq, std::slice::from_ref(item)),
        Slot::Last => match seq.commented_out_end() {
            Some(end) => TextEdit::insert(end, format!("{}{}", seq.newline(), below_comment(seq, end, item))),
            None => after(seq, seq.items.len() - 1, item),
        },
    }
}

/// Where an item begins: in front of the block comments that precede it on its line, if nothing else does.
fn front(seq: &Sequence, index: usize) -> usize {
    let start = seq.items[index].span.start;
    let line = seq.line_start(start).max(seq.open.end);
    let mut leading = seq.comments.iter().filter(|comment| line <= comment.start && comment.end <= start);
    let first = leading.next().filter(|first| seq.text[line..first.start].trim().is_empty());
    first.map_or(start, |first| first.start)
}

fn below_comment(seq: &Sequence, end: usize, item: &NewItem) -> String {
    let indent = seq.indent_at(end);
    format!("{}{indent}{}", if item.blank_before { seq.newline() } else { "" }, block(item, indent, seq.newline()))
}

fn after(seq: &Sequence, index: usize, new: &NewItem) -> TextEdit {
    let item = &seq.items[index];
    let followed_on_line = !item.ends_line && seq.items.get(index + 1).is_some_and(|next| !next.starts_line);
    let plain = !new.needs_lines();
    if plain && !new.blank_before && (followed_on_line || joins_packed_line(seq, index, new)) {
        return behind(seq, item.span.end, &new.text);
    }
    let newline = seq.newline();
    let indent = indent_beside(seq, index);
    let above = if new.blank_before { newline } else { "" };
    let next_is_near = seq.items.get(index + 1).is_some_and(|next| !next.blank_above);
    let below = if new.blank_after && next_is_near { newline } else { "" };
    // Blanks at the end of a line stay on it.
    let rest = &seq.text[item.line_end..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let ends_line = rest[blanks..].starts_with(['\r', '\n']);
    let at = if ends_line { item.line_end + blanks } else { item.line_end };
    TextEdit::insert(at, format!("{newline}{above}{indent}{}{below}", block(new, &indent, newline)))
}

fn before(seq: &Sequence, at: usize, index: usize, new: &NewItem) -> TextEdit {
    let item = &seq.items[index];
    let newline = seq.newline();
    let indent = indent_beside(seq, index);
    let begins_line = seq.text[seq.line_start(at).max(seq.open.end)..at].trim().is_empty() && seq.line_start(at) >= seq.open.end;
    if !begins_line && !new.needs_lines() {
        return in_front(seq, at, &new.text);
    }
    let below = if new.blank_after { newline } else { "" };
    if index == 0 && !begins_line && seq.text[seq.open.end..at].trim().is_empty() {
        let lines = format!("{newline}{indent}{}{newline}{below}{indent}", block(new, &indent, newline));
        return TextEdit::replace(Span::new(seq.open.end, at), lines);
    }
    let above = if new.blank_before && !item.blank_above { newline } else { "" };
    let text = block(new, &indent, newline);
    match begins_line {
        // A line of its own, so that what it goes in front of keeps its indentation.
        true => TextEdit::insert(seq.line_start(at), format!("{above}{indent}{text}{newline}{below}")),
        false if above.is_empty() => TextEdit::insert(at, format!("{text}{newline}{below}{indent}")),
        false => TextEdit::insert(at, format!("{above}{indent}{text}{newline}{below}{indent}")),
    }
}

/// Whether the item shares its line with others, and a further one still fits there. A comment at
/// the end of the line speaks of what stands there: it would then seem to speak of the new one.
fn joins_packed_line(seq: &Sequence, index: usize, new: &NewItem) -> bool {
    let item = &seq.items[index];
    let line = seq.line_start(item.span.start);
    let shared = index > 0 && seq.items[index - 1].span.end > line.max(seq.open.end);
    let width = seq.text[line..seq.line_end(item.span.end)].chars().count() + 1 + new.text.chars().count();
    let explained = item.line_end > item.span.end;
    shared && !explained && width <= MAX_WIDTH && !item.is_multiline(seq.text)
}

/// One step of indentation: that of the nearest list, set or `let` around that has lines of its own,
/// else what most of the file has.
pub fn unit(seq: &Sequence) -> String {
    let is_container = |node: &rnix::SyntaxNode| matches!(node.kind(), NODE_LIST | NODE_ATTR_SET | NODE_LET_IN);
    let step = |item: rnix::SyntaxNode| {
        let holder = item.parent().filter(is_container)?;
        let at = span(&item).start;
        let starts_line = seq.text[seq.line_start(at)..at].trim().is_empty();
        let deeper = seq.indent_at(at).strip_prefix(seq.indent_at(span(&holder).start))?;
        (starts_line && !deeper.is_empty()).then(|| deeper.to_owned())
    };
    seq.node.ancestors().find_map(step).unwrap_or_else(|| indent_unit(seq.text))
}

/// The indentation of the items around `index`.
fn indent_beside(seq: &Sequence, index: usize) -> String {
    let own_lines = |item: &&super::sequence::Item| item.starts_line;
    let near = seq.items[..=index].iter().rev().find(own_lines).or_else(|| seq.items[index..].iter().find(own_lines));
    match near {
        Some(item) => seq.indent_at(item.span.start).to_owned(),
        None => format!("{}{}", seq.indent_at(seq.open.start), unit(seq)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::text_edit::{apply, sorted};

    fn inserted(text: &str, new: &[NewItem]) -> String {
        let root = rnix::Root::parse(text).syntax();
        let list = root.descendants().find(|n| n.kind() == NODE_LIST);
        let node = list.or_else(|| root.descendants().find(|n| n.kind() == NODE_ATTR_SET)).unwrap();
        let seq = Sequence::of(text, &node).unwrap();
        apply(text, &sorted(insert(&seq, new)).unwrap())
    }

    fn one(text: &str, what: &str, slot: Slot) -> String {
        inserted(text, &[NewItem::plain(what, slot)])
    }

    #[test]
    fn one_line_stays_on_its_line_until_it_is_too_wide() {
        assert_eq!(one("[ ]", "x", Slot::Only), "[ x ]");
        assert_eq!(one("[]", "x", Slot::Only), "[ x ]");
        assert_eq!(one("[ a b ]", "x", Slot::After(0)), "[ a x b ]");
        assert_eq!(one("{ a = 1; }", "b = 2;", Slot::After(0)), "{ a = 1; b = 2; }");
        assert_eq!(one("{ a = 1; /* c */ }", "b = 2;", Slot::After(0)), "{ a = 1; /* c */ b = 2; }");
        let wide = "w".repeat(60);
        assert_eq!(one(&format!("[ {wide} ]"), &wide, Slot::After(0)), format!("[\n  {wide}\n  {wide}\n]"));
        assert_eq!(one(&format!("{{ x = [ {wide} ]; }}"), &wide, Slot::After(0)).lines().count(), 1);
    }

    #[test]
    fn items_that_touch_are_kept_apart_from_a_new_one() {
        assert_eq!(one("[ 0a b ]", "n", Slot::After(0)), "[ 0 n a b ]");
        assert_eq!(one("[ 0a b ]", "n", Slot::Before(1)), "[ 0 n a b ]");
        assert_eq!(one("[0a\n b]", "n", Slot::After(0)), "[0 n a\n b]");
        assert_eq!(one("[0a]", "n", Slot::Before(0)), "[n 0a]");
        assert_eq!(one("[0a]", "n", Slot::After(1)), "[0a n]");
    }

    #[test]
    fn brackets_that_hug_their_items_go_on_hugging_them() {
        let hugged = "{\n  a = [{\n    b = 1;\n  }];\n}";
        assert_eq!(one(hugged, "{ c = 2; }", Slot::After(0)), "{\n  a = [{\n    b = 1;\n  } { c = 2; }];\n}");
        assert_eq!(one(hugged, "{ c = 2; }", Slot::Before(0)), "{\n  a = [{ c = 2; } {\n    b = 1;\n  }];\n}");
        assert_eq!(one(hugged, "{\n  c = 2;\n}", Slot::Last), "{\n  a = [{\n    b = 1;\n  } {\n    c = 2;\n  }];\n}");
        let explained = NewItem { beside: Some("why".into()), ..NewItem::plain("c", Slot::Before(0)) };
        assert_eq!(inserted(hugged, &[explained]), "{\n  a = [\n    c # why\n    {\n      b = 1;\n    }\n  ];\n}");
    }

    #[test]
    fn the_step_of_what_stands_around_counts_before_that_of_the_file() {
        let lua = "    x\n        y\n            z\n                w\n";
        let text = |set: &str| format!("{{\n  l = ''\n{lua}  '';\n  m = [\n    {set}\n  ];\n}}");
        let root = rnix::Root::parse(&text("{ a = 1; }")).syntax();
        let set = root.descendants().filter(|n| n.kind() == NODE_ATTR_SET).nth(1).unwrap();
        let owned = text("{ a = 1; }");
        let seq = Sequence::of(&owned, &set).unwrap();
        let new = NewItem::plain("b = {\n  c = 1;\n};", Slot::After(0));
        let after = text("{\n      a = 1;\n      b = {\n        c = 1;\n      };\n    }");
        assert_eq!(apply(&owned, &insert(&seq, &[new])), after);
    }

    #[test]
    fn lines_take_the_neighbour_as_model() {
        assert_eq!(one("[\n   a # one\n  b\n]", "x", Slot::After(0)), "[\n   a # one\n   x\n  b\n]");
        assert_eq!(one("[\r\n  a\r\n]", "x", Slot::After(0)), "[\r\n  a\r\n  x\r\n]");
        assert_eq!(one("[\n  # h\n  a\n]", "x", Slot::Before(0)), "[\n  # h\n  x\n  a\n]");
        assert_eq!(one("[\n  # h\n  a\n]", "x", Slot::Above(0)), "[\n  x\n  # h\n  a\n]");
        assert_eq!(one("[\n    # h\n  a\n]", "x", Slot::Above(0)), "[\n  x\n    # h\n  a\n]");
        assert_eq!(one("[\n  a\n  /* b */ # h\n]", "x", Slot::Last), "[\n  a\n  /* b */ # h\n  x\n]");
        assert_eq!(one("[\n  a b # c\n]", "x", Slot::After(1)), "[\n  a b # c\n  x\n]");
        assert_eq!(one("[\n  a b\n]", "x", Slot::After(1)), "[\n  a b x\n]");
        assert_eq!(one("[ a\n  b ]", "x", Slot::After(0)), "[ a\n  x\n  b ]");
        assert_eq!(one("[ a\n  b ]", "x", Slot::After(1)), "[ a\n  b\n  x ]");
        assert_eq!(one("[\n]", "x", Slot::Only), "[\n  x\n]");
        assert_eq!(one("[\n  a  \n]", "x", Slot::After(0)), "[\n  a  \n  x\n]");
        assert_eq!(one("{\n  /* on a */ a = 1;\n}", "x = 2;", Slot::Above(0)), "{\n  x = 2;\n  /* on a */ a = 1;\n}");
        assert_eq!(one("[\n  # none yet\n]", "x", Slot::Only), "[\n  # none yet\n  x\n]");
        assert_eq!(one("[\n  # none yet\n\n]", "x", Slot::Only), "[\n  # none yet\n  x\n\n]");
        assert_eq!(one("[\n  /* none */ ]", "x", Slot::Only), "[\n  /* none */\n  x\n]");
    }

    #[test]
    fn what_needs_lines_takes_none_of_the_bracket() {
        let tall = "b = {\n  c = 1;\n};";
        assert_eq!(one("{ a = 1;\n  d = 1;\n}", tall, Slot::Above(0)), "{\n  b = {\n    c = 1;\n  };\n  a = 1;\n  d = 1;\n}");
        let explained = NewItem { beside: Some("why".into()), ..NewItem::plain("x", Slot::Before(0)) };
        assert_eq!(inserted("[ a\n  b\n]", &[explained]), "[\n  x # why\n  a\n  b\n]");
    }

    #[test]
    fn blank_lines_and_comments_come_along() {
        let new = NewItem { comment: Some("Media".into()), blank_before: true, ..NewItem::plain("x", Slot::After(0)) };
        assert_eq!(inserted("[\n  a\n]", &[new]), "[\n  a\n\n  # Media\n  x\n]");
        let new = NewItem { blank_after: true, ..NewItem::plain("b = {\n  c = 1;\n};", Slot::Above(0)) };
        assert_eq!(inserted("{\n  # v\n  a = 1;\n}", &[new]), "{\n  b = {\n    c = 1;\n  };\n\n  # v\n  a = 1;\n}");
    }

    #[test]
    fn a_comment_goes_where_the_neighbours_have_theirs() {
        let with = |text: &str, new: &str, slot: Slot| {
            let root = rnix::Root::parse(text).syntax();
            let node = root.descendants().find(|n| matches!(n.kind(), NODE_LIST | NODE_ATTR_SET)).unwrap();
            let seq = Sequence::of(text, &node).unwrap();
            let item = NewItem::plain(new, slot).with_comment(&seq, "why");
            apply(text, &sorted(insert(&seq, &[item])).unwrap())
        };
        assert_eq!(with("[\n  a\n  b\n]", "x", Slot::After(0)), "[\n  a\n  x # why\n  b\n]");
        assert_eq!(with("[\n  a\n\n  # on b\n  b\n]", "x", Slot::After(1)), "[\n  a\n\n  # on b\n  b\n  # why\n  x\n]");
        assert_eq!(with("[\n  # Apps\n  a\n  b # on b\n]", "x", Slot::After(1)), "[\n  # Apps\n  a\n  b # on b\n  x # why\n]");
        assert_eq!(with("[ a b ]", "x", Slot::After(1)), "[\n  a\n  b\n  x # why\n]");
        assert_eq!(with("[\n  a\n]", "(f {\n})", Slot::After(0)), "[\n  a\n  # why\n  (f {\n  })\n]");
        assert_eq!(with("{\n  a = 1;\n}", "b = 2;", Slot::After(0)), "{\n  a = 1;\n  # why\n  b = 2;\n}");
        assert_eq!(with("{\n  a = 1; # on a\n}", "b = 2;", Slot::After(0)), "{\n  a = 1; # on a\n  b = 2; # why\n}");
    }

    #[test]
    fn block_comments_of_one_line_are_kept() {
        let tall = |text: &str, slot| one(text, "(f {\n})", slot);
        assert_eq!(one("{ x = [ /* w */]; }", "a", Slot::Only), "{ x = [ /* w */ a ]; }");
        assert_eq!(tall("{ x = [ /* w */ ]; }", Slot::Only), "{ x = [\n  /* w */\n  (f {\n  })\n]; }");
        assert_eq!(
            tall("{ x = [ /* v */ a /* w */ b /* z */ ]; }", Slot::After(0)),
            "{ x = [\n  /* v */ a /* w */\n  (f {\n  })\n  b /* z */\n]; }"
        );
    }

    #[test]
    fn a_tall_item_breaks_a_one_line_sequence() {
        assert_eq!(one("  { a = 1; }", "b = {\n  c = 2;\n};", Slot::After(0)), "  {\n    a = 1;\n    b = {\n      c = 2;\n    };\n  }");
    }
}
