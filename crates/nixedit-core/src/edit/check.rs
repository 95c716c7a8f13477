//! Is the edited text still what it should be? Parsed and scope-checked around the edits only, so
//! that the cost of an edit does not grow with its file.
//!
//! Lists and sets are closed by their brackets: replacing some of their items by text that parses
//! as items, between the same neighbours, leaves the rest of the parse as it was. So only the
//! smallest list or set around the edits is parsed again, from the item in front of them to the
//! item behind them; where there is none, the whole file.

use super::text_edit::{TextEdit, apply_shared};
use super::twice::second_definition;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{body, span};
use crate::text::Span;
use rnix::SyntaxKind::*;
use rnix::SyntaxNode;
use std::sync::Arc;

/// The part of a file that is parsed again.
pub(super) struct Window {
    /// The container in the original tree; `None` for the whole file.
    pub container: Option<SyntaxNode>,
    /// The bytes of the original that are parsed again.
    pub at: Span,
    /// What is put around them to make an expression.
    open: &'static str,
    close: &'static str,
}

/// Applies sorted, disjoint edits and checks the result. Fails with `result.broken` where the text
/// no longer parses, `scope.unbound` or `scope.duplicate` where a name is lost or doubled.
pub fn checked(source: &Source, edits: &[TextEdit]) -> Result<Arc<[u8]>> {
    let bytes = apply_shared(&source.text, edits);
    if let (Some(first), Some(last)) = (edits.first(), edits.iter().map(|e| e.at.end).max()) {
        check(source, edits, &bytes, Span::new(first.at.start, last))?;
    }
    Ok(bytes)
}

fn check(source: &Source, edits: &[TextEdit], bytes: &[u8], hull: Span) -> Result<()> {
    let text = std::str::from_utf8(bytes).map_err(|_| broken(source, "", hull, "it would not be UTF-8"))?;
    let window = window(source, hull);
    let grown = text.len() as isize - source.text.len() as isize;
    let end = window.at.end.checked_add_signed(grown).unwrap_or(window.at.end);
    let part = format!("{}{}{}", window.open, &text[window.at.start..end], window.close);
    let parsed = Source::parse(&source.path, part.as_str().into()).map_err(|inner| broken(source, text, hull, &inner.message))?;
    if !same_frame(source, &window, &parsed) {
        return Err(broken(source, text, hull, "the edit reaches beyond its place"));
    }
    check_names(source, text, &window, &parsed, &changed_ranges(&window, edits))?;
    check_lost_names(source, text, hull, &window, &parsed)
}

fn broken(source: &Source, text: &str, hull: Span, why: &str) -> Box<Diagnostic> {
    Diagnostic::new(Code::ResultBroken, format!("the edit of {} would not parse: {why}", source.path))
        .at(&source.path, &text.into(), Span::at(hull.start.min(text.len())), "the edit starts here")
        .help("nothing was changed; this is a fault of nixedit, please report it with the file")
}

fn window(source: &Source, hull: Span) -> Window {
    let whole = Window { container: None, at: Span::new(0, source.text.len()), open: "", close: "" };
    let Some(container) = body::enclosing(&source.root, hull, &[NODE_LIST, NODE_ATTR_SET]) else { return whole };
    let opening = if container.kind() == NODE_LIST { TOKEN_L_BRACK } else { TOKEN_L_BRACE };
    let Some(open) = container.children_with_tokens().find(|e| e.kind() == opening).map(|e| crate::syntax::element_span(&e)) else {
        return whole;
    };
    let own = span(&container);
    if hull.start < open.end || hull.end >= own.end {
        return match container.parent().map(|p| span(&p)) {
            Some(outer) => window_around(source, outer, hull).unwrap_or(whole),
            None => whole,
        };
    }
    let before = container.children().take_while(|c| span(c).end <= hull.start).last();
    let after = container.children().find(|c| span(c).start >= hull.end);
    let from = before.map_or(open.start, |node| span(&node).start);
    let to = after.map_or(own.end, |node| span(&node).end);
    let (sign, end) = if container.kind() == NODE_LIST { ("[", "]") } else { ("{", "}") };
    Window {
        at: Span::new(from, to),
        open: if from == open.start { "" } else { sign },
        close: if to == own.end { "" } else { end },
        container: Some(container),
    }
}

/// The window of a container further out, when the edits touch the nearest one's brackets.
fn window_around(source: &Source, outer: Span, hull: Span) -> Option<Window> {
    let wider = Span::new(outer.start.min(hull.start), outer.end.max(hull.end));
    let found = window(source, wider);
    found.container.is_some().then_some(found)
}

