//! Editing a text that is on no disk.

use crate::apply;
use crate::change_set::{ChangeSet, FileChange};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::Operation;
use crate::project::Project;
use crate::settings::Settings;
use crate::syntax::parse::on_large_stack;
use std::path::Path;

/// Nothing is below a device: whatever is looked for beside the text is not there.
const NOWHERE: &str = "/dev/null";

/// The Nix text after an operation on it; the same text where there is nothing to do. Nothing is read, written or
/// evaluated; the text of the result parses, and no name of it became unbound. `file` is what errors call the text.
///
/// An input that is added is not locked: there is no lock file here. Operations that can be limited to a file can be asked for: lists, options, packages, imports, inputs, host tables.
/// Fails as they do, and with `usage.invalid` where the operation is about more than one file.
///
/// ```
/// use nixedit_core::{Hosts, Operation, edit_text};
///
/// let before = "{ pkgs, ... }:\n{\n  environment.systemPackages = with pkgs; [\n    curl\n    git\n  ];\n}\n";
/// let operation = Operation::add_package(["fd"], Hosts::none());
/// let after = edit_text("host.nix", before, &operation)?;
/// assert_eq!(after, before.replace("    curl\n", "    curl\n    fd\n"));
/// # Ok::<(), Box<nixedit_core::Diagnostic>>(())
/// ```
pub fn edit_text(file: &str, text: &str, operation: &Operation) -> Result<String> {
    let operation = operation.clone().in_file(file)?;
    on_large_stack(|| {
        let mut present = ChangeSet::default();
        present.record(FileChange::new(file, None, Some(text.as_bytes().into())));
        let project = Project::new(Path::new(NOWHERE), Settings::default()).with(&present);
        let proposal = apply::propose(&project, std::slice::from_ref(&operation))?;
        if let Some(other) = proposal.changes.files().find(|change| change.path != file) {
            let error =
                Diagnostic::new(Code::UsageInvalid, format!("{} needs {} too, and only {file} is given", operation.name(), other.path));
            return Err(error.help("edit a folder instead: Workspace::open"));
        }
        let after = proposal.changes.get(file).and_then(|change| change.after.clone());
        Ok(after.map_or_else(|| text.to_owned(), |bytes| String::from_utf8_lossy(&bytes).into_owned()))
    })
}
