//! `nixedit perhost wire`, `new` and `extract`: what reads a host table, and tables made of something else.

use super::place::FileArgs;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::{PerhostExtract, PerhostNew, PerhostWire};
use nixedit_core::syntax::attr_path::AttrPath;
use std::collections::BTreeMap;

/// Let an option read a key, in the table's file
///
/// The option becomes h.KEY, or h.KEY or VALUE with --default. A key that no row has yet can be wired
/// with a default too; `nixedit perhost set` then gives single hosts another value.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit perhost wire sshd services.openssh.enable --default true --file modules/networking.nix
  nixedit perhost wire flake environment.variables.NH_FLAKE
  nixedit perhost wire . home.file.wallpaper.source --table wallpaper    rows that are plain values")]
pub struct Wire {
    #[command(flatten)]
    pub file: FileArgs,
    /// The table's name, where the file has several
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// What holds where a row has no such key
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub default: Option<String>,
    /// Take VALUE as a Nix expression, verbatim
    #[arg(long)]
    pub nix: bool,
    /// The key; a dot for the whole row
    #[arg(value_name = "KEY")]
    pub key: String,
    /// The option that is to read it
    #[arg(value_name = "OPTION.PATH")]
    pub option: String,
}

/// Start a host table in a file that has none
///
/// From a list of hosts: the key is true for those that it names, and what asked the list reads the key.
/// Else from a value for each host, with options that are to read it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit perhost new gvfs --file modules/services.nix --from-list desktopHosts
  nixedit perhost new swappiness --file modules/system.nix --host nxiz=10 --host adeck=60 --host zrrh=10 --wire boot.kernel.sysctl.swappiness")]
pub struct New {
    #[command(flatten)]
    pub file: FileArgs,
    /// A host's value (repeatable)
    #[arg(long = "host", value_name = "HOST=VALUE", conflicts_with = "from_list")]
    pub host: Vec<String>,
    /// The list of hosts that makes way, or the option that such a list decides
    #[arg(long, value_name = "LIST")]
    pub from_list: Option<String>,
    /// Set this option to the key, or to an expression that reads it (repeatable)
    #[arg(long, value_name = "OPTION[=EXPRESSION]", conflicts_with = "from_list")]
    pub wire: Vec<String>,
    /// Take values as Nix expressions, verbatim
    #[arg(long)]
    pub nix: bool,
    /// Allow a key that nothing reads
    #[arg(long)]
    pub unused_ok: bool,
    /// The key
    #[arg(value_name = "KEY")]
    pub key: String,
}

/// Move what an option makes of the host's name into a host table
///
/// A value such as `if config.my.host == "adeck" then a else b` becomes h.KEY, with a or b in each row. The
/// option comes to the same on every host, which is proven.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit perhost extract boot.kernelPackages --file modules/boot.nix
  nixedit perhost extract boot.kernelPackages --key kernel")]
pub struct Extract {
    #[command(flatten)]
    pub file: FileArgs,
    /// The key's name [default: the option's last]
    #[arg(long, value_name = "NAME")]
    pub key: Option<String>,
    /// The value of hosts for which an mkIf is false
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub otherwise: Option<String>,
    /// Take that value as a Nix expression, verbatim
    #[arg(long)]
    pub nix: bool,
    /// The option
    #[arg(value_name = "OPTION.PATH")]
    pub option: String,
}

/// A value for each host.
fn values(words: &[String]) -> Result<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    for word in words {
        let Some((host, value)) = word.split_once('=') else {
            return Err(
                Diagnostic::new(Code::UsageInvalid, format!("no value for {word}")).help(format!("give it with --host {word}=VALUE"))
            );
        };
        if out.insert(host.to_owned(), value.to_owned()).is_some() {
            return Err(Diagnostic::new(Code::UsageInvalid, format!("{host} has two values")).help("give each host once"));
        }
    }
    Ok(out)
}

impl Wire {
    pub fn operation(&self) -> Result<PerhostWire> {
        Ok(PerhostWire {
            target: self.file.target(None)?,
            table: self.table.clone(),
            key: self.key.clone(),
            option: AttrPath::parse(&self.option)?,
            default: self.default.clone(),
            nix: self.nix,
        })
    }
}

impl New {
    pub fn operation(&self) -> Result<PerhostNew> {
        Ok(PerhostNew {
            target: self.file.target(None)?,
            key: self.key.clone(),
            from_list: self.from_list.clone(),
            values: values(&self.host)?,
            nix: self.nix,
            wire: self.wire.clone(),
            unused_ok: self.unused_ok,
        })
    }
}

impl Extract {
    pub fn operation(&self) -> Result<PerhostExtract> {
        Ok(PerhostExtract {
            target: self.file.target(None)?,
            option: AttrPath::parse(&self.option)?,
            key: self.key.clone(),
            otherwise: self.otherwise.clone(),
            nix: self.nix,
        })
    }
}
