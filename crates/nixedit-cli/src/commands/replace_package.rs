//! `nixedit replace-package`.

use super::place::{FileArgs, HostArgs};
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{Operation, ReplacePackage};

/// Put another package in the place of one, keeping position and comments
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit replace-package htop dust --host adeck
  nixedit replace-package du-dust dust --all-hosts")]
pub struct Args {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// The attribute path of the list; `.` for the file's own expression
    #[arg(long, value_name = "ATTR.PATH")]
    pub path: Option<String>,
    /// Only this list: home, system, devshell[:NAME] or env[:NAME]
    #[arg(long = "in-list", alias = "to", value_name = "SLOT")]
    pub slot: Option<String>,
    /// Every use in the package lists of all hosts
    #[arg(long, conflicts_with = "host")]
    pub all: bool,
    /// The package that is there
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The package to put in its place
    #[arg(value_name = "NEW")]
    pub new: String,
}

impl Args {
    pub fn operation(&self) -> Result<Operation> {
        let mut hosts = self.hosts.hosts();
        hosts.all |= self.all;
        Ok(Operation::ReplacePackage(ReplacePackage {
            hosts,
            target: self.file.target(self.path.as_deref())?,
            slot: super::add_package::slot(self.slot.as_deref())?,
            old: self.old.clone(),
            new: self.new.clone(),
        }))
    }
}
