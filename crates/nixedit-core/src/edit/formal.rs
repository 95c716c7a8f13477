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

/// The edits that make all of `names` arguments of the module function that `body` is (a file's
/// expression, or one written in place); none for those that are. One call for all that a module needs:
/// a head that is not there yet is written once.
pub fn add(text: &str, body: &SyntaxNode, names: &[&str]) -> Result<Vec<TextEdit>, Obstacle> {
    let mut names = names.to_vec();
    names.sort_by_key(|name| rank(name).unwrap_or(ORDER.len()));
    names.dedup();
    let head = format!("{{ {}, ... }}", names.join(", "));
    let Some(lambda) = module_function(body) else { return Ok(new_head(text, body, &head)) };
    let Some(param) = lambda.first_child() else { return Ok(Vec::new()) };
    match param.kind() {
        NODE_PATTERN => Ok(into_pattern(text, &param, &names)),
        _ if param.text().to_string().starts_with('_') => Ok(vec![TextEdit::replace(span(&param), head)]),
        _ => Err(Obstacle::NamedParameter(param.text().to_string(), span(&param))),
    }
}

/// A head for a module that is no function yet: on lines of its own in a file, where it stands in place.
fn new_head(text: &str, body: &SyntaxNode, head: &str) -> Vec<TextEdit> {
    let at = span(body);
    match body.parent().map(|parent| parent.kind()) {
        None | Some(NODE_ROOT) => {
            let newline = crate::text::newline(text);
            vec![TextEdit::insert(at.start, format!("{head}:{newline}{newline}"))]
        }
        Some(NODE_ATTRPATH_VALUE | NODE_PAREN) => vec![TextEdit::insert(at.start, format!("{head}: "))],
        // An element or argument that is a function stands in parentheses.
        _ => vec![TextEdit::insert(at.start, format!("({head}: ")), TextEdit::insert(at.end, ")".to_owned())],
    }
}

fn rank(name: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == name)
}

/// The edits that drop `name` from the pattern; none when it is not in it.
pub fn remove(text: &str, root: &SyntaxNode, name: &str) -> Vec<TextEdit> {
    root.first_child().and_then(|body| module_function(&body)).map_or_else(Vec::new, |lambda| remove_from(text, &lambda, name))
}

/// The edits that put `name` into a function's pattern; none where it is, or where there is none.
pub fn add_to(text: &str, lambda: &SyntaxNode, name: &str) -> Vec<TextEdit> {
    pattern_of(lambda).map_or_else(Vec::new, |pattern| into_pattern(text, &pattern, &[name]))
}

fn pattern_of(lambda: &SyntaxNode) -> Option<SyntaxNode> {
    lambda.first_child().filter(|p| p.kind() == NODE_PATTERN)
}

