//! `nixedit file`.

use super::place::HostArgs;
use super::text::TextArgs;
use crate::cli::Global;
use crate::place::{root, root_relative};
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{FileLink, FileRemove, FileSource, FileText, Operation};

/// Files of a host's home: live links, texts, copies
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Link(Link),
    Text(Text),
    Source(Source),
    Remove(Remove),
}

/// Which home.
#[derive(Debug, clap::Args)]
pub struct Where {
    #[command(flatten)]
    pub hosts: HostArgs,
    /// This file of the flake instead of the host's own
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
}

/// Link a file of the home to one outside the store, so that it is edited in place
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit file link --host nxiz .config/nvim /mnt/repository/dotfiles/nvim")]
pub struct Link {
    #[command(flatten)]
    pub place: Where,
    /// A comment line to put above it
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// The file, relative to the home
    #[arg(value_name = "TARGET")]
    pub target: String,
    /// What it links to: an absolute path
    #[arg(value_name = "SOURCE")]
    pub source: String,
}

/// Write a text into a file of the home
///
/// The text is taken as it is: ${…} in it is escaped for Nix unless --raw-nix is given.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit file text --host adeck .config/mpv/mpv.conf --text 'hwdec=auto'
  nixedit file text --host nxiz .ssh/config.d/mesh --text-file mesh.conf")]
pub struct Text {
    #[command(flatten)]
    pub place: Where,
    /// A comment line to put above it
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    #[command(flatten)]
    pub text: TextArgs,
    /// The file, relative to the home
    #[arg(value_name = "TARGET")]
    pub target: String,
}

/// Copy a file or folder of the flake into the home
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit file source --host nxiz .face assets/wp-zrrh.txt")]
pub struct Source {
    #[command(flatten)]
    pub place: Where,
    /// A comment line to put above it
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// The file, relative to the home
    #[arg(value_name = "TARGET")]
    pub target: String,
    /// The file of the flake
    #[arg(value_name = "FILE")]
    pub source: String,
}

/// Stop managing a file of the home
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit file remove --host nxiz .pi")]
pub struct Remove {
    #[command(flatten)]
    pub place: Where,
    /// The file, relative to the home
    #[arg(value_name = "TARGET")]
    pub target: String,
}

impl Command {
    pub fn operation(&self, global: &Global) -> Result<Operation> {
        Ok(match self {
            Command::Link(args) => Operation::FileLink(FileLink {
                hosts: args.place.hosts.hosts(),
                file: args.place.file.clone(),
                target: args.target.clone(),
                source: args.source.clone(),
                comment: args.comment.clone(),
            }),
            Command::Text(args) => Operation::FileText(FileText {
                hosts: args.place.hosts.hosts(),
                file: args.place.file.clone(),
                target: args.target.clone(),
                text: args.text.read()?,
                raw_nix: args.text.raw_nix,
                comment: args.comment.clone(),
            }),
            Command::Source(args) => Operation::FileSource(FileSource {
                hosts: args.place.hosts.hosts(),
                file: args.place.file.clone(),
                target: args.target.clone(),
                source: root_relative(&root(global.flake.as_deref(), Some(&args.source))?, &args.source)?,
                comment: args.comment.clone(),
            }),
            Command::Remove(args) => Operation::FileRemove(FileRemove {
                hosts: args.place.hosts.hosts(),
                file: args.place.file.clone(),
                target: args.target.clone(),
            }),
        })
    }

    /// The stem.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Link(_) => "file link",
            Command::Text(_) => "file text",
            Command::Source(_) => "file source",
            Command::Remove(_) => "file remove",
        }
    }
}
