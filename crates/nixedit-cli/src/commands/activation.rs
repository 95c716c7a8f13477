//! `nixedit activation`.

use super::place::{HostArgs, LookArgs};
use super::text::TextArgs;
use crate::cli::{Format, Global};
use crate::render::json;
use crate::render::width::fitted;
use nixedit_core::diagnostic::Result;
use nixedit_core::inspect::activations::{ActivationRow, activations};
use nixedit_core::operation::{ActivationAdd, ActivationRemove, Operation};
use std::io::Write;
use std::process::ExitCode;

/// Scripts that run when a home or a system is activated
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Add(Add),
    Remove(Remove),
    List(List),
}

/// Add a script to a host's home, or with --system to its system
///
/// The text is the shell's: ${…} in it is escaped for Nix unless --raw-nix is given. A script of a home
/// runs after writeBoundary unless --after or --before say otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit activation add ensureNotes --host nxiz --text 'mkdir -p \"${XDG_DATA_HOME:-$HOME/.local/share}/notes\"'
  nixedit activation add meshMotd --system --file modules/ssh-identity.nix --deps etc --raw-nix --text 'echo ${config.my.host} > /etc/motd'
  nixedit activation add sync --host adeck --after linkGeneration --text-file sync.sh")]
pub struct Add {
    #[command(flatten)]
    pub hosts: HostArgs,
    /// This file instead of the host's own
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// A script of the system instead of the home
    #[arg(long)]
    pub system: bool,
    /// Scripts that run before it [default for a home: writeBoundary]
    #[arg(long, value_name = "NAME", value_delimiter = ',', visible_alias = "deps")]
    pub after: Vec<String>,
    /// Scripts that run after it (of a home)
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub before: Vec<String>,
    /// A comment line to put above it
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    #[command(flatten)]
    pub text: TextArgs,
    /// The script's name
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Remove a script
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit activation remove ensureLocalBin --host nxiz
  nixedit activation remove stageHostKeys --system --file modules/ssh-identity.nix")]
pub struct Remove {
    #[command(flatten)]
    pub hosts: HostArgs,
    /// This file instead of the host's own
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
    /// A script of the system instead of the home
    #[arg(long)]
    pub system: bool,
    /// The script's name
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// List the scripts: where they are, and which hosts run them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit activation list
  nixedit activation list --host nxiz --format json")]
pub struct List {
    #[command(flatten)]
    pub hosts: LookArgs,
}

impl Command {
    /// The operation; `None` for the listing.
    pub fn operation(&self) -> Result<Option<Operation>> {
        Ok(Some(match self {
            Command::Add(args) => Operation::ActivationAdd(ActivationAdd {
                hosts: args.hosts.hosts(),
                file: args.file.clone(),
                system: args.system,
                name: args.name.clone(),
                text: args.text.read()?,
                raw_nix: args.text.raw_nix,
                after: args.after.clone(),
                before: args.before.clone(),
                comment: args.comment.clone(),
            }),
            Command::Remove(args) => Operation::ActivationRemove(ActivationRemove {
                hosts: args.hosts.hosts(),
                file: args.file.clone(),
                system: args.system,
                name: args.name.clone(),
            }),
            Command::List(_) => return Ok(None),
        }))
    }

    /// The stem.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Add(_) => "activation add",
            Command::Remove(_) => "activation remove",
            Command::List(_) => "activation list",
        }
    }

    /// Prints the scripts.
    pub fn look(&self, global: &Global) -> Result<ExitCode> {
        let Command::List(args) = self else { return Ok(ExitCode::SUCCESS) };
        let (_, project) = crate::run::open(global, None)?;
        let rows = activations(&project, &args.hosts.hosts())?;
        match global.format {
            // Writing to a closed pipe is no reason to fail.
            Format::Human => rows.iter().for_each(|row| drop(writeln!(anstream::stdout().lock(), "{}", line(row)))),
            Format::Json => json::found("activation list", "activations", &rows),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// `hosts/nxiz/home.nix:64  ensureLocalBin  home  nxiz  config.lib.dag.entryAfter …`
fn line(row: &ActivationRow) -> String {
    fitted(&format!("{}:{}  {}  {}  {}  ", row.file, row.line, row.name, row.side, row.hosts.join(", ")), &row.text)
}
