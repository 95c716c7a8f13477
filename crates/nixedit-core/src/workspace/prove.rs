//! Proof of an edit, as the options ask for it: which nix, which level, who hears of it.

use super::Workspace;
use super::caller::Event;
use crate::change_set::ChangeSet;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::Target;
use crate::settings::Settings;
use crate::system::nix::{Nix, Surroundings};
use crate::system::nix_output::messages;
use crate::transaction;
use crate::validate::{Level, Request, Validated, validate};

impl Workspace {
    #[doc(hidden)]
    /// Proves `changes` (none: the flake as it is) by the questions `targets`, and at level `host` by the whole
    /// system of the flake outputs `hosts`. Fails with the first thing that does not hold; nothing is written.
    pub fn prove(&self, settings: &Settings, changes: &ChangeSet, targets: &[Target], hosts: &[String]) -> Result<Validated> {
        let settings = with_timeout(self, settings);
        let level = self.level();
        let nix = if level.is_some_and(|l| l < Level::Target) { None } else { find(self, &settings)? };
        let cancel = self.caller.cancel();
        let outcome = validate(&Request {
            root: &self.root,
            settings: &settings,
            changes,
            targets,
            hosts,
            level,
            nix,
            remove_store_copy: false,
            progress: &|progress| self.caller.note(&Event::Proving(progress)),
            cancel: cancel.clone(),
        });
        let validated = outcome.map_err(|failure| {
            if !failure.log.is_empty() {
                transaction::keep_nix_log(&self.root, &messages(&failure.log));
            }
            failure.diagnostic
        })?;
        if cancel.is_cancelled() {
            return Err(Diagnostic::new(Code::EnvInterrupted, "interrupted; nothing was written"));
        }
        Ok(validated)
    }

    #[doc(hidden)]
    /// The nix to ask; `None` where there is none. Fails where one is named that is not there.
    pub fn nix(&self, settings: &Settings) -> Result<Option<Nix>> {
        find(self, &with_timeout(self, settings))
    }
}

/// The settings with the deadline that the options give.
pub(super) fn with_timeout(workspace: &Workspace, settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    if let Some(timeout) = &workspace.options.timeout {
        settings.validate.timeout.clone_from(timeout);
    }
    settings
}

/// The nix to ask: stated, on PATH, or one of those that the options know.
pub(super) fn find(workspace: &Workspace, settings: &Settings) -> Result<Option<Nix>> {
    Nix::find(&settings.validate, &Surroundings::of_process(workspace.options.nix.clone()))
}
