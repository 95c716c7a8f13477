//! `nixedit overlay`.

use super::input::LockArgs;
use super::place::{FileArgs, HostArgs};
use crate::cli::{Format, Global};
use crate::render::json;
use nixedit_core::diagnostic::Result;
use nixedit_core::inspect::{self, OverlayRow};
use std::io::Write;
use std::process::ExitCode;

/// Override, add and hold back packages by overlays, give hosts overlays of inputs
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Override(Override),
    Add(Add),
    Namespace(Namespace),
    Pin(Pin),
    Remove(Remove),
    List(List),
}

/// Change a package by overrideAttrs in an overlay
///
/// Values are Nix expressions; in them `prev` and `final` are the package sets before and after,
/// and `old` the package's attributes before.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit overlay override vlc --set doCheck=false --comment 'Build vlc without the check phase'
  nixedit overlay override vlc --append buildInputs=prev.zlib --patch patches/vlc.patch
  nixedit overlay override tumbler --set doCheck=false --merge")]
pub struct Override {
    #[command(flatten)]
    pub file: FileArgs,
    /// Give an attribute a value (repeatable)
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Append an item to a list attribute (repeatable)
    #[arg(long, value_name = "NAME=ITEM")]
    pub append: Vec<String>,
    /// Take an item out of a list attribute (repeatable)
    #[arg(long, value_name = "NAME=ITEM")]
    pub remove: Vec<String>,
    /// Apply a patch file of the flake (repeatable)
    #[arg(long, value_name = "FILE")]
    pub patch: Vec<String>,
    /// A comment line to put above the overlay
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// Why, for the registry that nixedit.toml names [default: the comment]
    #[arg(long, value_name = "TEXT")]
    pub why: Option<String>,
    /// When that is over, for the registry
    #[arg(long, value_name = "TEXT")]
    pub until: Option<String>,
    /// Add to the override that exists
    #[arg(long)]
    pub merge: bool,
    /// The package: an attribute of pkgs
    #[arg(value_name = "PACKAGE")]
    pub package: String,
}

/// Give hosts an overlay that an input provides
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit overlay add --host adeck nix-cachyos-kernel#pinned
  nixedit overlay add --all-hosts llm-agents")]
pub struct Add {
    #[command(flatten)]
    pub hosts: HostArgs,
    /// The input and its overlay's name [default name: default]
    #[arg(value_name = "INPUT[#NAME]")]
    pub overlay: String,
}

/// Make files and folders of an input attributes of pkgs
///
/// Starts the namespace, or adds to the one that exists. An input with =URL is added as a plain source
/// tree, with its lock. That each path exists is proven.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit overlay namespace yaziPlugins --entry full-border=/full-border.yazi
  nixedit overlay namespace nuScripts --input nu-scripts=github:nushell/nu_scripts --entry git=/git")]
pub struct Namespace {
    #[command(flatten)]
    pub file: FileArgs,
    /// The input that has the files; with =URL a new one
    #[arg(long, value_name = "NAME[=URL]")]
    pub input: Option<String>,
    /// An attribute and its path within the input (repeatable)
    #[arg(long, value_name = "NAME=/PATH", required = true)]
    pub entry: Vec<String>,
    /// A comment line to put above a new overlay
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    #[command(flatten)]
    pub lock: LockArgs,
    /// The attribute of pkgs
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// Hold a package back: take it from another nixpkgs
///
/// With --rev or --url the input is added. Where nixedit.toml names a registry of what is held back,
/// a row goes there, and --why and --until must be told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit overlay pin vlc --input nixpkgs-pin --rev 0a018d35851af444a7b06dc204357663ca24b15c
  nixedit overlay pin vlc --input nixpkgs-pin --url github:NixOS/nixpkgs/nixos-25.05 --why 'loses its state' --until 'it keeps it'")]
pub struct Pin {
    #[command(flatten)]
    pub file: FileArgs,
    /// The input that has the package as it is to stay
    #[arg(long, value_name = "NAME")]
    pub input: String,
    /// A revision of nixpkgs for a new input, all 40 digits
    #[arg(long, value_name = "REV", conflicts_with = "url")]
    pub rev: Option<String>,
    /// The flake reference of a new input
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Why it is held back
    #[arg(long, value_name = "TEXT")]
    pub why: Option<String>,
    /// When that is over
    #[arg(long, value_name = "TEXT")]
    pub until: Option<String>,
    #[command(flatten)]
    pub lock: LockArgs,
    /// The package: an attribute of pkgs
    #[arg(value_name = "PACKAGE")]
    pub package: String,
}

/// Remove an overlay, with its comment
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit overlay remove tumbler
  nixedit overlay remove nix-cachyos-kernel#pinned --host zrrh")]
pub struct Remove {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// What the overlay defines, or INPUT#NAME
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// List the overlays: where each is written, what it defines, which hosts get it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit overlay list
  nixedit overlay list --host adeck --format json")]
pub struct List {
    /// Only what these hosts get (repeatable, or separated by commas)
    #[arg(long = "host", value_name = "HOST", value_delimiter = ',')]
    pub host: Vec<String>,
    /// Only what this file has
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
}

/// Prints the overlays of the flake or file.
pub fn list(args: &Command, global: &Global) -> Result<ExitCode> {
    let Command::List(args) = args else { return Ok(ExitCode::SUCCESS) };
    let (place, project) = crate::run::open(global, args.file.as_deref())?;
    let file = args.file.as_deref().map(|file| crate::place::root_relative(place.root(), file)).transpose()?;
    for host in &args.host {
        project.host(host)?;
    }
    let mut rows = inspect::overlays(&project, file.as_deref())?;
    rows.retain(|row| args.host.is_empty() || row.hosts.iter().any(|host| args.host.contains(host)));
    match global.format {
        // Writing to a closed pipe is no reason to fail.
        Format::Human => rows.iter().for_each(|row| drop(writeln!(anstream::stdout().lock(), "{}", line(row)))),
        Format::Json => json::found("overlay list", "overlays", &rows),
    }
    Ok(ExitCode::SUCCESS)
}

/// `modules/overlays.nix:17  tumbler (override)  nxiz, adeck, zrrh`
fn line(row: &OverlayRow) -> String {
    let kind = if row.overrides.is_empty() { row.kind } else { "override" };
    let hosts = if row.hosts.is_empty() { "no host known".to_owned() } else { row.hosts.join(", ") };
    format!("{}:{}  {} ({kind})  {hosts}", row.file, row.start.line, row.name)
}
