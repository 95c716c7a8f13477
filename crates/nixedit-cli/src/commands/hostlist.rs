//! `nixedit hostlist`.

use super::place::FileArgs;
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{HostlistAdd, HostlistRemove, Operation};

/// Change which hosts a list names
///
/// A list of hosts is one that a test for the host's own name reads, such as
/// builtins.elem config.my.host desktopHosts. One that has no name is called by the option that it decides.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Add(Add),
    Remove(Remove),
}

/// Name hosts in a list of hosts
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit hostlist add desktopHosts adeck
  nixedit hostlist add services.gvfs.enable adeck --file modules/services.nix")]
pub struct Add {
    #[command(flatten)]
    pub file: FileArgs,
    /// The list's name, or the option that it decides
    #[arg(value_name = "LIST")]
    pub list: String,
    /// The hosts
    #[arg(value_name = "HOST", required = true)]
    pub hosts: Vec<String>,
}

/// Take hosts out of a list of hosts
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit hostlist remove desktopHosts zrrh")]
pub struct Remove {
    #[command(flatten)]
    pub file: FileArgs,
    /// The list's name, or the option that it decides
    #[arg(value_name = "LIST")]
    pub list: String,
    /// The hosts
    #[arg(value_name = "HOST", required = true)]
    pub hosts: Vec<String>,
}

impl Command {
    pub fn operation(&self) -> Result<Operation> {
        Ok(match self {
            Command::Add(args) => {
                Operation::HostlistAdd(HostlistAdd { list: args.list.clone(), hosts: args.hosts.clone(), target: args.file.target(None)? })
            }
            Command::Remove(args) => Operation::HostlistRemove(HostlistRemove {
                list: args.list.clone(),
                hosts: args.hosts.clone(),
                target: args.file.target(None)?,
            }),
        })
    }
}
