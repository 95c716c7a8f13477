//! Law 1: outside the edit bytes stay.
//!
//! Where something was added, all that was there is there in its order, and nothing but blanks was
//! rewritten; where something went, the same the other way round. More than blanks is rewritten only
//! inside the list or set that is worked on, or in the file's head, where a name may have been added.
//! Line endings, the file's last line break and the count of lines with trailing blanks stay.

use crate::file::File;
use crate::pick::{Effect, Trial};
use nixedit_core::syntax::{SyntaxKind, span};
use nixedit_core::text::Span;
use similar::{DiffOp, TextDiff};

/// What differs: the bytes between the longest common start and end.
pub fn middle<'a>(before: &'a str, after: &'a str) -> (&'a str, &'a str) {
    let mut start = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    while !before.is_char_boundary(start) || !after.is_char_boundary(start) {
        start -= 1;
    }
    let (old, new) = (&before[start..], &after[start..]);
    let mut end = old.bytes().rev().zip(new.bytes().rev()).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(old.len() - end) || !new.is_char_boundary(new.len() - end) {
        end -= 1;
    }
    (&old[..old.len() - end], &new[..new.len() - end])
}

/// Fails with what became of which bytes.
pub fn stay(file: &File, after: &str, trial: &Trial) -> Result<(), String> {
    let before = file.text();
    let places = [trial.within, head(file)];
    let holds = |&(old, new): &(&str, &str)| {
        let start = old.as_ptr() as usize - before.as_ptr() as usize;
        let at = Span::new(start, start + old.len());
        let inside = trial.within.is_none() || places.iter().flatten().any(|place| place.contains(at));
        is_kept(old, new, inside, trial)
    };
    // A diff may take a bracket of what is new for one that was there: the whole is looked at first.
    let (old, new) = middle(before, after);
    if !holds(&(old, new)) && !hunks(before, after).iter().all(holds) {
        return Err(format!("law 1: {old:?} became {new:?}"));
    }
    ends_stay(before, after)
}

/// What differs, place by place: whole lines, less what they begin and end alike with.
fn hunks<'a>(before: &'a str, after: &'a str) -> Vec<(&'a str, &'a str)> {
    let diff = TextDiff::from_lines(before, after);
    let offsets = |text: &str| -> Vec<usize> {
        let ends = text.split_inclusive('\n').scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        });
        std::iter::once(0).chain(ends).collect()
    };
    let (old, new) = (offsets(before), offsets(after));
    let changed = diff.ops().iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed
        .map(|op| {
            let (from, to) = (op.old_range(), op.new_range());
            middle(&before[old[from.start]..old[from.end]], &after[new[to.start]..new[to.end]])
        })
        .collect()
}

/// The pattern of the file's own function.
fn head(file: &File) -> Option<Span> {
    let patterns = file.source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_PATTERN);
    patterns.map(|node| span(&node)).next()
}

fn is_kept(old: &str, new: &str, inside: bool, trial: &Trial) -> bool {
    // `a.follows = …;` may become `a = { follows = …; … };`.
    let sign = |c: char| c.is_whitespace() || c == '.' && trial.kind == "input follow";
    let words = |text: &str| text.chars().filter(|c| !sign(*c)).collect::<Vec<char>>();
    let whole = |short: &str, long: &str| is_subsequence(&words(short), &words(long));
    // A list on one line may be written on several: there the order of what is no blank tells.
    match trial.effect {
        Effect::Adds => old.trim().is_empty() || inside && whole(old, new),
        Effect::Removes(_) => new.trim().is_empty() || inside && whole(new, old),
        Effect::Replaces(_) => true,
    }
}

fn is_subsequence(short: &[char], long: &[char]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|c| rest.any(|d| d == c))
}

fn ends_stay(before: &str, after: &str) -> Result<(), String> {
    if before.ends_with('\n') != after.ends_with('\n') {
        return Err("law 1: the last line break".to_owned());
    }
    let returns = |text: &str| text.matches("\r\n").count();
    let breaks = |text: &str| text.matches('\n').count();
    if (returns(before) == breaks(before)) != (returns(after) == breaks(after)) && breaks(after) > 0 && breaks(before) > 0 {
        return Err("law 1: the line endings".to_owned());
    }
    let trailing = |text: &str| text.lines().filter(|line| line.ends_with([' ', '\t'])).count();
    if trailing(after) > trailing(before) {
        return Err("law 1: blanks at the end of a line that were not there".to_owned());
    }
    Ok(())
}
