//! Which file an operation works on, when its caller names a file or hosts.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{Hosts, Target};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::parse::Source;

/// The attribute path of the target; `None` for `.`, the file's own expression.
pub(super) fn path(target: &Target) -> Option<&AttrPath> {
    target.path.as_ref()
}

/// What people call the target.
pub(super) fn name(target: &Target) -> String {
    target.path.as_ref().map_or_else(|| "the list".to_owned(), ToString::to_string)
}

/// The file named, or the host's own file.
pub(super) fn source(project: &Project, hosts: &Hosts, target: &Target) -> Result<Source> {
    file(project, hosts, target.file.as_deref())
}

/// The file named, or the host's own file.
pub(super) fn file(project: &Project, hosts: &Hosts, file: Option<&str>) -> Result<Source> {
    match file {
        Some(file) => project.source(file),
        None if hosts.is_empty() => {
            Err(Diagnostic::new(Code::HostRequired, "which file or host?").help("name it with --file FILE or --host HOST"))
        }
        None => Err(Diagnostic::new(Code::ShapeUnsupported, "name the file with --file")),
    }
}
