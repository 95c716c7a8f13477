//! The laws over generated host tables: one-line, aligned and tall rows, comments, missing cells.

use crate::{Folder, is_subsequence};
use nixedit_core::operation::{Operation, PerhostSet, PerhostUnset, Target};
use nixedit_core::syntax::parse::Source;
use proptest::prelude::*;

const HOSTS: [&str; 3] = ["nxiz", "adeck", "zrrh"];

/// A table of three hosts: the cells of each, and how rows are written.
#[derive(Clone, Debug)]
struct Table {
    /// For every key, the value on each host; none where the cell is missing.
    cells: Vec<[Option<bool>; 3]>,
    tall: bool,
    aligned: bool,
    comments: bool,
    crlf: bool,
}

fn table() -> impl Strategy<Value = Table> {
    let cell = prop_oneof![4 => any::<bool>().prop_map(Some), 1 => Just(None)];
    let cells = proptest::collection::vec([cell.clone(), cell.clone(), cell], 1..5);
    (cells, any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(cells, tall, aligned, comments, crlf)| Table {
        cells,
        tall,
        aligned,
        comments,
        crlf,
    })
}

impl Table {
    fn text(&self) -> String {
        let mut out = String::from("{ config, ... }:\nlet\n  perHost = {\n");
        for (index, host) in HOSTS.iter().enumerate() {
            out.push_str(&self.row(index, host));
        }
        out.push_str("  };\n  h = perHost.${config.my.host};\nin\n{\n");
        for key in 0..self.cells.len() {
            out.push_str(&format!("  services.s{key}.enable = h.key{key} or false;\n"));
        }
        out.push_str("  services.extra.enable = h.newcomer or false;\n}\n");
        if self.crlf { out.replace('\n', "\r\n") } else { out }
    }

    fn row(&self, index: usize, host: &str) -> String {
        let cells = self.cells.iter().enumerate().filter_map(|(key, values)| Some(format!("key{key} = {};", values[index]?)));
        let pad = if self.aligned { " ".repeat(5 - host.len()) } else { String::new() };
        // A row that became empty is `{ }`: an empty one over several lines does not come back.
        if self.tall && self.cells.iter().any(|values| values[index].is_some()) {
            let comment = if self.comments { " # on this host" } else { "" };
            let lines: String = cells.map(|cell| format!("      {cell}{comment}\n")).collect();
            format!("    {host} = {{\n{lines}    }};\n")
        } else {
            let comment = if self.comments { format!("    # {host} stands at home\n") } else { String::new() };
            let cells = cells.collect::<Vec<_>>().join(" ");
            let blank = if cells.is_empty() { "" } else { " " };
            format!("{comment}    {host}{pad} = {{{blank}{cells} }};\n")
        }
    }
}

fn target() -> Target {
    Target { file: Some("x.nix".to_owned()), ..Target::default() }
}

fn set(key: &str, values: &[(&str, bool)]) -> Operation {
    let values = values.iter().map(|(host, value)| ((*host).to_owned(), value.to_string())).collect();
    Operation::PerhostSet(PerhostSet { target: target(), key: Some(key.to_owned()), values, ..PerhostSet::default() })
}

fn unset(key: &str) -> Operation {
    Operation::PerhostUnset(PerhostUnset { target: target(), key: key.to_owned(), ..PerhostUnset::default() })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_cell_changes_and_changes_back(table in table(), key in 0..4usize, host in 0..3usize) {
        let key = key % table.cells.len();
        let Some(value) = table.cells[key][host] else { return Ok(()) };
        let (text, name) = (table.text(), format!("key{key}"));
        let flipped = set(&name, &[(HOSTS[host], !value)]);
        let after = Folder::with(&text).after(&flipped).expect("a change");
        let mut other = table.clone();
        other.cells[key][host] = Some(!value);
        prop_assert_eq!(&after, &other.text());
        prop_assert_eq!(Folder::with(&after).after(&flipped), None);
        prop_assert_eq!(Folder::with(&after).after(&set(&name, &[(HOSTS[host], value)])), Some(text));
    }

    #[test]
    fn a_new_key_goes_without_trace(table in table(), values in any::<[bool; 3]>()) {
        let text = table.text();
        let all = [(HOSTS[0], values[0]), (HOSTS[1], values[1]), (HOSTS[2], values[2])];
        let after = Folder::with(&text).after(&set("newcomer", &all)).expect("a change");
        prop_assert!(is_subsequence(&text, &after), "{after:?}");
        prop_assert!(Source::parse("x.nix", after.as_str().into()).is_ok());
        prop_assert_eq!(Folder::with(&after).after(&set("newcomer", &all)), None);
        prop_assert_eq!(Folder::with(&after).after(&unset("newcomer")), Some(text));
    }

    #[test]
    fn a_bare_key_is_true_everywhere(table in table(), key in 0..4usize) {
        let key = key % table.cells.len();
        let bare = Operation::PerhostSet(PerhostSet { target: target(), key: Some(format!("key{key}")), ..PerhostSet::default() });
        let mut wanted = table.clone();
        wanted.cells[key] = [Some(true); 3];
        let there = table.cells[key].iter().any(Option::is_some);
        if there && table.cells[key].iter().all(Option::is_some) {
            let changes = table.cells[key] != [Some(true); 3];
            let after = Folder::with(&table.text()).after(&bare);
            prop_assert_eq!(after, changes.then(|| wanted.text()));
        }
    }
}
