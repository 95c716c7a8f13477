//! Arguments of a module's function: adding and dropping names of its pattern.

use super::text_edit::TextEdit;
use crate::syntax::{element_span, scope, span};
use crate::text::Span;
use rnix::SyntaxKind::*;
use rnix::SyntaxNode;

/// The order in which mesh modules list the usual arguments.
const ORDER: &[&str] = &["config", "lib", "pkgs", "inputs"];

/// Why an argument cannot be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The function takes its arguments as one name, at this place.
    NamedParameter(String, Span),
}

/// The edits that make `name` an argument of the file's module function; none when it is one.
pub fn add(text: &str, root: &SyntaxNode, name: &str) -> Result<Vec<TextEdit>, Obstacle> {
    let Some(body) = root.first_child() else { return Ok(Vec::new()) };
    let Some(lambda) = module_function(&body) else {
        let at = span(&body).start;
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        return Ok(vec![TextEdit::insert(at, format!("{{ {name}, ... }}:{newline}{newline}"))]);
    };
    let Some(param) = lambda.first_child() else { return Ok(Vec::new()) };
    match param.kind() {
        NODE_PATTERN => Ok(into_pattern(text, &param, name).into_iter().collect()),
        _ if param.text().to_string().starts_with('_') => Ok(vec![TextEdit::replace(span(&param), format!("{{ {name}, ... }}"))]),
        _ => Err(Obstacle::NamedParameter(param.text().to_string(), span(&param))),
    }
}

/// The edits that drop `name` from the pattern; none when it is not in it.
pub fn remove(text: &str, root: &SyntaxNode, name: &str) -> Vec<TextEdit> {
    let pattern = root.first_child().and_then(|body| module_function(&body)).and_then(|lambda| lambda.first_child());
    let Some(pattern) = pattern.filter(|p| p.kind() == NODE_PATTERN) else { return Vec::new() };
    let entries = entries(&pattern);
    let Some(index) = entries.iter().position(|entry| entry.name == name) else { return Vec::new() };
    let at = match (entries.get(index + 1), index.checked_sub(1)) {
        (Some(next), _) => Span::new(entries[index].at.start, next.at.start),
        (None, Some(previous)) => Span::new(entries[previous].at.end, entries[index].at.end),
        (None, None) => Span::new(entries[index].at.start, entries[index].at.end + trailing_comma(&text[entries[index].at.end..])),
    };
    vec![TextEdit::delete(at)]
}

/// The innermost function of a chain `a: b: …` that the file is made of: the module itself.
pub fn module_function(body: &SyntaxNode) -> Option<SyntaxNode> {
    let mut found = None;
    let mut node = body.clone();
    loop {
        match node.kind() {
            NODE_LAMBDA => {
                found = Some(node.clone());
                node = node.last_child()?;
            }
            NODE_PAREN => node = node.first_child()?,
            _ => return found,
        }
    }
}

struct Entry {
    name: String,
    at: Span,
}

/// The names of a pattern in order, `...` among them.
fn entries(pattern: &SyntaxNode) -> Vec<Entry> {
    let mut out = Vec::new();
    for element in pattern.children_with_tokens() {
        match element.kind() {
            NODE_PAT_ENTRY => {
                let name = element.as_node().and_then(|n| n.first_child()).map(|n| n.text().to_string()).unwrap_or_default();
                out.push(Entry { name, at: element_span(&element) });
            }
            TOKEN_ELLIPSIS => out.push(Entry { name: "...".to_owned(), at: element_span(&element) }),
            _ => {}
        }
    }
    out
}

