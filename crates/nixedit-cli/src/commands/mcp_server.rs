//! `nixedit mcp-server`.

use super::place::{LookArgs, OneHostArgs};
use crate::cli::Global;
use nixedit_core::diagnostic::Result;
use nixedit_core::inspect;
use nixedit_core::operation::{McpServerDisable, McpServerEnable, Operation};
use std::process::ExitCode;

/// MCP servers for agents, as mcp-servers-nix has them
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Enable(Enable),
    Disable(Disable),
    List(List),
}

/// Give agents a server, with all that it needs: input, module, settings
///
/// The first server of a home adds the input mcp-servers-nix, imports its module and enables programs.mcp.
/// Credentials never go through --env: what Nix evaluates lies in the store for everyone to read.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit mcp-server enable --host nxiz filesystem --arg /home/zk/docs --client claude-code
  nixedit mcp-server enable --host nxiz github --secret github-token --client claude-code")]
pub struct Enable {
    #[command(flatten)]
    pub host: OneHostArgs,
    /// An argument of the server (repeatable)
    #[arg(long = "arg", value_name = "ARG", allow_hyphen_values = true)]
    pub args: Vec<String>,
    /// A variable of its environment (repeatable); no credentials
    #[arg(long, value_name = "NAME=VALUE")]
    pub env: Vec<String>,
    /// A file on the machine that holds its environment
    #[arg(long, value_name = "FILE", conflicts_with = "secret")]
    pub env_file: Option<String>,
    /// The agenix secret that holds its environment
    #[arg(long, value_name = "SECRET")]
    pub secret: Option<String>,
    /// A program that uses it (repeatable)
    #[arg(long = "client", value_name = "PROGRAM", value_delimiter = ',')]
    pub client: Vec<String>,
    /// The flake that has the module [default: github:natsukium/mcp-servers-nix]
    #[arg(long, value_name = "URL")]
    pub module_url: Option<String>,
    /// Leave flake.lock as it is
    #[arg(long)]
    pub no_lock: bool,
    /// The server, as mcp-servers-nix calls it
    #[arg(value_name = "SERVER")]
    pub server: String,
}

/// Take a server from the agents of a host
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  nixedit mcp-server disable --host nxiz filesystem")]
pub struct Disable {
    #[command(flatten)]
    pub host: OneHostArgs,
    /// The server
    #[arg(value_name = "SERVER")]
    pub server: String,
}

/// The servers that hosts enable
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  nixedit mcp-server list\n  nixedit mcp-server list --host nxiz --format json")]
pub struct List {
    #[command(flatten)]
    pub look: LookArgs,
}

impl Command {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Enable(_) => "mcp-server enable",
            Self::Disable(_) => "mcp-server disable",
            Self::List(_) => "mcp-server list",
        }
    }

    /// What is to be changed; `None` where it only looks.
    pub fn operation(&self) -> Option<Operation> {
        match self {
            Self::Enable(args) => Some(Operation::McpServerEnable(McpServerEnable {
                hosts: args.host.hosts(),
                server: args.server.clone(),
                args: args.args.clone(),
                env: args.env.clone(),
                env_file: args.env_file.clone(),
                secret: args.secret.clone(),
                clients: args.client.clone(),
                module_url: args.module_url.clone(),
                no_lock: args.no_lock,
            })),
            Self::Disable(args) => {
                Some(Operation::McpServerDisable(McpServerDisable { hosts: args.host.hosts(), server: args.server.clone() }))
            }
            Self::List(_) => None,
        }
    }

    pub fn look(&self, global: &Global) -> Result<ExitCode> {
        let Self::List(args) = self else { return Ok(ExitCode::SUCCESS) };
        let (_, project) = crate::run::open(global, None)?;
        let rows = inspect::agents::mcp_servers(&project, &args.look.hosts())?;
        super::skill::list(self.name(), "mcp_servers", &rows, global)
    }
}
