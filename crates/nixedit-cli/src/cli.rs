//! The command line: the list of commands, and how a process's words are read.

use crate::commands;
pub use crate::global::{ColorWhen, DiffWhen, Format, Global};
use clap::{Args, FromArgMatches, Parser, Subcommand};
use std::ffi::OsString;

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
        Self::of_one_command(&words).unwrap_or_else(|| Self::parse_from(words))
    }

    /// Read by the one command that is named, as it would be by all: making the definitions of all of them, with a
    /// copy of every global flag each, is most of the start. `None` for what is to be told to a person: help and errors.
    fn of_one_command(words: &[OsString]) -> Option<Self> {
        // Should this be a value before the command (`-C update add-package`), what follows is no command of this one.
        let named = words.iter().skip(1).find_map(|word| only(word.to_str()?))?;
        let one = Global::augment_args(named.subcommand_required(true));
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

/// The enum of the commands, and `only`: the definition of the one that a word names, without making the others'.
macro_rules! commands {
    ($($(#[$attribute:meta])* $name:ident($arguments:ty),)*) => {
        #[derive(Debug, Subcommand)]
        #[allow(clippy::large_enum_variant)]
        pub enum Command {
            $($(#[$attribute])* $name($arguments),)*
        }

        /// By its name; `None` for other words, aliases among them.
        fn only(word: &str) -> Option<clap::Command> {
            match word {
                $(word if is_named(stringify!($name), word) => {
                    #[derive(Subcommand)]
                    enum Only {
                        $(#[$attribute])* $name(#[allow(dead_code)] $arguments),
                    }
                    Some(Only::augment_subcommands(clap::Command::new("nixedit")))
                })*
                _ => None,
            }
        }
    };
}

commands! {
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

/// Whether `word` is `variant` as clap spells it: `AddPackage` is `add-package`.
fn is_named(variant: &str, word: &str) -> bool {
    let mut rest = word.bytes();
    variant.bytes().enumerate().all(|(at, byte)| {
        let begins = byte.is_ascii_uppercase();
        (at == 0 || !begins || rest.next() == Some(b'-')) && rest.next() == Some(byte.to_ascii_lowercase())
    }) && rest.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_command_is_found_alone() {
        for command in Cli::command().get_subcommands() {
            let alone = only(command.get_name()).and_then(|one| one.find_subcommand(command.get_name()).cloned());
            let [alone, listed] = [alone, Some(command.clone())].map(|one| one.map(|one| one.display_order(0)));
            assert_eq!(format!("{alone:?}"), format!("{listed:?}"));
        }
        assert!(only("add").is_none() && only("addpackage").is_none() && only("add-package-").is_none());
    }
}