fn into_pattern(text: &str, pattern: &SyntaxNode, name: &str) -> Option<TextEdit> {
    if scope::parameter_names(pattern).contains(name) {
        return None;
    }
    let entries = entries(pattern);
    let Some(last) = entries.last() else {
        let open = pattern.children_with_tokens().find(|e| e.kind() == TOKEN_L_BRACE)?;
        let close = pattern.children_with_tokens().find(|e| e.kind() == TOKEN_R_BRACE)?;
        return Some(TextEdit::replace(Span::new(element_span(&open).end, element_span(&close).start), format!(" {name} ")));
    };
    let separator = separator(text, &entries);
    let rank = |name: &str| ORDER.iter().position(|known| *known == name);
    let before = match rank(name) {
        Some(own) => entries.iter().find(|e| e.name == "..." || rank(&e.name).is_some_and(|other| other > own)),
        None => entries.iter().find(|e| e.name == "..."),
    };
    Some(match before {
        Some(next) => TextEdit::insert(next.at.start, format!("{name}{separator}")),
        None => TextEdit::insert(last.at.end, format!("{separator}{name}")),
    })
}

/// What stands between two entries: `, `, or a comma and a line break on either side of it.
fn separator(text: &str, entries: &[Entry]) -> String {
    let between = entries.windows(2).map(|pair| &text[pair[0].at.end..pair[1].at.start]);
    let plain = between.filter(|gap| gap.chars().all(|c| c == ',' || c.is_whitespace())).map(str::to_owned);
    plain.min_by_key(|gap| gap.matches('\n').count()).unwrap_or_else(|| ", ".to_owned())
}

fn trailing_comma(rest: &str) -> usize {
    if rest.starts_with(',') { 1 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::text_edit::apply;

    fn added(text: &str, name: &str) -> String {
        apply(text, &add(text, &rnix::Root::parse(text).syntax(), name).unwrap())
    }

    fn dropped(text: &str, name: &str) -> String {
        apply(text, &remove(text, &rnix::Root::parse(text).syntax(), name))
    }

    #[test]
    fn every_head_keeps_its_style() {
        assert_eq!(added("{ config, pkgs, ... }: { }", "lib"), "{ config, lib, pkgs, ... }: { }");
        assert_eq!(added("{ pkgs, ... }: { }", "inputs"), "{ pkgs, inputs, ... }: { }");
        assert_eq!(added("{\n  pkgs,\n  ...\n}:\n{ }", "inputs"), "{\n  pkgs,\n  inputs,\n  ...\n}:\n{ }");
        assert_eq!(added("{ config\n, pkgs\n, ...\n}:\n{ }", "lib"), "{ config\n, lib\n, pkgs\n, ...\n}:\n{ }");
        assert_eq!(added("{ ... }: { }", "pkgs"), "{ pkgs, ... }: { }");
        assert_eq!(added("{ }: { }", "pkgs"), "{ pkgs }: { }");
        assert_eq!(added("# c\n_:\n\n{ }", "pkgs"), "# c\n{ pkgs, ... }:\n\n{ }");
        assert_eq!(added("# c\n{ a = 1; }\n", "pkgs"), "# c\n{ pkgs, ... }:\n\n{ a = 1; }\n");
        assert_eq!(added("{ a, b }: { }", "x"), "{ a, b, x }: { }");
        assert_eq!(added("{ pkgs, ... }@args: args", "pkgs"), "{ pkgs, ... }@args: args");
        assert_eq!(added("{ inputs }: { config, ... }: { }", "pkgs"), "{ inputs }: { config, pkgs, ... }: { }");
        assert!(add("args: { }", &rnix::Root::parse("args: { }").syntax(), "pkgs").is_err());
    }

    #[test]
    fn dropping_is_the_inverse() {
        for (text, name) in [
            ("{ config, lib, pkgs, ... }: { }", "lib"),
            ("{\n  pkgs,\n  inputs,\n  ...\n}:\n{ }", "inputs"),
            ("{ config\n, lib\n, pkgs\n, ...\n}:\n{ }", "lib"),
        ] {
            assert_eq!(added(&dropped(text, name), name), text);
        }
        assert_eq!(dropped("{ pkgs, ... }: { }", "pkgs"), "{ ... }: { }");
        assert_eq!(dropped("{ a, b }: { }", "b"), "{ a }: { }");
    }
}
