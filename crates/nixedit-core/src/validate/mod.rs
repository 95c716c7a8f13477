//! Proof by evaluation: the flake with the edit, asked by Nix, beside the flake without it.
//!
//! Nothing is evaluated in the work tree. [`validate`] makes a [`Candidate`] outside it, asks Nix
//! the questions of the plan on both states, compares the answers with what the plan expects,
//! and gives a [`Validated`]: the only thing that may land.
//!
//! A candidate's source stays in the Nix store until garbage is collected, like that of any flake
//! that was evaluated. For an edit that lands it is the very tree that the user's next evaluation
//! needs. [`Request::remove_store_copy`] removes it, at the price of `nix store delete`, which
//! looks through every hard link of the store.

mod batch;
mod candidate;
mod effect;
mod files;
pub mod fleet;
mod folder_copy;
mod level;
pub mod locate;
mod report;
mod run;
mod schedule;
mod side_repository;

#[cfg(test)]
pub(crate) mod tests;

pub use candidate::{Candidate, Files, Source};
pub use fleet::{Count, Fleet, Memory};
pub use level::Level;
pub use report::{FirstError, Outcome, Status, TargetReport, ValidationFailure, ValidationReport};

use crate::change_set::ChangeSet;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Target;
use crate::settings::Settings;
use crate::system::command::Cancel;
use crate::system::nix::Nix;
use run::Run;
use std::path::Path;

/// What is to be proven, and how far.
pub struct Request<'a> {
    /// The flake's folder.
    pub root: &'a Path,
    /// What the owner stated; `validate` counts.
    pub settings: &'a Settings,
    /// The edit; empty to validate the flake as it is (then nothing is compared).
    pub changes: &'a ChangeSet,
    /// The plan's questions.
    pub targets: &'a [Target],
    /// Flake outputs of the hosts whose whole system is evaluated at level `host`.
    pub hosts: &'a [String],
    /// The level that the user asked for. `None`: the settings' level, else `outputs` when a
    /// target is forced, else `target`; then a missing nix is no error.
    pub level: Option<Level>,
    /// The nix to ask; `None` when there is none.
    pub nix: Option<Nix>,
    /// Whether to delete the candidate's source from the Nix store afterwards.
    pub remove_store_copy: bool,
    /// Told what is being evaluated, from several threads.
    pub progress: &'a (dyn Fn(Progress) + Sync),
    /// Ends everything that runs.
    pub cancel: Cancel,
    /// How whole systems are evaluated where there is no edit.
    pub fleet: Fleet<'a>,
}

/// A state of the flake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Without the edit.
    Base,
    /// With it.
    Edited,
}

/// What is going on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Progress {
    /// An evaluation began.
    Started { host: Option<String>, attrs: Vec<String>, side: Side },
    /// An evaluation ended.
    Finished { host: Option<String>, attrs: Vec<String>, side: Side, ok: bool, milliseconds: u64 },
    /// A system does not evaluate and others go on; `told`: one before it failed for the same cause.
    Failed { host: Option<String>, error: Box<Diagnostic>, told: bool },
    /// How far a run over several systems is.
    Counted(Count),
}

/// An edit with the checks it passed. Only [`validate`] makes one, and only this can land.
#[derive(Clone, Debug)]
pub struct Validated {
    changes: ChangeSet,
    report: ValidationReport,
}

impl Validated {
    /// The edit.
    pub fn changes(&self) -> &ChangeSet {
        &self.changes
    }

    /// What was checked.
    pub fn report(&self) -> &ValidationReport {
        &self.report
    }

    /// Both.
    pub fn into_parts(self) -> (ChangeSet, ValidationReport) {
        (self.changes, self.report)
    }
}

/// Proves an edit up to the level asked for. The levels `parse` and `scope` are checked before
/// this is called. Fails with the first thing that does not hold, in the order of the targets.
pub fn validate(request: &Request<'_>) -> Result<Validated, Box<ValidationFailure>> {
    let level = level(request).map_err(|error| ValidationFailure::early(Level::None, error))?;
    let passed = |report| Ok(Validated { changes: request.changes.clone(), report });
    if level < Level::Target {
        let report = ValidationReport::new(level);
        return passed(if level == Level::None { ValidationReport::skipped(level, "not asked for") } else { report });
    }
    let Some(nix) = &request.nix else {
        if request.level.is_none() {
            return passed(ValidationReport::skipped(Level::Scope, "no nix on PATH"));
        }
        let error = Diagnostic::new(Code::EnvNoNix, format!("there is no nix to validate to level {level} with"));
        return Err(ValidationFailure::early(level, error.help("install nix, name one with NIXEDIT_NIX, or use --validate scope")));
    };
    if request.targets.is_empty() && level < Level::Host {
        return passed(ValidationReport::skipped(Level::Scope, "no attribute is known to read this edit"));
    }
    let candidate =
        Candidate::make(request.root, request.changes, &request.cancel).map_err(|error| ValidationFailure::early(level, error))?;
    let mut run = Run { request, nix, candidate: &candidate, report: ValidationReport::new(level), own_places: Default::default() };
    let climbed = run.climb();
    let report = run.report;
    if request.remove_store_copy {
        remove_store_copy(nix, &candidate, &request.cancel);
    }
    climbed?;
    passed(report)
}

fn level(request: &Request<'_>) -> crate::diagnostic::Result<Level> {
    match (request.level, &request.settings.validate.level) {
        (Some(level), _) => Ok(level),
        (None, Some(stated)) => stated.parse(),
        (None, None) if request.targets.iter().any(|target| target.forced) => Ok(Level::Outputs),
        (None, None) => Ok(Level::Target),
    }
}

/// Removes the edited source from the store, if Nix lets it go.
fn remove_store_copy(nix: &Nix, candidate: &Candidate, cancel: &Cancel) {
    if let Some(path) = candidate.edited.located(nix, cancel).store_path {
        let _ = nix.store_delete(&path, cancel);
    }
}
