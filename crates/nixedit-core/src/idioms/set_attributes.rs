//! `option set PATH '{ a = …; b = …; }'` where attributes below the path have bindings of their own.
//!
//! ```text
//! programs.dconf.enable = true;   =>   programs.dconf.enable = false;     (for programs.dconf = { enable = false; })
//! ```
//! A second binding for the whole path would define some of them twice (Nix: "attribute already defined"), so each
//! attribute is set as if it alone had been asked for.

use super::option_set;
use crate::diagnostic::Result;
use crate::operation::OptionSet;
use crate::plan::Step;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::{self, binding_parts};
use crate::syntax::parse::Source;
use rnix::SyntaxKind::{NODE_ATTR_SET, TOKEN_COMMENT, TOKEN_REC};

/// The attributes of `value`, with their full paths; `None` where nothing below `path` is bound, or where the value
/// says more than bindings can.
pub(super) fn apart(source: &Source, path: &AttrPath, value: &Fragment) -> Option<Vec<(AttrPath, Fragment)>> {
    if value.kind() != NODE_ATTR_SET || lookup::find(&source.root, path).below.is_empty() {
        return None;
    }
    let typed = Source::parse("value", value.text().into()).ok()?;
    let set = typed.root.first_child()?;
    let tokens = set.descendants_with_tokens().filter_map(|part| part.into_token());
    if tokens.into_iter().any(|token| matches!(token.kind(), TOKEN_COMMENT | TOKEN_REC)) {
        return None;
    }
    let attribute = |entry| {
        let (below, value) = binding_parts(&entry)?;
        let full = below.names().iter().fold(path.clone(), |path, name| path.child(name));
        Some((full, Fragment::of(&typed, &value)))
    };
    set.children().map(attribute).collect()
}

/// What sets each of them.
pub(super) fn steps(source: &Source, args: &OptionSet, each: Vec<(AttrPath, Fragment)>) -> Result<Vec<Step>> {
    let one = |(path, value)| option_set::steps(source, &OptionSet { path, ..args.clone() }, value);
    let steps: Result<Vec<Vec<Step>>> = each.into_iter().map(one).collect();
    Ok(steps?.concat())
}
