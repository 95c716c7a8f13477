//! Paths that an edit writes must lead to something: Nix says so only where it reads them, which may
//! be long after the edit, and on another host.
//!
//! Only what is new counts, and only relative paths without holes that stay in the flake.

use crate::change_set::ChangeSet;
use crate::diagnostic::{Code, Result};
use crate::project::Project;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, span};
use crate::text::{join_path, parent_path};
use std::collections::BTreeSet;

/// Refuses where a changed file has a path literal that it did not have and that is not there in
/// `after`, the flake with the changes. Fails with `file.missing`.
pub fn check(before: &Project, after: &Project, changes: &ChangeSet) -> Result<()> {
    for change in changes.files().filter(|change| change.path.ends_with(".nix") && change.after.is_some()) {
        let Ok(source) = after.source(&change.path) else { continue };
        let known: BTreeSet<String> = match before.source(&change.path) {
            Ok(old) => literals(&old.root).map(|node| node.text().to_string()).collect(),
            Err(_) => BTreeSet::new(),
        };
        for literal in literals(&source.root) {
            if !known.contains(&literal.text().to_string()) {
                check_one(after, &source, &literal)?;
            }
        }
    }
    Ok(())
}

/// Relative paths that are written out in full.
fn literals(root: &SyntaxNode) -> impl Iterator<Item = SyntaxNode> {
    let paths = root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_PATH_REL);
    paths.filter(|node| node.children().next().is_none())
}

fn check_one(after: &Project, source: &Source, literal: &SyntaxNode) -> Result<()> {
    let Some(target) = join_path(parent_path(&source.path), &literal.text().to_string()) else { return Ok(()) };
    // An encrypted file may be made after its entry, by the command that the report names.
    if target.is_empty() || target.ends_with(".age") || after.exists(&target) {
        return Ok(());
    }
    let message = format!("{literal} in {} leads to {target}, which is not there", source.path);
    Err(source.error(Code::FileMissing, message, span(literal), "this path").help(format!("create {target} first, or mend the path")))
}
