//! `nixedit option`.

use super::place::{FileArgs, HostArgs, PlaceArgs};
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::{Operation, OptionDeclare, OptionEnumAdd, OptionSet, OptionUnset};
use nixedit_core::syntax::attr_path::AttrPath;

/// Set and unset attributes, declare options
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Set(Set),
    Unset(Unset),
    Declare(Declare),
    EnumAdd(EnumAdd),
}

/// Give an attribute a value, in place or as a new binding
///
/// The value is taken for what the option takes: of the type that it has so far, and where Nix says
/// that it takes another, of that. Else true, false, null, whole numbers, lists, sets and ./paths are
/// taken as Nix, everything else as a string. With --nix it is an expression, verbatim.
///
/// An option that a module of the flake declares which the host does not import brings the import along.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit option set services.openssh.enable true --host nxiz
  nixedit option set boot.kernelPackages pkgs.linuxPackages_latest --nix --file modules/boot.nix
  nixedit option set users.users.zk.description 'Z K' --file modules/user.nix
  nixedit option set my.performance.enable true --host adeck    imports modules/performance.nix too
  nixedit option set services.tailscale.authKeyFile --secret github-token --file modules/networking.nix")]
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
    /// Refuse an option that the host has no module for, instead of importing it
    #[arg(long)]
    pub no_import: bool,
    /// Set it to the path where this secret will be decrypted
    #[arg(long, value_name = "SECRET", conflicts_with_all = ["value", "nix"])]
    pub secret: Option<String>,
    /// The attribute's path
    #[arg(value_name = "ATTR.PATH")]
    pub path: String,
    /// Its value
    #[arg(value_name = "VALUE", allow_hyphen_values = true, required_unless_present = "secret")]
    pub value: Option<String>,
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

/// Declare an option of the flake's own
///
/// It goes into FILE, or into the module that declares what begins alike. Types: bool, str, int, path,
/// package, lines, port, 'enum a b', 'listOf str', 'attrsOf str', 'nullOr str'.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit option declare my.performance.swappiness --type int --default 10 --description 'vm.swappiness'
  nixedit option declare my.backup.enable --enable 'nightly backups' --file modules/performance.nix
  nixedit option declare my.performance.governor --type 'enum performance powersave' --default performance")]
pub struct Declare {
    /// The module that declares it
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Its type
    #[arg(long = "type", value_name = "TYPE", required_unless_present = "enable")]
    pub kind: Option<String>,
    /// Its value where nothing sets it
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub default: Option<String>,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Declare a switch by mkEnableOption with this text
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["kind", "default", "description", "nix"])]
    pub enable: Option<String>,
    /// Take the default as a Nix expression, verbatim
    #[arg(long)]
    pub nix: bool,
    /// The option's path
    #[arg(value_name = "OPTION.PATH")]
    pub path: String,
}

/// Let an option that takes one of several values take others
///
/// Where the values are hosts, tables of the same file that are selected by the option get a row too.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit option enum-add my.host seed")]
pub struct EnumAdd {
    #[command(flatten)]
    pub file: FileArgs,
    /// The host whose rows are copied [default: the last row]
    #[arg(long, value_name = "HOST")]
    pub copy_from: Option<String>,
    /// The option's path
    #[arg(value_name = "OPTION.PATH")]
    pub path: String,
    /// The new values
    #[arg(value_name = "VALUE", required = true)]
    pub values: Vec<String>,
}

impl Command {
    pub fn operation(&self) -> Result<Operation> {
        Ok(match self {
            Command::Set(args) => Operation::OptionSet(OptionSet {
                hosts: args.hosts.hosts(),
                file: args.file.file.clone(),
                at: args.file.at,
                path: AttrPath::parse(&args.path)?,
                value: args.value.clone().unwrap_or_default(),
                nix: args.nix,
                place: args.place.place(),
                comment: args.comment.clone(),
                secret: args.secret.clone(),
                no_import: args.no_import,
            }),
            Command::Declare(args) => Operation::OptionDeclare(OptionDeclare {
                file: args.file.clone(),
                path: AttrPath::parse(&args.path)?,
                r#type: args.kind.clone(),
                default: args.default.clone(),
                description: args.description.clone(),
                enable: args.enable.clone(),
                nix: args.nix,
                place: args.place.place(),
            }),
            Command::EnumAdd(args) => Operation::OptionEnumAdd(OptionEnumAdd {
                file: args.file.file.clone(),
                at: args.file.at,
                path: AttrPath::parse(&args.path)?,
                values: args.values.clone(),
                copy_from: args.copy_from.clone(),
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
