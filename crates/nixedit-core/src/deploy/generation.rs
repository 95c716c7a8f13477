//! The system generation that a machine has, and the way back to it.

use crate::system::command::{Cancel, Command, find_program, variable};
use crate::system::disk;
use crate::text::shell_word;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a machine may take to answer.
const ANSWER: Duration = Duration::from_secs(15);

/// A system generation, read before anything is changed; never guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Generation {
    /// Its number.
    pub rollback_generation: Option<u64>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollback_generation_reason: Option<String>,
}

impl Generation {
    fn unknown(why: impl Into<String>) -> Self {
        Self { rollback_generation: None, rollback_generation_reason: Some(why.into()) }
    }
}

/// Whether a host is the machine that this runs on.
pub fn is_this_machine(host: &str) -> bool {
    let name = disk::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim();
    name == host || name.split('.').next() == Some(host)
}

/// The generation of a host: of this machine from its profile, of another by asking it with ssh.
pub fn generation(host: &str, cancel: &Cancel) -> Generation {
    if is_this_machine(host) {
        let profile = profile();
        return match disk::read_link(&profile) {
            Ok(link) => of_link(&link.to_string_lossy()),
            Err(error) => Generation::unknown(format!("{} cannot be read: {error}", profile.display())),
        };
    }
    let Some(ssh) = find_program("ssh", variable("PATH").as_deref()) else {
        return Generation::unknown(format!("there is no ssh to ask {host} with"));
    };
    let options = ["-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "--", host, "readlink", "/nix/var/nix/profiles/system"];
    match Command::new(&ssh).args(options).limit(ANSWER).run(cancel) {
        Ok(run) if run.status.success() => of_link(&String::from_utf8_lossy(&run.stdout)),
        Ok(run) => {
            let said = run.stderr_text();
            Generation::unknown(format!("{host} did not answer: {}", said.lines().last().unwrap_or("ssh failed").trim()))
        }
        Err(error) => Generation::unknown(format!("{host} did not answer: {}", error.message)),
    }
}

/// The system profile of this machine (Nix manual, "Profiles"; `NIX_STATE_DIR` moves it).
fn profile() -> PathBuf {
    variable("NIX_STATE_DIR").map_or_else(|| PathBuf::from("/nix/var/nix"), PathBuf::from).join("profiles/system")
}

/// The number in `system-142-link`.
fn of_link(link: &str) -> Generation {
    let link = link.trim();
    let name = Path::new(link).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let number = name.strip_prefix("system-").and_then(|rest| rest.strip_suffix("-link")).and_then(|number| number.parse().ok());
    match number {
        Some(number) => Generation { rollback_generation: Some(number), rollback_generation_reason: None },
        None => Generation::unknown(format!("the system profile leads to '{link}', which names no generation")),
    }
}

/// The command line that goes back: to the generation before, or to the one told (NixOS manual, "Rolling Back").
pub fn rollback_command(host: &str, to: Option<u64>) -> String {
    let here = is_this_machine(host);
    match to {
        None if here => "sudo nixos-rebuild switch --rollback".to_owned(),
        None => format!("nixos-rebuild switch --rollback --target-host {} --use-remote-sudo", shell_word(host)),
        Some(number) => {
            let profile = "/nix/var/nix/profiles/system";
            let switch = format!(
                "sudo nix-env --profile {profile} --switch-generation {number} && sudo {profile}/bin/switch-to-configuration switch"
            );
            if here { switch } else { format!("ssh {} '{switch}'", shell_word(host)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_is_read_or_told_why_not() {
        assert_eq!(of_link("system-142-link\n").rollback_generation, Some(142));
        assert_eq!(of_link("/nix/var/nix/profiles/system-7-link").rollback_generation, Some(7));
        for other in ["", "system", "system-x-link", "per-user"] {
            let unknown = of_link(other);
            assert!(unknown.rollback_generation.is_none() && unknown.rollback_generation_reason.is_some(), "{other}");
        }
    }

    #[test]
    fn the_way_back_names_the_machine() {
        assert_eq!(rollback_command("no where", None), "nixos-rebuild switch --rollback --target-host 'no where' --use-remote-sudo");
        assert!(rollback_command("other", Some(7)).starts_with("ssh other 'sudo nix-env --profile"));
    }
}