/// The edits that drop `name` from a function's pattern; none when it is not in it.
pub fn remove_from(text: &str, lambda: &SyntaxNode, name: &str) -> Vec<TextEdit> {
    let Some(pattern) = pattern_of(lambda) else { return Vec::new() };
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

fn into_pattern(text: &str, pattern: &SyntaxNode, names: &[&str]) -> Vec<TextEdit> {
    let bound = scope::parameter_names(pattern);
    let new: Vec<&str> = names.iter().copied().filter(|name| !bound.contains(*name)).collect();
    let entries = entries(pattern);
    if new.is_empty() {
        return Vec::new();
    }
    let Some(last) = entries.last() else { return into_empty(text, pattern, &new).into_iter().collect() };
    let separator = separator(text, &entries);
    let edit = |name: &&str| match following(&entries, name) {
        Some(next) => TextEdit::insert(next.at.start, format!("{name}{separator}")),
        None => TextEdit::insert(last.at.end, format!("{separator}{name}")),
    };
    new.iter().map(edit).collect()
}

fn into_empty(text: &str, pattern: &SyntaxNode, names: &[&str]) -> Option<TextEdit> {
    let token = |kind| pattern.children_with_tokens().find(|e| e.kind() == kind).map(|e| element_span(&e));
    let between = Span::new(token(TOKEN_L_BRACE)?.end, token(TOKEN_R_BRACE)?.start);
    let comments = pattern.children_with_tokens().filter(|e| e.kind() == TOKEN_COMMENT);
    if let Some(at) = comments.last().map(|e| element_span(&e)) {
        // A line comment ends its line.
        let newline = crate::text::newline(text);
        let blank = if text[at.start..].starts_with('#') { format!("{newline}  ") } else { " ".to_owned() };
        return Some(TextEdit::insert(at.end, blank + &names.join(", ")));
    }
    Some(TextEdit::replace(between, format!(" {} ", names.join(", "))))
}

/// The entry that a new name goes in front of.
fn following<'e>(entries: &'e [Entry], name: &str) -> Option<&'e Entry> {
    let behind = |entry: &&Entry| entry.name == "..." || rank(name).is_some_and(|own| rank(&entry.name).is_some_and(|other| other > own));
    entries.iter().find(behind)
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
        all_added(text, &[name])
    }

    fn all_added(text: &str, names: &[&str]) -> String {
        apply(text, &add(text, &rnix::Root::parse(text).syntax().first_child().unwrap(), names).unwrap())
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
        assert_eq!(added("{ /* none */ }: { }", "pkgs"), "{ /* none */ pkgs }: { }");
        assert_eq!(added("{ # none\n}: { }", "pkgs"), "{ # none\n  pkgs\n}: { }");
        assert_eq!(added("# c\n_:\n\n{ }", "pkgs"), "# c\n{ pkgs, ... }:\n\n{ }");
        assert_eq!(added("# c\n{ a = 1; }\n", "pkgs"), "# c\n{ pkgs, ... }:\n\n{ a = 1; }\n");
        assert_eq!(added("{ a, b }: { }", "x"), "{ a, b, x }: { }");
        assert_eq!(added("{ pkgs, ... }@args: args", "pkgs"), "{ pkgs, ... }@args: args");
        assert_eq!(added("{ inputs }: { config, ... }: { }", "pkgs"), "{ inputs }: { config, pkgs, ... }: { }");
        assert!(add("args: { }", &rnix::Root::parse("args: { }").syntax().first_child().unwrap(), &["pkgs"]).is_err());
    }

    #[test]
    fn several_names_share_one_head() {
        let both = ["inputs", "pkgs"];
        assert_eq!(all_added("{ a = 1; }\n", &both), "{ pkgs, inputs, ... }:\n\n{ a = 1; }\n");
        assert_eq!(all_added("_: { }", &both), "{ pkgs, inputs, ... }: { }");
        assert_eq!(all_added("{ ... }: { }", &both), "{ pkgs, inputs, ... }: { }");
        assert_eq!(all_added("{ }: { }", &both), "{ pkgs, inputs }: { }");
        assert_eq!(all_added("{ config, pkgs, ... }: { }", &both), "{ config, pkgs, inputs, ... }: { }");
        assert_eq!(all_added("{ a }: { }", &both), "{ a, pkgs, inputs }: { }");
    }

    #[test]
    fn a_module_in_place_gets_a_head_there() {
        let in_place = |text: &str, kind| {
            let root = rnix::Root::parse(text).syntax();
            let body = root.descendants().filter(|node| node.kind() == kind).last().unwrap();
            apply(text, &add(text, &body, &["pkgs"]).unwrap())
        };
        assert_eq!(in_place("{ a = [ { } ]; }", NODE_ATTR_SET), "{ a = [ ({ pkgs, ... }: { }) ]; }");
        assert_eq!(in_place("{ a = { }; }", NODE_ATTR_SET), "{ a = { pkgs, ... }: { }; }");
        assert_eq!(in_place("{ a = [ ({ lib, ... }: { }) ]; }", NODE_PAREN), "{ a = [ ({ lib, pkgs, ... }: { }) ]; }");
        assert_eq!(in_place("{ a = [ (_: { }) ]; }", NODE_PAREN), "{ a = [ ({ pkgs, ... }: { }) ]; }");
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
