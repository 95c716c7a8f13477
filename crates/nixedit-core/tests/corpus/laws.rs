//! The laws, as they are checked on one operation of one file.
//!
//! 1. Outside the edit bytes stay: see [`bytes`].
//! 2. The same operation again changes nothing.
//! 3. What was added and then removed leaves the original bytes. Exceptions, which are counted: an empty
//!    container over several lines comes back on one; one that had to be opened up over several lines
//!    stays so; words in an empty one are read as those about the item that was added below them; a
//!    comment that was asked for stays as the heading of what follows it.
//! 4. The result parses.
//! 5. What a formatter makes of the edit of a file that was its own: see [`crate::formatted`].
//! 6. A list with an element on each line keeps that; one in alphabetical order too, where the caller
//!    names no place.
//! 7. No comment is lost but those inside what went, behind it on its line, or in the block above it.

use crate::bytes::{self, middle};
use crate::file::File;
use crate::formatted;
use crate::pick::{Effect, Trial};
use nixedit_core::diagnostic::{Code, Kind};
use nixedit_core::syntax::{SyntaxKind, SyntaxNode, span, token_span};
use nixedit_core::text::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What became of one operation.
pub enum Outcome {
    Unchanged,
    /// All laws hold, but for an exception that is known.
    Kept {
        exception: Option<&'static str>,
    },
    Refused(Code),
    Violated {
        why: String,
        shown: String,
    },
}

impl Outcome {
    pub fn violated(why: &str) -> Self {
        Self::Violated { why: why.to_owned(), shown: String::new() }
    }
}

/// Does what is asked for and checks all laws.
pub fn check(file: &File, trial: &Trial) -> Outcome {
    let text = match file.after(&trial.ask) {
        Ok(text) => text,
        Err(refusal) if refusal.code.kind() == Kind::Internal => return Outcome::violated(&refusal.to_string()),
        Err(refusal) => return Outcome::Refused(refusal.code),
    };
    if *text == *file.text() {
        return Outcome::Unchanged;
    }
    match hold(file, trial, &text).and_then(|exception| Ok(formatted::hold(file, trial, &text)?.or(exception))) {
        Ok(exception) => Outcome::Kept { exception },
        Err(why) => Outcome::Violated { why, shown: shown(file.text(), &text) },
    }
}

/// The edit as a diff.
fn shown(before: &str, after: &str) -> String {
    similar::TextDiff::from_lines(before, after).unified_diff().context_radius(3).to_string()
}

/// All laws where no formatter has a say; the exception, if one was made.
fn hold(file: &File, trial: &Trial, text: &Arc<str>) -> Result<Option<&'static str>, String> {
    let after = file.with(text).map_err(|error| format!("law 4: {error}"))?;
    bytes::stay(file, text, trial)?;
    comments_stay(file, &after, trial)?;
    if let Some(list) = trial.within.filter(|_| trial.effect == Effect::Adds) {
        list_keeps_its_form(file, &after, list, trial)?;
    }
    match after.after(&trial.ask) {
        _ if !trial.again => {}
        Ok(again) if again == *text => {}
        Ok(_) => return Err("law 2: doing it again changes more".to_owned()),
        Err(error) => return Err(format!("law 2: doing it again is refused: {error}")),
    }
    let Some(back) = &trial.back else { return Ok(None) };
    let again = after.after(back).map_err(|error| format!("law 3: the way back is refused: {error}"))?;
    if *again == *file.text() {
        return Ok(None);
    }
    let (was, is) = middle(file.text(), &again);
    exception(file.text(), was, is, trial).map(Some).ok_or_else(|| format!("law 3: there and back is {is:?}, was {was:?}"))
}

/// Whether a line is blank or a comment.
fn is_words(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with(['#', '*']) || line.starts_with("/*")
}

/// Why `was` need not come back: `is` stands there instead.
pub fn exception(before: &str, was: &str, is: &str, trial: &Trial) -> Option<&'static str> {
    let blank = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let empty = |text: &str| text.chars().all(|c| c.is_whitespace() || "[]{}".contains(c));
    let start = was.as_ptr() as usize - before.as_ptr() as usize;
    let above = before[..start].lines().rev().find(|line| !is_words(line)).unwrap_or_default();
    let opens = above.trim_end().ends_with(['[', '{']) || was.trim_start().starts_with(['[', '{']);
    if was.contains('\n') && empty(was) && empty(is) && opens {
        return Some("an empty container over several lines comes back on one");
    }
    if is.lines().count() > was.lines().count() && blank(was) == blank(is) {
        return Some("what had to be opened up over several lines stays so");
    }
    if opens && is.trim().is_empty() && was.lines().all(is_words) {
        return Some("words in an empty container go with the item added below");
    }
    let others: Vec<&str> = is.lines().filter(|line| !line.trim().starts_with("# why it is")).collect();
    let one_comment = others.len() < is.lines().count() && blank(&others.join(" ")) == blank(was);
    (trial.kind.ends_with("--comment") && one_comment).then_some("a comment asked for stays as the heading of what follows")
}

