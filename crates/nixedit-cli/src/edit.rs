//! One edit from operations to an exit status.

use crate::cli::{Format, Global};
use crate::place::root_relative;
use crate::render::{human, json};
use crate::{applying, error, run};
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::Operation;
use nixedit_core::workspace::{Report, Workspace};
use std::path::Path;
use std::process::ExitCode;

/// Plans, proves and lands operations as one edit, and reports it.
pub fn run(command: &str, mut operations: Vec<Operation>, global: &Global) -> Result<ExitCode> {
    let named = operations.iter_mut().find_map(|operation| operation.files_mut().first().map(|file| file.to_string()));
    let workspace = run::workspace(global, named.as_deref())?;
    relative_files(workspace.root(), &mut operations)?;
    in_workspace(&workspace, command, &operations, global)
}

/// The same for operations whose files are told relative to the flake's root.
pub fn in_workspace(workspace: &Workspace, command: &str, operations: &[Operation], global: &Global) -> Result<ExitCode> {
    applying::check(global)?;
    let report = workspace.edit(command, operations)?;
    applying::finish(&report, workspace, global)
}

/// Writes the files that operations name relative to the root.
pub fn relative_files(root: &Path, operations: &mut [Operation]) -> Result<()> {
    for file in operations.iter_mut().flat_map(Operation::files_mut) {
        *file = root_relative(root, file)?;
    }
    Ok(())
}

/// Prints the report; the exit status.
pub fn finish(report: &Report, global: &Global) -> ExitCode {
    match global.format {
        Format::Human => human::report(report, global),
        Format::Json => json::print(&json::report(report)),
    }
    let pending = global.check && !report.changes.is_empty();
    if pending { ExitCode::from(error::WOULD_CHANGE) } else { ExitCode::SUCCESS }
}
