//! `file text TARGET`: a file of the home that holds a text.
//!
//! ```text
//! home.file.".config/app.conf".text = ''
//!   colour = blue
//! '';
//! ```
//! Refuses: a target that is managed in another way.

use super::home_files::HomeFile;
use crate::diagnostic::Result;
use crate::operation::FileText;
use crate::plan::Plan;
use crate::project::Project;
use crate::syntax::fragment::Fragment;
use crate::syntax::indented::indented_string;

pub(super) fn plan(project: &Project, args: &FileText) -> Result<Plan> {
    let file = HomeFile {
        hosts: &args.hosts,
        file: args.file.as_deref(),
        target: &args.target,
        attribute: "text",
        comment: args.comment.as_ref(),
    };
    let source = file.source(project)?;
    let value = Fragment::parse(&indented_string(&args.text, args.raw_nix))?;
    file.bound(project, &source, value, &format!("wrote {} in {}", args.target, source.path))
}
