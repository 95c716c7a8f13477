//! What a place in a file belongs to: the attribute, and the group of the list.

use super::list_packages::groups;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, lookup};
use crate::text::position;
use serde::Serialize;

/// Where a change lies, in words of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SlotAt {
    /// The attribute path as far as the file writes it: `home.packages`.
    pub slot: String,
    /// The heading of the list's group.
    pub group: Option<String>,
}

/// A text as it is looked at: parsed once for all places; `None` where it does not parse.
pub fn parsed(text: &str) -> Option<Source> {
    Source::parse("", text.into()).ok()
}

/// The attribute and group at a byte offset of a file; blanks belong to what follows. `None` outside
/// of any attribute.
pub fn slot_at(source: &Source, offset: usize) -> Option<SlotAt> {
    let text: &str = &source.text;
    let rest = text.get(offset..)?;
    let offset = offset + (rest.len() - rest.trim_start().len());
    let token = source.root.token_at_offset(u32::try_from(offset).ok()?.into()).right_biased()?;
    let names = lookup::full_path(&token.parent()?);
    let names = if names.first().is_some_and(|name| name == "config") { &names[1..] } else { &names };
    let slot = AttrPath::from_names(names.to_vec())?.to_string();
    let line = position(text, offset).line;
    let list = token.parent_ancestors().find(|node| node.kind() == SyntaxKind::NODE_LIST);
    let begun = |list| groups(list, text).into_iter().rfind(|group| group.packages.first().is_some_and(|first| first.line <= line));
    Some(SlotAt { slot, group: list.as_ref().and_then(begun).and_then(|group| group.heading) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_by_attribute_and_group() {
        let text = "{ pkgs, ... }: {\n  home.packages = with pkgs; [\n    # Apps\n    gimp\n\n    # Dev\n    go\n    gcc\n  ];\n  config.a = {\n    b = 1;\n  };\n}\n";
        let source = parsed(text).unwrap();
        let at = |word: &str| slot_at(&source, text.find(word).unwrap() - 4).map(|at| (at.slot, at.group.unwrap_or_default()));
        assert_eq!(at("gimp"), Some(("home.packages".to_owned(), "Apps".to_owned())));
        assert_eq!(at("gcc"), Some(("home.packages".to_owned(), "Dev".to_owned())));
        assert_eq!(at("b = 1"), Some(("a.b".to_owned(), String::new())));
        assert_eq!(slot_at(&source, text.len() + 1), None);
        assert!(parsed("{ a = ").is_none());
    }
}
