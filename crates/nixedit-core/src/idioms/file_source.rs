//! `file source TARGET FILE`: a file of the home that is a copy of one of the flake.
//!
//! ```text
//! home.file.".face".source = ../../assets/face.png;
//! ```
//! Refuses: a file that is not there; a target that is managed in another way.

use super::home_files::HomeFile;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::FileSource;
use crate::plan::Plan;
use crate::project::Project;
use crate::syntax::fragment::Fragment;
use crate::text::{join_path, parent_path, relative_path};

pub(super) fn plan(project: &Project, args: &FileSource) -> Result<Plan> {
    let wanted = join_path("", &args.source).filter(|file| project.exists(file) || project.is_folder(file));
    let Some(wanted) = wanted else {
        return Err(Diagnostic::new(Code::FileMissing, format!("there is no {} in the flake", args.source))
            .help("paths are relative to the flake's folder; for one outside of it: nixedit file link"));
    };
    let file = HomeFile {
        hosts: &args.hosts,
        file: args.file.as_deref(),
        target: &args.target,
        attribute: "source",
        comment: args.comment.as_ref(),
    };
    let source = file.source(project)?;
    let value = Fragment::parse(&relative_path(parent_path(&source.path), &wanted))?;
    file.bound(project, &source, value, &format!("made {} a copy of {wanted} in {}", args.target, source.path))
}
