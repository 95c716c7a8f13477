//! Derivations that a file builds in place: in a list, or bound by a `let`.
//!
//! ```text
//! let x = pkgs.runCommand "x-1.0" { … } ''…''; in …          [ (buildGoModule { pname = "y"; … }) ]
//! ```

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::Hash;
use crate::syntax::attr_path::{AttrPath, plain_string};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, body, lookup};
use rnix::ast;
use rowan::ast::AstNode;

/// Functions that make a package: the builders of nixpkgs' manual, "Build helpers" and "Trivial build helpers".
const BUILDERS: &[&str] = &[
    "appimageTools.wrapType2",
    "buildDartApplication",
    "buildDotnetModule",
    "buildEnv",
    "buildGoModule",
    "buildNpmPackage",
    "buildPythonApplication",
    "buildPythonPackage",
    "buildRustPackage",
    "mkDerivation",
    "runCommand",
    "runCommandCC",
    "runCommandLocal",
    "symlinkJoin",
    "wrapType2",
    "writeScriptBin",
    "writeShellApplication",
    "writeShellScriptBin",
];

/// How a derivation is reached.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    /// By the name of this `let` binding.
    Bound(SyntaxNode),
    /// By being this element of a list.
    Element(SyntaxNode),
}

/// A derivation that a file builds.
#[derive(Clone, Debug)]
pub(crate) struct Derivation {
    /// What it is called: its `pname` or `name`, else what binds it.
    pub name: String,
    /// Its version, where one is written out.
    pub version: Option<String>,
    /// The function that makes it, without the set it is taken from.
    pub builder: String,
    /// The call.
    pub node: SyntaxNode,
    /// How it is reached.
    pub form: Form,
}

impl Derivation {
    /// Whether it is called so, by what binds it or by its own name.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.bound_name().is_some_and(|bound| bound == name)
    }

    /// The name of its `let` binding.
    pub fn bound_name(&self) -> Option<String> {
        match &self.form {
            Form::Bound(binding) => lookup::binding_parts(binding).map(|(path, _)| path.to_string()),
            Form::Element(_) => None,
        }
    }

    /// The set that the builder is called with, where it is written out.
    pub fn attributes(&self) -> Option<SyntaxNode> {
        let (_, arguments) = body::call(&self.node);
        arguments.iter().find_map(|argument| body::sets(argument).into_iter().next()).map(|set| set.node)
    }

    /// The node of a direct attribute's value.
    pub fn attribute(&self, path: &str) -> Option<SyntaxNode> {
        let path = AttrPath::parse(path).ok()?;
        lookup::find_in(&self.attributes()?, &path).definitions.into_iter().next().map(|definition| definition.value)
    }
}

/// The derivations of a file, in source order.
pub(crate) fn of(source: &Source) -> Vec<Derivation> {
    let mut out = Vec::new();
    for node in source.root.descendants() {
        let found = match node.kind() {
            SyntaxKind::NODE_LET_IN => node.children().filter_map(|entry| bound(&entry)).collect(),
            SyntaxKind::NODE_LIST => node.children().filter_map(|element| element_of(&element)).collect(),
            _ => Vec::new(),
        };
        out.extend(found);
    }
    out
}

fn bound(entry: &SyntaxNode) -> Option<Derivation> {
    let (path, value) = lookup::binding_parts(entry)?;
    let [name] = path.names() else { return None };
    made(&value, Form::Bound(entry.clone()), name)
}

fn element_of(element: &SyntaxNode) -> Option<Derivation> {
    made(element, Form::Element(element.clone()), "")
}

fn made(value: &SyntaxNode, form: Form, bound: &str) -> Option<Derivation> {
    let node = body::without_parens(value);
    let (callee, arguments) = body::call(&node);
    let builder = body::last_name(&callee);
    if node.kind() != SyntaxKind::NODE_APPLY || !BUILDERS.contains(&builder.as_str()) {
        return None;
    }
    let mut out = Derivation { name: bound.to_owned(), version: None, builder, node: node.clone(), form };
    let text_of = |node: SyntaxNode| ast::Str::cast(node).and_then(|text| plain_string(&text));
    out.version = out.attribute("version").and_then(text_of);
    let full = out.attribute("name").and_then(text_of).or_else(|| arguments.iter().cloned().find_map(text_of));
    if let Some(name) = out.attribute("pname").and_then(text_of) {
        out.name = name;
    } else if let Some(full) = full {
        let (name, version) = split(&full);
        out.name = name.to_owned();
        out.version = out.version.or(version.map(str::to_owned));
    }
    (!out.name.is_empty()).then_some(out)
}

/// A name with version in its parts (Nix manual, `builtins.parseDrvName`: the version begins behind the first
/// dash that no letter follows).
fn split(full: &str) -> (&str, Option<&str>) {
    let dash = full.match_indices('-').find(|(at, _)| full[at + 1..].starts_with(|c: char| !c.is_ascii_alphabetic()));
    match dash {
        Some((at, _)) => (&full[..at], Some(&full[at + 1..])),
        None => (full, None),
    }
}

/// The expression of a hash. Refuses one that is not written as Nix does ("SRI", W3C Subresource Integrity), and
/// none; `what` says whose it is, `flag` how it is given.
pub(super) fn hash(hash: &Hash, what: &str, flag: &str) -> Result<String> {
    match hash {
        Hash::Sri(text) if is_sri(text) => Ok(format!("\"{text}\"")),
        Hash::Sri(text) => Err(Diagnostic::new(Code::ValueSyntax, format!("hash '{text}' is not an SRI hash (sha256-…=)"))
            .help(format!("convert it: nix hash convert --to sri --hash-algo sha256 {text}"))),
        Hash::Fake => Ok("lib.fakeHash".to_owned()),
        Hash::Missing => Err(Diagnostic::new(Code::UsageInvalid, format!("the hash of {what} is missing"))
            .help(format!("give it with {flag}, or take --fake-hash and let the build tell it"))),
    }
}

/// `sha256-` or `sha512-` with that many bytes in base64.
fn is_sri(text: &str) -> bool {
    let Some((algorithm, digest)) = text.split_once('-') else { return false };
    let length = match algorithm {
        "sha1" => 28,
        "sha256" => 44,
        "sha512" => 88,
        _ => return false,
    };
    let digits = digest.trim_end_matches('=');
    digest.len() == length
        && digest.len() - digits.len() <= 2
        && digits.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivations_are_known_by_any_of_their_names() {
        let text = "{ pkgs }: let a = pkgs.runCommand \"b-1.2\" { } ''x''; n = 1; in [ a (pkgs.buildGoModule { pname = \"c\"; version = \"0-unstable\"; }) (f { }) ]";
        let found = of(&Source::parse("a.nix", text.into()).unwrap());
        let names: Vec<_> = found.iter().map(|d| (d.name.as_str(), d.version.as_deref())).collect();
        assert_eq!(names, [("b", Some("1.2")), ("c", Some("0-unstable"))]);
        assert!(found[0].is_called("a") && found[0].is_called("b") && !found[0].is_called("c"));
    }

    #[test]
    fn hashes_are_checked() {
        assert!(is_sri(&format!("sha256-{}=", "C".repeat(43))));
        for wrong in ["abc", "sha256-abc=", "", "md5-x", &format!("sha256-{}", "C".repeat(52))] {
            assert!(!is_sri(wrong), "{wrong}");
        }
    }
}
