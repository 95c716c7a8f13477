//! `nixedit perhost`.

use super::place::{FileArgs, HostArgs};
use crate::cli::{Format, Global};
use crate::render::{json, table};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::{
    Hosts, Operation, PerhostAddHost, PerhostExtract, PerhostNew, PerhostRemoveHost, PerhostSet, PerhostUnset, PerhostWire,
};
use nixedit_core::project::tables::report::TableReport;
use nixedit_core::similar_names;
use nixedit_core::syntax::attr_path::AttrPath;
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

/// Show the host tables: keys, values, and what reads them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit perhost list
  nixedit perhost list --file modules/networking.nix --format json")]
pub struct List {
    #[command(flatten)]
    pub file: FileArgs,
    /// Only the table of this name
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
}

/// Show a key's value for each host
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit perhost get resolvedDns
  nixedit perhost get flake --host nxiz")]
pub struct Get {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// Only the table of this name
    #[arg(long, value_name = "NAME")]
    pub table: Option<String>,
    /// The key; not needed for a table whose rows are plain values
    #[arg(value_name = "KEY", required_unless_present = "table")]
    pub key: Option<String>,
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
    /// Also set this option, in the table's file, to an expression that reads the key (repeatable)
    #[arg(long, value_name = "OPTION=EXPRESSION")]
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
            Command::New(args) => Operation::PerhostNew(PerhostNew {
                target: args.file.target(None)?,
                key: args.key.clone(),
                from_list: args.from_list.clone(),
                values: values(&args.host)?,
                nix: args.nix,
                wire: args.wire.clone(),
                unused_ok: args.unused_ok,
            }),
            Command::Extract(args) => Operation::PerhostExtract(PerhostExtract {
                target: args.file.target(None)?,
                option: AttrPath::parse(&args.option)?,
                key: args.key.clone(),
                otherwise: args.otherwise.clone(),
                nix: args.nix,
            }),
            Command::Wire(args) => Operation::PerhostWire(PerhostWire {
                target: args.file.target(None)?,
                table: args.table.clone(),
                key: args.key.clone(),
                option: AttrPath::parse(&args.option)?,
                default: args.default.clone(),
                nix: args.nix,
            }),
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
        Ok(PerhostSet {
            hosts: Hosts { names, all: self.all_hosts, each: false },
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

fn show(command: &str, file: &FileArgs, table: Option<&str>, key: Option<&str>, hosts: &[String], global: &Global) -> Result<ExitCode> {
    let (place, project) = crate::run::open(global, file.file.as_deref())?;
    let named = file.file.as_deref().map(|file| crate::place::root_relative(&place, file)).transpose()?;
    let mut found = project.table_reports(named.as_deref())?;
    found.retain(|report| table.is_none_or(|name| report.name == name));
    let keys: Vec<(String, Vec<String>)> = found.iter().map(|report| (report.file.clone(), report.keys.clone())).collect();
    if let Some(key) = key {
        found.retain_mut(|report| keep(report, key, hosts));
    }
    if found.is_empty() {
        return Err(nothing(named.as_deref(), key, &keys));
    }
    match global.format {
        Format::Human => table::print(&found),
        Format::Json => {
            json::print(&serde_json::json!({ "schema": "nixedit/1", "command": command, "status": "unchanged", "tables": found }))
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn nothing(file: Option<&str>, key: Option<&str>, tables: &[(String, Vec<String>)]) -> Box<Diagnostic> {
    let what =
        key.filter(|key| !key.is_empty()).map_or_else(|| "no host table".to_owned(), |key| format!("no host table with a key '{key}'"));
    let keys: Vec<&String> = tables.iter().flat_map(|(_, keys)| keys).collect();
    let near = key.and_then(|key| similar_names::near(key, keys.iter().map(|key| key.as_str())).into_iter().next());
    let hint = near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
    let width = tables.iter().map(|(file, _)| file.len()).max().unwrap_or(0);
    let lines = tables.iter().filter(|(_, keys)| !keys.is_empty());
    let lines: String = lines.map(|(file, keys)| format!("\n   {file:width$}  {}", keys.join(", "))).collect();
    let message = format!("{what} in {}{hint}{lines}", file.unwrap_or("this flake"));
    Diagnostic::new(Code::TableMissing, message).help("nixedit perhost list  # shows all of them").candidates(keys)
}

/// Leaves only the key's cells of the hosts asked for; whether any are left.
fn keep(report: &mut TableReport, key: &str, hosts: &[String]) -> bool {
    report.cells.retain(|name, _| name == key);
    for cells in report.cells.values_mut() {
        cells.retain(|host, _| hosts.is_empty() || hosts.contains(host));
    }
    report.keys.retain(|name| name == key);
    report.hosts.retain(|host| hosts.is_empty() || hosts.contains(host));
    report.readers.retain(|reader| reader.key == key);
    report.cells.values().any(|cells| !cells.is_empty())
}
