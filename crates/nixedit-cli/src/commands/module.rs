//! `nixedit module`.

use super::place::{FileArgs, HostArgs, PlaceArgs};
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{ModuleImport, ModuleUnimport, Operation};

/// Import modules and drop imports
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Import(Import),
    Unimport(Unimport),
}

/// Import module files; the relative path is worked out from the importing file
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit module import modules/home/daemon-profile.nix --host zrrh
  nixedit module import modules/nh.nix --file hosts/nxiz/configuration.nix")]
pub struct Import {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Module files, relative to the flake's folder
    #[arg(required = true, value_name = "FILE")]
    pub modules: Vec<String>,
}

/// Drop the imports of module files
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit module unimport modules/home/yazi.nix --host adeck")]
pub struct Unimport {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// Module files, relative to the flake's folder
    #[arg(required = true, value_name = "FILE")]
    pub modules: Vec<String>,
}

impl Command {
    pub fn operation(&self) -> Result<Operation> {
        Ok(match self {
            Command::Import(args) => Operation::ModuleImport(ModuleImport {
                hosts: args.hosts.hosts(),
                target: args.file.target(None)?,
                place: args.place.place(),
                modules: args.modules.clone(),
            }),
            Command::Unimport(args) => Operation::ModuleUnimport(ModuleUnimport {
                hosts: args.hosts.hosts(),
                target: args.file.target(None)?,
                modules: args.modules.clone(),
            }),
        })
    }
}
