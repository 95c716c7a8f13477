//! The bindings of a set as units: those that stand and are placed as one, such as the lines of
//! one dotted input, and how they stand apart.

use super::insert::Slot;
use super::kin::last_run;
use super::order;
use super::place::half_blank;
use super::place_told::Placement;
use super::sequence::Sequence;
use crate::syntax::attr_path::AttrPath;
use rnix::SyntaxKind::NODE_ATTRPATH_VALUE;
use std::ops::Range;

/// Bindings that stand and are placed as one.
pub struct Unit {
    /// The items it is made of.
    pub items: Range<usize>,
    /// The name that they share behind what all units share.
    pub name: String,
    /// Whether a blank line stands above the first.
    pub blank_above: bool,
    /// Whether one of them spans several lines.
    pub tall: bool,
}

/// The units that a new binding is placed among.
pub struct Units<'s, 'a> {
    /// Where they stand.
    pub seq: &'s Sequence<'a>,
    /// In their order.
    pub units: Vec<Unit>,
    /// How many names the path shares with all of them.
    pub depth: usize,
    /// Whether most of them stand apart by blank lines.
    pub spaced: bool,
    /// Whether the new one is a single name in the set of some option.
    is_in_option: bool,
}

impl<'s, 'a> Units<'s, 'a> {
    /// Those that share most names with `path`, the last run of them; all where none does.
    pub fn of(seq: &'s Sequence<'a>, path: &AttrPath) -> Self {
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
        let is_in_option = path.names().len() == 1 && seq.node.parent().is_some_and(|parent| parent.kind() == NODE_ATTRPATH_VALUE);
        Self { seq, units, depth, spaced, is_in_option }
    }

    /// The place among the units of `range` by name, where enough of them are in order.
    pub fn in_order(&self, range: &Range<usize>, name: &str, least: f64) -> Option<usize> {
        let keys: Vec<String> = self.units[range.clone()].iter().map(|unit| order_key(&unit.name)).collect();
        order::is_ordered(&keys, least).then(|| range.start + order::slot(&keys, &order_key(name)))
    }

    /// The runs of units that blank lines part.
    pub fn groups(&self) -> Vec<Range<usize>> {
        let mut out: Vec<Range<usize>> = Vec::new();
        for (index, unit) in self.units.iter().enumerate() {
            match out.last_mut() {
                Some(last) if !unit.blank_above => last.end = index + 1,
                _ => out.push(index..index + 1),
            }
        }
        out
    }

    /// The run with most units.
    pub fn largest_group(&self) -> Range<usize> {
        self.groups().into_iter().reduce(|best, group| if group.len() > best.len() { group } else { best }).unwrap_or(0..self.units.len())
    }

    /// In front of the unit at `at` (behind the last one where there is none), with the blank
    /// lines that its neighbours have.
    pub fn at(&self, at: usize, tall: bool) -> Placement {
        let Some(before) = at.checked_sub(1).map(|index| &self.units[index]) else {
            let apart = self.depth == 0 && self.spaced && self.units.get(1).is_some_and(|unit| unit.blank_above);
            return Placement { slot: Slot::Above(self.units[0].items.start), blank_before: false, blank_after: apart };
        };
        let next = self.seq.items.get(before.items.end);
        let stands_apart = before.blank_above && next.is_none_or(|item| item.blank_above) && self.seq.items.len() > 1;
        // Two tall bindings stand apart where nothing else shows how it is done.
        let lone_pair = tall && before.tall && self.seq.items.len() == 1;
        let stands_apart = stands_apart || lone_pair;
        let is_short_pair = !tall && !before.tall;
        let stands_apart = stands_apart && (!self.is_in_option || next.is_none() || !is_short_pair);
        let blank_before = match next {
            _ if self.depth > 0 => stands_apart && (before.tall || tall || (self.spaced && self.units.len() > 1)),
            None => stands_apart,
            Some(_) => stands_apart && self.spaced,
        };
        Placement { slot: Slot::After(before.items.end - 1), blank_before: blank_before && self.seq.is_multiline(), blank_after: false }
    }

    /// In front of a unit and its comments, apart from both neighbours where these stand apart.
    pub fn above(&self, at: usize) -> Placement {
        let unit = &self.units[at];
        Placement { slot: Slot::Above(unit.items.start), blank_before: false, blank_after: unit.blank_above }
    }
}

/// How names are compared: without case, `enable` and `package` in front (2 options).
pub fn order_key(name: &str) -> String {
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
