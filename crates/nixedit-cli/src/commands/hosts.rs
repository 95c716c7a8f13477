//! `nixedit hosts`.

use crate::cli::{Format, Global};
use crate::edit;
use crate::render::{json, overview};
use nixedit_core::diagnostic::Result;
use nixedit_core::inspect::host::module_rows;
use nixedit_core::operation::{HostsAdd, HostsRemove, Operation};
use nixedit_core::project::{Host, HostMap, Module, ModulePlace};
use serde_json::json;
use std::io::Write;
use std::process::ExitCode;

/// Look at the hosts of the flake, add and remove them
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// The hosts with their platform, users and entry files
    #[command(after_help = "Examples:\n  nixedit hosts list\n  nixedit hosts list --format json")]
    List,
    Show(Show),
    Add(Add),
    Remove(Remove),
}

/// Add a host like one that is there
///
/// The flake's output (with its row in the map from host to overlays), the host's own files, the option that
/// takes the names of hosts, a row in each host table that its imports reach, and the conditions and
/// lists that name the host it is like. What only the machine or a person can know is said at the end.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit hosts add seed --copy-from zrrh             files, rows and settings of zrrh
  nixedit hosts add seed --copy-from zrrh --minimal   only what every host imports
  nixedit hosts add seed --copy-from adeck --no-hm --system aarch64-linux")]
pub struct Add {
    /// The host that it is made like [default: the last one, with --minimal]
    #[arg(long, value_name = "HOST")]
    pub copy_from: Option<String>,
    /// Its platform [default: that of the host it is like]
    #[arg(long, value_name = "SYSTEM")]
    pub system: Option<String>,
    /// Without Home Manager
    #[arg(long)]
    pub no_hm: bool,
    /// Import only what every host imports, and copy no settings
    #[arg(long)]
    pub minimal: bool,
    /// The new host
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Remove a host with all that is its alone
///
/// The flake's output, the host's own files, its rows in host tables, its name in conditions and lists
/// that name others too. Secrets keep its key: the commands that drop it are said at the end.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  nixedit hosts remove zrrh --dry-run")]
pub struct Remove {
    /// The host
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// One host: platform, users, entry files, and what its options come from
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  nixedit hosts show nxiz\n  nixedit hosts show nxiz --format json")]
pub struct Show {
    /// The host
    #[arg(value_name = "HOST")]
    pub host: String,
}

impl Command {
    pub fn name(&self) -> &'static str {
        match self {
            Self::List => "hosts list",
            Self::Show(_) => "hosts show",
            Self::Add(_) => "hosts add",
            Self::Remove(_) => "hosts remove",
        }
    }

    /// What is to be changed; `None` where it only looks.
    pub fn operation(&self) -> Option<Operation> {
        match self {
            Self::List | Self::Show(_) => None,
            Self::Add(args) => Some(Operation::HostsAdd(HostsAdd {
                name: args.name.clone(),
                copy_from: args.copy_from.clone(),
                system: args.system.clone(),
                no_hm: args.no_hm,
                minimal: args.minimal || args.copy_from.is_none(),
            })),
            Self::Remove(args) => Some(Operation::HostsRemove(HostsRemove { name: args.name.clone() })),
        }
    }
}

pub fn run(command: &Command, global: &Global) -> Result<ExitCode> {
    match command {
        Command::List => list(global),
        Command::Show(args) => show(args, global),
        Command::Add(_) | Command::Remove(_) => {
            command.operation().map_or(Ok(ExitCode::SUCCESS), |operation| edit::run(command.name(), vec![operation], global))
        }
    }
}

fn show(args: &Show, global: &Global) -> Result<ExitCode> {
    let (place, project) = crate::run::open(global, None)?;
    let project = place.with_hosts(project, std::slice::from_ref(&args.host))?;
    let host = project.host(&args.host)?;
    let rows = module_rows(&host);
    match global.format {
        Format::Json => {
            let mut host = as_json(&host);
            json::extend(&mut host, &json!({ "sources": rows }));
            json::found("hosts show", "host", &host);
        }
        Format::Human => {
            let at = project.source(&host.evidence.file)?.file_line(host.evidence.span.start);
            let text = format!("{}  {}  {at}\n{}", host.name, host.system.as_deref().unwrap_or("?"), overview::modules(&rows));
            // Writing to a closed pipe is no reason to fail.
            let _ = write!(anstream::stdout().lock(), "{text}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(global: &Global) -> Result<ExitCode> {
    let (place, project) = crate::run::open(global, None)?;
    let project = place.with_names(project)?;
    let map = project.host_map()?;
    match global.format {
        Format::Json => {
            let hosts: Vec<_> = map.hosts.iter().map(as_json).collect();
            let unresolved: Vec<_> = map.unresolved.iter().map(|(text, at)| json!({ "text": text, "file": at.file })).collect();
            json::print(
                &json!({ "schema": "nixedit/1", "command": "hosts list", "status": "unchanged", "hosts": hosts, "unresolved": unresolved }),
            );
        }
        Format::Human => {
            let mut out = anstream::stdout().lock();
            for line in lines(&map) {
                let _ = writeln!(out, "{line}");
            }
            for (text, at) in &map.unresolved {
                let _ = writeln!(anstream::stderr(), "note: some hosts are computed and were not read: '{text}' in {}", at.file);
            }
            if map.hosts.is_empty() {
                let _ = writeln!(anstream::stderr(), "no host can be read from this flake's files");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A line for each host: its name, system, users and entry files.
pub fn lines(map: &HostMap) -> Vec<String> {
    map.hosts.iter().map(line).collect()
}

fn line(host: &Host) -> String {
    let users: Vec<&str> = host.users.iter().map(|user| user.name.as_str()).collect();
    let entries = [entries(&host.modules), host.users.iter().flat_map(|u| entries(&u.modules)).collect()].concat();
    let line = format!("{:10} {:14} {:8} {}", host.name, host.system.as_deref().unwrap_or("?"), users.join(","), entries.join(" "));
    line.trim_end().to_owned()
}

/// The files that the host's own lists name.
fn entries(modules: &[Module]) -> Vec<String> {
    let direct = modules.iter().filter(|m| m.depth == 0);
    direct.filter_map(|m| if let ModulePlace::File(file) = &m.place { Some(file.clone()) } else { None }).collect()
}

fn as_json(host: &Host) -> serde_json::Value {
    let place = |module: &Module| match &module.place {
        ModulePlace::File(file) => json!({ "file": file, "depth": module.depth, "named_in": module.via.file, "by": module.via.kind }),
        ModulePlace::Inline { file, span } => json!({ "inline": file, "span": span, "depth": module.depth }),
        ModulePlace::Input(text) => json!({ "input": text, "depth": module.depth }),
        ModulePlace::Unknown(text) => json!({ "unknown": text, "depth": module.depth }),
    };
    json!({
        "name": host.name, "system": host.system, "defined_in": host.evidence.file,
        "modules": host.modules.iter().map(place).collect::<Vec<_>>(),
        "users": host.users.iter().map(|u| json!({ "name": u.name, "modules": u.modules.iter().map(place).collect::<Vec<_>>() })).collect::<Vec<_>>(),
    })
}
