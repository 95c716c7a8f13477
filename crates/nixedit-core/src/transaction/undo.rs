//! The way back, and forth again: an edit that reverses another.

use super::history::{changes, find, records_here};
use super::land::{Request, Session};
use super::record::{EditRecord, Relation};
use super::state::State;
use super::{CommitOptions, Committed, EditMeta, Steps};
use crate::change_set::{ChangeSet, FileChange};
use crate::diagnostic::{Code, Diagnostic, Result};
use std::path::Path;

/// What an undo or redo would do.
#[derive(Clone, Debug)]
pub struct Reversal {
    /// What the new edit is to the one it is about.
    pub relation: Relation,
    /// The edit whose effect is reversed: itself, or its latest undo or redo.
    pub reversed: EditRecord,
    /// The bytes that must stand there and those that will.
    pub changes: ChangeSet,
    /// One line for people.
    pub summary: String,
}

/// Takes back the edit `id`, or without one the newest that is not taken back yet. Its files get
/// exactly their old bytes, bits and absence, provided they still are as the edit left them, else
/// `file.changed`. Fails with `edit.unknown` when there is no such edit or it is taken back already.
/// `command` is what history says; otherwise as `commit`.
pub fn undo(root: &Path, id: Option<&str>, command: Vec<String>, options: &CommitOptions) -> Result<Committed> {
    reverse_in(State::of(root)?, Wish::Undo, id, command, options, &mut |_| {})
}

/// Does the undone edit `id` again, or without one the one undone last, if no other edit came
/// after. Otherwise as `undo`.
pub fn redo(root: &Path, id: Option<&str>, command: Vec<String>, options: &CommitOptions) -> Result<Committed> {
    reverse_in(State::of(root)?, Wish::Redo, id, command, options, &mut |_| {})
}

/// What `undo` (or `redo`) would do now. Writes nothing, takes no lock, does not look at the files.
pub fn reversal(root: &Path, wish: Wish, id: Option<&str>) -> Result<Reversal> {
    choose(&State::of(root)?, wish, id)
}

/// Back or forth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Take an edit back.
    Undo,
    /// Do an undone edit again.
    Redo,
}

pub(super) fn reverse_in(
    state: State,
    wish: Wish,
    id: Option<&str>,
    command: Vec<String>,
    options: &CommitOptions,
    steps: Steps,
) -> Result<Committed> {
    let session = Session::open(state, options.wait, &command, steps)?;
    let Reversal { relation, reversed, changes, summary } = choose(&session.state, wish, id)?;
    let operation = if matches!(relation, Relation::Undo(_)) { "undo" } else { "redo" };
    let request = Request {
        changes: &changes,
        meta: EditMeta { command, operation: operation.to_owned(), summary },
        relation: Some(relation),
        emptied: reversed.folders.iter().rev().cloned().collect(),
        ownership: reversed.files.iter().filter_map(|file| Some((file.path.clone(), file.ownership?))).collect(),
    };
    session.land(request, options, steps).map_err(|error| explain(error, &reversed, operation))
}

/// A file that changed is the usual reason; say since when.
fn explain(mut error: Box<Diagnostic>, reversed: &EditRecord, operation: &str) -> Box<Diagnostic> {
    if error.code == Code::FileChanged {
        error.message =
            format!("cannot {operation}: {} changed since edit {}; nothing was written", error.candidates.join(", "), reversed.id);
        error.help = Some(format!("nixedit show {} has the edit's diff", reversed.id));
    }
    error
}

fn choose(state: &State, wish: Wish, id: Option<&str>) -> Result<Reversal> {
    let records = records_here(state)?;
    let subject = match (id, wish) {
        (Some(id), _) => subject(find(&records, id)?).to_owned(),
        (None, Wish::Undo) => newest_done(&records)?,
        (None, Wish::Redo) => last_undone(&records)?,
    };
    // An undo is an edit too: to undo it is to redo what it took back.
    let named_undo = id.is_some_and(|id| find(&records, id).is_ok_and(|r| matches!(r.relation, Some(Relation::Undo(_)))));
    let back = (wish == Wish::Undo) != (wish == Wish::Undo && named_undo);
    let reversed =
        records.iter().find(|record| self::subject(record) == subject).ok_or_else(|| unknown(format!("there is no edit {subject}")))?;
    let undone = matches!(reversed.relation, Some(Relation::Undo(_)));
    match (back, undone) {
        (true, true) => return Err(unknown(format!("edit {subject} is undone already")).help(format!("nixedit redo {subject}"))),
        (false, false) => return Err(unknown(format!("edit {subject} is not undone")).help(format!("nixedit undo {subject}"))),
        _ => {}
    }
    let original = records.iter().find(|record| record.id == subject).map_or(subject.as_str(), |record| record.summary.as_str());
    let (relation, did) = if back { (Relation::Undo(subject.clone()), "undid") } else { (Relation::Redo(subject.clone()), "redid") };
    let summary = format!("{did} {subject}: {original}");
    Ok(Reversal { relation, changes: reverse(&changes(state, reversed)?), summary, reversed: reversed.clone() })
}

/// The edit that a record is about: the one it undoes or redoes, else itself.
fn subject(record: &EditRecord) -> &str {
    match &record.relation {
        Some(Relation::Undo(id) | Relation::Redo(id)) => id,
        None => &record.id,
    }
}

/// The newest ordinary edit whose effect stands.
fn newest_done(records: &[EditRecord]) -> Result<String> {
    let stands = |record: &&EditRecord| {
        let latest = records.iter().find(|other| subject(other) == record.id);
        record.relation.is_none() && latest.is_some_and(|latest| !matches!(latest.relation, Some(Relation::Undo(_))))
    };
    records.iter().find(stands).map(|record| record.id.clone()).ok_or_else(|| unknown("there is nothing to undo".to_owned()))
}

/// The edit undone last that is still undone, unless an ordinary edit came after.
fn last_undone(records: &[EditRecord]) -> Result<String> {
    let recent = || records.iter().take_while(|record| record.relation.is_some());
    let latest = |record: &&EditRecord| recent().find(|other| subject(other) == subject(record)).map(|other| &other.id) == Some(&record.id);
    let undone = |record: &&EditRecord| matches!(record.relation, Some(Relation::Undo(_))) && latest(record);
    recent().find(undone).map(|record| subject(record).to_owned()).ok_or_else(|| {
        unknown("there is nothing to redo".to_owned()).help("nixedit log lists undone edits; nixedit redo ID does one again")
    })
}

fn reverse(changes: &ChangeSet) -> ChangeSet {
    let mut reversed = ChangeSet::default();
    for change in changes.files() {
        reversed.record(FileChange { path: change.path.clone(), before: change.after.clone(), after: change.before.clone() });
    }
    reversed
}

fn unknown(message: String) -> Box<Diagnostic> {
    Diagnostic::new(Code::EditUnknown, message).help("nixedit log lists the edits")
}
