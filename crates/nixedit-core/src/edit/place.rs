//! Where a new item goes when the caller does not say: a small table of rules.

use super::insert::Slot;
use super::sequence::{Item, Sequence};
use crate::place::Place;
use crate::syntax::attr_path::AttrPath;
use std::ops::Range;

/// Share of neighbouring pairs that must be in order for a run to count as ordered.
const ORDERED: f64 = 0.7;

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
    fn tight(slot: Slot) -> Self {
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
    if let Some(told) = told(seq, name, place)? {
        return Ok(if *place == Place::Last { apart(seq, name, told) } else { told });
    }
    let all = 0..seq.items.len();
    if all.is_empty() {
        return Ok(Placement::tight(Slot::Only));
    }
    if is_computed(name) {
        return Ok(Placement::tight(Slot::After(largest_group(seq).end - 1)));
    }
    let run = main_group(seq);
    if is_ordered(seq, &all) {
        return Ok(Placement::tight(in_order(seq, &all, name)));
    }
    if is_ordered(seq, &run) {
        return Ok(Placement::tight(in_order(seq, &run, name)));
    }
    Ok(apart(seq, name, Placement::tight(Slot::After(run.end - 1))))
}

/// An element of several lines, or beside one, has blank lines around it where its neighbours have.
fn apart(seq: &Sequence, text: &str, placement: Placement) -> Placement {
    let Slot::After(index) = placement.slot else { return placement };
    let beside_tall = seq.items[index].is_multiline(seq.text);
    let alone = seq.items.len() == 1 && beside_tall && text.contains('\n');
    let spaced = seq.is_multiline() && (alone || (is_spaced(seq) && (beside_tall || text.contains('\n'))));
    Placement { blank_before: placement.blank_before || spaced, blank_after: placement.blank_after || spaced, ..placement }
}

/// The place of a new binding of `path`; `tall` when it spans several lines.
pub fn binding(seq: &Sequence, path: &AttrPath, tall: bool, place: &Place) -> Result<Placement, NoPlace> {
    if let Some(told) = told(seq, &path.to_string(), place)? {
        return Ok(told);
    }
    let Some(last) = seq.items.len().checked_sub(1) else { return Ok(Placement::tight(Slot::Only)) };
    if let Some(found) = beside_same_head(seq, path, tall) {
        return Ok(found);
    }
    let spaced = tall || is_spaced(seq);
    let state = seq.items.iter().position(|item| item.path().is_some_and(|p| p.last() == "stateVersion"));
    Ok(match state {
        Some(index) if path.names().len() > 1 => Placement { slot: Slot::Above(index), blank_before: spaced, blank_after: true },
        _ => Placement { slot: Slot::After(last), blank_before: spaced && seq.is_multiline(), blank_after: false },
    })
}

fn told(seq: &Sequence, name: &str, place: &Place) -> Result<Option<Placement>, NoPlace> {
    let neighbour = |name: &String| seq.index_of(name).ok_or_else(|| NoPlace::Neighbour(name.clone()));
    let last = seq.items.len().checked_sub(1);
    Ok(match (place, last) {
        (Place::Fitting, _) => None,
        (Place::After(name), _) => Some(Placement::tight(Slot::After(neighbour(name)?))),
        (Place::Before(name), _) => Some(Placement::tight(Slot::Before(neighbour(name)?))),
        (Place::Group(text), _) => Some(Placement::tight(in_group(seq, text, name)?)),
        (Place::NewGroup(_), Some(last)) => Some(Placement { slot: Slot::After(last), blank_before: true, blank_after: true }),
        (Place::First, Some(_)) => Some(Placement::tight(Slot::Above(0))),
        (Place::Last, Some(_)) => Some(Placement::tight(Slot::Last)),
        (Place::First | Place::Last | Place::NewGroup(_), None) => Some(Placement::tight(Slot::Only)),
    })
}

fn in_group(seq: &Sequence, wanted: &str, name: &str) -> Result<Slot, NoPlace> {
    let groups = seq.groups();
    let wanted = wanted.trim().to_lowercase();
    let headed: Vec<(String, Range<usize>)> = groups.into_iter().filter_map(|g| seq.heading(&g).map(|h| (h, g))).collect();
    let exact = headed.iter().find(|(heading, _)| heading.to_lowercase() == wanted);
    match exact.or_else(|| headed.iter().find(|(heading, _)| heading.to_lowercase().starts_with(&wanted))) {
        Some((_, group)) if is_ordered(seq, group) && group.len() > 2 => Ok(in_order(seq, group, name)),
        Some((_, group)) => Ok(Slot::After(group.end - 1)),
        None => Err(NoPlace::Group(wanted, headed.into_iter().map(|(heading, _)| heading).collect())),
    }
}

