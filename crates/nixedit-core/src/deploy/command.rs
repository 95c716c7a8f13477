//! Which command deploys a host.

use super::is_this_machine;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::settings::ApplySettings;
use crate::system::command::find_program;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// What is to be done with a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Make it the host's running system.
    Apply,
    /// Only show what would be done.
    Dry,
}

/// A command line, ready to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The host.
    pub host: String,
    /// The program.
    pub program: PathBuf,
    /// The whole command line.
    pub words: Vec<String>,
}

/// Commands that are tried where the settings name none and their default is not installed.
const OTHERS: &[(&str, &[&str], &[&str])] = &[
    ("nh", &["nh", "os", "switch", "{flake}", "--hostname", "{host}"], &["nh", "os", "switch", "{flake}", "--hostname", "{host}", "--dry"]),
    (
        "nixos-rebuild",
        &["nixos-rebuild", "switch", "--flake", "{flake}#{host}"],
        &["nixos-rebuild", "dry-build", "--flake", "{flake}#{host}"],
    ),
];

/// The command for a host: that of the settings; where these are the default and its program is not on `path`,
/// `nh` or `nixos-rebuild`, with the host as their target where that is another machine. Fails with `env.command` where there is none.
pub fn planned(settings: &ApplySettings, action: Action, host: &str, flake: &Path, path: Option<&OsStr>) -> Result<Planned> {
    let stated = if action == Action::Apply { &settings.command } else { &settings.dry_command };
    let name = stated.first().ok_or_else(|| unset("[apply] names no command"))?;
    if let Some(program) = find_program(name, path) {
        return Ok(Planned { host: host.to_owned(), program, words: filled(stated, host, flake) });
    }
    if *settings != ApplySettings::default() {
        return Err(unset(&format!("[apply] names {name}, which is not on PATH")));
    }
    for (name, apply, dry) in OTHERS {
        let Some(program) = find_program(name, path) else { continue };
        let words: Vec<String> = if action == Action::Apply { apply } else { dry }.iter().map(|word| (*word).to_owned()).collect();
        let mut words = filled(&words, host, flake);
        if !is_this_machine(host) {
            words.extend(["--target-host".to_owned(), host.to_owned()]);
        }
        return Ok(Planned { host: host.to_owned(), program, words });
    }
    Err(unset("none of zcli, nh and nixos-rebuild is on PATH"))
}

fn unset(message: &str) -> Box<Diagnostic> {
    Diagnostic::new(Code::EnvCommand, message)
        .help("say in nixedit.toml what deploys a host: [apply] command = [\"nixos-rebuild\", \"switch\", \"--flake\", \"{flake}#{host}\"]")
}

fn filled(words: &[String], host: &str, flake: &Path) -> Vec<String> {
    words.iter().map(|word| word.replace("{host}", host).replace("{flake}", &flake.to_string_lossy())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn the_first_program_that_is_there_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let program = |name: &str| {
            std::fs::write(folder.path().join(name), "#!/bin/sh\n").unwrap();
            std::fs::set_permissions(folder.path().join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
        };
        let plan =
            |settings: &ApplySettings, action| planned(settings, action, "nowhere", Path::new("/f"), Some(folder.path().as_os_str()));
        let default = ApplySettings::default();
        assert_eq!(plan(&default, Action::Apply).unwrap_err().code, Code::EnvCommand);
        program("nixos-rebuild");
        let words = plan(&default, Action::Apply).unwrap().words;
        assert_eq!(words, ["nixos-rebuild", "switch", "--flake", "/f#nowhere", "--target-host", "nowhere"]);
        assert_eq!(plan(&default, Action::Dry).unwrap().words[1], "dry-build");
        program("zcli");
        assert_eq!(plan(&default, Action::Apply).unwrap().words, ["zcli", "deploy", "nowhere"]);
        let stated = ApplySettings { command: vec!["deploy-rs".to_owned()], ..default };
        assert!(plan(&stated, Action::Apply).unwrap_err().message.contains("deploy-rs"), "what is stated is not replaced");
    }
}
