//! `file link TARGET SOURCE`: a file of the home that is a link to one outside the store, so that it can be
//! edited in place.
//!
//! ```text
//! home.file.".config/nvim".source = config.lib.file.mkOutOfStoreSymlink "/mnt/repository/dotfiles/nvim";
//! ```
//! Refuses: a source that is not absolute; a target that is managed in another way.

use super::home_files::HomeFile;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::FileLink;
use crate::plan::Plan;
use crate::project::Project;
use crate::syntax::attr_path::quoted_string;
use crate::syntax::fragment::Fragment;
use crate::text::{join_path, shell_word};

pub(super) fn plan(project: &Project, args: &FileLink) -> Result<Plan> {
    if !args.source.starts_with('/') {
        let message = format!("'{}' is not absolute: a link out of the store needs the full path", args.source);
        let hosts: String = args.hosts.names.iter().map(|host| format!(" --host {}", shell_word(host))).collect();
        let there = format!("nixedit file source{hosts} {} {}", shell_word(&args.target), shell_word(&args.source));
        let error = Diagnostic::new(Code::UsageInvalid, message);
        let is_there = join_path("", &args.source).is_some_and(|file| project.exists(&file));
        return Err(match is_there {
            true => error.help("a file of the flake is copied instead:").way(there, "a copy of it"),
            false => error.help("write where it is from the root: /mnt/…"),
        });
    }
    let file = HomeFile {
        hosts: &args.hosts,
        file: args.file.as_deref(),
        target: &args.target,
        attribute: "source",
        comment: args.comment.as_ref(),
    };
    let source = file.source(project)?;
    let value = Fragment::parse(&format!("config.lib.file.mkOutOfStoreSymlink {}", quoted_string(&args.source)))?;
    file.bound(project, &source, value, &format!("linked {} to {} in {}", args.target, args.source, source.path))
}
