//! Inputs whose own inputs are to stay their own, as a comment or the settings say.

use crate::project::{Input, Project};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, comment_text, node_at};

/// Why the inputs of an input are to stay its own.
pub(super) fn why(project: &Project, source: &Source, input: &Input) -> Option<String> {
    if project.settings().inputs.never_follow.contains(&input.name) {
        return Some("never_follow in nixedit.toml names it".to_owned());
    }
    let said = comments(source, input).into_iter().find(|comment| {
        let words = comment.to_ascii_lowercase();
        ["do not follow", "don't follow", "never follow", "no follows"].iter().any(|refusal| words.contains(refusal))
    });
    said.map(|comment| format!("\"{comment}\""))
}

/// The comments inside an input's bindings, directly above them, and behind them on their last line.
fn comments(source: &Source, input: &Input) -> Vec<String> {
    let mut out = Vec::new();
    for binding in input.bindings.iter().filter_map(|at| node_at(&source.root, *at)) {
        let inside = binding.descendants_with_tokens().filter(|element| element.kind() == SyntaxKind::TOKEN_COMMENT);
        out.extend(inside.map(|comment| comment.to_string()));
        let mut above = binding.prev_sibling_or_token();
        while let Some(element) = above.filter(|e| e.kind() == SyntaxKind::TOKEN_COMMENT || is_blank(&e.to_string(), e.kind(), 1)) {
            out.extend((element.kind() == SyntaxKind::TOKEN_COMMENT).then(|| element.to_string()));
            above = element.prev_sibling_or_token();
        }
        let behind = binding.next_sibling_or_token().filter(|e| is_blank(&e.to_string(), e.kind(), 0));
        let behind = behind.and_then(|blank| blank.next_sibling_or_token()).filter(|e| e.kind() == SyntaxKind::TOKEN_COMMENT);
        out.extend(behind.map(|comment| comment.to_string()));
    }
    out.iter().map(|comment| comment_text(comment)).collect()
}

/// Whether a token is a blank with at most this many line breaks.
fn is_blank(text: &str, kind: SyntaxKind, breaks: usize) -> bool {
    kind == SyntaxKind::TOKEN_WHITESPACE && text.matches('\n').count() <= breaks
}