/// Whether the window is still one container with the same neighbours at its ends.
fn same_frame(source: &Source, window: &Window, parsed: &Source) -> bool {
    let Some(container) = &window.container else { return true };
    let Some(node) = parsed.root.first_child() else { return false };
    if node.kind() != container.kind() || node.text_range().len() != parsed.root.text_range().len() {
        return false;
    }
    let neighbour = |at: Span| container.children().find(|c| span(c) == at).is_some();
    let first = node.first_child().map(|n| n.text().to_string());
    let last = node.last_child().map(|n| n.text().to_string());
    let kept_first = window.open.is_empty()
        || first.is_some_and(|text| {
            source.text[window.at.start..].starts_with(&text) && neighbour(Span::new(window.at.start, window.at.start + text.len()))
        });
    let kept_last = window.close.is_empty()
        || last.is_some_and(|text| {
            source.text[..window.at.end].ends_with(&text) && neighbour(Span::new(window.at.end - text.len(), window.at.end))
        });
    kept_first && kept_last
}

/// What each edit wrote, in the coordinates of the parsed part. What stands between two edits is as it
/// was: names that nothing provides there are none of the edit's doing.
fn changed_ranges(window: &Window, edits: &[TextEdit]) -> Vec<Span> {
    let shift = window.open.len() as isize - window.at.start as isize;
    let mut grown = 0;
    let mut out = Vec::new();
    for edit in edits {
        let start = edit.at.start.checked_add_signed(shift + grown).unwrap_or(0);
        out.push(Span::new(start, start + edit.text.len()));
        grown += edit.text.len() as isize - edit.at.len() as isize;
    }
    out
}

fn check_names(source: &Source, text: &str, window: &Window, parsed: &Source, changed: &[Span]) -> Result<()> {
    let overlaps = |at: Span| changed.iter().any(|edit| at.start < edit.end && edit.start < at.end);
    let to_file = |at: Span| {
        let by = window.at.start as isize - window.open.len() as isize;
        Span::new(at.start.checked_add_signed(by).unwrap_or(0), at.end.checked_add_signed(by).unwrap_or(0))
    };
    for ident in parsed.root.descendants().filter(|n| n.kind() == NODE_IDENT && overlaps(span(n)) && scope::is_variable(n)) {
        let name = ident.text().to_string();
        if scope::meaning(&ident, &name) == Meaning::Unbound && outer_meaning(window, &name) == Meaning::Unbound {
            let message = format!("'{name}' is not bound here: {}", source.path);
            return Err(Diagnostic::new(Code::ScopeUnbound, message)
                .at(&source.path, &text.into(), to_file(span(&ident)), "no let, argument or with provides it")
                .help("add the argument to the file's head, or write it as an attribute of something in scope"));
        }
    }
    match second_definition(source, window, parsed, changed) {
        None => Ok(()),
        Some((name, entry)) => Err(Diagnostic::new(Code::ScopeDuplicate, format!("'{name}' would be defined twice in {}", source.path))
            .at(&source.path, &text.into(), to_file(span(&entry)), "the second definition")
            .help("change the existing definition instead")),
    }
}

/// What a name that the window leaves free means in the original around it.
fn outer_meaning(window: &Window, name: &str) -> Meaning {
    match &window.container {
        None => Meaning::Unbound,
        Some(container) => {
            let recursive = container.first_token().is_some_and(|t| t.kind() == TOKEN_REC);
            if recursive && scope::bound_names(container).contains(name) {
                Meaning::Lexical(container.clone())
            } else {
                scope::meaning(container, name)
            }
        }
    }
}

/// Names that the edits took away from a `let`, `rec` set or pattern and that are still used.
fn check_lost_names(source: &Source, text: &str, hull: Span, window: &Window, parsed: &Source) -> Result<()> {
    if window.container.as_ref().is_some_and(|c| c.first_token().is_none_or(|t| t.kind() != TOKEN_REC)) {
        return Ok(());
    }
    let fresh = match window.container {
        None => parsed.clone(),
        Some(_) => Source::parse(&source.path, text.into())?,
    };
    let touched: Vec<SyntaxNode> =
        source.root.descendants().filter(|n| binds(n) && span(n).start < hull.end && hull.start < span(n).end).collect();
    let names: std::collections::BTreeSet<String> = touched.iter().flat_map(scope::bound_names).collect();
    let uses =
        fresh.root.descendants().filter(|n| n.kind() == NODE_IDENT && scope::is_variable(n) && names.contains(&n.text().to_string()));
    for ident in uses {
        let name = ident.text().to_string();
        if scope::meaning(&ident, &name) == Meaning::Unbound && !was_unbound(source, &name) {
            return Err(Diagnostic::new(Code::ScopeUnbound, format!("'{name}' is still used in {}", source.path))
                .at(&source.path, &text.into(), span(&ident), "used here")
                .help("remove this use first"));
        }
    }
    Ok(())
}

