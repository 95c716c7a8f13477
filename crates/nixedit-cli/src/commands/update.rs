//! `nixedit update`.

use nixedit_core::operation::{Operation, Update};

/// Lock inputs anew and validate every host; only flake.lock changes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit update nixpkgs
  nixedit update --dry-run      what would move, and whether every host still stands")]
pub struct Args {
    /// The flake file
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// The inputs [default: all]
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<String>,
}

impl Args {
    pub fn operation(&self) -> Operation {
        Operation::Update(Update { file: self.file.clone(), inputs: self.inputs.clone() })
    }
}
