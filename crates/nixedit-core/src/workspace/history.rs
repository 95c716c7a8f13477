//! The edits that landed.

use super::Workspace;
use crate::change_set::ChangeSet;
use crate::diagnostic::Result;
use crate::transaction::{self, EditRecord};

impl Workspace {
    /// The edits that landed here, the newest first; undoing and redoing are edits too. The last hundred are kept at
    /// least.
    pub fn log(&self) -> Result<Vec<EditRecord>> {
        transaction::log(&self.root)
    }

    /// One edit, by its id or an unambiguous beginning of it, with the bytes before and after. Fails with
    /// `edit.unknown`; with `journal.broken` where its bytes are lost.
    pub fn show(&self, id: &str) -> Result<(EditRecord, ChangeSet)> {
        transaction::show(&self.root, id)
    }
}
