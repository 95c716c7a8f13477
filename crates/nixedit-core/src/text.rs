//! Ranges, positions, paths and content hashes: the vocabulary every other layer shares.
//!
//! Offsets are bytes from the start of a file. Lines and columns are 1-based; a column counts
//! bytes, as Nix does in its own positions.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// A half-open byte range of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte; equal to `start` for an insertion point.
    pub end: usize,
}

impl Span {
    /// The range from `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "a span runs forward");
        Self { start, end }
    }

    /// An empty range: a place between two bytes.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the range holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly within this range.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// A 1-based line and column (in bytes) with the offset they were counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Position {
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in bytes.
    pub column: usize,
    /// Byte offset from the start of the file.
    pub offset: usize,
}

/// The position of a byte offset in `text`; an offset past the end counts as the end.
pub fn position(text: &str, offset: usize) -> Position {
    let offset = offset.min(text.len());
    let before = &text.as_bytes()[..offset];
    let line = 1 + before.iter().filter(|&&b| b == b'\n').count();
    let column = 1 + offset - before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
    Position { line, column, offset }
}

/// The byte offset of a 1-based line and column; `None` when the text has no such line.
/// A column past the end of its line counts as the end of the line.
pub fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let span = line_span(text, line)?;
    Some((span.start + column.saturating_sub(1)).min(span.end))
}

/// The bytes of a 1-based line without its line ending; `None` when there is no such line.
pub fn line_span(text: &str, line: usize) -> Option<Span> {
    let mut start = 0;
    for _ in 1..line {
        start += text[start..].find('\n')? + 1;
    }
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = if text[start..end].ends_with('\r') { end - 1 } else { end };
    Some(Span::new(start, end))
}

/// How the lines of a text end: with `\r\n` where one does.
pub fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Text on one line.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A word as a shell takes it unchanged.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./_-".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

/// SHA-256 of a file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// `path` taken from inside the folder `base`, both relative to the flake's root and written with
/// `/`; `.` and `..` are resolved by text. `None` when it leads out of the root.
pub fn join_path(base: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder part of a root-relative path; empty for a file at the root.
pub fn parent_path(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// How a file in folder `from` writes the path of `to` (both root-relative): `./x`, `../y/z`.
pub fn relative_path(from: &str, to: &str) -> String {
    let from: Vec<&str> = from.split('/').filter(|p| !p.is_empty()).collect();
    let to: Vec<&str> = to.split('/').filter(|p| !p.is_empty()).collect();
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let mut out = match from.len() - common {
        0 => "./".to_owned(),
        up => "../".repeat(up),
    };
    out.push_str(&to[common..].join("/"));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_one_based_bytes() {
        let text = "a\r\nbö\n";
        assert_eq!(position(text, 0), Position { line: 1, column: 1, offset: 0 });
        assert_eq!(position(text, 6), Position { line: 2, column: 4, offset: 6 });
        assert_eq!(offset(text, 2, 2), Some(4));
        assert_eq!(line_span(text, 1), Some(Span::new(0, 1)));
        assert_eq!(line_span(text, 9), None);
    }

    #[test]
    fn paths_join_and_relate() {
        assert_eq!(join_path("hosts/nxiz", "../../modules/a.nix").as_deref(), Some("modules/a.nix"));
        assert_eq!(join_path("", "../x"), None);
        assert_eq!(relative_path("hosts/nxiz", "modules/home/a.nix"), "../../modules/home/a.nix");
        assert_eq!(relative_path("", "a.nix"), "./a.nix");
        assert_eq!(relative_path("modules", "modules/b.nix"), "./b.nix");
    }
}
