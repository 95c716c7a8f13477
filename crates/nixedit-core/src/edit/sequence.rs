//! Lists, sets and `let` blocks seen as one thing: items between an opening and a closing token,
//! with the comments and blank lines among them.
//!
//! Which comment belongs to what (each rule has a test in this file):
//! - a comment on an item's last line belongs to that item;
//! - comment lines directly above an item belong to it; with further items directly below, the
//!   block is the heading of that group;
//! - a comment block with a blank line under it belongs to nobody.

use super::comment::commented_out;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::comment_text;
use crate::syntax::fragment::plain_name;
use crate::syntax::lookup::binding_parts;
use crate::syntax::{span, text_of, token_span};
use crate::text::Span;
use rnix::SyntaxKind::*;
use rnix::{SyntaxNode, SyntaxToken};

/// One element of a list, or one binding or `inherit` of a set.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its node.
    pub node: SyntaxNode,
    /// Its bytes, the `;` of a binding included.
    pub span: Span,
    /// Whether nothing but blanks precede it on its line.
    pub starts_line: bool,
    /// Whether nothing but blanks and comments follow it on its last line.
    pub ends_line: bool,
    /// The end of what belongs to it on its last line: its own end or that of a trailing comment.
    pub line_end: usize,
    /// The comment lines directly above it, first to last; empty ones excluded.
    pub above: Vec<Span>,
    /// Whether a blank line (or the opening token) stands above it and its comments.
    pub blank_above: bool,
}

impl Item {
    /// How people name it: an element's text without `pkgs.`, a binding's path.
    pub fn name(&self) -> String {
        match binding_parts(&self.node) {
            Some((path, _)) => path.to_string(),
            None => plain_name(&text_of(&self.node)),
        }
    }

    /// A binding's path.
    pub fn path(&self) -> Option<AttrPath> {
        binding_parts(&self.node).map(|(path, _)| path)
    }

    /// Whether the item spans several lines.
    pub fn is_multiline(&self, text: &str) -> bool {
        text[self.span.start..self.span.end].contains('\n')
    }
}

/// A container and its items.
#[derive(Clone, Debug)]
pub struct Sequence<'a> {
    /// The file's text.
    pub text: &'a str,
    /// The container's node.
    pub node: SyntaxNode,
    /// Its opening token: `[`, `{` or `let`.
    pub open: Span,
    /// Its closing token: `]`, `}` or `in`.
    pub close: Span,
    /// Its items in order.
    pub items: Vec<Item>,
    /// Its own comments (not those inside items), in order.
    pub comments: Vec<Span>,
}

impl<'a> Sequence<'a> {
    /// The view of a list, set or `let`; `None` for any other node.
    pub fn of(text: &'a str, node: &SyntaxNode) -> Option<Self> {
        let (opening, closing) = match node.kind() {
            NODE_LIST => (TOKEN_L_BRACK, TOKEN_R_BRACK),
            NODE_ATTR_SET | NODE_LEGACY_LET => (TOKEN_L_BRACE, TOKEN_R_BRACE),
            NODE_LET_IN => (TOKEN_LET, TOKEN_IN),
            _ => return None,
        };
        let (mut open, mut close) = (None, None);
        let (mut nodes, mut comments) = (Vec::new(), Vec::new());
        for element in node.children_with_tokens() {
            match element {
                rnix::NodeOrToken::Node(child) if close.is_none() => nodes.push(child),
                rnix::NodeOrToken::Token(token) if token.kind() == opening && open.is_none() => open = Some(token_span(&token)),
                rnix::NodeOrToken::Token(token) if token.kind() == closing => close = Some(token_span(&token)),
                rnix::NodeOrToken::Token(token) if token.kind() == TOKEN_COMMENT && close.is_none() => comments.push(comment_span(&token)),
                _ => {}
            }
        }
        let mut out = Self { text, node: node.clone(), open: open?, close: close?, items: Vec::new(), comments };
        out.items = nodes.into_iter().map(|child| out.item(child)).collect();
        out.relate_comments();
        Some(out)
    }

