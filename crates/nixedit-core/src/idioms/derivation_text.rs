//! A derivation's text for another file: what it reads there means what it meant where it stood.

use super::derivations::{Derivation, Form};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, node_at, span};
use crate::text::{Span, join_path, parent_path, relative_path};

/// What moves: `let` bindings that the derivation reads, in order, then the derivation itself.
pub(super) struct Moved {
    /// Names and texts.
    pub bindings: Vec<(String, String)>,
    /// Bindings of the file's `let` that go.
    pub gone: Vec<SyntaxNode>,
    /// The derivation's own text.
    pub text: String,
}

/// The texts for a file at `to`. Refuses: a name that only the old file knows and others there read too.
pub(super) fn moved(source: &Source, derivation: &Derivation, to: &str) -> Result<Moved> {
    let mut out = Moved { bindings: Vec::new(), gone: Vec::new(), text: String::new() };
    if let Form::Bound(binding) = &derivation.form {
        out.gone.push(binding.clone());
    }
    out.text = written(source, &derivation.node, to)?;
    let mut pending = needed(source, &derivation.node)?;
    while let Some(binding) = pending.pop() {
        if out.gone.contains(&binding) {
            continue;
        }
        let Some((path, value)) = lookup::binding_parts(&binding) else { continue };
        out.bindings.insert(0, (path.to_string(), written(source, &value, to)?));
        out.gone.push(binding);
        pending.extend(needed(source, &value)?);
    }
    check_unshared(source, derivation, &out.gone)?;
    Ok(out)
}

/// The `let` bindings that an expression reads. Refuses names that a module has no other way to.
fn needed(source: &Source, node: &SyntaxNode) -> Result<Vec<SyntaxNode>> {
    const OF_MODULES: &[&str] = &["pkgs", "lib", "config", "inputs", "osConfig"];
    let mut out = Vec::new();
    for (name, ident) in free(node) {
        match scope::meaning(&ident, &name) {
            Meaning::Lexical(binder) if binder.kind() == SyntaxKind::NODE_LET_IN => {
                let entry =
                    binder.children().find(|entry| lookup::binding_parts(entry).is_some_and(|(path, _)| path.names() == [name.clone()]));
                out.push(entry.ok_or_else(|| cannot(source, &ident, &name))?);
            }
            Meaning::Lexical(_) if !OF_MODULES.contains(&name.as_str()) => return Err(cannot(source, &ident, &name)),
            Meaning::With(scopes) if scopes.iter().any(|scope| scope.text() != "pkgs") => return Err(cannot(source, &ident, &name)),
            _ => {}
        }
    }
    Ok(out)
}

fn cannot(source: &Source, ident: &SyntaxNode, name: &str) -> Box<Diagnostic> {
    let message = format!("the derivation reads '{name}', which another file does not know");
    source.error(Code::ShapeUnsupported, message, span(ident), "read here").help("write what it means into the derivation first")
}

/// The free variables of a node of a file.
fn free(node: &SyntaxNode) -> Vec<(String, SyntaxNode)> {
    let own = span(node);
    let idents = node.descendants().filter(|ident| ident.kind() == SyntaxKind::NODE_IDENT && scope::is_variable(ident));
    let outside = |ident: &SyntaxNode| match scope::meaning(ident, &ident.text().to_string()) {
        Meaning::Lexical(binder) => !own.contains(span(&binder)),
        Meaning::With(scopes) => scopes.iter().all(|scope| !own.contains(span(scope))),
        Meaning::Unbound => true,
        Meaning::Global => false,
    };
    idents.filter(outside).map(|ident| (ident.text().to_string(), ident)).collect()
}

/// A node's text with paths as the new file sees them, and what `with pkgs;` brought written out.
fn written(source: &Source, node: &SyntaxNode, to: &str) -> Result<String> {
    let tall_string = |node: &SyntaxNode| node.kind() == SyntaxKind::NODE_STRING && node.text().char_at(0.into()) == Some('"');
    if let Some(text) = node.descendants().find(|node| tall_string(node) && node.text().contains_char('\n')) {
        let message = "a string in double quotes over several lines would change with its indentation";
        return Err(source.error(Code::ShapeUnsupported, message, span(&text), "here").help("write it as ''…'' first"));
    }
    let mut changes: Vec<(Span, String)> = Vec::new();
    for (name, ident) in free(node) {
        if matches!(scope::meaning(&ident, &name), Meaning::With(_)) {
            changes.push((span(&ident), format!("pkgs.{name}")));
        }
    }
    for path in node.descendants().filter(|node| node.kind() == SyntaxKind::NODE_PATH_REL) {
        let text = path.text().to_string();
        let Some(target) = join_path(parent_path(&source.path), &text).filter(|_| !text.contains("${")) else { continue };
        changes.push((span(&path), relative_path(parent_path(to), &target)));
    }
    changes.sort_by_key(|(at, _)| at.start);
    let fragment = Fragment::of(source, node);
    // Lines lose the indentation of the first: so the changes are made in the file's own text.
    let mut text = source.text.to_string();
    for (at, with) in changes.iter().rev() {
        text.replace_range(at.start..at.end, with);
    }
    if changes.is_empty() {
        return Ok(fragment.text().to_owned());
    }
    let grown: isize = changes.iter().map(|(at, with)| with.len() as isize - at.len() as isize).sum();
    let changed = Source::parse(&source.path, text.into())?;
    let at = Span::new(span(node).start, span(node).end.saturating_add_signed(grown));
    let node = node_at(&changed.root, at).ok_or_else(|| source.error(Code::ResultBroken, "the derivation was lost", at, "here"))?;
    Ok(Fragment::of(&changed, &node).text().to_owned())
}

/// Refuses bindings that something else in the file reads as well.
fn check_unshared(source: &Source, derivation: &Derivation, gone: &[SyntaxNode]) -> Result<()> {
    let own =
        |ident: &SyntaxNode| gone.iter().any(|binding| span(binding).contains(span(ident))) || span(&derivation.node).contains(span(ident));
    for binding in gone.iter().filter(|binding| !span(binding).contains(span(&derivation.node))) {
        let (Some((path, _)), Some(scope)) = (lookup::binding_parts(binding), binding.parent()) else { continue };
        let name = path.to_string();
        let mut idents = source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_IDENT && node.text() == name.as_str());
        let other = idents
            .find(|ident| scope::is_variable(ident) && scope::meaning(ident, &name) == Meaning::Lexical(scope.clone()) && !own(ident));
        if let Some(other) = other {
            let place = source.file_line(span(binding).start);
            let message = format!("{} uses '{name}' from the let at {place}, which others there use too", derivation.name);
            return Err(source
                .error(Code::ShapeUnsupported, message, span(&other), "used here too")
                .help("write its value into the derivation first"));
        }
    }
    Ok(())
}
