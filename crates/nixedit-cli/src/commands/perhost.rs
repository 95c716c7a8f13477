//! `nixedit perhost`.

use super::perhost_look::{Get, List, show};
use super::perhost_rework::{Extract, New, Wire};
use super::place::{FileArgs, HostArgs};
use crate::cli::Global;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::{Hosts, Operation, PerhostAddHost, PerhostRemoveHost, PerhostSet, PerhostUnset};
use std::collections::BTreeMap;
use std::process::ExitCode;

/// Read and edit host tables: sets with a row for each host
///
/// A host table is a set with hosts among its names that is selected by the host's own name,
/// such as perHost.${config.my.host}.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    List(List),
    Get(Get),
    Set(Set),
    Unset(Unset),
    Wire(Wire),
    AddHost(AddHost),
    RemoveHost(RemoveHost),
    New(New),
    Extract(Extract),
}

/// Set a key: for all hosts, for some, or to another value for each
///
/// KEY alone sets a boolean to true for every host in scope. The type of the value is that of the
/// key's other cells; for a new key, true, false, numbers, lists, sets and paths are taken as Nix and
/// everything else as a string.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit perhost set resolvedDns                     true for every host
  nixedit perhost set resolvedDns=false --host adeck  for one host
  nixedit perhost set flake --host nxiz=/mnt/nix-os --host zrrh=/etc/nixos
  nixedit perhost set keep --host nxiz=10 --host adeck=3 --host zrrh=5 \\
      --wire 'programs.nh.clean.extraArgs=\"--keep ${toString h.keep}\"'
  nixedit perhost set wakeOnLan --default true        where a row has no such key
  nixedit perhost set --table wallpaper --host zrrh=./x.png")]
pub struct Set {
    /// A host in scope, or HOST=VALUE for a value of its own (repeatable)
    #[arg(long = "host", value_name = "HOST[=VALUE]")]
    pub host: Vec<String>,
    /// Every host, as without --host
    #[arg(long, conflicts_with = "host")]
    pub all_hosts: bool,
    #[command(flatten)]
    pub file: FileArgs,
    /// The table's name, where the file has several or its rows are plain values
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// Take values as Nix expressions, verbatim
    #[arg(long)]
    pub nix: bool,
    /// Write `h.KEY or VALUE` where the key is read
    #[arg(long, value_name = "VALUE", allow_hyphen_values = true)]
    pub default: Option<String>,
    /// Also set this option, in the table's file, to the key or to an expression that reads it (repeatable)
    #[arg(long, value_name = "OPTION[=EXPRESSION]")]
    pub wire: Vec<String>,
    /// Allow another type, and a cell of its own beside that of the row's base
    #[arg(long)]
    pub force: bool,
    /// Allow a new key that nothing reads
    #[arg(long)]
    pub unused_ok: bool,
    /// The key, or KEY=VALUE
    #[arg(value_name = "KEY[=VALUE]")]
    pub key: Option<String>,
    /// Its value
    #[arg(value_name = "VALUE", allow_hyphen_values = true)]
    pub value: Option<String>,
}

/// Remove a key from all rows, or from those of some hosts
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit perhost unset wakeOnLan
  nixedit perhost unset wakeOnLan --host zrrh")]
pub struct Unset {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// The table's name, where the file has several
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// The key
    #[arg(value_name = "KEY")]
    pub key: String,
}

/// Remove a host's rows from the host tables
///
/// For a host that the flake has no more: while it has, what reads its rows would fail.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit perhost remove-host seed
  nixedit perhost remove-host seed --file modules/nh.nix")]
pub struct RemoveHost {
    #[command(flatten)]
    pub file: FileArgs,
    /// Only the tables of this name
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// The host
    #[arg(value_name = "HOST")]
    pub name: String,
}

/// Add a row for a new host to the host tables, copied from another host's
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit perhost add-host seed
  nixedit perhost add-host seed --copy-from zrrh --file modules/nh.nix")]
pub struct AddHost {
    #[command(flatten)]
    pub file: FileArgs,
    /// The host whose rows are the model [default: the last row of each table]
    #[arg(long, value_name = "HOST")]
    pub copy_from: Option<String>,
    /// The new host
    #[arg(value_name = "HOST")]
    pub name: String,
}

impl Command {
    /// Looks, or gives the operation to carry out.
    pub fn operation(&self) -> Result<Option<Operation>> {
        Ok(Some(match self {
            Command::List(_) | Command::Get(_) => return Ok(None),
            Command::Set(args) => Operation::PerhostSet(args.operation()?),
            Command::Unset(args) => Operation::PerhostUnset(PerhostUnset {
                hosts: args.hosts.hosts(),
                target: args.file.target(None)?,
                table: args.table.clone(),
                key: args.key.clone(),
            }),
            Command::AddHost(args) => Operation::PerhostAddHost(PerhostAddHost {
                name: args.name.clone(),
                target: args.file.target(None)?,
                copy_from: args.copy_from.clone(),
            }),
            Command::RemoveHost(args) => Operation::PerhostRemoveHost(PerhostRemoveHost {
                name: args.name.clone(),
                target: args.file.target(None)?,
                table: args.table.clone(),
            }),
            Command::New(args) => Operation::PerhostNew(args.operation()?),
            Command::Extract(args) => Operation::PerhostExtract(args.operation()?),
            Command::Wire(args) => Operation::PerhostWire(args.operation()?),
        }))
    }

    /// The command's name in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Command::List(_) => "perhost list",
            Command::Get(_) => "perhost get",
            Command::Set(_) => "perhost set",
            Command::Unset(_) => "perhost unset",
            Command::Wire(_) => "perhost wire",
            Command::New(_) => "perhost new",
            Command::Extract(_) => "perhost extract",
            Command::AddHost(_) => "perhost add-host",
            Command::RemoveHost(_) => "perhost remove-host",
        }
    }

    /// Prints what `list` and `get` ask for.
    pub fn look(&self, global: &Global) -> Result<ExitCode> {
        match self {
            Command::List(args) => show(self.name(), &args.file, args.table.as_deref(), None, &[], global),
            Command::Get(args) => {
                show(self.name(), &args.file, args.table.as_deref(), Some(args.key.as_deref().unwrap_or("")), &args.hosts.host, global)
            }
            _ => Ok(ExitCode::SUCCESS),
        }
    }
}

impl Set {
    fn operation(&self) -> Result<PerhostSet> {
        let (mut names, mut values) = (Vec::new(), BTreeMap::new());
        for host in &self.host {
            match host.split_once('=') {
                Some((name, value)) => {
                    if values.insert(name.to_owned(), value.to_owned()).is_some() {
                        return Err(Diagnostic::new(Code::UsageInvalid, format!("{name} has two values")).help("give each host once"));
                    }
                }
                None => names.extend(host.split(',').filter(|name| !name.is_empty()).map(str::to_owned)),
            }
        }
        let (key, value) = match (self.key.as_deref(), &self.value) {
            (Some(text), None) => match text.split_once('=') {
                Some((key, value)) => (Some(key.to_owned()), Some(value.to_owned())),
                None => (Some(text.to_owned()), None),
            },
            (key, value) => (key.map(str::to_owned), value.clone()),
        };
        let mut hosts = Hosts::named(names);
        hosts.all = self.all_hosts;
        Ok(PerhostSet {
            hosts,
            target: self.file.target(None)?,
            table: self.table.clone(),
            key,
            value,
            values,
            default: self.default.clone(),
            nix: self.nix,
            force: self.force,
            unused_ok: self.unused_ok,
            wire: self.wire.clone(),
        })
    }
}
