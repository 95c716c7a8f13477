//! Places that the caller names, and what a place is.

use super::insert::Slot;
use super::place::{ORDERED, blank_groups, in_order, main_group, order_key};
use super::sequence::Sequence;
use crate::place::Place;
use std::ops::Range;

/// A slot with the blank lines that its neighbours have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Where.
    pub slot: Slot,
    /// Whether a blank line goes above.
    pub blank_before: bool,
    /// Whether a blank line goes below.
    pub blank_after: bool,
}

impl Placement {
    /// A slot without blank lines.
    pub fn tight(slot: Slot) -> Self {
        Self { slot, blank_before: false, blank_after: false }
    }
}

/// Why a wanted place cannot be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// No item of that name.
    Neighbour(String),
    /// No group whose heading begins so; the headings there are.
    Group(String, Vec<String>),
}

/// The place that the caller names, if any. Of items with one name, after means after the last and
/// before means before the first: so it is true of each.
pub fn told(seq: &Sequence, name: &str, place: &Place) -> Result<Option<Placement>, NoPlace> {
    let none = |name: &String| NoPlace::Neighbour(name.clone());
    let first_of = |name: &String| seq.indices_of(name).first().copied().ok_or_else(|| none(name));
    let last_of = |name: &String| seq.indices_of(name).last().copied().ok_or_else(|| none(name));
    let last = seq.items.len().checked_sub(1);
    Ok(match (place, last) {
        (Place::Fitting, _) | (Place::Sorted, None) => None,
        (Place::Sorted, Some(_)) => Some(Placement::tight(sorted(seq, name))),
        (Place::After(name), _) => Some(Placement::tight(Slot::After(last_of(name)?))),
        (Place::Before(name), _) => Some(Placement::tight(Slot::Before(first_of(name)?))),
        (Place::Group(text), _) => Some(Placement::tight(in_group(seq, text, name)?)),
        (Place::NewGroup(_), Some(last)) => Some(Placement { slot: Slot::After(last), blank_before: true, blank_after: true }),
        (Place::First, Some(_)) => Some(Placement::tight(in_front(seq))),
        (Place::Last, Some(_)) => Some(Placement::tight(Slot::Last)),
        (Place::First | Place::Last | Place::NewGroup(_), None) => Some(Placement::tight(Slot::Only)),
    })
}

fn sorted(seq: &Sequence, name: &str) -> Slot {
    let group = main_group(seq, blank_groups(seq));
    in_order(seq, &group, name, 0.0).unwrap_or_else(|| beside_single(seq, &group, name))
}

/// A group of one shows no order and has one all the same.
fn beside_single(seq: &Sequence, group: &Range<usize>, name: &str) -> Slot {
    let behind = order_key(&seq.items[group.start].name()) <= order_key(name);
    if behind { Slot::After(group.end - 1) } else { Slot::Before(group.start) }
}

/// In front of all: elements below the heading of the first group, but above what is commented out
/// or speaks of the first alone; bindings above the comments, which speak of the first binding.
fn in_front(seq: &Sequence) -> Slot {
    let is_list = seq.node.kind() == rnix::SyntaxKind::NODE_LIST;
    if is_list && heads_group(seq) { Slot::Before(0) } else { Slot::Above(0) }
}

/// Whether the comment above the first item is the heading of a group: not where the second below it has
/// words of its own too, or all have.
fn heads_group(seq: &Sequence) -> bool {
    let item = &seq.items[0];
    let own = seq.own_comments(0).len();
    let others = &seq.items[1..];
    let each_has = !others.is_empty() && others.iter().all(|other| !other.above.is_empty());
    let is_alone = each_has || others.first().is_some_and(|next| !next.blank_above && !next.above.is_empty());
    own > 0 && own == item.above.len() && !is_alone && !item.is_multiline(seq.text)
}

fn in_group(seq: &Sequence, wanted: &str, name: &str) -> Result<Slot, NoPlace> {
    let groups = seq.groups();
    let asked = wanted.trim();
    let wanted = asked.to_lowercase();
    let headed: Vec<(String, Range<usize>)> = groups.into_iter().filter_map(|g| seq.heading(&g).map(|h| (h, g))).collect();
    let exact = headed.iter().find(|(heading, _)| heading.to_lowercase() == wanted);
    match exact.or_else(|| headed.iter().find(|(heading, _)| heading.to_lowercase().starts_with(&wanted))) {
        Some((_, group)) if group.len() > 2 => Ok(in_order(seq, group, name, ORDERED).unwrap_or(Slot::After(group.end - 1))),
        Some((_, group)) => Ok(Slot::After(group.end - 1)),
        None => Err(NoPlace::Group(asked.to_owned(), headed.into_iter().map(|(heading, _)| heading).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_of(text: &str) -> Slot {
        let root = rnix::Root::parse(text).syntax();
        in_front(&Sequence::of(text, &root.first_child().unwrap()).unwrap())
    }

    #[test]
    fn of_several_with_one_name_after_is_after_the_last_and_before_before_the_first() {
        let text = "[ a b c b d ]";
        let root = rnix::Root::parse(text).syntax();
        let seq = Sequence::of(text, &root.first_child().unwrap()).unwrap();
        let slot = |place: Place| told(&seq, "x", &place).unwrap().unwrap().slot;
        assert_eq!(slot(Place::After("b".to_owned())), Slot::After(3));
        assert_eq!(slot(Place::Before("b".to_owned())), Slot::Before(1));
    }

    #[test]
    fn first_is_below_a_heading_and_above_other_comments() {
        assert_eq!(first_of("[\n  # Apps\n  a\n  b\n]"), Slot::Before(0));
        assert_eq!(first_of("[\n  # Apps\n  a\n\n  b\n]"), Slot::Before(0));
        assert_eq!(first_of("[\n  # why a\n  a\n  # why b\n  b\n]"), Slot::Above(0));
        assert_eq!(first_of("[\n  # why a\n  a\n\n  # why b\n  b\n]"), Slot::Above(0));
        assert_eq!(first_of("[\n  # broken\n  # pkgs.x\n  a\n  b\n]"), Slot::Above(0), "commented out");
        assert_eq!(first_of("[\n  # why\n  (f {\n    a = 1;\n  })\n  b\n]"), Slot::Above(0), "a tall one");
        assert_eq!(first_of("{\n  # A\n  a = 1;\n  b = 2;\n}"), Slot::Above(0));
    }
}
