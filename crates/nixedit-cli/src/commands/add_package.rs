//! `nixedit add-package`.

use super::place::{FileArgs, HostArgs, PlaceArgs};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::{AddPackage, Operation, Slot};

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
    /// The flake input that provides the packages
    #[arg(long, value_name = "INPUT")]
    pub from: Option<String>,
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
    pub fn operation(&self) -> Result<Operation> {
        Ok(Operation::AddPackage(AddPackage {
            hosts: self.hosts.hosts(),
            target: self.file.target(self.path.as_deref())?,
            slot: slot(self.to.as_deref())?,
            place: self.place.place(),
            comment: self.comment.clone(),
            from: self.from.clone(),
            force: self.force,
            no_discover: self.no_discover,
            names: self.names.clone(),
        }))
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
