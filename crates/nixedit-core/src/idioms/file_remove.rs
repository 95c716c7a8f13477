//! `file remove TARGET`: a file of the home is no longer managed.
//!
//! ```text
//! home.file.".config/nvim".source = …;   =>   (gone)
//! ```
//! Refuses what `option unset` refuses; a file that other hosts have too.

use super::home_files;
use crate::diagnostic::Result;
use crate::operation::FileRemove;
use crate::plan::Plan;
use crate::project::Project;

pub(super) fn plan(project: &Project, args: &FileRemove) -> Result<Plan> {
    let path = home_files::of_target(&args.target)?;
    home_files::removal(project, &args.hosts, args.file.as_ref(), path)
}
