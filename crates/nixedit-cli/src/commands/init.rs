//! `nixedit init`.

use nixedit_core::operation::{Init, Operation};

/// Write nixedit.toml with what was found: entry files, host tables, overlays, secrets, inputs
///
/// No setting is needed; stated ones are taken where reading would have to look or could not tell. A file that
/// says something stays as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit init --dry-run     what would be written
  nixedit init")]
pub struct Args {}

impl Args {
    pub fn operation(&self) -> Operation {
        Operation::Init(Init {})
    }
}
