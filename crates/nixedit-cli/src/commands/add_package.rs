//! `nixedit add-package`.

use super::input::LockArgs;
use super::input_operation::{input_name, new_input};
use super::place::{FileArgs, HostArgs, PlaceArgs};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::{AddPackage, OfOverlay, Operation, OverlayAdd, Slot};

/// Put packages into a package list
///
/// Finds the host's list (home.packages, or with --to another), spells the names as the list does,
/// keeps its order and groups, and proves by evaluation that the packages are there on that host
/// and on no other.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit add-package --host nxiz ripgrep fd
  nixedit add-package --host nxiz --group Apps vlc
  nixedit add-package --host zrrh --to system ripgrep
  nixedit add-package --all-hosts --to system ripgrep
  nixedit add-package --host nxiz --from noctalia default
  nixedit add-package --host zrrh --to system --from github:numtide/llm-agents.nix --via overlay claude-code
  nixedit add-package --to env:default --group \"Version control\" ripgrep
  nixedit add-package --file packages.nix --path home.packages ripgrep")]
pub struct Args {
    #[command(flatten)]
    pub hosts: HostArgs,
    #[command(flatten)]
    pub file: FileArgs,
    /// The attribute path of the list; `.` for the file's own expression
    #[arg(long, value_name = "ATTR.PATH")]
    pub path: Option<String>,
    /// home, system, devshell[:NAME] or env[:NAME]
    #[arg(long, value_name = "SLOT")]
    pub to: Option<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// A comment line to put above
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// The flake input that provides the packages; one given by its address is added
    #[arg(long, value_name = "INPUT|[NAME=]URL")]
    pub from: Option<String>,
    /// Give the hosts the input's overlay (its default one, or NAME) and take the packages from pkgs, a bare
    /// name from what the overlay calls as the input is called
    #[arg(long, value_name = "overlay[#NAME]", requires = "from")]
    pub via: Option<String>,
    #[command(flatten)]
    pub lock: LockArgs,
    /// Add even where a shared module brings it already
    #[arg(long)]
    pub force: bool,
    /// Do not look for the name that was meant where Nix knows no such package
    #[arg(long)]
    pub no_discover: bool,
    /// Attribute names of packages
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
}

impl Args {
    /// The new input, the overlay, the packages: what of them is asked for.
    pub fn operations(&self) -> Result<Vec<Operation>> {
        let mut out = Vec::new();
        let input = self.from.as_deref().map(source);
        if let Some((name, Some(url))) = &input {
            out.push(Operation::InputAdd(new_input(name, url, &self.lock)));
        }
        let (mut from, mut of_overlay) = (input.map(|(name, _)| name), OfOverlay::No);
        if let (Some(via), Some(input)) = (&self.via, &from) {
            let hosts = self.hosts.hosts();
            out.push(Operation::OverlayAdd(OverlayAdd { hosts, input: input.clone(), overlay: overlay(via, self.to.as_deref())? }));
            of_overlay = OfOverlay::Below(input.clone());
            from = None;
        }
        out.push(Operation::AddPackage(AddPackage {
            hosts: self.hosts.hosts(),
            target: self.file.target(self.path.as_deref())?,
            slot: slot(self.to.as_deref())?,
            place: self.place.place(),
            comment: self.comment.clone(),
            from,
            of_overlay,
            force: self.force,
            no_discover: self.no_discover,
            names: self.names.clone(),
        }));
        Ok(out)
    }
}

/// The input that `--from` names, with its address where it is new.
fn source(text: &str) -> (String, Option<String>) {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    match text.split_once('=').filter(|(name, _)| is_name(name)) {
        Some((name, url)) => (name.to_owned(), Some(url.to_owned())),
        None if text.contains(':') => (input_name(text), Some(text.to_owned())),
        None => (text.to_owned(), None),
    }
}

/// The overlay that `--via` names; `None` for the input's default one.
fn overlay(via: &str, to: Option<&str>) -> Result<Option<String>> {
    if let Slot::Devshell(_) | Slot::Env(_) = slot(to)? {
        return Err(Diagnostic::new(Code::UsageInvalid, "overlays are for hosts; shells and environments have pkgs without them")
            .help("leave --via away to take the package itself from the input"));
    }
    match via.split_once('#').unwrap_or((via, "")) {
        ("overlay", name) => Ok(Some(name).filter(|name| !name.is_empty()).map(str::to_owned)),
        _ => Err(Diagnostic::new(Code::UsageInvalid, format!("'{via}' is no way to a package"))
            .help("--via overlay, or --via overlay#NAME for one that is not the default")),
    }
}

/// Which package list `--to` names.
pub fn slot(text: Option<&str>) -> Result<Slot> {
    let (kind, name) = text.map_or(("", None), |text| text.split_once(':').map_or((text, None), |(kind, name)| (kind, Some(name))));
    let name = || name.unwrap_or("default").to_owned();
    match kind {
        "" => Ok(Slot::Default),
        "home" => Ok(Slot::Home),
        "system" => Ok(Slot::System),
        "devshell" | "shell" => Ok(Slot::Devshell(name())),
        "env" => Ok(Slot::Env(name())),
        other => Err(Diagnostic::new(Code::UsageInvalid, format!("'{other}' is no package list"))
            .help("use home, system, devshell, devshell:NAME, env or env:NAME")
            .candidates(["home", "system", "devshell", "env"])),
    }
}
