//! A change of text: a byte range of the original and what stands there instead.

use crate::text::Span;
use std::sync::Arc;

/// Replaces the bytes of `at` by `text`. Owns no tree; an empty range inserts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// The range of the original.
    pub at: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl TextEdit {
    /// A replacement.
    pub fn replace(at: Span, text: impl Into<String>) -> Self {
        Self { at, text: text.into() }
    }

    /// An insertion in front of the byte at `offset`.
    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self { at: Span::at(offset), text: text.into() }
    }

    /// A deletion.
    pub fn delete(at: Span) -> Self {
        Self { at, text: String::new() }
    }
}

/// Orders edits by place; insertions at one place keep their order. `None` when two overlap.
pub fn sorted(mut edits: Vec<TextEdit>) -> Option<Vec<TextEdit>> {
    edits.sort_by_key(|edit| (edit.at.start, edit.at.end));
    let disjoint = edits.windows(2).all(|pair| pair[0].at.end <= pair[1].at.start);
    disjoint.then_some(edits)
}

/// The text with sorted, disjoint edits applied; every byte outside them is copied.
pub fn apply(text: &str, edits: &[TextEdit]) -> String {
    let mut out = String::with_capacity(text.len() + edits.iter().map(|e| e.text.len()).sum::<usize>());
    let mut done = 0;
    for edit in edits {
        out.push_str(&text[done..edit.at.start]);
        out.push_str(&edit.text);
        done = edit.at.end;
    }
    out.push_str(&text[done..]);
    out
}

/// The same as shared bytes, made in one piece: a large file is not held twice on the way.
pub fn apply_shared(text: &str, edits: &[TextEdit]) -> Arc<[u8]> {
    let length =
        text.len() + edits.iter().map(|edit| edit.text.len()).sum::<usize>() - edits.iter().map(|edit| edit.at.len()).sum::<usize>();
    let mut out: Arc<[u8]> = std::iter::repeat_n(0, length).collect();
    let Some(mut rest) = Arc::get_mut(&mut out) else { return apply(text, edits).into_bytes().into() };
    let mut done = 0;
    let mut put = |piece: &str| {
        let (here, behind) = std::mem::take(&mut rest).split_at_mut(piece.len());
        here.copy_from_slice(piece.as_bytes());
        rest = behind;
    };
    for edit in edits {
        put(&text[done..edit.at.start]);
        put(&edit.text);
        done = edit.at.end;
    }
    put(&text[done..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_sorted_disjoint_and_exact() {
        let edits = vec![TextEdit::insert(3, "x"), TextEdit::delete(Span::new(0, 1)), TextEdit::insert(3, "y")];
        let edits = sorted(edits).unwrap();
        assert_eq!(apply("abcd", &edits), "bcxyd");
        assert_eq!(*apply_shared("abcd", &edits), *b"bcxyd");
        assert!(sorted(vec![TextEdit::delete(Span::new(0, 3)), TextEdit::delete(Span::new(2, 4))]).is_none());
    }
}
