//! Where a new item goes when the caller does not say: a table of rules, the first that applies
//! wins. Each carries what it wins: byte-exact cases on the recorded edits of people (831 package
//! additions, 581 to other lists, 428 options, 313 inputs), measured by leaving it out.
//!
//! | elements of a list | wins |
//! |---|---|
//! | 0 a call or set: behind the last of these, else behind the names (SPEC E1) | 2 others |
//! | 0 made of more than names (`inputs.x.packages.${…}.y`): beside its kin; else at the end of the group with most names (SPEC B8) | 1 package, 1 other each |
//! | 1 in order, where at least 70 % of neighbouring pairs are ([`ORDERED`]); 90 % over several groups (`ACROSS_GROUPS`) | 13 packages, 2 others; the 90 % wins 10 and 4 |
//! | 1 there, in an order with faults, beside the names that begin with most of its letters, three or more ([`order::slot_beside_alike`]) | 4 packages, 2 others |
//! | 1 a single name, where the last segments of names are in order without fault (`dolphin kdePackages.elisa`): by these | 3 packages |
//! | 2 in the group whose heading names it (`headed`) | 3 packages |
//! | 3 beside its kin ([`super::kin`]) | 4 packages, 13 others |
//! | 4 in order over several groups from 70 % on, where such letters show the place | 2 packages |
//! | 5 in the largest group in front of its first call or set: in order if the group is | 10 packages, 4 others |
//! | 6 else at that group's end | – |
//!
//! Only names have a place in an order: calls, sets and computed elements among them are passed
//! over (3 packages, 4 others). Groups are what blank lines part: parting at comment lines too wins
//! 2 packages and loses an import, and most such comments speak of one element.
//!
//! What is left is choice by meaning (`lsof` among the tools for files) and lists in no order, where
//! people put a new element anywhere: no rule over names and gaps tells these apart. Nor does a model: fitted to
//! 129 features of each place of single packages, it reaches 57 to 59 % on repositories that it has not seen,
//! where this table reached 59 % before its last rules (options: 43 to 49 % and 49 %).
//!
//! The table for bindings is in [`super::place_binding`].

use super::insert::Slot;
use super::kin;
use super::order;
use super::place_told::{NoPlace, Placement, told};
use super::sequence::{Item, Sequence};
use crate::place::Place;
use crate::syntax::fragment::plain_name;
use std::ops::Range;

/// Share of neighbouring pairs that must be in order for a run to count as ordered (SPEC S6).
pub const ORDERED: f64 = 0.7;

/// The same for a list of several groups as a whole: in each of them alone order is likelier.
const ACROSS_GROUPS: f64 = 0.9;

