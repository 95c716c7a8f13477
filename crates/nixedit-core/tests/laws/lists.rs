//! The laws over generated lists in many layouts.

use crate::{Folder, is_subsequence};
use nixedit_core::operation::{ListAdd, ListRemove, Operation, Target};
use nixedit_core::place::Place;
use nixedit_core::syntax::attr_path::AttrPath;
use nixedit_core::syntax::parse::Source;
use proptest::prelude::*;

/// A list's text: names, how they are laid out, and the line ending.
fn text() -> impl Strategy<Value = String> {
    let name = "[a-m][a-z]{0,6}";
    let item = (name, 0..6u8);
    (proptest::collection::vec(item, 1..9), 0..4u8, any::<bool>(), any::<bool>()).prop_map(|(items, layout, crlf, newline)| {
        let mut seen = std::collections::BTreeSet::new();
        let mut items: Vec<_> = items.into_iter().filter(|(name, _)| !is_keyword(name) && seen.insert(name.clone())).collect();
        if items.is_empty() {
            items.push(("only".to_owned(), 5));
        }
        let mut out = String::from("{ pkgs, ... }:\n{\n  # what it is\n  l = with pkgs; [");
        for (index, (name, extra)) in items.iter().enumerate() {
            match (layout, extra) {
                (0, _) => out.push_str(&format!(" {name}")),
                (1, 0) => out.push_str(&format!("\n    {name} # about {name}")),
                (1, 1) if index > 0 => out.push_str(&format!("\n\n    # Group {index}\n    {name}")),
                (2, 0..3) if index > 0 => out.push_str(&format!(" {name}")),
                (3, 0) => out.push_str(&format!("\n\t{name}")),
                _ => out.push_str(&format!("\n    {name}")),
            }
        }
        out.push_str(if layout == 0 { " ];\n  other = 1; # kept\n}" } else { "\n  ];\n  other = 1; # kept\n}" });
        if newline {
            out.push('\n');
        }
        if crlf { out.replace('\n', "\r\n") } else { out }
    })
}

fn is_keyword(name: &str) -> bool {
    ["if", "in", "let", "inherit", "else", "assert"].contains(&name)
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![Just(Place::Fitting), Just(Place::First), Just(Place::Last)]
}

fn target() -> Target {
    Target { file: Some("x.nix".to_owned()), path: AttrPath::parse("l").ok(), at: None }
}

pub fn add(name: &str, place: Place) -> Operation {
    Operation::ListAdd(ListAdd { target: target(), place, nix: true, items: vec![name.to_owned()], ..ListAdd::default() })
}

pub fn remove(name: &str) -> Operation {
    Operation::ListRemove(ListRemove { target: target(), nix: true, items: vec![name.to_owned()], ..ListRemove::default() })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_is_small_and_done_once(text in text(), place in place()) {
        let folder = Folder::with(&text);
        let after = folder.after(&add("newcomer", place.clone())).expect("a change");
        // Law 1: what was there is there, in order; what is new is the element and its blanks.
        prop_assert!(after.len() > text.len() && is_subsequence(&text, &after), "{after:?}");
        // Law 4: the result parses.
        prop_assert!(Source::parse("x.nix", after.as_str().into()).is_ok());
        // Law 2: twice is once.
        prop_assert_eq!(Folder::with(&after).after(&add("newcomer", place)), None);
        // Law 3: add, then remove.
        prop_assert_eq!(Folder::with(&after).after(&remove("newcomer")), Some(text));
    }

    #[test]
    fn removing_takes_its_own_and_nothing_else(text in text(), which in 0..9usize) {
        let names: Vec<String> = words(&text);
        let name = names[which % names.len()].clone();
        let after = Folder::with(&text).after(&remove(&name)).expect("a change");
        prop_assert!(is_subsequence(&after, &text), "{after:?}");
        let mut left = names;
        left.retain(|n| *n != name);
        prop_assert_eq!(words(&after), left);
        prop_assert!(after.contains("# what it is") && after.contains("# kept"));
        prop_assert_eq!(Folder::with(&after).after(&remove(&name)), None);
    }
}

/// The names in the list.
fn words(text: &str) -> Vec<String> {
    let inside = text.split('[').nth(1).and_then(|t| t.split(']').next()).unwrap_or_default();
    inside.lines().flat_map(|line| line.split('#').next().unwrap_or_default().split_whitespace()).map(str::to_owned).collect()
}
