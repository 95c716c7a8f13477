//! `nixedit list`.

use super::place::{FileArgs, HostArgs, PlaceArgs};
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{ListAdd, ListRemove, ListReplace, Operation};

/// Add, remove and replace elements of any list
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Add(Add),
    Remove(Remove),
    Replace(Replace),
}

/// Put elements into a list
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit list add boot.kernelParams quiet --file modules/boot.nix
  nixedit list add imports ./disk.nix --nix --file hosts/nxiz/configuration.nix")]
pub struct Add {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Take items as Nix expressions, verbatim
    #[arg(long)]
    pub nix: bool,
    /// A comment line to put above
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// The list's path; `.` for the file's own expression
    #[arg(value_name = "ATTR.PATH")]
    pub path: String,
    /// Elements
    #[arg(required = true, value_name = "ITEM")]
    pub items: Vec<String>,
}

/// Take elements out of a list
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit list remove boot.kernelParams quiet --file modules/boot.nix")]
pub struct Remove {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// Take items as Nix expressions, verbatim
    #[arg(long)]
    pub nix: bool,
    /// Refuse where an element is not there
    #[arg(long)]
    pub strict: bool,
    /// The list's path; `.` for the file's own expression
    #[arg(value_name = "ATTR.PATH")]
    pub path: String,
    /// Elements
    #[arg(required = true, value_name = "ITEM")]
    pub items: Vec<String>,
}

/// Put an element in the place of another
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit list replace imports ./a.nix ./b.nix --nix --file hosts/nxiz/home.nix")]
pub struct Replace {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// Take items as Nix expressions, verbatim
    #[arg(long)]
    pub nix: bool,
    /// The list's path; `.` for the file's own expression
    #[arg(value_name = "ATTR.PATH")]
    pub path: String,
    /// The element that is there
    #[arg(value_name = "OLD")]
    pub old: String,
    /// The element to put in its place
    #[arg(value_name = "NEW")]
    pub new: String,
}

impl Command {
    pub fn operation(&self) -> Result<Operation> {
        Ok(match self {
            Command::Add(args) => Operation::ListAdd(ListAdd {
                hosts: args.hosts.hosts(),
                target: args.file.target(Some(&args.path))?,
                place: args.place.place(),
                comment: args.comment.clone(),
                nix: args.nix,
                items: args.items.clone(),
            }),
            Command::Remove(args) => Operation::ListRemove(ListRemove {
                hosts: args.hosts.hosts(),
                target: args.file.target(Some(&args.path))?,
                nix: args.nix,
                strict: args.strict,
                items: args.items.clone(),
            }),
            Command::Replace(args) => Operation::ListReplace(ListReplace {
                hosts: args.hosts.hosts(),
                target: args.file.target(Some(&args.path))?,
                nix: args.nix,
                old: args.old.clone(),
                new: args.new.clone(),
            }),
        })
    }
}
