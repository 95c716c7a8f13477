//! Which of several operations wrote the line that Nix points at.

use super::{named, propose};
use crate::diagnostic::Diagnostic;
use crate::operation::Operation;
use crate::project::Project;
use similar::{DiffTag, TextDiff};

/// The error with the operation that it is about, where that can be told: the one that wrote a line the error points
/// at. Of the others it says that any of them may be meant. Plans all of them again, which only those pay whose edit
/// has failed.
pub fn blamed(project: &Project, operations: &[Operation], mut error: Box<Diagnostic>) -> Box<Diagnostic> {
    if operations.len() < 2 || error.operation.is_some() {
        return error;
    }
    let mut places = error.labels.iter().map(|label| (label.file.clone(), label.position().line - 1));
    if let Some(number) = places.find_map(|(file, line)| writer(project, operations, &file, line)) {
        return named(error, operations, number);
    }
    let unclear = format!("it is about one of {} operations; given one at a time they show which", operations.len());
    error.help = Some(error.help.map_or(unclear.clone(), |help| format!("{help}\n{unclear}")));
    error
}

/// The operation, counted from 0, that wrote this line (counted from 0) of the file as the last one leaves it.
fn writer(project: &Project, operations: &[Operation], file: &str, mut line: usize) -> Option<usize> {
    let texts = texts(project, operations, file)?;
    for (number, pair) in texts.windows(2).enumerate().rev() {
        match origin(&pair[0], &pair[1], line) {
            Some(before) => line = before,
            None => return Some(number),
        }
    }
    None
}

/// The file before the first operation and after each.
fn texts(project: &Project, operations: &[Operation], file: &str) -> Option<Vec<String>> {
    let first = project.source(file).map(|source| source.text.to_string()).unwrap_or_default();
    let mut out = vec![first];
    let mut now: Option<Project> = None;
    for operation in operations {
        let before = now.as_ref().unwrap_or(project);
        let proposal = propose(before, std::slice::from_ref(operation)).ok()?;
        let after = proposal.changes.get(file).map(|change| change.after.as_deref().unwrap_or_default());
        let text = after.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let same = out.last().cloned().unwrap_or_default();
        out.push(text.unwrap_or(same));
        now = Some(before.with(&proposal.changes));
    }
    Some(out)
}

/// Where a line of `after` was in `before`; `None` where it is new.
fn origin(before: &str, after: &str, line: usize) -> Option<usize> {
    if before == after {
        return Some(line);
    }
    let diff = TextDiff::from_lines(before, after);
    let here = diff.ops().iter().find(|op| op.new_range().contains(&line))?;
    (here.tag() == DiffTag::Equal).then(|| here.old_range().start + (line - here.new_range().start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_followed_back_to_where_it_was() {
        let (before, after) = ("a\nb\nc\n", "a\nx\nb\nC\n");
        let lines: Vec<Option<usize>> = (0..5).map(|line| origin(before, after, line)).collect();
        assert_eq!(lines, [Some(0), None, Some(1), None, None]);
    }
}
