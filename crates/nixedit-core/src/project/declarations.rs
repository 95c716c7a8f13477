//! Where the flake's own options are declared: `options.my.performance.enable = lib.mkEnableOption "…";`.

use crate::project::Project;
use crate::project::tables::fed_by;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::body;
use crate::syntax::lookup;
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode};
use rnix::ast;
use rowan::ast::AstNode;

/// One declaration of an option.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// The file it stands in.
    pub source: Source,
    /// The option's path, without the leading `options`.
    pub path: AttrPath,
    /// The binding.
    pub binding: SyntaxNode,
    /// What it is declared as: a call of `mkOption`, `mkEnableOption` or the like.
    pub value: SyntaxNode,
}

impl Declaration {
    /// The options that its file sets depending on it.
    pub fn decides(&self) -> Vec<AttrPath> {
        let selects = self.source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_SELECT);
        let mut out: Vec<AttrPath> = Vec::new();
        for option in selects.filter(|node| read_path(node).is_some_and(|names| names == self.path.names())).flat_map(|n| fed_by(&n)) {
            if !out.contains(&option) {
                out.push(option);
            }
        }
        out
    }
}

/// The option that a selection reads: `config.my.x`, or `cfg.x` where `cfg = config.my`.
fn read_path(select: &SyntaxNode) -> Option<Vec<String>> {
    let parts = ast::Select::cast(select.clone())?;
    let own = AttrPath::of(&parts.attrpath()?)?.names().to_vec();
    let from = parts.expr()?.syntax().clone();
    let name = (from.kind() == SyntaxKind::NODE_IDENT).then(|| from.text().to_string())?;
    if name == "config" {
        return Some(own);
    }
    let Meaning::Lexical(binder) = scope::meaning(&from, &name) else { return None };
    let bindings = binder.children().filter_map(|entry| lookup::binding_parts(&entry));
    let value = bindings.filter(|(path, _)| path.names() == [name.clone()]).map(|(_, value)| value).next()?;
    let value = body::without_parens(&value);
    let outer = (value.kind() == SyntaxKind::NODE_SELECT && value != *select).then(|| read_path(&value)).flatten()?;
    Some(outer.into_iter().chain(own).collect())
}

impl Project {
    /// The declarations of an option in the flake's files, imported or not: of the path itself, or of
    /// what it is a part of (a set of anything).
    pub fn declarations(&self, path: &AttrPath) -> Vec<Declaration> {
        let mut out = Vec::new();
        for source in self.declaring_files(&path.names()[..path.names().len().min(2)]) {
            out.extend(declared_in(&source, path));
        }
        out
    }

    /// The files that declare something below these names.
    pub fn files_declaring_below(&self, names: &[String]) -> Vec<Source> {
        let Some(path) = options_path(names) else { return Vec::new() };
        let mut out = self.declaring_files(names);
        out.retain(|source| {
            let found = lookup::find(&source.root, &path);
            !found.definitions.is_empty() || !found.below.is_empty()
        });
        out
    }

    /// The declarations of options below these names.
    pub fn declarations_below(&self, names: &[String]) -> Vec<Declaration> {
        let Some(path) = options_path(names) else { return Vec::new() };
        let mut out = Vec::new();
        for source in self.declaring_files(names) {
            let found = lookup::find(&source.root, &path);
            for below in &found.below {
                let own = lookup::full_path(&below.binding).into_iter().skip_while(|name| name != "options").skip(1).collect();
                collect(&source, &below.binding, own, &below.value, &mut out);
            }
            for definition in &found.definitions {
                for set in body::sets(&definition.value).into_iter().filter(|set| !set.is_argument()) {
                    collect_set(&source, &set.node, names, &mut out);
                }
            }
        }
        out
    }

    /// Most files are not worth a parse: one that declares an option has all its names.
    fn declaring_files(&self, names: &[String]) -> Vec<Source> {
        let files = self.nix_files().into_iter();
        let may = files.filter(|file| self.mentions(file, "options") && names.iter().all(|name| self.mentions(file, name)));
        may.filter_map(|file| self.source(&file).ok()).collect()
    }
}

