//! Where a new binding goes when the caller does not say: a table of rules, the first that
//! applies wins. Each carries what it wins (see [`super::place`]).
//!
//! First the bindings that share most names with the new path are taken, the last run of them; if
//! none does, all (6 options). Those that agree in the next name too are one unit, as the lines
//! of one dotted input are. Then, among the units:
//!
//! | rule | wins |
//! |---|---|
//! | 1 `enable` in front | 2 options |
//! | 2 `package` behind `enable` | 2 options |
//! | 3 beside names that begin with the same four letters or more, in order if they are | 6 options, 3 secret rules, 5 inputs |
//! | 4 in order, where at least 70 % of neighbouring pairs are | 14 options, 14 inputs, 15 secret rules |
//! | 5 in front of `system.stateVersion` (SPEC B2new) | loses 1 option; people put it anywhere |
//! | 6 at the end: of all where units stand apart, else of the largest group | 3 options, 8 inputs |
//! | 7 there, a short binding goes in front of the tall ones that end it | 6 options |
//!
//! Blank lines: as many units stand apart by, so does the new one, in the middle (2 options, 36
//! inputs) and at the end; beside kin only tall ones do (2 options). A blank line is put only where
//! removing the binding takes it away again: at the ends, and where one stood.

use super::insert::Slot;
use super::order;
use super::place::{NoPlace, ORDERED, Placement, half_blank, last_run, told};
use super::sequence::Sequence;
use crate::place::Place;
use crate::syntax::attr_path::AttrPath;
use std::ops::Range;

/// Fewest letters that names must begin with alike to be kin.
const KIN_LETTERS: usize = 4;

/// Bindings that stand and are placed as one.
struct Unit {
    items: Range<usize>,
    name: String,
    blank_above: bool,
    tall: bool,
}

/// The units that a new binding is placed among.
struct Units<'s, 'a> {
    seq: &'s Sequence<'a>,
    units: Vec<Unit>,
    /// How many names the path shares with all of them.
    depth: usize,
    /// Whether most of them stand apart by blank lines.
    spaced: bool,
}

/// The place of a new binding of `path`; `tall` when it spans several lines.
pub fn binding(seq: &Sequence, path: &AttrPath, tall: bool, place: &Place) -> Result<Placement, NoPlace> {
    if let Some(told) = told(seq, &path.to_string(), place)? {
        return Ok(told);
    }
    if seq.items.is_empty() {
        return Ok(Placement::tight(Slot::Only));
    }
    let units = Units::of(seq, path);
    Ok(units.fitting(path, tall))
}

impl<'s, 'a> Units<'s, 'a> {
    fn of(seq: &'s Sequence<'a>, path: &AttrPath) -> Self {
        let shared: Vec<usize> = seq.items.iter().map(|item| item.path().map_or(0, |own| shared_names(&own, path))).collect();
        let depth = shared.iter().copied().max().unwrap_or(0);
        let range = last_run(&shared).unwrap_or(0..seq.items.len());
        let mut units: Vec<Unit> = Vec::new();
        for index in range {
            let item = &seq.items[index];
            let name = item.path().and_then(|own| own.names().get(depth).cloned()).unwrap_or_default();
            let tall = item.is_multiline(seq.text);
            match units.last_mut() {
                Some(last) if last.name == name && !item.blank_above => {
                    last.items.end = index + 1;
                    last.tall |= tall;
                }
                _ => units.push(Unit { items: index..index + 1, name, blank_above: item.blank_above, tall }),
            }
        }
        let spaced = match units.len() {
            1 => half_blank(seq.items.iter().map(|item| item.blank_above)),
            _ => half_blank(units.iter().map(|unit| unit.blank_above)),
        };
        Self { seq, units, depth, spaced }
    }

    fn fitting(&self, path: &AttrPath, tall: bool) -> Placement {
        let name = path.names().get(self.depth).map_or("", String::as_str);
        let is_last_name = path.names().len() == self.depth + 1;
        if is_last_name && name == "enable" {
            return self.at(0, tall);
        }
        if is_last_name && name == "package" && self.units[0].name == "enable" {
            return Placement::tight(Slot::After(self.units[0].items.end - 1));
        }
        if let Some(at) = self.beside_kin(name) {
            return self.at(at, tall);
        }
        let all = 0..self.units.len();
        if let Some(at) = self.in_order(&all, name) {
            return self.at(at, tall);
        }
        if self.depth == 0
            && path.names().len() > 1
            && let Some(at) = self.units.iter().position(|unit| self.is_state_version(unit)).filter(|&at| at > 0)
        {
            return self.above(at);
        }
        let group = if self.spaced { all } else { self.largest_group() };
        let at = self.in_order(&group, name).unwrap_or_else(|| self.end_of(&group, tall));
        self.at(at, tall)
    }

    fn is_state_version(&self, unit: &Unit) -> bool {
        self.seq.items[unit.items.clone()].iter().any(|item| item.path().is_some_and(|path| path.last() == "stateVersion"))
    }

    fn beside_kin(&self, name: &str) -> Option<usize> {
        let wanted = order_key(name);
        let alike = |unit: &Unit| {
            let letters = order_key(&unit.name).chars().zip(wanted.chars()).take_while(|(a, b)| a == b).count();
            if letters >= KIN_LETTERS { letters } else { 0 }
        };
        let kin = last_run(&self.units.iter().map(alike).collect::<Vec<_>>())?;
        Some(self.in_order(&kin, name).unwrap_or(kin.end))
    }