/// The largest group of plain names, cut in front of its first parenthesised element; the whole
/// list when there is no plain name.
fn main_group(seq: &Sequence) -> Range<usize> {
    let plain = |group: &Range<usize>| {
        let length = seq.items[group.clone()].iter().take_while(|item| !is_call(item)).count();
        group.start..group.start + length
    };
    let groups: Vec<Range<usize>> = seq.groups().iter().map(plain).filter(|g| !g.is_empty()).collect();
    groups.into_iter().reduce(|best, group| if group.len() > best.len() { group } else { best }).unwrap_or(0..seq.items.len())
}

fn is_call(item: &Item) -> bool {
    item.node.kind() == rnix::SyntaxKind::NODE_PAREN && item.name().starts_with('(')
}

fn key(item: &Item) -> String {
    order_key(&item.name())
}

fn order_key(name: &str) -> String {
    crate::syntax::fragment::plain_name(name).to_lowercase()
}

/// Whether enough neighbouring pairs of plain names are in order.
fn is_ordered(seq: &Sequence, range: &Range<usize>) -> bool {
    let keys: Vec<String> = seq.items[range.clone()].iter().filter(|item| !is_call(item)).map(key).collect();
    let pairs = keys.len().saturating_sub(1);
    let good = keys.windows(2).filter(|pair| pair[0] <= pair[1]).count();
    pairs > 0 && good as f64 >= ORDERED * pairs as f64
}

fn in_order(seq: &Sequence, range: &Range<usize>, name: &str) -> Slot {
    let wanted = order_key(name);
    let next = range.clone().find(|&i| !is_call(&seq.items[i]) && key(&seq.items[i]) > wanted);
    match next {
        Some(index) if index == range.start => Slot::Before(index),
        Some(index) => Slot::After(index - 1),
        None => {
            let last = range.clone().rev().find(|&i| !is_call(&seq.items[i])).unwrap_or(range.end - 1);
            Slot::After(last)
        }
    }
}

/// Behind the last binding that shares the longest beginning with `path`.
fn beside_same_head(seq: &Sequence, path: &AttrPath, tall: bool) -> Option<Placement> {
    let shared = |item: &Item| {
        let own = item.path();
        own.map_or(0, |own| own.names().iter().zip(path.names()).take_while(|(a, b)| a == b).count())
    };
    let best = seq.items.iter().map(shared).max().filter(|&n| n > 0)?;
    let last = seq.items.iter().rposition(|item| shared(item) == best)?;
    let tall_beside = seq.items[last].is_multiline(seq.text);
    let spaced = seq.is_multiline() && (tall || tall_beside) && is_spaced_around(seq, last);
    Some(Placement { slot: Slot::After(last), blank_before: spaced || (tall && seq.is_multiline()), blank_after: tall })
}

fn is_spaced_around(seq: &Sequence, index: usize) -> bool {
    seq.items.len() < 2 || seq.items[index].blank_above || seq.items.get(index + 1).is_some_and(|next| next.blank_above)
}

/// Whether at least half of the gaps between items have a blank line.
fn is_spaced(seq: &Sequence) -> bool {
    let gaps = seq.items.len().saturating_sub(1);
    let blank = seq.items.iter().skip(1).filter(|item| item.blank_above).count();
    gaps > 0 && 2 * blank >= gaps
}

/// Whether an element is more than a name: it has no place in an order of names.
fn is_computed(name: &str) -> bool {
    name.starts_with("inputs.") || name.contains("${") || name.starts_with('(')
}

/// The group with the most plain names, whatever else is in it.
fn largest_group(seq: &Sequence) -> Range<usize> {
    let names = |group: &Range<usize>| seq.items[group.clone()].iter().filter(|item| !is_call(item)).count();
    let best = seq.groups().into_iter().reduce(|best, group| if names(&group) > names(&best) { group } else { best });
    best.unwrap_or(0..seq.items.len())
}