fn binds(node: &SyntaxNode) -> bool {
    match node.kind() {
        NODE_LAMBDA | NODE_LET_IN => true,
        NODE_ATTR_SET => node.first_token().is_some_and(|t| t.kind() == TOKEN_REC),
        _ => false,
    }
}

fn was_unbound(source: &Source, name: &str) -> bool {
    source
        .root
        .descendants()
        .filter(|n| n.kind() == NODE_IDENT && scope::is_variable(n) && n.text() == name)
        .any(|n| scope::meaning(&n, name) == Meaning::Unbound)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(text: &str, find: &str, with: &str) -> std::result::Result<String, Code> {
        let source = Source::parse("a.nix", text.into()).unwrap();
        let start = text.find(find).unwrap();
        let edit = TextEdit::replace(Span::new(start, start + find.len()), with);
        checked(&source, &[edit]).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(|d| d.code)
    }

    #[test]
    fn good_edits_pass() {
        assert_eq!(
            outcome("{ pkgs, ... }: { a = with pkgs; [ b ]; }", "b ]", "b c ]").unwrap(),
            "{ pkgs, ... }: { a = with pkgs; [ b c ]; }"
        );
        assert!(outcome("{ a = [ 1 2 3 ]; b = 1; }", " 2", "").is_ok());
        assert!(outcome("rec { a = 1; b = a; }", "b = a", "c = a").is_ok());
        assert!(outcome("let x = 1; in { a = x; }", "a = x;", "a = x; b = x;").is_ok());
    }

    #[test]
    fn edits_that_break_the_text_are_caught() {
        assert_eq!(outcome("{ a = [ 1 2 ]; }", "2", "2 ] [ 3"), Err(Code::ResultBroken));
        assert_eq!(outcome("{ a = [ 1 2 ]; }", "2", "2 # x"), Err(Code::ResultBroken));
        assert_eq!(outcome("{ a = 1; b = 2; }", "a = 1;", "a = 1"), Err(Code::ResultBroken));
        assert_eq!(outcome("{ a = [ 1 2 ]; }", "1", "/* 1"), Err(Code::ResultBroken));
    }

    #[test]
    fn names_between_two_edits_are_none_of_theirs() {
        let source = Source::parse("a.nix", "{ b }: f { a = [ b ]; }".into()).unwrap();
        let edits = [TextEdit::insert(3, ", c"), TextEdit::insert(18, " c")];
        assert_eq!(*checked(&source, &edits).unwrap(), *b"{ b, c }: f { a = [ b c ]; }");
        let edits = [TextEdit::insert(3, ", c"), TextEdit::insert(18, "d")];
        assert_eq!(checked(&source, &edits).unwrap_err().code, Code::ScopeUnbound, "a name that only grew");
    }

    #[test]
    fn lost_and_doubled_names_are_caught() {
        assert_eq!(outcome("{ pkgs, ... }: { a = [ pkgs.b ]; }", "pkgs.b ]", "pkgs.b c ]"), Err(Code::ScopeUnbound));
        assert_eq!(outcome("{ a = 1; b = 2; }", "b = 2;", "b = 2; a = 3;"), Err(Code::ScopeDuplicate));
        assert_eq!(outcome("{ a = 1; b = 2; c = 3; d = 4; }", "d = 4;", "d = 4; a = 3;"), Err(Code::ScopeDuplicate));
        assert_eq!(outcome("{ a = 1; b = 2; c = 3; d = 4; }", "a = 1;", "d = 0; a = 1;"), Err(Code::ScopeDuplicate));
        assert_eq!(outcome("{ a = f x; b = 2; c = 3; d = 4; }", "d = 4;", "d = 4; \"a\".y = 3;"), Err(Code::ScopeDuplicate));
        assert!(outcome("{ a.x = 1; b = 2; c = 3; d = 4; }", "d = 4;", "d = 4; a.y = 3;").is_ok());
        assert!(outcome("{ a = 1; a = 2; c = 3; d = 4; }", "d = 4;", "d = 5;").is_ok());
        assert_eq!(outcome("let x = 1; in { a = x; }", "x = 1;", ""), Err(Code::ScopeUnbound));
        assert_eq!(outcome("{ pkgs, inputs, ... }: { a = inputs; }", " inputs,", ""), Err(Code::ScopeUnbound));
        assert_eq!(outcome("rec { a = 1; b = a; }", "a = 1; ", ""), Err(Code::ScopeUnbound));
    }
}
