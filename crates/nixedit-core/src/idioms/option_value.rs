//! What a person who types an option's value means: what kind of value the option has already, here
//! or elsewhere in the flake, else what the text can only be.

use super::{candidates, cell_value, host_modules};
use crate::diagnostic::Result;
use crate::operation::OptionSet;
use crate::project::tables::{ValueKind, value_kind};
use crate::project::{Project, Side};
use crate::syntax::SyntaxNode;
use crate::syntax::body::below_priority;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use std::collections::BTreeSet;

/// The value as an expression: verbatim with `nix`.
pub(super) fn fragment(project: &Project, source: &Source, args: &OptionSet) -> Result<Fragment> {
    if args.nix {
        return Fragment::parse(&args.value);
    }
    let literal = Fragment::value(&args.value);
    // What can only be a string, or is written as one, needs no second opinion.
    if value_kind(&literal.node()) == ValueKind::String {
        return Ok(literal);
    }
    let kinds = kinds(project, source, args)?;
    let stays_text = kinds.is_empty() && value_kind(&literal.node()) == ValueKind::Number && args.value.contains(['.', 'e', 'E']);
    // Without a word from the option a number with a point is a version more often than a number.
    if stays_text { Ok(Fragment::string(&args.value)) } else { cell_value::fragment(&args.value, false, &kinds) }
}

/// The kinds of the option's values in the file, else of those that any host's modules give it.
fn kinds(project: &Project, source: &Source, args: &OptionSet) -> Result<BTreeSet<ValueKind>> {
    let told = |node: &SyntaxNode| args.at.is_none_or(|line| candidates::covers(source, node, line));
    let here = candidates::definitions(source, &args.path).into_iter().filter(|found| told(&found.binding));
    let here = cell_value::typed_kinds(here.map(|found| kind(&found.value)));
    if !here.is_empty() || args.hosts.is_empty() {
        return Ok(here);
    }
    let mut found = Vec::new();
    for host in project.hosts()? {
        for side in [Side::System, Side::Home] {
            let modules = host_modules::modules(project, &host, side)?;
            found.extend(modules.iter().flat_map(|module| module.find(&args.path).definitions).map(|found| kind(&found.value)));
        }
    }
    Ok(cell_value::typed_kinds(found.into_iter()))
}

fn kind(value: &SyntaxNode) -> ValueKind {
    value_kind(&below_priority(value))
}
