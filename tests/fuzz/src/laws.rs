//! What holds for every operation that is not refused.

use crate::FILE;
use crate::program::{Grows, Wish};
use nixedit_core::apply;
use nixedit_core::change_set::{ChangeSet, FileChange};
use nixedit_core::diagnostic::{Code, Result};
use nixedit_core::format::guard;
use nixedit_core::operation::Operation;
use nixedit_core::project::Project;
use nixedit_core::settings::{FormatSettings, Settings, WholeFile};
use nixedit_core::syntax::SyntaxKind::*;
use nixedit_core::syntax::parse::Source;
use nixedit_core::syntax::{SyntaxNode, scope};
use std::path::Path;

/// Whether the parser let something pass that Nix does not: a function, a `let` or an operation as
/// element of a list or operand of a call, without parentheses; an attribute defined twice. Nothing is promised for such files.
pub fn is_refused_by_nix(source: &Source) -> bool {
    let open = [NODE_LAMBDA, NODE_LET_IN, NODE_WITH, NODE_IF_ELSE, NODE_ASSERT, NODE_BIN_OP, NODE_UNARY_OP, NODE_HAS_ATTR];
    let holds = |node: &SyntaxNode| node.parent().is_some_and(|parent| matches!(parent.kind(), NODE_LIST | NODE_APPLY));
    let is_set = |node: &SyntaxNode| matches!(node.kind(), NODE_ATTR_SET | NODE_LET_IN);
    let twice = |node: &SyntaxNode| is_set(node) && !scope::duplicates(node.children()).is_empty();
    source.root.descendants().any(|node| open.contains(&node.kind()) && holds(&node) || twice(&node))
}

/// Does what is wished and checks the laws; the new text, `None` when it was refused. Panics where
/// a law is broken. A formatter that has a say moves blanks only; without it the laws are exact.
pub fn check(text: &str, wish: &Wish) -> Option<String> {
    let plain = without_formatter(text, wish)?;
    let kept = run(text, &wish.operation, WholeFile::IfClean);
    let same = |kept: &String| *kept == plain || guard::same(&plain, kept);
    assert!(kept.as_ref().is_ok_and(same), "laid out, more than blanks are others: {wish:?}\n{text}\n=>\n{plain}\n=>\n{kept:?}");
    kept.ok()
}

fn without_formatter(text: &str, wish: &Wish) -> Option<String> {
    let run = |text: &str, operation: &Operation| run(text, operation, WholeFile::Never);
    let after = match run(text, &wish.operation) {
        Ok(after) => after,
        Err(error) => {
            assert_ne!(error.code, Code::ResultBroken, "the edit would not parse: {wish:?}\n{text}\n{error:?}");
            return None;
        }
    };
    assert!(Source::parse(FILE, after.as_str().into()).is_ok(), "the result does not parse: {wish:?}\n{text}\n=>\n{after}");
    let (old, new) = (signs(text), signs(&after));
    let kept = match wish.grows {
        // `_:` becomes a pattern where the first argument is needed.
        Grows::More => is_subsequence(&signs(&without_ignored_arguments(text)), &new),
        Grows::Less => is_subsequence(&new, &old),
        Grows::Either => true,
    };
    assert!(kept, "more was changed than asked for: {wish:?}\n{text}\n=>\n{after}");
    let again = run(&after, &wish.operation);
    // A key that no row has and nothing reads is not known any more: that refusal is meant.
    let forgotten = again.as_ref().is_err_and(|error| error.code == Code::TableMissing);
    assert!(
        forgotten || again.as_ref().is_ok_and(|again| *again == after),
        "twice is not once: {wish:?}\n{text}\n=>\n{after}\n=>\n{again:?}"
    );
    // An argument that the file's head had to get stays when what needed it goes.
    let same_head = |operation: &&Operation| {
        !matches!(operation, Operation::RemovePackage(_) | Operation::OptionUnset(_)) || arguments(&after) == arguments(text)
    };
    // Of a file that ends its lines in several ways nobody can tell which the new one had.
    let one_ending =
        text.matches('\r').count() == text.matches("\r\n").count() && [0, text.matches('\n').count()].contains(&text.matches('\r').count());
    if let Some(inverse) = wish.inverse.as_ref().filter(|_| after != text && one_ending).filter(same_head) {
        let back = run(&after, inverse);
        // A list that had to be spread over lines stays so, elements that touched stay apart, and an
        // empty list or set is written as one; else every byte is as it was.
        let spread = !is_one_insertion(text, &after);
        let apart = |back: &String| back.len() == text.len() + 1 && is_one_insertion(text, back);
        // Nor does a line that something was put into, and words in an empty set go with what was added there.
        let spread = spread || divides_a_line(text, &after);
        let same = |back: &String| empties(back) == empties(text) || ((spread || apart(back)) && signs(back) == old);
        if has_words_alone(text) {
            return Some(after);
        }
        assert!(back.as_ref().is_ok_and(same), "no way back: {wish:?}\n{text}\n=>\n{after}\n=>\n{back:?}");
    }
    Some(after)
}