/// The place of a new list element called `name`.
pub fn element(seq: &Sequence, name: &str, place: &Place) -> Result<Placement, NoPlace> {
    match told(seq, name, place)? {
        Some(told) if *place == Place::Last || (matches!(place, Place::After(_)) && name.contains('\n')) => Ok(apart(seq, name, told)),
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
    let after_tall = index > 0 && seq.items[index - 1].is_multiline(seq.text);
    let spaced = match tall && beside_tall && after_tall {
        true => seq.items[index].blank_above,
        false => half_blank(seq.items.iter().map(|item| item.blank_above)) && (beside_tall || tall),
    };
    // Behind names that a blank line parts from what follows a call is a group of its own.
    let own_group =
        is_call(text) && tall && !is_call(&seq.items[index].name()) && seq.items.get(index + 1).is_some_and(|next| next.blank_above);
    Placement { blank_before: placement.blank_before || (seq.is_multiline() && gap_is_open && (alone || spaced || own_group)), ..placement }
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
    if is_call(name) {
        let last = |wanted: fn(&str) -> bool| seq.items.iter().rposition(|item| wanted(&item.name()));
        return Slot::After(last(is_call).or_else(|| last(|name| !is_computed(name))).unwrap_or(all.end - 1));
    }
    if is_computed(name) {
        return kin::elements(seq, name).map_or_else(|| Slot::After(most_names(seq, groups).end - 1), |kin| beside(seq, &kin, name));
    }
    let least = if groups.len() == 1 { ORDERED } else { ACROSS_GROUPS };
    if let Some(slot) = in_order(seq, &all, name, least) {
        return slot;
    }
    if let Some(group) = headed(seq, name) {
        return in_order(seq, &group, name, ORDERED).unwrap_or(Slot::After(group.end - 1));
    }
    if let Some(kin) = kin::elements(seq, name) {
        return beside(seq, &kin, name);
    }
    let shows = has_alike(seq, name) && in_order(seq, &all, name, ORDERED).is_some();
    let group = if shows { all } else { main_group(seq, groups) };
    in_order(seq, &group, name, ORDERED).unwrap_or(Slot::After(group.end - 1))
}

/// In order among its kin where that is without fault, else behind it.
fn beside(seq: &Sequence, kin: &Range<usize>, name: &str) -> Slot {
    in_order(seq, kin, name, 1.0).unwrap_or(Slot::After(kin.end - 1))
}

/// Whether a plain name begins as a single one does.
fn has_alike(seq: &Sequence, name: &str) -> bool {
    let names = seq.items.iter().map(|item| item.name()).filter(|name| is_plain(name));
    let keys: Vec<String> = names.map(|name| name.to_lowercase()).collect();
    kin::is_single(&plain_name(name)) && !order::alike(&keys, &order_key(name)).is_empty()
}

/// The first group in whose heading a name's first word stands: `nix-melt` below `# Nix tools`.
fn headed(seq: &Sequence, name: &str) -> Option<Range<usize>> {
    let word = kin::first_word(name)?.to_lowercase();
    let says = |text: &str| text.to_lowercase().split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word);
    let groups = seq.heading_groups();
    groups.into_iter().find(|group| seq.items[group.start].above.iter().any(|comment| says(&seq.text[comment.start..comment.end])))
}

/// The runs of items that blank lines part.
pub(super) fn blank_groups(seq: &Sequence) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for (index, item) in seq.items.iter().enumerate() {
        match out.last_mut() {
            Some(last) if !item.blank_above => last.end = index + 1,
            _ => out.push(index..index + 1),
        }
    }
    out
}

/// The largest group of names, cut in front of its first call or set; the whole list when there
/// is no name.
pub(super) fn main_group(seq: &Sequence, groups: Vec<Range<usize>>) -> Range<usize> {
    let plain = |group: Range<usize>| {
        let length = seq.items[group.clone()].iter().take_while(|item| !is_call(&item.name())).count();
        group.start..group.start + length
    };
    let cut = groups.into_iter().map(plain).filter(|g| !g.is_empty());
    cut.reduce(|best, group| if group.len() > best.len() { group } else { best }).unwrap_or(0..seq.items.len())
}

/// Whether an element is made of more than names, as what an input provides for a platform is: it
/// has no place in an order of names.
fn is_computed(name: &str) -> bool {
    name.contains("${") && !name.starts_with('"')
}

/// The group with the most plain names, whatever else is in it.
fn most_names(seq: &Sequence, groups: Vec<Range<usize>>) -> Range<usize> {
    let names = |group: &Range<usize>| seq.items[group.clone()].iter().filter(|item| !is_call(&item.name())).count();
    let best = groups.into_iter().reduce(|best, group| if names(&group) > names(&best) { group } else { best });
    best.unwrap_or(0..seq.items.len())
}

/// Whether an element is no name at all: something in parentheses, braces or brackets.
fn is_call(name: &str) -> bool {
    name.starts_with(['(', '{', '['])
}

/// Whether an element is a plain name.
fn is_plain(name: &str) -> bool {
    !is_call(name) && !is_computed(name)
}

/// How names are compared: without case and without `pkgs.`.
pub fn order_key(name: &str) -> String {
    plain_name(name).to_lowercase()
}

/// What names are in order by, and that of a new one: mostly [`order_key`]. Letters and digits alone, which
/// some go by, win nothing.
fn order_keys(names: Vec<String>, name: &str) -> (Vec<String>, String) {
    let keys: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    // Capital letters in front: that order is kept where it is kept strictly, else case means nothing.
    if names.is_sorted() && !keys.is_sorted() {
        return (names, plain_name(name));
    }
    let last = |key: &String| key.rsplit('.').next().unwrap_or(key).to_owned();
    let by_last = kin::is_single(&plain_name(name)) && keys.iter().any(|key| key.contains('.')) && keys.is_sorted_by_key(last);
    (if by_last { keys.iter().map(last).collect() } else { keys }, order_key(name))
}

