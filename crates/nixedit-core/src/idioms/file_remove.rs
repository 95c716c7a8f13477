//! `file remove TARGET`: a file of the home is no longer managed.
//!
//! ```text
//! home.file.".config/nvim".source = …;   =>   (gone)
//! ```
//! Refuses what `option unset` refuses; a file that other hosts have too.

use super::{home_files, option_unset, place};
use crate::diagnostic::Result;
use crate::operation::{FileRemove, OptionUnset};
use crate::plan::Plan;
use crate::project::Project;

pub(super) fn plan(project: &Project, args: &FileRemove) -> Result<Plan> {
    let path = home_files::of_target(&args.target)?;
    let hosts = args.file.as_deref().map_or_else(|| args.hosts.clone(), |file| place::asked(project, &args.hosts, file));
    let file = args.file.clone();
    let mut plan = option_unset::plan(project, &OptionUnset { hosts, file, at: None, path })?;
    home_files::prune(project, &mut plan)?;
    // Many attributes of a file are made; that it is gone is enough.
    for target in &mut plan.targets {
        target.question = format!("({}) != null", target.question);
    }
    Ok(plan)
}
