//! The uses of an input that can go with it: elements of lists, names of the pattern of `outputs`, and
//! what other inputs follow.

use super::prune;
use crate::diagnostic::Result;
use crate::plan::Step;
use crate::project::{Flake, Place, Project};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, node_at, span};
use crate::text::Span;
use std::collections::BTreeMap;

/// The steps that take these uses of `name` out, and the uses that cannot be taken out so.
pub(super) fn steps(project: &Project, flake: &Flake, name: &str, uses: &[Place]) -> Result<(Vec<Step>, Vec<Place>)> {
    let mut by_file: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    uses.iter().for_each(|place| by_file.entry(&place.file).or_default().push(place.span));
    let (mut steps, mut left) = (Vec::new(), Vec::new());
    for (file, spans) in by_file {
        let source = project.source(file)?;
        let mut gone: Vec<Span> = Vec::new();
        for at in spans {
            match taken(&source, flake, name, at) {
                Some(Gone::Step(step)) => steps.push(step),
                Some(Gone::Element(list, element)) => {
                    if !gone.contains(&element) {
                        gone.push(element);
                        steps.push(Step::RemoveElements { file: file.to_owned(), list, elements: vec![element] });
                    }
                }
                None => left.push(Place { file: file.to_owned(), span: at }),
            }
        }
        steps.extend(prune::unused(&source, &gone));
    }
    Ok((merged(steps), left))
}

enum Gone {
    Step(Step),
    /// A list and its element.
    Element(Span, Span),
}

/// How one use goes; `None` where that would change more than the use.
fn taken(source: &Source, flake: &Flake, name: &str, at: Span) -> Option<Gone> {
    let file = source.path.clone();
    if let Some(head) = flake.outputs.as_ref().filter(|head| head.names.iter().any(|(_, known)| *known == at)) {
        return Some(Gone::Step(Step::RemoveParameter { file, function: head.function, name: name.to_owned() }));
    }
    let follows = flake.inputs.iter().flat_map(|input| &input.inner_follows).any(|follow| follow.target.binding == at);
    if follows {
        return Some(Gone::Step(Step::RemoveBindings { file, bindings: vec![at] }));
    }
    let mut node = node_at(&source.root, at)?;
    loop {
        let parent = node.parent()?;
        match parent.kind() {
            SyntaxKind::NODE_LIST => return Some(Gone::Element(span(&parent), span(&node))),
            // `inputs.x.packages.y`, in parentheses or not, is the element as a whole.
            SyntaxKind::NODE_SELECT if is_start(&parent, &node) => node = parent,
            SyntaxKind::NODE_PAREN => node = parent,
            _ => return None,
        }
    }
}

/// Whether a node is what a selection starts from.
fn is_start(select: &SyntaxNode, node: &SyntaxNode) -> bool {
    select.first_child().is_some_and(|first| span(&first) == span(node))
}

/// Removals from one list as one step, so that blank lines are looked at once.
fn merged(steps: Vec<Step>) -> Vec<Step> {
    let mut out: Vec<Step> = Vec::new();
    for step in steps {
        if let Step::RemoveElements { file, list, elements } = &step {
            let known = out.iter_mut().find_map(|known| match known {
                Step::RemoveElements { file: f, list: l, elements } if f == file && l == list => Some(elements),
                _ => None,
            });
            if let Some(known) = known {
                known.extend(elements);
                continue;
            }
        }
        out.push(step);
    }
    out
}
