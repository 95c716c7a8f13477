//! `nixedit check`.

use nixedit_core::operation::{CheckAdd, CheckRemove, Operation};

/// The checks that nix flake check runs
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Add(Add),
    Remove(Remove),
}

/// Add a check that runs a program over the flake's files
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit check add fmt --tool nixfmt
  nixedit check add links --tool lychee --run 'lychee --offline {src}'")]
pub struct Add {
    /// The package of nixpkgs whose program checks
    #[arg(long, value_name = "TOOL")]
    pub tool: String,
    /// The command line; {src} stands for the flake's files [default: what is usual for the tool]
    #[arg(long, value_name = "COMMAND")]
    pub run: Option<String>,
    /// What the check is called
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Remove a check
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit check remove deadnix")]
pub struct Remove {
    /// What the check is called
    #[arg(value_name = "NAME")]
    pub name: String,
}

impl Command {
    pub fn operation(&self) -> Operation {
        match self {
            Command::Add(args) => Operation::CheckAdd(CheckAdd { name: args.name.clone(), tool: args.tool.clone(), run: args.run.clone() }),
            Command::Remove(args) => Operation::CheckRemove(CheckRemove { name: args.name.clone() }),
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Command::Add(_) => "check add",
            Command::Remove(_) => "check remove",
        }
    }
}
