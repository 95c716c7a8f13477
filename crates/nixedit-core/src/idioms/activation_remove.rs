//! `activation remove NAME`: drop a script of a home or, with `--system`, of the system.
//!
//! ```text
//! home.activation.ensureNotes = lib.hm.dag.entryAfter [ "writeBoundary" ] ''…'';   =>   (gone)
//! ```
//! Refuses what `option unset` refuses; a script that other hosts have too.

use super::{activations, home_files};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::ActivationRemove;
use crate::plan::Plan;
use crate::project::Project;

pub(super) fn plan(project: &Project, args: &ActivationRemove) -> Result<Plan> {
    let path = activations::path(args.system, &args.name)
        .ok_or_else(|| Diagnostic::new(Code::UsageInvalid, "which script?").help("see those there are: nixedit activation list"))?;
    home_files::removal(project, &args.hosts, args.file.as_ref(), path)
}