/// The last of the computed elements that follow `index` directly.
fn behind_computed(seq: &Sequence, index: usize, range: &Range<usize>) -> usize {
    let follows = |item: &&Item| is_computed(&item.name()) && !item.blank_above;
    index + seq.items[index + 1..range.end].iter().take_while(follows).count()
}

/// Whether the run of elements at a slot, between blank lines, is in order.
pub fn is_among_ordered(seq: &Sequence, slot: Slot) -> bool {
    let (Slot::After(index) | Slot::Before(index) | Slot::Above(index)) = slot else { return false };
    blank_groups(seq).iter().any(|group| group.contains(&index) && in_order(seq, group, "", ORDERED).is_some())
}

/// The slot among the plain names of `range`, where enough of them are in order.
pub(super) fn in_order(seq: &Sequence, range: &Range<usize>, name: &str, least: f64) -> Option<Slot> {
    let names = range.clone().map(|index| (index, seq.items[index].name()));
    let (plain, names): (Vec<usize>, Vec<String>) = names.filter(|(_, name)| is_plain(name)).unzip();
    let (keys, key) = order_keys(names, name);
    let alike = order::slot_beside_alike(&keys, &key).filter(|_| kin::is_single(&plain_name(name)));
    order::is_ordered(&keys, least).then(|| match alike.unwrap_or_else(|| order::slot(&keys, &key)) {
        0 => Slot::Before(plain[0]),
        at if at == keys.len() => Slot::After(behind_computed(seq, plain[at - 1], range)),
        at => Slot::After(plain[at - 1]),
    })
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
        assert_eq!(placed("[ B M a b ]", "aa"), Slot::After(2), "by case where all are");
        assert_eq!(placed("[\n  a\n  c\n\n  b\n  d\n  e\n]", "c2"), Slot::After(2), "each group has its own order");
        assert_eq!(placed("[ a pkgs.${x}.b c e ]", "d"), Slot::After(2), "what has no name has no place in it");
        assert_eq!(placed("[ a c pkgs.${x}.b ]", "d"), Slot::After(2));
        assert_eq!(placed("[ { a = 1; } a c { b = 2; } ]", "d"), Slot::After(2));
    }

    #[test]
    fn beside_names_that_begin_alike_where_the_order_has_faults() {
        assert_eq!(placed("[ a nixfmt b e g m z ]", "nixpkgs"), Slot::After(1));
        assert_eq!(placed("[ a b nixfmt e g m z ]", "nil"), Slot::After(5), "two letters are chance");
        assert_eq!(placed("[\n  a\n  d\n  e\n\n  b\n  c\n  nixfmt\n\n  d\n  z\n]", "nixd"), Slot::After(4), "over groups");
    }

    #[test]
    fn by_the_last_segment_where_that_is_the_order() {
        assert_eq!(placed("[ dolphin k.stable k.view ]", "okular"), Slot::After(0));
        assert_eq!(placed("[ dolphin k.stable k.view ]", "k.a"), Slot::After(0), "a name with a set goes by both");
        assert_eq!(placed("[ a ${x}.b c pkgs.d ]", "bb"), Slot::After(0), "`pkgs.` is no set");
    }

    #[test]
    fn what_is_computed_stands_beside_its_kin() {
        assert_eq!(placed("[ a x.${y}.b x.${y}.c d ]", "x.${y}.e"), Slot::After(2));
        assert_eq!(placed("[ a x.${y}.b x.${y}.c d ]", "(f x).${y}.e"), Slot::After(3));
    }

    #[test]
    fn in_the_group_that_is_called_so() {
        let text = "[\n  # Nix tools\n  z\n  a\n  # More\n  y\n\n  # Editors\n  c\n  e\n  b\n  d\n]";
        assert_eq!(placed(text, "nix-melt"), Slot::After(1));
        assert_eq!(placed(text, "nixd"), Slot::After(6), "whole words only");
    }

    #[test]
    fn calls_behind_calls() {
        assert_eq!(placed("[ (f x) a b ]", "(g y)"), Slot::After(0));
        assert_eq!(placed("[ a b ]", "(g y)"), Slot::After(1));
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