fn collect_set(source: &Source, set: &SyntaxNode, prefix: &[String], out: &mut Vec<Declaration>) {
    for binding in set.children() {
        let Some((path, value)) = lookup::binding_parts(&binding) else { continue };
        collect(source, &binding, [prefix, path.names()].concat(), &value, out);
    }
}

/// An option, or a set of options.
fn collect(source: &Source, binding: &SyntaxNode, names: Vec<String>, value: &SyntaxNode, out: &mut Vec<Declaration>) {
    if value.kind() == SyntaxKind::NODE_ATTR_SET {
        return collect_set(source, value, &names, out);
    }
    let Some(path) = AttrPath::from_names(names) else { return };
    out.push(Declaration { source: source.clone(), path, binding: binding.clone(), value: value.clone() });
}

/// `options` in front of the names.
pub fn options_path(names: &[String]) -> Option<AttrPath> {
    AttrPath::from_names(std::iter::once("options".to_owned()).chain(names.iter().cloned()))
}

/// The declarations of the path, or of its shortest beginning that is one, in a file.
pub fn declared_in(source: &Source, path: &AttrPath) -> Vec<Declaration> {
    for length in 1..=path.names().len() {
        let Some(full) = options_path(&path.names()[..length]) else { continue };
        let is_option =
            |value: &SyntaxNode| !matches!(body::without_parens(value).kind(), SyntaxKind::NODE_ATTR_SET | SyntaxKind::NODE_WITH);
        let found = lookup::find(&source.root, &full).definitions.into_iter().filter(|found| is_option(&found.value));
        let out: Vec<Declaration> = found
            .filter_map(|found| {
                let path = AttrPath::from_names(path.names()[..length].to_vec())?;
                Some(Declaration { source: source.clone(), path, binding: found.binding, value: found.value })
            })
            .collect();
        if !out.is_empty() {
            return out;
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(text: &str, path: &str) -> Vec<String> {
        let source = Source::parse("a.nix", text.into()).unwrap();
        declared_in(&source, &AttrPath::parse(path).unwrap()).into_iter().map(|found| found.path.to_string()).collect()
    }

    #[test]
    fn found_however_nested() {
        for text in [
            "{ lib, ... }: { options.my.a.enable = lib.mkEnableOption \"a\"; }",
            "{ lib, ... }: { options = { my.a = { enable = lib.mkEnableOption \"a\"; }; }; config = { }; }",
            "{ lib, ... }: { options.my = with lib; { a.enable = mkEnableOption \"a\"; }; }",
        ] {
            assert_eq!(declared(text, "my.a.enable"), ["my.a.enable"], "{text}");
            assert!(declared(text, "my.a.other").is_empty(), "{text}");
        }
        assert_eq!(declared("{ options.my.a = mkOption { }; }", "my.a.b.c"), ["my.a"]);
    }

    #[test]
    fn what_is_declared_below_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let text = "{ lib, ... }: { options.my.a.enable = lib.mkEnableOption \"a\"; options.my.a.b = { c = lib.mkOption { }; }; }";
        std::fs::write(folder.path().join("a.nix"), text).unwrap();
        std::fs::write(folder.path().join("b.nix"), "{ options = { my = { a.d = lib.mkOption { }; }; }; }").unwrap();
        let project = Project::new(folder.path(), Default::default());
        let found = project.declarations_below(&["my".to_owned(), "a".to_owned()]);
        let paths: Vec<String> = found.iter().map(|found| found.path.to_string()).collect();
        assert_eq!(paths, ["my.a.enable", "my.a.b.c", "my.a.d"]);
    }

    #[test]
    fn what_a_file_sets_depending_on_it() {
        let text = "{ config, lib, ... }: let cfg = config.my.a; in { options.my.a.enable = lib.mkEnableOption \"a\"; config = lib.mkIf cfg.enable { b.c = 1; }; }";
        let source = Source::parse("a.nix", text.into()).unwrap();
        let found = declared_in(&source, &AttrPath::parse("my.a.enable").unwrap());
        assert_eq!(found[0].decides().iter().map(ToString::to_string).collect::<Vec<_>>(), ["b.c"]);
    }
}
