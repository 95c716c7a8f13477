//! Who reads a flake input.

use super::flake::FLAKE;
use super::input_arguments;
use super::secrets::{Place, selected};
use crate::diagnostic::Result;
use crate::project::Project;
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, body, span};
use std::cell::OnceCell;

impl Project {
    /// The places that need the input `name`, in the order of files: `inputs.NAME` anywhere, the
    /// name among the parameters of `outputs` and what reads that, inputs that follow it, and arguments
    /// called like it where all inputs are handed on or what is read of them is a flake's.
    pub fn input_uses(&self, name: &str) -> Result<Vec<Place>> {
        let mut out = Vec::new();
        let head = self.flake().ok().and_then(|flake| flake.outputs);
        let whole = head.as_ref().and_then(|head| head.whole.as_deref()).unwrap_or("inputs");
        let spread = OnceCell::new();
        for file in self.nix_files().into_iter().filter(|file| self.mentions(file, name)) {
            let Ok(source) = self.source(&file) else { continue };
            let all = if file == FLAKE { whole } else { "inputs" };
            let uses = source.root.descendants().filter(|node| selects(node, all, name) || inherits(node, name) || within(node, all, name));
            out.extend(uses.map(|node| Place { file: file.clone(), span: span(&node) }));
            for (span, as_flake) in input_arguments::of_file(&source, name) {
                if as_flake || *spread.get_or_init(|| self.spreads_inputs(whole)) {
                    out.push(Place { file: file.clone(), span });
                }
            }
            if file == FLAKE {
                out.extend(self.uses_in_flake(&source, name)?);
            }
        }
        Ok(out)
    }

    /// Whether any Nix file has a name that reads so; comments and texts do not count.
    pub fn names_somewhere(&self, name: &str) -> bool {
        let named = |node: SyntaxNode| node.kind() == SyntaxKind::NODE_IDENT && node.text() == name;
        let files = self.nix_files().into_iter().filter(|file| self.mentions(file, name));
        files.filter_map(|file| self.source(&file).ok()).any(|source| source.root.descendants().any(named))
    }

    fn uses_in_flake(&self, source: &Source, name: &str) -> Result<Vec<Place>> {
        let flake = self.flake()?;
        let place = |span| Place { file: source.path.clone(), span };
        let mut out = Vec::new();
        for input in flake.inputs.iter().filter(|input| input.name != name) {
            let stated = input.follows.iter().chain(input.inner_follows.iter().map(|follow| &follow.target));
            let follows = stated.filter(|target| target.text.split('/').next() == Some(name));
            out.extend(follows.map(|target| place(target.binding)));
        }
        let Some(head) = flake.outputs else { return Ok(out) };
        let Some((_, parameter)) = head.names.iter().find(|(known, _)| known == name) else { return Ok(out) };
        out.push(place(*parameter));
        let reads = |node: &SyntaxNode| {
            let binder = || if let Meaning::Lexical(binder) = scope::meaning(node, name) { Some(span(&binder)) } else { None };
            node.kind() == SyntaxKind::NODE_IDENT
                && node.text() == name
                && scope::is_variable(node)
                && binder().is_some_and(|binder| binder.start == head.span.start)
        };
        out.extend(source.root.descendants().filter(reads).map(|node| place(span(&node))));
        Ok(out)
    }
}

/// Whether a name is one of all inputs: also that of flake-parts, for one system each.
fn is_all(name: &str, all: &str) -> bool {
    name == "inputs" || name == "inputs'" || name == all
}

/// `inputs.NAME`, however much comes before and behind.
fn selects(node: &SyntaxNode, all: &str, name: &str) -> bool {
    node.kind() == SyntaxKind::NODE_SELECT && selected(node).windows(2).any(|pair| is_all(&pair[0], all) && pair[1] == name)
}

/// `with inputs; NAME`
fn within(node: &SyntaxNode, all: &str, name: &str) -> bool {
    let is_named = node.kind() == SyntaxKind::NODE_IDENT && node.text() == name && scope::is_variable(node);
    let from = |with: &SyntaxNode| is_all(&body::last_name(with), all);
    is_named && matches!(scope::meaning(node, name), Meaning::With(withs) if withs.iter().any(from))
}

/// `inherit (inputs) NAME;`
fn inherits(node: &SyntaxNode, name: &str) -> bool {
    let from = |child: SyntaxNode| child.kind() == SyntaxKind::NODE_INHERIT_FROM && child.text().to_string().contains("inputs");
    node.kind() == SyntaxKind::NODE_INHERIT
        && node.children().any(from)
        && node.children().any(|child| child.kind() == SyntaxKind::NODE_IDENT && child.text() == name)
}
