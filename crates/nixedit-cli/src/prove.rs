//! Proof of an edit, as the flags ask for it: which nix, which level, what a terminal shows.

use crate::cli::Global;
use crate::place::Workspace;
use crate::progress::Spinner;
use nixedit_core::change_set::ChangeSet;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::plan::Target;
use nixedit_core::settings::Settings;
use nixedit_core::system::command::Cancel;
use nixedit_core::system::nix::{Nix, Surroundings};
use nixedit_core::system::nix_output::messages;
use nixedit_core::transaction;
use nixedit_core::validate::{Level, Request, Validated, validate};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Proves `changes`; a failure says that nothing was written.
pub fn prove(
    place: &Workspace,
    settings: &Settings,
    changes: &ChangeSet,
    targets: &[Target],
    hosts: &[String],
    global: &Global,
) -> Result<Validated> {
    let settings = with_timeout(settings, global);
    let level = level(place, global)?;
    let nix = if level.is_some_and(|l| l < Level::Target) { None } else { find(&settings)? };
    let cancel = interrupt();
    let outcome = {
        let spinner = Spinner::start(global.quiet);
        let progress = |progress| spinner.note(&progress);
        let cancel = cancel.clone();
        validate(&Request {
            root: &place.root,
            settings: &settings,
            changes,
            targets,
            hosts,
            level,
            nix,
            remove_store_copy: false,
            progress: &progress,
            cancel,
        })
    };
    let validated = outcome.map_err(|failure| {
        if !failure.log.is_empty() {
            transaction::keep_nix_log(&place.root, &messages(&failure.log));
        }
        failure.diagnostic
    })?;
    if cancel.is_cancelled() {
        return Err(Diagnostic::new(Code::EnvInterrupted, "interrupted; nothing was written"));
    }
    Ok(validated)
}

/// The settings with the deadline that a flag gives.
pub fn with_timeout(settings: &Settings, global: &Global) -> Settings {
    let mut settings = settings.clone();
    if let Some(timeout) = &global.timeout {
        settings.validate.timeout.clone_from(timeout);
    }
    settings
}

/// The level asked for by flags; `None` leaves it to the settings and the edit.
pub fn level(place: &Workspace, global: &Global) -> Result<Option<Level>> {
    if global.no_validate {
        return Ok(Some(Level::Scope));
    }
    match &global.validate {
        Some(level) => level.parse().map(Some),
        None if !place.is_flake => Ok(Some(Level::Scope)),
        None => Ok(None),
    }
}

/// The nix to ask: stated, on PATH, or the one that the project's own set-up unpacked.
pub fn find(settings: &Settings) -> Result<Option<Nix>> {
    let beside =
        std::env::current_exe().ok().and_then(|exe| exe.ancestors().map(|dir| dir.join(".tools/nix/bin/nix")).find(|nix| nix.exists()));
    let candidates: Vec<PathBuf> = beside.into_iter().collect();
    Nix::find(&settings.validate, &Surroundings::of_process(candidates))
}

/// A token that Ctrl-C and a request to terminate stop. The second one ends the process at once.
pub fn interrupt() -> Cancel {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // Without a handler the signal ends the process, which is as safe: nothing is written yet.
        let _ = signal_hook::flag::register_conditional_default(signal, flag.clone());
        let _ = signal_hook::flag::register(signal, flag.clone());
    }
    Cancel::from_flag(flag)
}
