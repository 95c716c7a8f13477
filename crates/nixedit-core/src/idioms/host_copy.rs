//! A host's code as another host's: its name in strings, paths and comments.

use crate::diagnostic::Result;
use crate::syntax::attr_path::{AttrPath, plain_string, quoted_string};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, body, lookup, span, token_span};
use crate::text::{Span, join_path, parent_path};
use rnix::ast;
use rowan::ast::AstNode;

/// A path with the host's name replaced where a folder or a file is called after it.
pub(super) fn renamed_path(path: &str, model: &str, name: &str) -> String {
    let part = |part: &str| match part.strip_suffix(".nix") {
        Some(stem) if stem == model => format!("{name}.nix"),
        _ if part == model => name.to_owned(),
        _ => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The text of a node of a file of `model` as `name`'s. `is_new` tells whether a path, from the flake's
/// root, will be one of the new host's files.
pub(super) fn renamed(source: &Source, node: &SyntaxNode, model: &str, name: &str, is_new: &dyn Fn(&str) -> bool) -> String {
    let at = span(node);
    let mut edits: Vec<(Span, String)> = Vec::new();
    for inner in node.descendants() {
        let text = inner.text().to_string();
        if let Some(string) = ast::Str::cast(inner.clone())
            && plain_string(&string).as_deref() == Some(model)
        {
            edits.push((span(&inner), quoted_string(name)));
        }
        if inner.kind() == SyntaxKind::NODE_PATH_REL {
            let new = renamed_path(&text, model, name);
            let target = join_path(parent_path(&source.path), &new);
            if new != text && target.is_some_and(|target| is_new(&target)) {
                edits.push((span(&inner), new));
            }
        }
    }
    let comments = node.descendants_with_tokens().filter_map(|e| e.into_token()).filter(|t| t.kind() == SyntaxKind::TOKEN_COMMENT);
    edits.extend(comments.map(|token| (token_span(&token), renamed_words(token.text(), model, name))));
    let mut out = source.slice(at).to_owned();
    edits.sort_by_key(|(at, _)| std::cmp::Reverse(at.start));
    for (span, with) in edits {
        out.replace_range(span.start - at.start..span.end - at.start, &with);
    }
    out
}

/// A module for another platform, where it says for which it is.
pub(super) fn with_platform(text: &str, system: Option<&str>) -> Result<String> {
    let (source, path) = (Source::parse("module", text.into())?, AttrPath::parse("nixpkgs.hostPlatform")?);
    let mut out = text.to_owned();
    if let (Some(system), Some(found)) = (system, lookup::find(&source.root, &path).definitions.first()) {
        let old = span(&body::below_priority(&found.value));
        out.replace_range(old.start..old.end, &quoted_string(system));
    }
    Ok(out)
}

/// A text with a whole word replaced.
fn renamed_words(text: &str, model: &str, name: &str) -> String {
    let mut out = String::new();
    let in_word = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c: char| in_word(c) != in_word(first)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(length);
        out.push_str(if word == model { name } else { word });
        rest = behind;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_and_whole_parts_of_paths_only() {
        assert_eq!(renamed_words("# zrrh, not zrrh-old or xzrrh", "zrrh", "seed"), "# seed, not zrrh-old or xzrrh");
        assert_eq!(renamed_path("hosts/zrrh/home.nix", "zrrh", "seed"), "hosts/seed/home.nix");
        assert_eq!(renamed_path("hosts/zrrh.nix", "zrrh", "seed"), "hosts/seed.nix");
        assert_eq!(renamed_path("assets/wp-zrrh.txt", "zrrh", "seed"), "assets/wp-zrrh.txt");
    }
}
