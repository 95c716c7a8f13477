//! The flags that every command takes.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Flags that every command takes.
#[derive(Debug, Args, Clone)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// The flake's folder [default: walk up from here, then NIXEDIT_FLAKE, NH_OS_FLAKE, NH_FLAKE]
    #[arg(short = 'C', long = "flake", value_name = "DIR", global = true)]
    pub flake: Option<PathBuf>,
    /// Print the diff and validate, but write nothing
    #[arg(short = 'n', long, global = true)]
    pub dry_run: bool,
    /// Write nothing; exit 8 if something would change
    #[arg(long, global = true)]
    pub check: bool,
    /// How far to prove the edit [default: target; outputs for packages and secrets]
    #[arg(long, value_name = "LEVEL", global = true, value_parser = ["parse", "scope", "target", "outputs", "host", "all"])]
    pub validate: Option<String>,
    /// Do not evaluate anything; the static checks still run
    #[arg(long, visible_alias = "no-eval", global = true, conflicts_with = "validate")]
    pub no_validate: bool,
    /// Deploy the hosts that were edited once the edit has landed, as `nixedit apply` does
    #[arg(long, global = true)]
    pub apply: bool,
    /// Leave new files out of git's index
    #[arg(long, global = true)]
    pub no_stage: bool,
    /// Output for people or programs
    #[arg(long, value_enum, default_value_t = Format::Human, global = true)]
    pub format: Format,
    /// Short for --format json
    #[arg(long, global = true, hide = true)]
    pub json: bool,
    /// When to show the diff
    #[arg(long, value_enum, default_value_t = DiffWhen::Auto, global = true)]
    pub diff: DiffWhen,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = ColorWhen::Auto, global = true)]
    pub color: ColorWhen,
    /// Say nothing on success
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
    /// Do not ask
    #[arg(short = 'y', long, global = true)]
    pub yes: bool,
    /// Deadline of one evaluation, such as 90s or 5m
    #[arg(long, value_name = "TIME", global = true)]
    pub timeout: Option<String>,
    /// Settings file [default: nixedit.toml beside flake.nix]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// How long to wait for another nixedit
    #[arg(long, value_name = "TIME", default_value = "60s", global = true)]
    pub wait: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffWhen {
    Auto,
    Never,
    Only,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    Auto,
    Always,
    Never,
}
