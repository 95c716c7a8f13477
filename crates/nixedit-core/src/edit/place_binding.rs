//! Where a new binding goes when the caller does not say: a table of rules, the first that
//! applies wins. Each carries what it wins (see [`super::place`]).
//!
//! First the bindings that share most names with the new path are taken, the last run of them; if
//! none does, all (6 options). Those that agree in the next name too are one unit, as the lines
//! of one dotted input are. Then, among the units:
//!
//! | rule | wins |
//! |---|---|
//! | 1 `enable` in front; a module's `imports` too, and what is first stays so | 2 options; 2 options, 2 options |
//! | 2 `package` behind `enable` | 3 options |
//! | 3 beside names that begin with the same four letters or more, in order if they are | 3 options, 3 secret rules, 15 inputs |
//! | 3 in front of the one such name that begins with all of the new one | 2 options, 1 input |
//! | 4 in order, where at least 70 % of neighbouring pairs are; 60 % over several groups | 41 options, 28 inputs, 13 secret rules with 6; the 60 % wins 3 options, 3 inputs |
//! | 5 in front of `system.stateVersion` (SPEC B2new) | loses 1 option; people put it anywhere |
//! | 6 at the end: of all where units stand apart, else of the largest group, in order if it is | 4 options, 8 inputs over the last group |
//! | 7 there, a short binding goes in front of the tall ones that end it | 5 options |
//!
//! Blank lines: as many units stand apart by, so does the new one, in the middle (2 options, 36
//! inputs) and at the end; beside kin only tall ones do (2 options), and in the set of an option a short
//! one stands below a short one without (2 options). A blank line is put only where
//! removing the binding takes it away again: at the ends, and where one stood.

use super::insert::Slot;
use super::kin::last_run;
use super::place::ORDERED;
use super::place_told::{NoPlace, Placement, told};
use super::place_units::{Unit, Units, order_key};
use super::sequence::Sequence;
use crate::place::Place;
use crate::syntax::attr_path::AttrPath;
use std::ops::Range;

/// Fewest letters that names must begin with alike to be kin.
const KIN_LETTERS: usize = 4;

/// Share of pairs that must be in order over several groups, but for a module with its `imports`,
/// where people start with what matters to them.
const ACROSS_GROUPS: f64 = 0.6;

/// The place of a new binding of `path`; `tall` when it spans several lines.
pub fn binding(seq: &Sequence, path: &AttrPath, tall: bool, place: &Place) -> Result<Placement, NoPlace> {
    if let Some(told) = told(seq, &path.to_string(), place)? {
        return Ok(spaced(seq, path, place, told));
    }
    if seq.items.is_empty() {
        return Ok(Placement::tight(Slot::Only));
    }
    let units = Units::of(seq, path);
    Ok(units.fitting(path, tall))
}

/// A told place with the blank lines that its neighbours have: bindings that all stand apart, and
/// the imports at the head of a module that has blank lines.
fn spaced(seq: &Sequence, path: &AttrPath, place: &Place, told: Placement) -> Placement {
    let apart = |item: &super::sequence::Item| item.blank_above;
    let others = seq.items.get(1..).unwrap_or_default();
    let blank_before = *place == Place::Last && !others.is_empty() && others.iter().all(apart);
    let blank_after = *place == Place::First && path.names() == ["imports"] && others.iter().any(apart);
    Placement { blank_before: told.blank_before || blank_before, blank_after: told.blank_after || blank_after, ..told }
}

