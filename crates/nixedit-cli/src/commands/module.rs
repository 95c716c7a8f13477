//! `nixedit module`.

use super::place::{FileArgs, HostArgs, PlaceArgs};
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{ModuleImport, ModuleNew, ModuleUnimport, Operation};

/// Import modules, write new ones and drop imports
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Import(Import),
    New(New),
    Unimport(Unimport),
}

/// Import module files, or modules of inputs
///
/// The relative path of a file is worked out from the importing file. A module of an input goes into the
/// list of modules that the host has in flake.nix, or passes to the function that makes it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit module import modules/home/daemon-profile.nix --host zrrh
  nixedit module import modules/nh.nix --file hosts/nxiz/configuration.nix
  nixedit module import jovian#nixosModules.default --host zrrh")]
pub struct Import {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Module files, relative to the flake's folder; or modules of inputs
    #[arg(required = true, value_name = "FILE|INPUT#OUTPUT")]
    pub modules: Vec<String>,
}

/// Write a new module and import it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit module new modules/firmware.nix --host nxiz --set services.fwupd.enable=true
  nixedit module new modules/home/media.nix --host zrrh --set 'home.packages=[ pkgs.vlc ]'")]
pub struct New {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// A binding to begin with, its value a Nix expression (repeatable)
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// A comment line above the module
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// The new file, relative to the flake's folder
    #[arg(value_name = "FILE")]
    pub module: String,
}

/// Drop the imports of module files, or of modules of inputs
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit module unimport modules/home/yazi.nix --host adeck
  nixedit module unimport nix-colors#homeManagerModules.default --host zrrh")]
pub struct Unimport {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// Module files, relative to the flake's folder; or modules of inputs
    #[arg(required = true, value_name = "FILE|INPUT#OUTPUT")]
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
            Command::New(args) => Operation::ModuleNew(ModuleNew {
                hosts: args.hosts.hosts(),
                target: args.file.target(None)?,
                place: args.place.place(),
                module: args.module.clone(),
                set: args.set.clone(),
                comment: args.comment.clone(),
            }),
            Command::Unimport(args) => Operation::ModuleUnimport(ModuleUnimport {
                hosts: args.hosts.hosts(),
                target: args.file.target(None)?,
                modules: args.modules.clone(),
            }),
        })
    }
}
