//! Laws 1 to 4 and 7 as properties over generated files: bytes outside the edit stay, twice is once,
//! add and then remove gives the original bytes, the result parses, comments stay with their owners.

mod comments;
mod lists;
mod sets;
mod tables;

use nixedit_core::change_set::ChangeSet;
use nixedit_core::operation::Operation;
use nixedit_core::project::Project;
use nixedit_core::settings::{FormatSettings, Settings, WholeFile};
use nixedit_core::{apply, diagnostic::Result};

/// A folder with one file, `x.nix`.
struct Folder(tempfile::TempDir);

impl Folder {
    fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("x.nix"), text).expect("a file");
        Self(folder)
    }

    fn propose(&self, operation: &Operation) -> Result<ChangeSet> {
        let project = Project::new(self.0.path(), layout_engine_alone());
        apply::propose(&project, std::slice::from_ref(operation)).map(|proposal| proposal.changes)
    }

    /// The text that the operation leaves; `None` when it changes nothing.
    fn after(&self, operation: &Operation) -> Option<String> {
        let changes = self.propose(operation).expect("a plan");
        changes.get("x.nix").and_then(|c| c.after.clone()).map(|bytes| String::from_utf8(bytes.to_vec()).expect("text"))
    }
}

/// Without formatters: nixfmt breaks a one-line list for its second element and takes what is left when
/// that goes again for well laid out, so that law 5 (`keep_formatted.rs`) comes before law 3 there.
fn layout_engine_alone() -> Settings {
    Settings { format: FormatSettings { whole_file: WholeFile::Never, ..FormatSettings::default() }, ..Settings::default() }
}

fn is_subsequence(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().all(|c| rest.any(|d| d == c))
}