impl Units<'_, '_> {
    fn fitting(&self, path: &AttrPath, tall: bool) -> Placement {
        let name = path.names().get(self.depth).map_or("", String::as_str);
        // What a module imports stays at its head, whatever the order of the rest.
        let head = self.depth == 0 && self.units.len() > 1 && self.units[0].name == "imports";
        let all = usize::from(head)..self.units.len();
        if path.names().len() == self.depth + 1
            && let Some(placement) = self.in_front(name, tall)
        {
            return placement;
        }
        // Alone among its kin, that of a system still stays last.
        if self.units.len() == 1 && self.depth > 0 && path.names()[0] == "system" && self.is_state_version(&self.units[0]) {
            return self.above(0);
        }
        if let Some(at) = self.beside_kin(name) {
            return self.at(at, tall);
        }
        match (self.state_version(path), self.in_order(&all, name, self.ordered_from())) {
            (Some(at), ordered) if at + 1 == all.end || ordered.is_none() && self.is_of_system(at) => return self.above(at),
            (_, Some(at)) => return self.at(at, tall),
            _ => {}
        }
        let group = if self.spaced { all } else { self.largest_group() };
        let at = self.in_order(&group, name, ORDERED).unwrap_or_else(|| self.end_of(&group, tall));
        self.at(at, tall)
    }

    /// Where what switches a program on, and says which program, goes.
    fn in_front(&self, name: &str, tall: bool) -> Option<Placement> {
        match name {
            "enable" => Some(self.at(0, tall)),
            "imports" if self.depth == 0 => Some(Placement { blank_after: true, ..self.at(0, tall) }),
            "package" if self.units[0].name == "enable" => Some(Placement::tight(Slot::After(self.units[0].items.end - 1))),
            _ => None,
        }
    }

    /// The share of pairs that must be in order for all to count as ordered.
    fn ordered_from(&self) -> f64 {
        let is_module = self.units.iter().any(|unit| unit.name == "imports");
        if self.groups().len() == 1 || is_module { ORDERED } else { ACROSS_GROUPS }
    }

    /// The unit of `system.stateVersion`, in front of which a new dotted option of a module goes.
    fn state_version(&self, path: &AttrPath) -> Option<usize> {
        let is_dotted = self.depth == 0 && path.names().len() > 1;
        self.units.iter().position(|unit| self.is_state_version(unit)).filter(|&at| at > 0 && is_dotted)
    }

    /// Whether a unit is `system.stateVersion`, which ends a module; that of a home stands at its head as often.
    fn is_of_system(&self, at: usize) -> bool {
        self.units[at].name == "system"
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
        if kin.len() == 1 && order_key(&self.units[kin.start].name).starts_with(&wanted) {
            return Some(kin.start);
        }
        Some(self.in_order(&kin, name, ORDERED).unwrap_or(kin.end))
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
    fn a_module_begins_with_its_imports() {
        assert_eq!(placed("{\n  b.c = 1;\n\n  d.e = 1;\n}", "imports", false), (Slot::Above(0), false, true));
        assert_eq!(placed("{\n  b.c = 1;\n  d.e = 1;\n}", "imports", false), (Slot::Above(0), false, true));
        assert_eq!(placed("{\n  imports = 1;\n  m.e = 1;\n  z.e = 1;\n}", "a.b", false).0, Slot::After(0));
    }

    #[test]
    fn a_name_goes_in_front_of_the_one_that_it_begins() {
        assert_eq!(placed("{\n  x = 1;\n  support32Bit = 1;\n  a = 1;\n}", "support", false).0, Slot::After(0));
    }

    #[test]
    fn short_ones_in_the_set_of_an_option_stand_together() {
        let root = rnix::Root::parse("{\n  p = {\n    enable = 1;\n\n    s = {\n      b = 1;\n    };\n  };\n}").syntax();
        let text = root.text().to_string();
        let node = root.descendants().filter(|n| n.kind() == NODE_ATTR_SET).nth(1).unwrap();
        let seq = Sequence::of(&text, &node).unwrap();
        let place = |tall| binding(&seq, &AttrPath::parse("enableX").unwrap(), tall, &Place::Fitting).unwrap();
        assert_eq!(place(false), Placement::tight(Slot::After(0)));
        assert!(place(true).blank_before);
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
    fn several_groups_are_in_order_sooner_unless_they_are_a_module() {
        let groups = |first: &str| format!("{{\n  {first} = 1;\n\n  k = 1;\n\n  j = 1;\n\n  m = 1;\n\n  l = 1;\n\n  z = 1;\n}}");
        assert_eq!(placed(&groups("a"), "p", false).0, Slot::After(4));
        assert_eq!(placed(&groups("imports"), "p", false).0, Slot::After(5));
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
