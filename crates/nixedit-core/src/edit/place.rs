//! Where a new item goes when the caller does not say: a table of rules, the first that applies
//! wins. Each carries what it wins: byte-exact cases on the recorded edits of people (831 package
//! additions, 581 to other lists, 428 options, 313 inputs), measured by leaving it out.
//!
//! | elements of a list | wins |
//! |---|---|
//! | 0 made of more than names (`inputs.x.packages.${…}.y`): at the end of the group with most names (SPEC B8) | 1 other |
//! | 1 in order, where at least 70 % of neighbouring pairs are ([`ORDERED`]); 90 % over several groups ([`ACROSS_GROUPS`]) | 16 packages; the 90 % wins 15 |
//! | 2 beside its kin: the same first word, or the same folders ([`kin`]) | 15 packages, 22 others |
//! | 3 in the largest group in front of its first parenthesised element: in order if the group is | 14 packages, 6 others |
//! | 4 else at that group's end | – |
//!
//! Groups are what blank lines part: parting at comment lines too loses 18 packages, since most
//! such comments speak of one element.
//!
//! The table for bindings is in [`super::place_binding`].

use super::insert::Slot;
use super::order;
use super::sequence::{Item, Sequence};
use crate::place::Place;
use crate::syntax::fragment::plain_name;
use std::ops::Range;

/// Share of neighbouring pairs that must be in order for a run to count as ordered (SPEC S6).
pub const ORDERED: f64 = 0.7;

/// The same for a list of several groups as a whole: in each of them alone order is likelier.
const ACROSS_GROUPS: f64 = 0.9;

/// Shortest first word that makes two names kin, in characters.
const SHORTEST_WORD: usize = 2;

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

/// The place of a new list element called `name`.
pub fn element(seq: &Sequence, name: &str, place: &Place) -> Result<Placement, NoPlace> {
    match told(seq, name, place)? {
        Some(told) if *place == Place::Last => Ok(apart(seq, name, told)),
        Some(told) => Ok(told),
        None => Ok(apart(seq, name, Placement::tight(fitting(seq, name)))),
    }
}

/// An element of several lines, or beside one, has a blank line above where such neighbours have.
fn apart(seq: &Sequence, text: &str, placement: Placement) -> Placement {
    let index = match placement.slot {
        Slot::After(index) => index,
        Slot::Last => seq.items.len() - 1,
        _ => return placement,
    };
    let beside_tall = seq.items[index].is_multiline(seq.text);
    let tall = text.contains('\n');
    let alone = seq.items.len() == 1 && beside_tall && tall;
    let gap_is_open = seq.items.get(index + 1).is_none_or(|next| next.blank_above);
    let spaced = half_blank(seq.items.iter().map(|item| item.blank_above)) && (beside_tall || tall);
    Placement { blank_before: placement.blank_before || (seq.is_multiline() && gap_is_open && (alone || spaced)), ..placement }
}

/// Whether at least half of the gaps between items are blank lines.
pub fn half_blank(above: impl Iterator<Item = bool>) -> bool {
    let gaps: Vec<bool> = above.skip(1).collect();
    !gaps.is_empty() && 2 * gaps.iter().filter(|&&blank| blank).count() >= gaps.len()
}

fn fitting(seq: &Sequence, name: &str) -> Slot {
    let all = 0..seq.items.len();
    if all.is_empty() {
        return Slot::Only;
    }
    let groups = blank_groups(seq);
    if is_computed(name) {
        return Slot::After(most_names(seq, groups).end - 1);
    }
    let least = if groups.len() == 1 { ORDERED } else { ACROSS_GROUPS };
    if let Some(slot) = in_order(seq, &all, name, least) {
        return slot;
    }
    if let Some(kin) = kin(seq, name) {
        return in_order(seq, &kin, name, 1.0).unwrap_or(Slot::After(kin.end - 1));
    }
    let group = main_group(seq, groups);
    in_order(seq, &group, name, ORDERED).unwrap_or(Slot::After(group.end - 1))
}

