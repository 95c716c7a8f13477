//! `nixedit shell`.

use super::place::PlaceArgs;
use nixedit_core::operation::{AddPackage, Operation, RemovePackage, ShellHook, ShellInputsFrom, Slot};

/// Development shells: their packages, what they share with packages, their hook
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    AddPackage(AddPackages),
    RemovePackage(Packages),
    #[command(subcommand)]
    InputsFrom(InputsFrom),
    #[command(subcommand)]
    Hook(Hook),
}

/// Which shell.
#[derive(Debug, clap::Args, Clone)]
pub struct ShellArgs {
    /// The development shell
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub shell: String,
}

/// Put packages into a development shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit shell add-package shellcheck
  nixedit shell add-package --shell default --after nil shellcheck")]
pub struct AddPackages {
    #[command(flatten)]
    pub shell: ShellArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Attribute names of packages
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
}

/// Take packages out of a development shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit shell remove-package deadnix")]
pub struct Packages {
    #[command(flatten)]
    pub shell: ShellArgs,
    /// Attribute names of packages
    #[arg(required = true, value_name = "NAME")]
    pub names: Vec<String>,
}

/// Packages whose build inputs a development shell has too
#[derive(Debug, clap::Subcommand)]
pub enum InputsFrom {
    Add(AddInputsFrom),
    Remove(RemoveInputsFrom),
}

/// Give a development shell the build inputs of packages
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit shell inputs-from add pkgs.statix
  nixedit shell inputs-from add 'self.packages.${pkgs.system}.default'")]
pub struct AddInputsFrom {
    #[command(flatten)]
    pub shell: ShellArgs,
    /// Nix expressions of packages
    #[arg(required = true, value_name = "PACKAGE")]
    pub items: Vec<String>,
}

/// Take the build inputs of packages out of a development shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit shell inputs-from remove 'self.packages.${pkgs.system}.default'")]
pub struct RemoveInputsFrom {
    #[command(flatten)]
    pub shell: ShellArgs,
    /// Nix expressions of packages, as they are written there
    #[arg(required = true, value_name = "PACKAGE")]
    pub items: Vec<String>,
}

/// What a development shell runs when it starts
#[derive(Debug, clap::Subcommand)]
pub enum Hook {
    Add(AddHook),
    Remove(RemoveHook),
}

/// Put lines at the end of a development shell's hook
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit shell hook add 'echo \"Run: nix flake check --no-build\"'
  nixedit shell hook add 'export EDITOR=${EDITOR:-hx}'")]
pub struct AddHook {
    #[command(flatten)]
    pub shell: ShellArgs,
    /// Leave ${...} to Nix instead of the shell
    #[arg(long)]
    pub raw_nix: bool,
    /// Lines of a shell script
    #[arg(required = true, value_name = "LINE")]
    pub lines: Vec<String>,
}

/// Take lines out of a development shell's hook
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit shell hook remove 'echo \"Dotfiles development environment\"'")]
pub struct RemoveHook {
    #[command(flatten)]
    pub shell: ShellArgs,
    /// Leave ${...} to Nix instead of the shell
    #[arg(long)]
    pub raw_nix: bool,
    /// Lines of the hook
    #[arg(required = true, value_name = "LINE")]
    pub lines: Vec<String>,
}

impl Command {
    pub fn operation(&self) -> Operation {
        let slot = |args: &ShellArgs| Slot::Devshell(args.shell.clone());
        let inputs = |args: &ShellArgs, items: &[String], remove| {
            Operation::ShellInputsFrom(ShellInputsFrom { shell: args.shell.clone(), items: items.to_vec(), remove })
        };
        let hook = |args: &ShellArgs, lines: &[String], raw_nix, remove| {
            Operation::ShellHook(ShellHook { shell: args.shell.clone(), text: lines.join("\n"), raw_nix, remove })
        };
        match self {
            Command::AddPackage(args) => Operation::AddPackage(AddPackage {
                slot: slot(&args.shell),
                place: args.place.place(),
                names: args.names.clone(),
                ..AddPackage::default()
            }),
            Command::RemovePackage(args) => {
                Operation::RemovePackage(RemovePackage { slot: slot(&args.shell), names: args.names.clone(), ..RemovePackage::default() })
            }
            Command::InputsFrom(InputsFrom::Add(args)) => inputs(&args.shell, &args.items, false),
            Command::InputsFrom(InputsFrom::Remove(args)) => inputs(&args.shell, &args.items, true),
            Command::Hook(Hook::Add(args)) => hook(&args.shell, &args.lines, args.raw_nix, false),
            Command::Hook(Hook::Remove(args)) => hook(&args.shell, &args.lines, args.raw_nix, true),
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Command::AddPackage(_) => "shell add-package",
            Command::RemovePackage(_) => "shell remove-package",
            Command::InputsFrom(InputsFrom::Add(_)) => "shell inputs-from add",
            Command::InputsFrom(InputsFrom::Remove(_)) => "shell inputs-from remove",
            Command::Hook(Hook::Add(_)) => "shell hook add",
            Command::Hook(Hook::Remove(_)) => "shell hook remove",
        }
    }
}
