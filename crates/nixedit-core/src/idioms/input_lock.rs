//! `input lock`: lock the inputs that flake.lock lacks, or has otherwise than flake.nix says.

use super::inputs_changed::{self, FLAKE, Reach};
use crate::diagnostic::Result;
use crate::operation::InputLock;
use crate::plan::{LockWish, Plan};
use crate::project::Project;

pub(super) fn plan(project: &Project, args: &InputLock) -> Result<Plan> {
    let file = args.file.as_deref().unwrap_or(FLAKE);
    project.flake_in(file)?;
    let wish = LockWish { required: true, ..LockWish::changed(file) };
    let targets = inputs_changed::of_lock(project, file, Reach::Hosts);
    Ok(Plan { summary: "locked what was missing".to_owned(), targets, lock: Some(wish), ..Plan::default() })
}
