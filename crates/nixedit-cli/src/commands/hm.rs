//! `nixedit hm`.

use super::place::HostArgs;
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{HmSet, Operation};
use nixedit_core::syntax::attr_path::AttrPath;

/// How Home Manager is part of the hosts
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Set(Set),
}

/// Set an option of home-manager in the module that ties it to the host
///
/// PATH is what stands below home-manager: useGlobalPkgs, backupFileExtension, extraSpecialArgs.NAME, ...
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit hm set extraSpecialArgs.isMesh true --host zrrh
  nixedit hm set backupFileExtension bak --all-hosts")]
pub struct Set {
    #[command(flatten)]
    pub hosts: HostArgs,
    /// Take the value as a Nix expression, verbatim
    #[arg(long)]
    pub nix: bool,
    /// The option, below home-manager
    #[arg(value_name = "PATH")]
    pub path: String,
    /// Its value
    #[arg(value_name = "VALUE")]
    pub value: String,
}

impl Command {
    pub fn operation(&self) -> Result<Operation> {
        let Command::Set(args) = self;
        let path = AttrPath::parse(args.path.strip_prefix("home-manager.").unwrap_or(&args.path))?;
        Ok(Operation::HmSet(HmSet { hosts: args.hosts.hosts(), path, value: args.value.clone(), nix: args.nix }))
    }
}
