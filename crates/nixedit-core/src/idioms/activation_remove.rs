//! `activation remove NAME`: drop a script of a home or, with `--system`, of the system.
//!
//! ```text
//! home.activation.ensureNotes = lib.hm.dag.entryAfter [ "writeBoundary" ] ''…'';   =>   (gone)
//! ```
//! Refuses what `option unset` refuses; a script that other hosts have too.

use super::{activations, home_files, option_unset, place};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{ActivationRemove, OptionUnset};
use crate::plan::Plan;
use crate::project::Project;

pub(super) fn plan(project: &Project, args: &ActivationRemove) -> Result<Plan> {
    let path = activations::path(args.system, &args.name)
        .ok_or_else(|| Diagnostic::new(Code::UsageInvalid, "which script?").help("see those there are: nixedit activation list"))?;
    let hosts = args.file.as_deref().map_or_else(|| args.hosts.clone(), |file| place::asked(project, &args.hosts, file));
    let file = args.file.clone();
    let mut plan = option_unset::plan(project, &OptionUnset { hosts, file, at: None, path })?;
    home_files::prune(project, &mut plan)?;
    // What a script was is no value to show; that it is gone is.
    for target in &mut plan.targets {
        target.question = format!("({}) != null", target.question);
    }
    Ok(plan)
}
