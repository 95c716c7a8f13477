//! `nixedit formatter`.

use nixedit_core::operation::{FormatterSet, Operation};

/// What nix fmt runs
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Set(Set),
}

/// Choose what nix fmt runs
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit formatter set nixpkgs-fmt
  nixedit formatter set alejandra")]
pub struct Set {
    /// The package of nixpkgs
    #[arg(value_name = "NAME")]
    pub name: String,
}

impl Command {
    pub fn operation(&self) -> Operation {
        let Command::Set(args) = self;
        Operation::FormatterSet(FormatterSet { name: args.name.clone() })
    }
}
