//! agenix secrets: the rules file, the `age.secrets` entries, and who reads them.

mod entries;
mod files;
mod keys;
mod rules;

use crate::diagnostic::Result;
use crate::project::{Project, Side};
use crate::syntax::{SyntaxKind, SyntaxNode, span};
use crate::text::Span;
pub use keys::{Recipient, is_key};
pub use rules::{Rule, Rules};

/// All that the flake says about its secrets.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// The rules file; `None` where there is none.
    pub rules: Option<Rules>,
    /// The entries below `age.secrets`, in the order of files.
    pub entries: Vec<Entry>,
    /// Places where `age.secrets` is made from the rules file: a rule is all that a secret needs.
    pub generated: Vec<Place>,
    /// A place that sets `sops.secrets`.
    pub sops: Option<Place>,
}

/// Bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, relative to the flake's root.
    pub file: String,
    /// Its bytes.
    pub span: Span,
}

/// One entry below `age.secrets`.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The secret it is of, which need not be called like it: by the encrypted file that it names.
    pub secret: String,
    /// The file it stands in.
    pub file: String,
    /// The bindings that make it; several when written dotted.
    pub bindings: Vec<SyntaxNode>,
    /// Its attributes with their values, in order.
    pub attributes: Vec<(String, SyntaxNode)>,
    /// The side whose modules the file is one of.
    pub side: Side,
    /// The hosts that have the file as a module.
    pub hosts: Vec<String>,
}

impl Secrets {
    /// The entries of a secret, whatever they are called.
    pub fn entries_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.secret == name)
    }

    /// The entries that a caller means: those called so, which is what modules read; else those of that secret.
    pub fn entries_called<'a>(&'a self, given: &'a str) -> Vec<&'a Entry> {
        let name = given.strip_suffix(".age").unwrap_or(given);
        let called: Vec<&Entry> = self.entries.iter().filter(|entry| entry.name == given || entry.name == name).collect();
        if called.is_empty() { self.entries_of(name).collect() } else { called }
    }

    /// What a secret is called below `age.secrets`: as its entries are; like itself unless that is another's.
    pub fn attributes_of<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        let mut out: Vec<&str> = self.entries_of(name).map(|entry| entry.name.as_str()).collect();
        if self.entries.iter().all(|entry| entry.name != name) {
            out.push(name);
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// What a secret is called below `age.secrets` on a host: like itself where it is not there yet.
    pub fn attribute_on<'a>(&'a self, name: &'a str, host: &str) -> &'a str {
        let entry = self.entries_of(name).find(|entry| entry.hosts.iter().any(|known| known == host));
        entry.map_or(name, |entry| entry.name.as_str())
    }

    /// The rule of a secret.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.as_ref()?.rules.iter().find(|rule| rule.name() == name)
    }
}

impl Project {
    /// The secrets of the flake.
    pub fn secrets(&self) -> Result<Secrets> {
        let files = self.nix_files();
        let mut out = Secrets { rules: rules::find(self, &files)?, ..Secrets::default() };
        for file in &files {
            entries::collect(self, file, &mut out)?;
        }
        if let Some(rules) = &out.rules {
            out.entries.iter_mut().for_each(|entry| entry.secret = rules.secret_of(entry));
        }
        Ok(out)
    }

    /// The places that read `age.secrets.NAME`, in the order of files.
    pub fn secret_readers(&self, name: &str) -> Result<Vec<Place>> {
        let wanted = ["age".to_owned(), "secrets".to_owned(), name.to_owned()];
        let mut out = Vec::new();
        // Most files are not worth a parse: the selection has the name as it is.
        for file in self.nix_files().into_iter().filter(|file| self.mentions(file, name) && self.mentions(file, "secrets")) {
            let Ok(source) = self.source(&file) else { continue };
            let selections = source.root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_SELECT);
            let reads = selections.filter(|node| selected(node).windows(3).any(|names| names == wanted));
            out.extend(reads.map(|node| Place { file: file.clone(), span: span(&node) }));
        }
        Ok(out)
    }

    /// The Nix files of the flake, sorted: the folders that are hidden or results of builds are left
    /// out. The folders are looked through once for all snapshots.
    pub fn nix_files(&self) -> Vec<String> {
        self.listed(|| {
            let mut out = Vec::new();
            self.nix_files_below("", 0, &mut out);
            out
        })
    }

    fn nix_files_below(&self, folder: &str, depth: usize, out: &mut Vec<String>) {
        for name in self.folder(folder) {
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let skipped = name.starts_with('.') || name == "result" || name.starts_with("result-") || name == "node_modules";
            // A loop of symbolic links ends at this depth.
            if skipped || depth > 24 || out.len() > 20_000 {
                continue;
            }
            if self.is_folder(&path) {
                self.nix_files_below(&path, depth + 1, out);
            } else if name.ends_with(".nix") {
                out.push(path);
            }
        }
    }

    /// Whether a file's bytes have the text: cheaper than parsing it.
    pub(crate) fn mentions(&self, file: &str, text: &str) -> bool {
        let bytes = self.bytes(file).ok().flatten();
        bytes.is_some_and(|bytes| std::str::from_utf8(&bytes).is_ok_and(|all| all.contains(text)))
    }
}

/// The names that a selection goes through: `config.age.secrets.x.path`.
pub(super) fn selected(node: &SyntaxNode) -> Vec<String> {
    use rowan::ast::AstNode;
    let Some(select) = rnix::ast::Select::cast(node.clone()) else { return Vec::new() };
    let mut names = match select.expr() {
        Some(base) => match base.syntax().kind() {
            SyntaxKind::NODE_SELECT => selected(base.syntax()),
            _ => vec![base.syntax().text().to_string()],
        },
        None => Vec::new(),
    };
    names.extend(select.attrpath().into_iter().flat_map(|path| path.attrs()).map(|attr| crate::syntax::attr_path::name_of(&attr)));
    names
}

#[cfg(test)]
mod tests;