    fn item(&self, node: SyntaxNode) -> Item {
        let at = span(&node);
        let line = self.line_start(at.start);
        let rest_end = self.line_end(at.end);
        let mut line_end = at.end;
        let first = self.comments.partition_point(|comment| comment.start < at.end);
        for comment in self.comments[first..].iter().take_while(|comment| comment.start < rest_end) {
            if self.text[line_end..comment.start].trim().is_empty() {
                line_end = comment.end;
            }
        }
        let rest = if line_end >= rest_end { "" } else { &self.text[line_end..rest_end] };
        let ends_line = rest.trim().is_empty();
        let starts_line = line >= self.open.end && self.text[line..at.start].trim().is_empty();
        if !ends_line {
            line_end = at.end;
        }
        Item { node, span: at, starts_line, ends_line, line_end, above: Vec::new(), blank_above: false }
    }

    fn relate_comments(&mut self) {
        let mut floor = self.open.end;
        for index in 0..self.items.len() {
            let (above, blank) = self.comments_above(self.items[index].span.start, floor);
            self.items[index].above = if self.items[index].starts_line { above } else { Vec::new() };
            self.items[index].blank_above = blank;
            floor = self.items[index].line_end.max(self.items[index].span.end);
        }
    }

    /// The unbroken block of comment lines that ends on the line above `start`, not reaching above
    /// `floor`; and whether a blank line or `floor`'s own opening stands above that block.
    fn comments_above(&self, start: usize, floor: usize) -> (Vec<Span>, bool) {
        let mut block = Vec::new();
        let mut top = self.line_start(start);
        let end = self.comments.partition_point(|comment| comment.end <= start);
        for comment in self.comments[..end].iter().rev().take_while(|comment| comment.start >= floor) {
            let line = self.line_start(comment.start);
            let alone = line >= floor && self.text[line..comment.start].trim().is_empty();
            if !alone
                || comment.end > top
                || !self.text[comment.end..top].chars().all(char::is_whitespace)
                || newlines(&self.text[comment.end..top]) > 1
            {
                break;
            }
            block.push(*comment);
            top = line;
        }
        block.reverse();
        let opening = floor == self.open.end && (top <= floor || self.text[floor..top].trim().is_empty());
        let blank = opening || (top > floor && newlines(&self.text[last_text(self.text, floor, top)..top]) > 1);
        (block, blank)
    }

    /// Whether items stand on lines of their own: a line break stands between the tokens and items.
    pub fn is_multiline(&self) -> bool {
        let mut from = self.open.end;
        for item in &self.items {
            if self.text[from..item.span.start].contains('\n') {
                return true;
            }
            from = item.span.end;
        }
        self.text[from..self.close.start].contains('\n')
    }

    /// Offset of the first byte of the line that holds `offset`.
    pub fn line_start(&self, offset: usize) -> usize {
        self.text[..offset].rfind('\n').map_or(0, |at| at + 1)
    }

    /// Offset of the line ending (its `\r` if it has one) of the line that holds `offset`.
    pub fn line_end(&self, offset: usize) -> usize {
        let end = self.text[offset..].find('\n').map_or(self.text.len(), |at| offset + at);
        if end > offset && self.text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end }
    }

    /// The blanks that the line holding `offset` starts with.
    pub fn indent_at(&self, offset: usize) -> &'a str {
        let start = self.line_start(offset);
        let rest = &self.text[start..];
        &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
    }

    /// The line ending used around the container.
    pub fn newline(&self) -> &'static str {
        let around = self.text[self.open.start..].find('\n').map(|at| self.open.start + at).or_else(|| self.text.find('\n'));
        match around {
            Some(at) if at > 0 && self.text.as_bytes()[at - 1] == b'\r' => "\r\n",
            _ => "\n",
        }
    }

    /// The items that people mean by `name`.
    pub fn indices_of(&self, name: &str) -> Vec<usize> {
        let wanted = plain_name(name);
        let by_path = AttrPath::parse(name).ok();
        let is_it = |item: &Item| match item.path() {
            Some(path) => Some(&path) == by_path.as_ref(),
            None => item.name() == wanted,
        };
        (0..self.items.len()).filter(|&index| is_it(&self.items[index])).collect()
    }

    /// The groups of items: runs without a blank line or comment line between them.
    pub fn groups(&self) -> Vec<std::ops::Range<usize>> {
        let mut out: Vec<std::ops::Range<usize>> = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            match out.last_mut() {
                Some(last) if !item.blank_above && item.above.is_empty() => last.end = index + 1,
                _ => out.push(index..index + 1),
            }
        }
        out
    }

    /// The groups of items that blank lines and words in comment lines part: what is commented out
    /// parts nothing.
    pub fn heading_groups(&self) -> Vec<std::ops::Range<usize>> {
        let mut out: Vec<std::ops::Range<usize>> = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            match out.last_mut() {
                Some(last) if !item.blank_above && self.own_comments(index).is_empty() => last.end = index + 1,
                _ => out.push(index..index + 1),
            }
        }
        out
    }

    /// The comment lines above an item that are words about it: those below the last commented-out
    /// item among them.
    pub fn own_comments(&self, index: usize) -> &[Span] {
        let item = &self.items[index];
        &item.above[self.commented_out(&item.above, item.blank_above)..]
    }

    /// The end of the last commented-out item behind the last item, on lines of their own; of the comments that
    /// share its line.
    pub fn commented_out_end(&self) -> Option<usize> {
        let last = self.items.last()?;
        let behind: Vec<Span> = self.comments.iter().filter(|c| c.start >= last.line_end.max(last.span.end)).copied().collect();
        let index = self.commented_out(&behind, false).checked_sub(1)?;
        let same_line = |end: usize, next: &Span| if self.text[end..next.start].contains('\n') { end } else { next.end };
        Some(behind[index + 1..].iter().fold(behind[index].end, same_line))
    }

    fn commented_out(&self, comments: &[Span], heads_group: bool) -> usize {
        let lines: Vec<&str> = comments.iter().map(|c| &self.text[c.start..c.end]).collect();
        commented_out(self.node.kind(), &lines, heads_group)
    }

    /// The heading of a group: its first comment line that says something, without the sign and the
    /// rules around it; `None` without one.
    pub fn heading(&self, group: &std::ops::Range<usize>) -> Option<String> {
        let above = &self.items.get(group.start)?.above;
        let mut lines = above.iter().map(|comment| comment_text(&self.text[comment.start..comment.end]));
        lines.find(|text| !text.is_empty())
    }
}

