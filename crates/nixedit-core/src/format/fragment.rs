//! New code laid out by the formatter that the settings name, or by nixpkgs-fmt where the flake does.

use super::laid_out;
use crate::diagnostic::Result;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::settings::{Formatter, NewCode};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxNode, node_at};
use crate::text::Span;
use rnix::SyntaxKind::{NODE_ATTRPATH_VALUE, NODE_STRING};

/// Lays out the fragments that a plan inserts. One that takes the place of other code is laid out
/// where that was. Nothing happens without a formatter, and to fragments that it would not take.
pub fn new_code(project: &Project, plan: &mut Plan) -> Result<()> {
    if !plan.steps.iter().any(has_layout) {
        return Ok(());
    }
    let Some(formatter) = formatter(project) else { return Ok(()) };
    for step in &mut plan.steps {
        match step {
            Step::InsertElements { elements, .. } => {
                elements.iter_mut().for_each(|element| set(element, as_element(formatter, element)));
            }
            Step::InsertBinding { path, value, .. } => set(value, as_value(formatter, path, value)),
            Step::InsertBindings { bindings, .. } | Step::InsertLet { bindings, .. } => {
                bindings.iter_mut().for_each(|(path, value)| set(value, as_value(formatter, path, value)));
            }
            Step::Replace { file, at, with } if was_laid_out(&project.source(file)?, *at, formatter) => {
                set(with, as_value(formatter, &placeholder()?, with));
            }
            Step::ReplaceBinding { file, binding, path, value } if was_laid_out(&project.source(file)?, *binding, formatter) => {
                set(value, as_value(formatter, path, value));
            }
            _ => {}
        }
    }
    Ok(())
}

fn set(fragment: &mut Fragment, laid_out: Option<Fragment>) {
    if let Some(laid_out) = laid_out {
        *fragment = laid_out;
    }
}

fn formatter(project: &Project) -> Option<Formatter> {
    let by_flake = || project.formatter().filter(|own| *own == Formatter::NixpkgsFmt);
    if project.settings().format.new_code == NewCode::Flake { by_flake() } else { named(project) }
}

/// The formatter that the settings name.
pub(super) fn named(project: &Project) -> Option<Formatter> {
    match project.settings().format.new_code {
        NewCode::Nixfmt => Some(Formatter::Nixfmt),
        NewCode::NixpkgsFmt => Some(Formatter::NixpkgsFmt),
        NewCode::Alejandra => Some(Formatter::Alejandra),
        NewCode::Flake | NewCode::None => None,
    }
}

fn has_layout(step: &Step) -> bool {
    match step {
        Step::InsertElements { elements, .. } => elements.iter().any(is_made_of_parts),
        Step::InsertBinding { value, .. } | Step::ReplaceBinding { value, .. } => is_made_of_parts(value),
        Step::InsertBindings { bindings, .. } | Step::InsertLet { bindings, .. } => {
            bindings.iter().any(|(_, value)| is_made_of_parts(value))
        }
        Step::Replace { with, .. } => is_made_of_parts(with),
        _ => false,
    }
}

/// Whether there is anything to lay out: a name, a number, a path or a string has no layout.
fn is_made_of_parts(fragment: &Fragment) -> bool {
    fragment.kind() != NODE_STRING && fragment.text().contains(|c: char| c.is_whitespace() || "[{(:,".contains(c))
}

fn as_value(formatter: Formatter, path: &AttrPath, value: &Fragment) -> Option<Fragment> {
    if !is_made_of_parts(value) {
        return None;
    }
    let text = laid_out(formatter, &format!("{{\n  {path} = {};\n}}\n", super::moved::to_place(value.text(), "  ")))?;
    let source = Source::parse("value", text.as_str().into()).ok()?;
    let binding = source.root.first_child()?.children().find(|node| node.kind() == NODE_ATTRPATH_VALUE)?;
    Some(Fragment::of(&source, &binding.last_child()?))
}

fn as_element(formatter: Formatter, element: &Fragment) -> Option<Fragment> {
    if !is_made_of_parts(element) {
        return None;
    }
    let element = element.as_element();
    let text = laid_out(formatter, &format!("[\n  {}\n  null\n]\n", super::moved::to_place(element.text(), "  ")))?;
    let source = Source::parse("value", text.as_str().into()).ok()?;
    Some(Fragment::of(&source, &source.root.first_child()?.first_child()?))
}

/// Whether the formatter would leave the code at a place alone, taken by itself.
fn was_laid_out(source: &Source, at: Span, formatter: Formatter) -> bool {
    let Some(node) = node_at(&source.root, at) else { return false };
    let value = if node.kind() == NODE_ATTRPATH_VALUE { node.last_child() } else { Some(node) };
    value.is_some_and(|value: SyntaxNode| {
        let old = Fragment::of(source, &value);
        placeholder().ok().and_then(|path| as_value(formatter, &path, &old)).is_none_or(|new| new == old)
    })
}

/// A path of usual length, for code whose own path is not at hand.
fn placeholder() -> Result<AttrPath> {
    AttrPath::parse("attribute")
}
