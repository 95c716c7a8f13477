//! The laws over generated attribute sets: dotted and nested bindings, comments, blank lines.

use crate::{Folder, is_subsequence};
use nixedit_core::operation::{Operation, OptionSet, OptionUnset};
use nixedit_core::syntax::attr_path::AttrPath;
use nixedit_core::syntax::parse::Source;
use proptest::prelude::*;

/// One top-level binding: its name, the names below it, how it is written, what stands around it.
#[derive(Clone, Debug)]
struct Entry {
    name: String,
    inner: Vec<String>,
    dotted: bool,
    around: u8,
}

/// A module of such bindings; every value is the text of its own path.
#[derive(Clone, Debug)]
struct Module {
    entries: Vec<Entry>,
    crlf: bool,
    newline: bool,
    head: u8,
}

fn module() -> impl Strategy<Value = Module> {
    let inner = proptest::collection::btree_set("[m-q][a-z]{1,4}", 0..4);
    let entry = ("[a-e][a-z]{1,5}", inner, any::<bool>(), 0..6u8).prop_map(|(name, inner, dotted, around)| Entry {
        name,
        inner: inner.into_iter().collect(),
        dotted,
        around,
    });
    (proptest::collection::vec(entry, 1..7), any::<bool>(), any::<bool>(), 0..3u8).prop_map(|(mut entries, crlf, newline, head)| {
        let mut seen = std::collections::BTreeSet::from(["assert".to_owned(), "else".to_owned()]);
        entries.retain(|entry| seen.insert(entry.name.clone()));
        if entries.is_empty() {
            entries.push(Entry { name: "only".to_owned(), inner: Vec::new(), dotted: false, around: 0 });
        }
        Module { entries, crlf, newline, head }
    })
}

impl Module {
    fn text(&self) -> String {
        let head = ["", "{ config, lib, pkgs, ... }:\n\n", "# A module\n{ lib, ... }:\nlet\n  x = 1;\nin\n"][self.head as usize];
        let mut out = format!("{head}{{\n");
        for entry in &self.entries {
            match entry.around {
                1 => out.push_str(&format!("  # on {}\n", entry.name)),
                2 => out.push('\n'),
                3 => out.push_str(&format!("\n  # on {}\n", entry.name)),
                _ => {}
            }
            out.push_str(&entry.lines());
        }
        out.push_str(if self.newline { "}\n" } else { "}" });
        if self.crlf { out.replace('\n', "\r\n") } else { out }
    }

    /// The paths that have a value, in order.
    fn paths(&self) -> Vec<String> {
        self.entries.iter().flat_map(Entry::paths).collect()
    }
}

impl Entry {
    fn paths(&self) -> Vec<String> {
        match self.inner.as_slice() {
            [] => vec![self.name.clone()],
            inner => inner.iter().map(|name| format!("{}.{name}", self.name)).collect(),
        }
    }

    fn lines(&self) -> String {
        let trailing = if self.around > 3 { format!(" # of {}", self.name) } else { String::new() };
        match self.inner.as_slice() {
            [] => format!("  {0} = \"{0}\";{trailing}\n", self.name),
            inner if self.dotted => inner.iter().map(|name| format!("  {0}.{name} = \"{0}.{name}\";{trailing}\n", self.name)).collect(),
            inner => {
                let body: String = inner.iter().map(|name| format!("    {name} = \"{}.{name}\";{trailing}\n", self.name)).collect();
                format!("  {} = {{\n{body}  }};\n", self.name)
            }
        }
    }
}

pub fn set(path: &str, value: &str) -> Operation {
    let path = AttrPath::parse(path).expect("a path");
    Operation::OptionSet(OptionSet { file: Some("x.nix".to_owned()), nix: true, ..OptionSet::new(path, value) })
}

pub fn unset(path: &str) -> Operation {
    let path = AttrPath::parse(path).expect("a path");
    Operation::OptionUnset(OptionUnset { hosts: Default::default(), file: Some("x.nix".to_owned()), at: None, path })
}

/// A path that no generated module has: new, or below one that it has.
fn new_path(module: &Module, which: usize) -> String {
    match module.entries.get(which).filter(|entry| !entry.inner.is_empty()) {
        Some(entry) => format!("{}.newcomer", entry.name),
        None => "fresh.newcomer".to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_new_binding_is_small_and_goes_without_trace(module in module(), which in 0..8usize) {
        let (text, path) = (module.text(), new_path(&module, which));
        let after = Folder::with(&text).after(&set(&path, "\"it\"")).expect("a change");
        prop_assert!(after.len() > text.len() && is_subsequence(&text, &after), "{after:?}");
        prop_assert!(Source::parse("x.nix", after.as_str().into()).is_ok());
        prop_assert_eq!(Folder::with(&after).after(&set(&path, "\"it\"")), None);
        prop_assert_eq!(Folder::with(&after).after(&unset(&path)), Some(text));
    }

    #[test]
    fn a_value_is_replaced_in_its_place_and_back(module in module(), which in 0..20usize) {
        let (text, paths) = (module.text(), module.paths());
        let path = &paths[which % paths.len()];
        let after = Folder::with(&text).after(&set(path, "[ 1 2 ]")).expect("a change");
        prop_assert_eq!(&after, &text.replacen(&format!("\"{path}\""), "[ 1 2 ]", 1));
        prop_assert_eq!(Folder::with(&after).after(&set(path, "[ 1 2 ]")), None);
        prop_assert_eq!(Folder::with(&after).after(&set(path, &format!("\"{path}\""))), Some(text));
    }

    #[test]
    fn what_is_unset_goes_alone(module in module(), which in 0..20usize) {
        let (text, paths) = (module.text(), module.paths());
        let path = &paths[which % paths.len()];
        let after = Folder::with(&text).after(&unset(path)).expect("a change");
        prop_assert!(is_subsequence(&after, &text), "{after:?}");
        for other in paths.iter().filter(|other| *other != path) {
            prop_assert!(after.contains(&format!("\"{other}\"")), "{other} is lost: {after:?}");
        }
        let value = format!("\"{path}\"");
        prop_assert!(!after.contains(&value), "{after:?}");
        // Law 7: the comments above other bindings stay with them.
        let gone = path.split('.').next().unwrap_or_default();
        for line in text.lines().filter(|line| line.contains("# on ") && !line.ends_with(&format!(" {gone}"))) {
            prop_assert!(after.contains(line), "{line} is lost: {after:?}");
        }
        prop_assert_eq!(Folder::with(&after).after(&unset(path)), None);
    }
}
