//! The command line: global flags and the list of commands.

use crate::commands;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// Edit NixOS flakes: find the place, change the fewest bytes, prove the effect.
#[derive(Debug, Parser)]
#[command(name = "nixedit", version, propagate_version = true, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// What this process was called with; ends it with help or an error where that is no command.
    pub fn from_process() -> Self {
        let words: Vec<OsString> = std::env::args_os().collect();
        let all = Self::command();
        Self::of_one_command(&all, &words)
            .unwrap_or_else(|| Self::from_arg_matches(&all.get_matches_from(words)).unwrap_or_else(|error| error.exit()))
    }

    /// Read by the one command that is named, as it would be by all: every command gets a copy of every global flag,
    /// and for all of them that is most of the start. `None` for what is to be told to a person: help and errors.
    fn of_one_command(all: &clap::Command, words: &[OsString]) -> Option<Self> {
        // Should this be a value before the command (`-C update add-package`), what follows is no command of this one.
        let named = words.iter().skip(1).find_map(|word| all.find_subcommand(word))?;
        let one = Global::augment_args(clap::Command::new("nixedit").subcommand_required(true)).subcommand(named.clone());
        Self::from_arg_matches(&one.try_get_matches_from(words).ok()?).ok()
    }
}

const EXAMPLES: &str = "\
Examples:
  nixedit add-package --host nxiz ripgrep           into the host's home.packages, in order
  nixedit perhost set resolvedDns                   a boolean key of a host table: true everywhere
  nixedit overlay override vlc --set doCheck=false  an overrideAttrs overlay
  printf %s \"$KEY\" | nixedit secret add api-key     rule, encrypted file, age.secrets entry
  nixedit option set services.openssh.enable true --file hosts/nxiz/configuration.nix
  nixedit undo                                      take the last edit back

Exit status: 0 done or nothing to do, 1 internal error, 2 usage, 3 refused, 4 validation failed,
5 environment, 6 locked or changed underneath, 7 applying failed (the edit stays), 8 --check found changes to make.
Nothing is written unless the status is 0 or 7.";

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

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum Command {
    #[command(visible_alias = "add")]
    AddPackage(commands::add_package::Args),
    #[command(visible_alias = "rm")]
    RemovePackage(commands::remove_package::Args),
    ReplacePackage(commands::replace_package::Args),
    MovePackage(commands::move_package::Args),
    #[command(subcommand)]
    Perhost(commands::perhost::Command),
    #[command(subcommand)]
    Hostlist(commands::hostlist::Command),
    #[command(subcommand)]
    Option(commands::option::Command),
    #[command(subcommand)]
    List(commands::list::Command),
    #[command(subcommand)]
    Module(commands::module::Command),
    #[command(subcommand)]
    Input(commands::input::Command),
    Update(commands::update::Args),
    #[command(subcommand)]
    Overlay(commands::overlay::Command),
    #[command(subcommand)]
    Secret(commands::secret::Command),
    #[command(subcommand)]
    Activation(commands::activation::Command),
    #[command(subcommand)]
    Derivation(commands::derivation::Command),
    #[command(subcommand)]
    File(commands::file::Command),
    #[command(subcommand)]
    Program(commands::program::Command),
    #[command(subcommand)]
    Skill(commands::skill::Command),
    #[command(subcommand)]
    McpServer(commands::mcp_server::Command),
    #[command(subcommand)]
    Hm(commands::hm::Command),
    #[command(subcommand)]
    Shell(commands::shell::Command),
    #[command(subcommand)]
    Check(commands::check::Command),
    #[command(subcommand)]
    Formatter(commands::formatter::Command),
    Fmt(commands::fmt::Args),
    Get(commands::get::Args),
    Inspect(commands::inspect::Args),
    Where(commands::r#where::Args),
    ListPackages(commands::list_packages::Args),
    Discover(commands::discover::Args),
    #[command(subcommand)]
    Hosts(commands::hosts::Command),
    Validate(commands::validate::Args),
    Lint(commands::lint::Args),
    Apply(commands::apply::Args),
    Rollback(commands::rollback::Args),
    Gc(commands::gc::Args),
    Profile(commands::profile::Args),
    Batch(commands::batch::Args),
    Init(commands::init::Args),
    New(commands::new::Args),
    Undo(commands::undo::Args),
    Redo(commands::redo::Args),
    Log(commands::log::Args),
    Show(commands::show::Args),
    Diff(commands::diff::Args),
    Explain(commands::explain::Args),
    Mcp(commands::mcp::Args),
    Schema(commands::schema::Args),
    Completions(commands::completions::Args),
    #[command(hide = true)]
    Man(commands::man::Args),
}
