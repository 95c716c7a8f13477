//! From a line and a column to the word that is meant.

use super::places::first_quoted;
use super::scene::Scene;
use crate::diagnostic::{Code, Label};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, span, token_span};
use crate::system::nix_output::{NixPlace, between};
use crate::text::{Span, line_span, offset};
use std::sync::Arc;

/// The label of a place with a line: the word that stands there.
pub(super) fn at_line(place: &NixPlace, file: &str, text: &Arc<str>) -> Option<Label> {
    let line = place.line?;
    let span = match place.column {
        Some(column) => word_at(text, offset(text, line, column)?),
        None => line_span(text, line)?,
    };
    Some(Label { file: file.to_owned(), source: text.clone(), span, message: String::new() })
}

/// The same place, at the name that the message is about: Nix points at the start of the
/// selection, the call or (2.8) the set around it.
pub(super) fn narrowed(scene: &Scene, label: Label) -> Label {
    let message = &scene.failure.message;
    let name = match scene.code() {
        Code::NixAttributeMissing => between(message, "attribute '", "' missing"),
        Code::NixUndefinedVariable => first_quoted(message),
        Code::NixArgument => between(message, "unexpected argument '", "'"),
        _ => None,
    };
    let Some(source) = Source::parse(&label.file, label.source.clone()).ok() else { return label };
    let from = label.span.start;
    let tokens = source.root.descendants_with_tokens().filter_map(|element| element.into_token());
    let mut behind = tokens.map(|token| (token_span(&token), token)).filter(|(span, _)| span.start >= from);
    // A selection reaches to its end, a call's argument set anywhere behind.
    let end = match scene.code() {
        Code::NixAttributeMissing => selection_end(&source, from),
        Code::NixUndefinedVariable => source.text[from..].find('\n').map_or(source.text.len(), |at| from + at),
        _ => source.text.len(),
    };
    let named = name.and_then(|name| behind.find(|(span, token)| span.end <= end && token.text().trim_matches('"') == name));
    match named {
        Some((span, _)) => Label { span, ..label },
        None if end > from && scene.code() == Code::NixAttributeMissing => Label { span: Span::new(from, end), ..label },
        None => label,
    }
}

/// The end of the selection that starts at `from`; `from` itself when there is none.
fn selection_end(source: &Source, from: usize) -> usize {
    let selections = source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_SELECT);
    selections.map(|node| span(&node)).find(|span| span.start == from).map_or(from, |span| span.end)
}

/// The name that starts at `at`, or the one character there.
fn word_at(text: &str, at: usize) -> Span {
    let at = (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let rest = &text[at..];
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '\'');
    let length = rest.find(|c| !in_name(c)).unwrap_or(rest.len());
    let length = if length > 0 { length } else { rest.chars().next().filter(|&c| c != '\n').map_or(0, char::len_utf8) };
    Span::new(at, at + length)
}

/// The end of the value that lacks its `;`. At `=` Nix has read the next binding's name already
/// (`a = 1 b = 2` fails at the second `=`); that name is skipped, and a comment before it.
pub(super) fn gap_before(text: &str, behind_name: bool) -> usize {
    let text = text.trim_end();
    let in_path = |c: char| c.is_alphanumeric() || "_-'.\"${}".contains(c);
    let text = if behind_name { text.trim_end_matches(in_path).trim_end() } else { text };
    let line = text.rfind('\n').map_or(0, |at| at + 1);
    match text[line..].rsplit_once('#') {
        Some((code, comment)) if !comment.contains(['"', '\'']) => text[..line + code.len()].trim_end().len(),
        _ => text.len(),
    }
}
