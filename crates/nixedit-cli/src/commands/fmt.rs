//! `nixedit fmt`.

use crate::cli::Global;
use crate::place::root;
use clap::ValueEnum;
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{self, Operation};
use nixedit_core::settings;
use nixedit_core::system::command::Cancel;
use nixedit_core::system::git::Repository;

/// Lay out files with the flake's own formatter
///
/// Only files that were laid out so when they were last committed, and new ones: the others would
/// change all over. nixfmt is built in; other formatters must be on PATH.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit fmt                                     the files that changed since the last commit
  nixedit fmt hosts/nxiz/home.nix modules/boot.nix
  nixedit fmt --check hosts/nxiz/home.nix         exit 8 if it would change
  nixedit fmt --formatter nixfmt --force old.nix  a file that was laid out otherwise")]
pub struct Args {
    /// The files [default: those that differ from the last commit]
    #[arg(value_name = "FILE")]
    pub files: Vec<String>,
    /// The formatter [default: the one that flake.nix names]
    #[arg(long, value_name = "NAME")]
    pub formatter: Option<Formatter>,
    /// Lay out files that were not laid out so before
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Formatter {
    Nixfmt,
    NixpkgsFmt,
    Alejandra,
}

impl Args {
    pub fn operation(&self, global: &Global) -> Result<Operation> {
        let files = if self.files.is_empty() { changed(global)? } else { self.files.clone() };
        let formatter = self.formatter.map(|formatter| match formatter {
            Formatter::Nixfmt => settings::Formatter::Nixfmt,
            Formatter::NixpkgsFmt => settings::Formatter::NixpkgsFmt,
            Formatter::Alejandra => settings::Formatter::Alejandra,
        });
        Ok(Operation::Fmt(operation::Fmt { files, formatter, force: self.force }))
    }
}

/// The Nix files that differ from the last commit.
fn changed(global: &Global) -> Result<Vec<String>> {
    let root = root(global.flake.as_deref(), None)?;
    let repository = Repository::of(&root, &Cancel::default())?;
    let files = repository.map_or_else(|| Ok(Vec::new()), |repository| repository.changed())?;
    Ok(files.into_iter().filter(|file| file.ends_with(".nix")).collect())
}