/// The bytes of a comment without the carriage return of its line ending, which the parser counts
/// to it.
fn comment_span(token: &SyntaxToken) -> Span {
    let at = token_span(token);
    Span::new(at.start, at.start + token.text().trim_end_matches('\r').len())
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|&b| b == b'\n').count()
}

/// The end of the last non-blank text between `from` and `to`.
fn last_text(text: &str, from: usize, to: usize) -> usize {
    from + text[from..to].trim_end().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view<T>(text: &str, read: impl FnOnce(Sequence) -> T) -> T {
        let root = rnix::Root::parse(text).syntax();
        let node = root.descendants().find(|n| matches!(n.kind(), NODE_LIST | NODE_ATTR_SET | NODE_LET_IN)).unwrap();
        read(Sequence::of(text, &node).unwrap())
    }

    #[test]
    fn a_trailing_comment_belongs_to_its_item() {
        view("[\n  a # one\n  b\n]", |s| {
            assert_eq!(&s.text[s.items[0].span.start..s.items[0].line_end], "a # one");
            assert!(s.items[1].above.is_empty());
        });
    }

    #[test]
    fn a_block_belongs_to_what_follows_unless_a_blank_line_stands_between() {
        view("[\n  a\n  # one\n  # two\n  b\n  # lost\n\n  c\n]", |s| {
            assert_eq!(s.items[1].above.len(), 2);
            assert_eq!((s.items[1].blank_above, s.items[2].blank_above), (false, true));
            assert!(s.items[2].above.is_empty());
        });
    }

    #[test]
    fn groups_have_headings() {
        view("[\n  # Apps\n  a\n  b\n\n  # Dev Tools\n  c\n  d e\n\n  f\n]", |s| {
            let groups = s.groups();
            assert_eq!(groups, [0..2, 2..5, 5..6]);
            assert_eq!(s.heading(&groups[1]).as_deref(), Some("Dev Tools"));
            assert_eq!(s.heading(&groups[2]), None);
        });
        view("[\n  # ╔════╗\n  # ║ Apps ║\n  # ╚════╝\n  a\n  b\n]", |s| {
            assert_eq!(s.heading(&(0..2)).as_deref(), Some("Apps"));
        });
    }

    #[test]
    fn one_line_and_tokens_on_item_lines() {
        view("[ a b ]", |s| assert!(!s.is_multiline() && !s.items[0].starts_line && !s.items[1].ends_line));
        view("[ a\n  b ]", |s| assert!(s.is_multiline() && s.items[0].ends_line && s.items[1].starts_line && !s.items[1].ends_line));
        view("let a = 1; in a", |s| assert_eq!(s.items.len(), 1));
        view("{ a = ''\n  x\n''; }", |s| assert!(!s.is_multiline()));
    }
}
