//! `nixedit skill`.

use super::place::{LookArgs, OneHostArgs};
use crate::cli::{Format, Global};
use crate::render::json;
use nixedit_core::diagnostic::Result;
use nixedit_core::inspect;
use nixedit_core::operation::{Operation, SkillDisable, SkillEnable};
use std::io::Write;
use std::process::ExitCode;

/// Skills for agents, as agent-skills-nix has them
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Enable(Enable),
    Disable(Disable),
    List(List),
}

/// Give an agent a skill, with all that it needs: inputs, module, settings
///
/// The first skill of a home adds the input agent-skills and that of the source, imports the module and writes
/// programs.agent-skills; every other one is one more element of skills.enable.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit skill enable --host nxiz anthropic/pdf --target claude
  nixedit skill enable --host nxiz ours/notes --target claude --source-url path:./agents --subdir skills")]
pub struct Enable {
    #[command(flatten)]
    pub host: OneHostArgs,
    /// An agent that gets the skill (repeatable)
    #[arg(long = "target", value_name = "AGENT", value_delimiter = ',')]
    pub target: Vec<String>,
    /// Where the source's skills are [default: for anthropic github:anthropics/skills]
    #[arg(long, value_name = "URL")]
    pub source_url: Option<String>,
    /// The folder of the skills there [default: skills]
    #[arg(long, value_name = "DIR")]
    pub subdir: Option<String>,
    /// The flake that has the module [default: github:Kyure-A/agent-skills-nix]
    #[arg(long, value_name = "URL")]
    pub module_url: Option<String>,
    /// Leave flake.lock as it is
    #[arg(long)]
    pub no_lock: bool,
    /// The skills
    #[arg(value_name = "SOURCE/ID", required = true)]
    pub skills: Vec<String>,
}

/// Take a skill from the agents of a host
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  nixedit skill disable --host nxiz pdf")]
pub struct Disable {
    #[command(flatten)]
    pub host: OneHostArgs,
    /// The skills
    #[arg(value_name = "ID", required = true)]
    pub skills: Vec<String>,
}

/// The skills that hosts enable
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  nixedit skill list\n  nixedit skill list --host nxiz --format json")]
pub struct List {
    #[command(flatten)]
    pub look: LookArgs,
}

impl Command {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Enable(_) => "skill enable",
            Self::Disable(_) => "skill disable",
            Self::List(_) => "skill list",
        }
    }

    /// What is to be changed; `None` where it only looks.
    pub fn operation(&self) -> Option<Operation> {
        match self {
            Self::Enable(args) => Some(Operation::SkillEnable(SkillEnable {
                hosts: args.host.hosts(),
                skills: args.skills.clone(),
                targets: args.target.clone(),
                source_url: args.source_url.clone(),
                subdir: args.subdir.clone(),
                module_url: args.module_url.clone(),
                no_lock: args.no_lock,
            })),
            Self::Disable(args) => Some(Operation::SkillDisable(SkillDisable { hosts: args.host.hosts(), skills: args.skills.clone() })),
            Self::List(_) => None,
        }
    }

    pub fn look(&self, global: &Global) -> Result<ExitCode> {
        let Self::List(args) = self else { return Ok(ExitCode::SUCCESS) };
        let (_, project) = crate::run::open(global, None)?;
        let rows = inspect::agents::skills(&project, &args.look.hosts())?;
        list(self.name(), "skills", &rows, global)
    }
}

/// A line for each, or JSON.
pub fn list(command: &str, what: &str, rows: &[inspect::agents::AgentRow], global: &Global) -> Result<ExitCode> {
    match global.format {
        Format::Json => json::found(command, what, &rows),
        Format::Human => {
            for row in rows {
                // Writing to a closed pipe is no reason to fail.
                let _ = writeln!(anstream::stdout().lock(), "{:10} {:20} {}:{}", row.host, row.name, row.file, row.line);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
