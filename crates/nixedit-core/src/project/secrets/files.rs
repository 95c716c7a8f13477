//! Which encrypted file a path or a text leads to, as far as it is written down.

use super::{Entry, Place, Rules};
use crate::diagnostic::Result;
use crate::project::Project;
use crate::syntax::{SyntaxKind, SyntaxNode, span};
use crate::text::{join_path, parent_path};

impl Rules {
    /// The secret that an entry is of: the one whose file it names, whatever the entry is called; where that is
    /// computed, the one of its name.
    pub(super) fn secret_of(&self, entry: &Entry) -> String {
        let file = entry.attributes.iter().find(|(name, _)| name == "file").map(|(_, value)| value);
        let is_meant = |key: &str| file.is_some_and(|value| leads_to(value, &entry.file, &self.path_of(key)));
        let meant: Vec<&str> = self.rules.iter().filter(|rule| is_meant(&rule.key)).map(|rule| rule.name()).collect();
        let bare = entry.name.strip_suffix(".age").unwrap_or(&entry.name);
        let known = |name: &&str| self.rules.iter().any(|rule| rule.name() == *name);
        let by_file = meant.iter().find(|name| **name == entry.name).or(meant.first()).copied();
        let name = by_file.or_else(|| [entry.name.as_str(), bare].into_iter().find(known));
        name.unwrap_or(&entry.name).to_owned()
    }
}

impl Project {
    /// The places that write out an encrypted file's path, in the order of files. Names of attributes, as rules
    /// have them, are none.
    pub fn secret_file_uses(&self, encrypted: &str) -> Result<Vec<Place>> {
        let base = encrypted.rsplit('/').next().unwrap_or(encrypted);
        let mut out = Vec::new();
        for file in self.nix_files().into_iter().filter(|file| self.mentions(file, base)) {
            let Ok(source) = self.source(&file) else { continue };
            let value = |node: &SyntaxNode| node.parent().is_none_or(|parent| parent.kind() != SyntaxKind::NODE_ATTRPATH);
            let uses = source.root.descendants().filter(|node| value(node) && is_path_of(node, &file, encrypted));
            out.extend(uses.map(|node| Place { file: file.clone(), span: span(&node) }));
        }
        Ok(out)
    }
}

/// Whether an expression in `file` has a path or text in it that may be that of the encrypted file.
fn leads_to(value: &SyntaxNode, file: &str, encrypted: &str) -> bool {
    value.descendants().any(|node| is_path_of(&node, file, encrypted))
}

/// A relative path is what it says. Of `self + /secrets/x.age` and `"${dir}/x.age"` only the end is known: it
/// may be the file where the two agree as far as both go.
fn is_path_of(node: &SyntaxNode, file: &str, encrypted: &str) -> bool {
    let computed = node.children().next().is_some();
    match node.kind() {
        SyntaxKind::NODE_PATH_REL if !computed => {
            join_path(parent_path(file), &node.text().to_string()).is_some_and(|path| path == encrypted)
        }
        SyntaxKind::NODE_PATH_REL | SyntaxKind::NODE_PATH_ABS | SyntaxKind::NODE_STRING => {
            let end = end_of(node);
            let written: Vec<&str> = end.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
            let whole: Vec<&str> = encrypted.split('/').collect();
            !written.is_empty() && (whole.ends_with(&written) || written.ends_with(&whole))
        }
        _ => false,
    }
}

/// What a path or text has behind the last part that is computed.
fn end_of(node: &SyntaxNode) -> String {
    let mut out = String::new();
    for part in node.children_with_tokens() {
        match part.kind() {
            SyntaxKind::NODE_INTERPOL => out.clear(),
            SyntaxKind::TOKEN_STRING_START | SyntaxKind::TOKEN_STRING_END => {}
            _ => out.push_str(&part.to_string()),
        }
    }
    out
}
