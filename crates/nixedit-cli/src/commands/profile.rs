//! `nixedit profile`.

use crate::cli::{Format, Global};
use crate::progress::Spinner;
use crate::render::json;
use crate::terminal::{self, command_line};
use crate::{confirm, duration, run};
use nixedit_core::deploy::profile::{Element, Profile};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::settings::ValidateSettings;
use nixedit_core::system::nix::{Nix, Surroundings};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// A profile of your own ($DAEMON_PROFILE), changed by one process at a time
///
/// Packages are named, whatever the version of Nix calls them. Changes ask first on a terminal and need --yes
/// elsewhere.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The profile [default: $DAEMON_PROFILE]
    #[arg(long, value_name = "PATH", global = true)]
    pub profile: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Add(Add),
    Remove(Remove),
    Upgrade(Upgrade),
    List(List),
}

/// Install packages: names of nixpkgs (the flake's own, inside one) or installables
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit profile add ripgrep jq --yes
  nixedit profile add github:numtide/llm-agents.nix#claude-code --profile ~/.local/state/daemon --yes")]
pub struct Add {
    /// Names or installables
    #[arg(value_name = "PACKAGE", required = true)]
    pub packages: Vec<String>,
}

/// Remove packages by their names
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit profile remove ripgrep --yes")]
pub struct Remove {
    /// Names in the profile
    #[arg(value_name = "NAME", required = true)]
    pub names: Vec<String>,
}

/// Upgrade packages by their names
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit profile upgrade ripgrep --yes
  nixedit profile upgrade --all --yes")]
pub struct Upgrade {
    /// All of them
    #[arg(long, conflicts_with = "names")]
    pub all: bool,
    /// Names in the profile
    #[arg(value_name = "NAME", required_unless_present = "all")]
    pub names: Vec<String>,
}

/// List the packages of the profile
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit profile list
  nixedit profile list --format json")]
pub struct List {}

impl Command {
    /// The stem.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Add(_) => "profile add",
            Command::Remove(_) => "profile remove",
            Command::Upgrade(_) => "profile upgrade",
            Command::List(_) => "profile list",
        }
    }
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let stated = args.profile.clone().or_else(|| std::env::var_os("DAEMON_PROFILE").filter(|value| !value.is_empty()).map(PathBuf::from));
    let path = stated
        .ok_or_else(|| Diagnostic::new(Code::UsageInvalid, "which profile?").help("name it with --profile PATH, or set DAEMON_PROFILE"))?;
    let what = match &args.command {
        Command::Add(add) => Some(format!("install {} into {}", add.packages.join(", "), path.display())),
        Command::Remove(remove) => Some(format!("remove {} from {}", remove.names.join(", "), path.display())),
        Command::Upgrade(upgrade) if upgrade.all => Some(format!("upgrade all of {}", path.display())),
        Command::Upgrade(upgrade) => Some(format!("upgrade {} of {}", upgrade.names.join(", "), path.display())),
        Command::List(_) => None,
    };
    what.map_or(Ok(()), |what| confirm::ask(&what, global))?;
    let cancel = terminal::interrupt();
    let nix = Nix::find(&ValidateSettings::default(), &Surroundings::of_process(run::nix_beside()))?
        .ok_or_else(|| Diagnostic::new(Code::EnvNoNix, "there is no nix here"))?;
    let profile = Profile::open(&path, nix, duration::parse(&global.wait)?, &command_line())?;
    let before = profile.elements(&cancel)?;
    {
        let _under_way = Spinner::saying(global.quiet, args.command.name());
        match &args.command {
            Command::Add(add) => add_to(&profile, add, &before, global)?,
            Command::Remove(remove) => profile.remove(&remove.names, &cancel)?,
            Command::Upgrade(upgrade) => profile.upgrade(&upgrade.names, &cancel)?,
            Command::List(_) => {}
        }
    }
    let after = profile.elements(&cancel)?;
    say(args, &before, &after, global);
    Ok(ExitCode::SUCCESS)
}

/// Installs what is not there by that name.
fn add_to(profile: &Profile, add: &Add, before: &[Element], global: &Global) -> Result<()> {
    let is_name = |package: &String| !package.contains(['#', ':', '/']);
    let new = add.packages.iter().filter(|package| !(is_name(package) && before.iter().any(|element| element.name == **package)));
    let installable = |package: &String| if is_name(package) { format!("nixpkgs#{package}") } else { package.clone() };
    let installables: Vec<String> = new.map(installable).collect();
    if installables.is_empty() {
        return Ok(());
    }
    let flake = run::workspace(global, None).ok().filter(|place| place.is_flake());
    profile.add(&installables, flake.as_ref().map(|place| place.root()), &terminal::interrupt())
}

fn say(args: &Args, before: &[Element], after: &[Element], global: &Global) {
    let changed = before != after;
    if global.format == Format::Json {
        return json::print(&serde_json::json!({
            "schema": "nixedit/1", "command": args.command.name(), "status": if changed { "changed" } else { "unchanged" },
            "packages": after,
        }));
    }
    let mut out = anstream::stdout().lock();
    if let Command::List(_) = args.command {
        for element in after {
            // Writing to a closed pipe is no reason to fail.
            let _ = writeln!(out, "{}  {}", element.name, element.source.as_deref().unwrap_or("-"));
        }
        return;
    }
    let there = |all: &[Element], wanted: &Element| all.iter().any(|element| element.name == wanted.name);
    let lines = after.iter().filter(|element| !there(before, element)).map(|element| format!("added {}", element.name));
    let gone = before.iter().filter(|element| !there(after, element)).map(|element| format!("removed {}", element.name));
    let other = after.iter().filter(|element| there(before, element) && !before.contains(element));
    let lines: Vec<String> = lines.chain(gone).chain(other.map(|element| format!("upgraded {}", element.name))).collect();
    if !global.quiet {
        let _ = writeln!(out, "{}", if lines.is_empty() { "unchanged".to_owned() } else { lines.join("\n") });
    }
}
