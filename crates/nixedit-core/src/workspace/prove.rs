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
use crate::validate::{Fleet, Level, Request, Validated, ValidationFailure, validate};

impl Workspace {
    #[doc(hidden)]
    /// Proves `changes` (none: the flake as it is) by the questions `targets`, and at level `host` by the whole
    /// system of the flake outputs `hosts`. Fails with the first thing that does not hold; nothing is written.
    pub fn prove(&self, settings: &Settings, changes: &ChangeSet, targets: &[Target], hosts: &[String]) -> Result<Validated> {
        let validated = self.judged(settings, changes, targets, hosts, Fleet::default()).map_err(|failure| failure.diagnostic)?;
        if self.caller.cancel().is_cancelled() {
            return Err(Diagnostic::new(Code::EnvInterrupted, "interrupted; nothing was written"));
        }
        Ok(validated)
    }

    /// The same with the whole report of a failure. What Nix said is kept.
    pub(super) fn judged(
        &self,
        settings: &Settings,
        changes: &ChangeSet,
        targets: &[Target],
        hosts: &[String],
        fleet: Fleet<'_>,
    ) -> std::result::Result<Validated, Box<ValidationFailure>> {
        let settings = with_timeout(self, settings);
        let level = self.level();
        let found = if level.is_some_and(|l| l < Level::Target) { Ok(None) } else { find(self, &settings) };
        let outcome = validate(&Request {
            root: &self.root,
            settings: &settings,
            changes,
            targets,
            hosts,
            level,
            nix: found.map_err(|error| ValidationFailure::early(Level::None, error))?,
            remove_store_copy: false,
            progress: &|progress| self.caller.note(&Event::Proving(progress)),
            cancel: self.caller.cancel(),
            fleet,
        });
        outcome.inspect_err(|failure| {
            if !failure.log.is_empty() {
                transaction::keep_nix_log(&self.root, &messages(&failure.log));
            }
        })
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
