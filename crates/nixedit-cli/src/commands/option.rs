//! `nixedit option`.

use super::place::{FileArgs, HostArgs, PlaceArgs};
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{Operation, OptionSet, OptionUnset};
use nixedit_core::syntax::attr_path::AttrPath;

/// Set and unset attributes
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Set(Set),
    Unset(Unset),
}

/// Give an attribute a value, in place or as a new binding
///
/// The value is taken for what the option takes: of the type that it has so far, and where Nix says
/// that it takes another, of that. Else true, false, null, whole numbers, lists, sets and ./paths are
/// taken as Nix, everything else as a string. With --nix it is an expression, verbatim.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit option set services.openssh.enable true --host nxiz
  nixedit option set boot.kernelPackages pkgs.linuxPackages_latest --nix --file modules/boot.nix
  nixedit option set users.users.zk.description 'Z K' --file modules/user.nix")]
pub struct Set {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Take VALUE as a Nix expression, verbatim
    #[arg(long)]
    pub nix: bool,
    /// A comment line to put above a new binding
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// The attribute's path
    #[arg(value_name = "ATTR.PATH")]
    pub path: String,
    /// Its value
    #[arg(value_name = "VALUE", allow_hyphen_values = true)]
    pub value: String,
}

/// Remove an attribute's binding, so that its default holds again
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit option unset my.performance.enable --host nxiz")]
pub struct Unset {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// The attribute's path
    #[arg(value_name = "ATTR.PATH")]
    pub path: String,
}

impl Command {
    pub fn operation(&self) -> Result<Operation> {
        Ok(match self {
            Command::Set(args) => Operation::OptionSet(OptionSet {
                hosts: args.hosts.hosts(),
                file: args.file.file.clone(),
                at: args.file.at,
                path: AttrPath::parse(&args.path)?,
                value: args.value.clone(),
                nix: args.nix,
                place: args.place.place(),
                comment: args.comment.clone(),
            }),
            Command::Unset(args) => Operation::OptionUnset(OptionUnset {
                hosts: args.hosts.hosts(),
                file: args.file.file.clone(),
                at: args.file.at,
                path: AttrPath::parse(&args.path)?,
            }),
        })
    }
}