    fn in_order(&self, range: &Range<usize>, name: &str) -> Option<usize> {
        let keys: Vec<String> = self.units[range.clone()].iter().map(|unit| order_key(&unit.name)).collect();
        order::is_ordered(&keys, ORDERED).then(|| range.start + order::slot(&keys, &order_key(name)))
    }

    fn groups(&self) -> Vec<Range<usize>> {
        let mut out: Vec<Range<usize>> = Vec::new();
        for (index, unit) in self.units.iter().enumerate() {
            match out.last_mut() {
                Some(last) if !unit.blank_above => last.end = index + 1,
                _ => out.push(index..index + 1),
            }
        }
        out
    }

    fn largest_group(&self) -> Range<usize> {
        self.groups().into_iter().reduce(|best, group| if group.len() > best.len() { group } else { best }).unwrap_or(0..self.units.len())
    }

    /// The end of a group; for a short binding, that in front of the tall ones that end its last
    /// run, unless all of it is tall.
    fn end_of(&self, group: &Range<usize>, tall: bool) -> usize {
        let start = self.groups().iter().rev().find(|run| run.start < group.end).map_or(group.start, |run| run.start);
        let short = self.units[start..group.end].iter().rposition(|unit| !unit.tall);
        match short {
            Some(at) if !tall => start + at + 1,
            _ => group.end,
        }
    }

    /// In front of the unit at `at` (behind the last one where there is none), with the blank
    /// lines that its neighbours have.
    fn at(&self, at: usize, tall: bool) -> Placement {
        let Some(before) = at.checked_sub(1).map(|index| &self.units[index]) else {
            let apart = self.depth == 0 && self.spaced && self.units.get(1).is_some_and(|unit| unit.blank_above);
            return Placement { slot: Slot::Above(self.units[0].items.start), blank_before: false, blank_after: apart };
        };
        let next = self.seq.items.get(before.items.end);
        let stands_apart = before.blank_above && next.is_none_or(|item| item.blank_above) && self.seq.items.len() > 1;
        let blank_before = match next {
            _ if self.depth > 0 => stands_apart && (before.tall || tall || (self.spaced && self.units.len() > 1)),
            None => stands_apart,
            Some(_) => stands_apart && self.spaced,
        };
        Placement { slot: Slot::After(before.items.end - 1), blank_before: blank_before && self.seq.is_multiline(), blank_after: false }
    }

    /// In front of a unit and its comments, apart from both neighbours where these stand apart.
    fn above(&self, at: usize) -> Placement {
        let unit = &self.units[at];
        Placement { slot: Slot::Above(unit.items.start), blank_before: false, blank_after: unit.blank_above }
    }
}

/// How names are compared: without case, `enable` and `package` in front (2 options).
fn order_key(name: &str) -> String {
    match name {
        "enable" => "\u{0}".to_owned(),
        "package" => "\u{1}".to_owned(),
        name => name.to_lowercase(),
    }
}

/// How many names two paths begin with alike; the new one keeps one to be placed by.
fn shared_names(own: &AttrPath, new: &AttrPath) -> usize {
    let shared = own.names().iter().zip(new.names()).take_while(|(a, b)| a == b).count();
    shared.min(new.names().len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rnix::SyntaxKind::*;

    fn placed(text: &str, path: &str, tall: bool) -> (Slot, bool, bool) {
        let root = rnix::Root::parse(text).syntax();
        let node = root.descendants().find(|n| n.kind() == NODE_ATTR_SET).unwrap();
        let seq = Sequence::of(text, &node).unwrap();
        let placement = binding(&seq, &AttrPath::parse(path).unwrap(), tall, &Place::Fitting).unwrap();
        (placement.slot, placement.blank_before, placement.blank_after)
    }

    #[test]
    fn enable_and_package_come_first() {
        assert_eq!(placed("{\n  b = 1;\n  a = 1;\n}", "enable", false).0, Slot::Above(0));
        assert_eq!(placed("{\n  enable = 1;\n  z = 1;\n  b = 1;\n}", "package", false).0, Slot::After(0));
    }

    #[test]
    fn a_new_one_stands_beside_those_of_its_head_and_tight_as_they_do() {
        let text = "{\n  s.t.enable = 1;\n\n  z.a = 1;\n\n  b = 1;\n}";
        assert_eq!(placed(text, "s.o.enable", false), (Slot::After(0), false, false));
        assert_eq!(placed(text, "s.t.swap", true), (Slot::After(0), true, false), "tall ones stand apart");
    }

    #[test]
    fn the_lines_of_one_input_are_one() {
        let text = "{\n  a.url = 1;\n  a.flake = 1;\n\n  c.url = 1;\n  c.flake = 1;\n\n  e.url = 1;\n}";
        assert_eq!(placed(text, "b.url", false), (Slot::After(1), true, false));
    }

    #[test]
    fn the_state_version_stays_last() {
        let text = "{\n  z.a = 1;\n  b.c = 1;\n\n  system.stateVersion = 1;\n}";
        assert_eq!(placed(text, "environment.x", true), (Slot::Above(2), false, true));
        assert_eq!(placed("{\n  z.a = 1;\n  b.c = 1;\n  system.stateVersion = 1;\n}", "e.x", true), (Slot::Above(2), false, false));
    }

    #[test]
    fn at_the_end_short_ones_stand_in_front_of_tall_ones() {
        let text = "{\n  z = 1;\n  b = 1;\n  settings = {\n    x = 1;\n  };\n}";
        assert_eq!(placed(text, "m", false).0, Slot::After(1));
        assert_eq!(placed(text, "m", true).0, Slot::After(2));
        assert_eq!(placed("{\n  z = 1;\n\n  b = 1;\n}", "m", false), (Slot::After(1), true, false));
    }
}
