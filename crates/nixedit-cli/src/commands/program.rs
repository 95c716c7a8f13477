//! `nixedit program`.

use super::place::OneHostArgs;
use nixedit_core::operation::{Operation, ProgramDisable, ProgramEnable, Slot};

/// Programs that Home Manager or NixOS have a module for
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Enable(Enable),
    Disable(Disable),
}

/// Enable a program's module, with its settings
///
/// programs.NAME.enable of Home Manager where it has the program, else of the system. A module of the flake
/// that the host lacks is imported. Settings are taken as by option set.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit program enable helix --host nxiz --set settings.theme=onedark
  nixedit program enable htop --host adeck --replace-package     no longer a bare package
  nixedit program enable fish --host zrrh --to system")]
pub struct Enable {
    #[command(flatten)]
    pub host: OneHostArgs,
    /// A setting below programs.NAME (repeatable)
    #[arg(long, value_name = "OPTION=VALUE")]
    pub set: Vec<String>,
    /// Take the values as Nix expressions, verbatim
    #[arg(long)]
    pub nix: bool,
    /// Take the package of that name, or PACKAGE, out of home.packages
    #[arg(long, value_name = "PACKAGE", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub replace_package: Option<String>,
    /// Whose module [default: whichever has the program]
    #[arg(long, value_name = "SIDE", value_parser = ["home", "system"])]
    pub to: Option<String>,
    /// The program, as its module calls it
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Enable a program's module no more; its other settings stay
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  nixedit program disable git --host nxiz")]
pub struct Disable {
    #[command(flatten)]
    pub host: OneHostArgs,
    /// The program, as its module calls it
    #[arg(value_name = "NAME")]
    pub name: String,
}

impl Command {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Enable(_) => "program enable",
            Self::Disable(_) => "program disable",
        }
    }

    pub fn operation(&self) -> Operation {
        match self {
            Self::Enable(args) => Operation::ProgramEnable(ProgramEnable {
                hosts: args.host.hosts(),
                name: args.name.clone(),
                set: args.set.clone(),
                nix: args.nix,
                replace_package: args.replace_package.clone(),
                to: match args.to.as_deref() {
                    Some("home") => Slot::Home,
                    Some(_) => Slot::System,
                    None => Slot::Default,
                },
            }),
            Self::Disable(args) => Operation::ProgramDisable(ProgramDisable { hosts: args.host.hosts(), name: args.name.clone() }),
        }
    }
}