/// The text after one operation on a flake that has this file alone; nothing is on the disk.
fn run(text: &str, operation: &Operation, whole_file: WholeFile) -> Result<String> {
    let mut files = ChangeSet::default();
    for (path, text) in [(FILE, text), ("module.nix", "{ }")] {
        files.record(FileChange::new(path, None, Some(text.as_bytes().into())));
    }
    let settings = Settings { format: FormatSettings { whole_file, ..FormatSettings::default() }, ..Settings::default() };
    let project = Project::new(Path::new("/nonexistent"), settings).with(&files);
    let changes = apply::propose(&project, std::slice::from_ref(operation))?.changes;
    let after = changes.get(FILE).and_then(|change| change.after.clone()).unwrap_or_default();
    Ok(String::from_utf8_lossy(&after).into_owned())
}

/// The names in the patterns of the file's functions.
fn arguments(text: &str) -> Option<String> {
    let root = Source::parse(FILE, text.into()).ok()?.root;
    let patterns = root.descendants().filter(|node| node.kind() == NODE_PATTERN);
    Some(patterns.flat_map(|pattern| signs(&pattern.text().to_string())).collect())
}

/// The text without the `_` of functions that ignore their argument.
fn without_ignored_arguments(text: &str) -> String {
    let Ok(source) = Source::parse(FILE, text.into()) else { return text.to_owned() };
    let ignored = source.root.descendants().filter(|node| node.kind() == NODE_IDENT_PARAM && node.text() == "_");
    let mut out = text.to_owned();
    let mut starts: Vec<usize> = ignored.map(|node| node.text_range().start().into()).collect();
    starts.sort_by_key(|start| std::cmp::Reverse(*start));
    for start in starts {
        out.replace_range(start..=start, "");
    }
    out
}

/// Whether what is new stands between two things of one line.
fn divides_a_line(text: &str, after: &str) -> bool {
    let at = text.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    let (front, back) = (text.as_bytes()[..at].rsplit(|b| *b == b'\n').next(), text.as_bytes()[at..].split(|b| *b == b'\n').next());
    [front, back].into_iter().flatten().all(|part| !part.trim_ascii().is_empty())
}

/// Whether a list or set of the file holds comments and nothing else.
fn has_words_alone(text: &str) -> bool {
    let Ok(source) = Source::parse(FILE, text.into()) else { return false };
    let holders = source.root.descendants().filter(|node| matches!(node.kind(), NODE_LIST | NODE_ATTR_SET));
    let words = |node: SyntaxNode| node.children_with_tokens().any(|part| part.kind() == TOKEN_COMMENT);
    holders.filter(|node| node.first_child().is_none()).any(words)
}

/// The text without its blanks.
fn signs(text: &str) -> Vec<char> {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The text with every empty list and set written the usual way.
fn empties(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['[', '{']) {
        let (before, inside) = rest.split_at(at + 1);
        let trimmed = inside.trim_start();
        out.push_str(before);
        let closes = trimmed.starts_with(if before.ends_with('[') { ']' } else { '}' });
        rest = if closes { trimmed } else { inside };
    }
    out + rest
}

/// Whether `after` is `text` with something put in at one place.
fn is_one_insertion(text: &str, after: &str) -> bool {
    let (text, after) = (text.as_bytes(), after.as_bytes());
    let front = text.iter().zip(after).take_while(|(a, b)| a == b).count();
    let back = text.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    front + back >= text.len()
}

fn is_subsequence(short: &[char], long: &[char]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|c| rest.any(|d| d == c))
}