/// The comments of a tree: text and place.
fn comments(root: &SyntaxNode) -> Vec<(String, Span)> {
    let tokens = root.descendants_with_tokens().filter_map(|element| element.into_token());
    let all = tokens.filter(|token| token.kind() == SyntaxKind::TOKEN_COMMENT);
    all.map(|token| (token.text().trim_end().to_owned(), token_span(&token))).collect()
}

/// How often each text is among the comments.
fn counted<'a>(texts: impl Iterator<Item = &'a String>) -> BTreeMap<&'a str, usize> {
    let mut out = BTreeMap::new();
    texts.for_each(|text| *out.entry(text.as_str()).or_default() += 1);
    out
}

fn comments_stay(before: &File, after: &File, trial: &Trial) -> Result<(), String> {
    let (was, is) = (comments(&before.source.root), comments(&after.source.root));
    let (had, has) = (counted(was.iter().map(|(text, _)| text)), counted(is.iter().map(|(text, _)| text)));
    let may_go = |at: Span| match trial.effect {
        Effect::Adds => false,
        Effect::Replaces(gone) => gone.contains(at),
        Effect::Removes(gone) => gone.contains(at) || belongs(before.text(), at, gone),
    };
    let free = counted(was.iter().filter(|(_, at)| may_go(*at)).map(|(text, _)| text));
    for (text, count) in had {
        let lost = count.saturating_sub(has.get(text).copied().unwrap_or_default());
        // An element that becomes a comment takes the words behind it along.
        let within_another = trial.kind.ends_with("--comment-out") && is.iter().any(|(other, _)| other.contains(text));
        if lost > free.get(text).copied().unwrap_or_default() && !within_another {
            return Err(format!("law 7: lost {text:?}"));
        }
    }
    Ok(())
}

/// Whether a comment stands behind what went, on its line, or above it without a blank line between.
fn belongs(text: &str, at: Span, gone: Span) -> bool {
    if at.start >= gone.end {
        return !text[gone.end..at.start].contains('\n');
    }
    let between = text.get(at.end..gone.start).unwrap_or_default();
    let of_comments = between.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with(['#', '/', '*']));
    of_comments && !between.replace([' ', '\t', '\r'], "").contains("\n\n")
}

/// Elements each on a line of their own stay so; elements in order stay in order.
fn list_keeps_its_form(before: &File, after: &File, list: Span, trial: &Trial) -> Result<(), String> {
    let at = |file: &File| {
        let lists = file.source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_LIST);
        lists.map(|node| (span(&node).start, node)).find(|(start, _)| *start == list.start).map(|(_, node)| node)
    };
    let (Some(old), Some(new)) = (at(before), at(after)) else { return Ok(()) };
    if old.children().count() < 2 || new.children().count() <= old.children().count() {
        return Ok(());
    }
    if one_per_line(before.text(), &old) && !one_per_line(after.text(), &new) {
        return Err("law 6: each element had a line of its own".to_owned());
    }
    if trial.fitting && is_in_order(&old) && is_of_one_kind(&new) && !is_in_order(&new) {
        return Err("law 6: the elements were in order".to_owned());
    }
    Ok(())
}

fn one_per_line(text: &str, list: &SyntaxNode) -> bool {
    let first = |element: &SyntaxNode| {
        let start = span(element).start;
        text[..start].rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
    };
    list.children().all(|element| first(&element))
}

/// Whether at least four elements, all of one kind, stand in order, case or not.
fn is_in_order(list: &SyntaxNode) -> bool {
    let elements: Vec<SyntaxNode> = list.children().collect();
    let texts: Vec<String> = elements.iter().map(|element| element.text().to_string()).collect();
    let lower: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
    is_of_one_kind(list) && texts.len() > 3 && (texts.is_sorted() || lower.is_sorted())
}

fn is_of_one_kind(list: &SyntaxNode) -> bool {
    let kind = list.first_child().map(|first| first.kind());
    list.children().all(|element| Some(element.kind()) == kind)
}
