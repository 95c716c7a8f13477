//! `nixedit remove-package`.

use super::place::{FileArgs, HostArgs};
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{Operation, RemovePackage};

/// Take packages out of a host's or file's package lists
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit remove-package --host nxiz gcc
  nixedit remove-package --host nxiz --comment-out gcc
  nixedit remove-package --file packages.nix --path home.packages gcc")]
pub struct Args {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// The attribute path of the list; `.` for the file's own expression
    #[arg(long, value_name = "ATTR.PATH")]
    pub path: Option<String>,
    /// Only this list: home, system, devshell[:NAME] or env[:NAME]
    #[arg(long = "from-list", alias = "to", value_name = "SLOT")]
    pub slot: Option<String>,
    /// Refuse where a package is not there
    #[arg(long)]
    pub strict: bool,
    /// Make comments of them, which add-package brings back
    #[arg(long)]
    pub comment_out: bool,
    /// Attribute names of packages
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
}

impl Args {
    pub fn operation(&self) -> Result<Operation> {
        Ok(Operation::RemovePackage(RemovePackage {
            hosts: self.hosts.hosts(),
            target: self.file.target(self.path.as_deref())?,
            slot: super::add_package::slot(self.slot.as_deref())?,
            strict: self.strict,
            comment_out: self.comment_out,
            names: self.names.clone(),
        }))
    }
}
