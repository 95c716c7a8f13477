//! What nix is asked to do beside evaluating: downloads, profiles.

use super::command::Cancel;
use super::nix::Nix;
use crate::diagnostic::{Code, Diagnostic, Result};
use serde_json::Value;
use std::path::Path;

impl Nix {
    /// The hash of a file at a URL, or with `repository` of a source tree that a flake reference names, as Nix
    /// writes it. Downloads it into the store.
    pub fn prefetch(&self, what: &str, repository: bool, cancel: &Cancel) -> Result<String> {
        let subcommand: &[&str] = if repository { &["flake", "prefetch", "--json"] } else { &["store", "prefetch-file", "--json"] };
        let run = self.command(subcommand).arg(what).run(cancel)?;
        let answer = serde_json::from_slice::<Value>(&run.stdout).ok().filter(|_| run.status.success());
        let hash = answer.and_then(|answer| answer.get("hash")?.as_str().map(str::to_owned));
        hash.ok_or_else(|| {
            let said = run.stderr_text();
            let why = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nix says nothing").trim().to_owned();
            Diagnostic::new(Code::NixDownload, format!("{what} cannot be downloaded: {why}")).help("give its hash with --hash SRI")
        })
    }

    /// `nix profile` with a verb and its words on a profile; what it printed.
    pub fn profile(&self, verb: &[&str], profile: &Path, words: &[String], cancel: &Cancel) -> Result<Vec<u8>> {
        let subcommand: Vec<&str> = ["profile"].into_iter().chain(verb.iter().copied()).collect();
        let run = self.command(&subcommand).arg("--profile").arg(profile).args(words).run(cancel)?;
        if run.status.success() {
            return Ok(run.stdout);
        }
        let said = self.failure(run, cancel)?;
        let why = said.lines().find_map(|line| line.trim().strip_prefix("error:")).unwrap_or(said.trim()).trim().to_owned();
        Err(Diagnostic::new(Code::ProfileFailed, format!("nix profile {}: {why}", verb.join(" "))))
    }

    /// Whether `nix profile` knows a verb.
    pub fn knows_profile(&self, verb: &str, cancel: &Cancel) -> Result<bool> {
        let run = self.command(&["profile", "--help"]).run(cancel)?;
        let said = String::from_utf8_lossy(&run.stdout).into_owned() + &run.stderr_text();
        Ok(said.contains(&format!("nix profile {verb}")))
    }
}