/// The place that the caller names, if any.
pub fn told(seq: &Sequence, name: &str, place: &Place) -> Result<Option<Placement>, NoPlace> {
    let neighbour = |name: &String| seq.index_of(name).ok_or_else(|| NoPlace::Neighbour(name.clone()));
    let last = seq.items.len().checked_sub(1);
    Ok(match (place, last) {
        (Place::Fitting, _) | (Place::Sorted, None) => None,
        (Place::Sorted, Some(_)) => Some(Placement::tight(sorted(seq, name))),
        (Place::After(name), _) => Some(Placement::tight(Slot::After(neighbour(name)?))),
        (Place::Before(name), _) => Some(Placement::tight(Slot::Before(neighbour(name)?))),
        (Place::Group(text), _) => Some(Placement::tight(in_group(seq, text, name)?)),
        (Place::NewGroup(_), Some(last)) => Some(Placement { slot: Slot::After(last), blank_before: true, blank_after: true }),
        (Place::First, Some(_)) => Some(Placement::tight(first(seq))),
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
fn first(seq: &Sequence) -> Slot {
    let own = seq.own_comments(0).len();
    let item = &seq.items[0];
    let heads_group = own > 0 && own == item.above.len() && seq.groups()[0].len() > 1 && !item.is_multiline(seq.text);
    if seq.node.kind() == rnix::SyntaxKind::NODE_LIST && heads_group { Slot::Before(0) } else { Slot::Above(0) }
}

fn in_group(seq: &Sequence, wanted: &str, name: &str) -> Result<Slot, NoPlace> {
    let groups = seq.groups();
    let wanted = wanted.trim().to_lowercase();
    let headed: Vec<(String, Range<usize>)> = groups.into_iter().filter_map(|g| seq.heading(&g).map(|h| (h, g))).collect();
    let exact = headed.iter().find(|(heading, _)| heading.to_lowercase() == wanted);
    match exact.or_else(|| headed.iter().find(|(heading, _)| heading.to_lowercase().starts_with(&wanted))) {
        Some((_, group)) if group.len() > 2 => Ok(in_order(seq, group, name, ORDERED).unwrap_or(Slot::After(group.end - 1))),
        Some((_, group)) => Ok(Slot::After(group.end - 1)),
        None => Err(NoPlace::Group(wanted, headed.into_iter().map(|(heading, _)| heading).collect())),
    }
}

/// The runs of items that blank lines part.
fn blank_groups(seq: &Sequence) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for (index, item) in seq.items.iter().enumerate() {
        match out.last_mut() {
            Some(last) if !item.blank_above => last.end = index + 1,
            _ => out.push(index..index + 1),
        }
    }
    out
}

/// The largest group of plain names, cut in front of its first parenthesised element; the whole
/// list when there is no plain name.
fn main_group(seq: &Sequence, groups: Vec<Range<usize>>) -> Range<usize> {
    let plain = |group: Range<usize>| {
        let length = seq.items[group.clone()].iter().take_while(|item| !is_call(item)).count();
        group.start..group.start + length
    };
    let cut = groups.into_iter().map(plain).filter(|g| !g.is_empty());
    cut.reduce(|best, group| if group.len() > best.len() { group } else { best }).unwrap_or(0..seq.items.len())
}

/// Whether an element is made of more than names, as what an input provides for a platform is: it
/// has no place in an order of names.
fn is_computed(name: &str) -> bool {
    name.contains("${") && !name.starts_with(['"', '('])
}

/// The group with the most plain names, whatever else is in it.
fn most_names(seq: &Sequence, groups: Vec<Range<usize>>) -> Range<usize> {
    let names = |group: &Range<usize>| seq.items[group.clone()].iter().filter(|item| !is_call(item)).count();
    let best = groups.into_iter().reduce(|best, group| if names(&group) > names(&best) { group } else { best });
    best.unwrap_or(0..seq.items.len())
}

fn is_call(item: &Item) -> bool {
    item.node.kind() == rnix::SyntaxKind::NODE_PAREN && item.name().starts_with('(')
}

/// How names are compared: without case and without `pkgs.`. Three other orders that people use
/// (by last segment, letters and digits only, bytes) win 1 package together.
fn order_key(name: &str) -> String {
    plain_name(name).to_lowercase()
}

/// The slot among the plain names of `range`, where enough of them are in order.
fn in_order(seq: &Sequence, range: &Range<usize>, name: &str, least: f64) -> Option<Slot> {
    let plain: Vec<usize> = range.clone().filter(|&index| !is_call(&seq.items[index])).collect();
    let keys: Vec<String> = plain.iter().map(|&index| order_key(&seq.items[index].name())).collect();
    order::is_ordered(&keys, least).then(|| match order::slot(&keys, &order_key(name)) {
        0 => Slot::Before(plain[0]),
        at => Slot::After(plain[at - 1]),
    })
}

/// The last run of elements that are kin to `name`: as close as any is.
fn kin(seq: &Sequence, name: &str) -> Option<Range<usize>> {
    let close: Vec<usize> = seq.items.iter().map(|item| kinship(&item.name(), name)).collect();
    last_run(&close)
}

/// The last run of the greatest number, unless that is zero.
pub fn last_run(numbers: &[usize]) -> Option<Range<usize>> {
    let most = *numbers.iter().max().filter(|&&most| most > 0)?;
    let end = numbers.iter().rposition(|&n| n == most)? + 1;
    let start = numbers[..end].iter().rposition(|&n| n != most).map_or(0, |at| at + 1);
    Some(start..end)
}

/// How close two elements are: paths by the folders they share from the first on, names by a
/// first word in common (`kdePackages.ark` and `kdePackages.kate`, `nix-tree` and `nix-diff`).
fn kinship(one: &str, other: &str) -> usize {
    match (folders(one), folders(other)) {
        (Some((up, one)), Some((other_up, other))) if up == other_up => {
            let shared = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
            shared.min(other.len().saturating_sub(1))
        }
        (None, None) => usize::from(first_word(one).is_some_and(|word| first_word(other) == Some(word))),
        _ => 0,
    }
}

/// Where a path starts (`./`, `../../`, nothing) and its parts; `None` for what is no path.
fn folders(name: &str) -> Option<(&str, Vec<&str>)> {
    let path = name.trim_matches('"');
    let rest = path.trim_start_matches(['.', '/']);
    let is_path = path.contains('/') && !name.starts_with('(');
    is_path.then(|| (&path[..path.len() - rest.len()], rest.split('/').collect()))
}

fn first_word(name: &str) -> Option<&str> {
    let name = name.strip_prefix("pkgs.").unwrap_or(name);
    let word = name.split(['-', '.', '_']).next()?;
    (word.len() >= SHORTEST_WORD && !word.starts_with(['"', '('])).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rnix::SyntaxKind::*;

    fn placed(text: &str, name: &str) -> Slot {
        let root = rnix::Root::parse(text).syntax();
        let node = root.descendants().find(|n| n.kind() == NODE_LIST).unwrap();
        element(&Sequence::of(text, &node).unwrap(), name, &Place::Fitting).unwrap().slot
    }

    #[test]
    fn in_order_where_there_is_order() {
        assert_eq!(placed("[ a pkgs.c E ]", "d"), Slot::After(1));
        assert_eq!(placed("[ b c ]", "a"), Slot::Before(0));
        assert_eq!(placed("[ z b ]", "c"), Slot::After(1));
        assert_eq!(placed("[\n  a\n  c\n\n  b\n  d\n  e\n]", "c2"), Slot::After(2), "each group has its own order");
    }

    #[test]
    fn sorted_by_name_whatever_the_order_is() {
        let sorted = |text: &str, name: &str| {
            let root = rnix::Root::parse(text).syntax();
            let node = root.descendants().find(|n| n.kind() == NODE_LIST).unwrap();
            element(&Sequence::of(text, &node).unwrap(), name, &Place::Sorted).unwrap().slot
        };
        assert_eq!(sorted("[ z b c ]", "d"), Slot::After(2));
        assert_eq!(sorted("[ b ]", "a"), Slot::Before(0));
        assert_eq!(sorted("[ b ]", "c"), Slot::After(0));
        assert_eq!(sorted("[ ]", "c"), Slot::Only);
    }

    #[test]
    fn beside_its_kin_where_there_is_none() {
        assert_eq!(placed("[ z nix-tree a b ]", "nix-diff"), Slot::After(1));
        assert_eq!(placed("[ ./z/a.nix ./b/c.nix ./a.nix ]", "./z/b.nix"), Slot::After(0));
        assert_eq!(placed("[ ./z/a.nix ./b/c.nix ./a.nix ]", "../z/b.nix"), Slot::After(2));
    }

    #[test]
    fn else_at_the_end_of_the_largest_group_before_calls() {
        assert_eq!(placed("[\n  z\n  b\n  (f x)\n\n  y\n]", "c"), Slot::After(1));
        assert_eq!(placed("[ (f x) ]", "c"), Slot::After(0));
    }
}
