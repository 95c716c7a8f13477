//! `nixedit input`.

use super::place::PlaceArgs;
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{InputAdd, InputFollow, InputRemove, Operation};

/// Add, remove and tie flake inputs
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Add(Add),
    Remove(Remove),
    Follow(Follow),
}

/// Add a flake input in the style of its neighbours
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit input add llm-agents github:numtide/llm-agents.nix --follows nixpkgs
  nixedit input add nu-scripts github:nushell/nu_scripts --no-flake")]
pub struct Add {
    /// The flake file
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// An input of it that follows ours: NAME or NAME=TARGET (repeatable)
    #[arg(long, value_name = "NAME[=TARGET]")]
    pub follows: Vec<String>,
    /// It is a source tree, not a flake
    #[arg(long)]
    pub no_flake: bool,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// The input's name
    pub name: String,
    /// Its flake reference
    pub url: String,
}

/// Remove a flake input
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit input remove noctalia")]
pub struct Remove {
    /// The flake file
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// The input's name
    pub name: String,
}

/// Let an input's own input follow one of ours
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit input follow nix-colors nixpkgs-lib nixpkgs")]
pub struct Follow {
    /// The flake file
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// The input's name
    pub name: String,
    /// Which of its own inputs
    pub of: String,
    /// What that follows
    pub target: String,
}

impl Command {
    pub fn operation(&self) -> Result<Operation> {
        Ok(match self {
            Command::Add(args) => Operation::InputAdd(InputAdd {
                file: args.file.clone(),
                name: args.name.clone(),
                url: args.url.clone(),
                follows: args.follows.clone(),
                no_flake: args.no_flake,
                place: args.place.place(),
            }),
            Command::Remove(args) => Operation::InputRemove(InputRemove { file: args.file.clone(), name: args.name.clone() }),
            Command::Follow(args) => Operation::InputFollow(InputFollow {
                file: args.file.clone(),
                name: args.name.clone(),
                of: args.of.clone(),
                target: args.target.clone(),
            }),
        })
    }
}
