//! The lock file that lands with an edit of inputs.

use crate::cli::Global;
use crate::edit::{Report, command_line};
use crate::place::Workspace;
use crate::progress::Spinner;
use crate::prove;
use nixedit_core::apply::Proposal;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::flake_lock::beside;
use nixedit_core::plan::{LockWish, Note};
use nixedit_core::project::Project;
use nixedit_core::relock::{self, Relocked};
use nixedit_core::system::nix::Nix;
use nixedit_core::text::shell_word;
use nixedit_core::validate::{Level, ValidationReport};

/// Adds the new lock file to a report's changes, with what became of each input. Where nothing may be
/// asked of Nix, or there is no nix, a note says that the lock file stays behind.
pub fn add_lock(report: &mut Report, project: &Project, proposal: &Proposal, place: &Workspace, global: &Global) -> Result<()> {
    let Some(wish) = proposal.lock.as_ref().filter(|_| place.is_flake) else { return Ok(()) };
    let edited = project.with(&report.changes);
    // Where the lock file tells already, nothing need be fetched to refuse.
    if let Ok(lock) = relock::read(project, &wish.flake) {
        relock::check_inner(&lock, wish)?;
    }
    let level = prove::level(place, global)?;
    let settings = prove::with_timeout(project.settings(), global);
    let silent = level.is_some_and(|level| level < Level::Target) && !wish.required;
    let nix = if silent { None } else { prove::find(&settings)? };
    let Some(nix) = nix else {
        return without_nix(report, wish, silent, level);
    };
    let locked = run(&edited, report, wish, &nix, global)?;
    take(report, wish, locked);
    Ok(())
}

/// Which hosts were seen to evaluate with the new lock file.
pub fn stands(report: &ValidationReport) -> Option<String> {
    let mut hosts: Vec<&str> = Vec::new();
    for host in report.targets.iter().filter(|target| target.ok).filter_map(|target| target.host.as_deref()) {
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    (!hosts.is_empty()).then(|| format!("evaluated with it: {}", hosts.join(", ")))
}

fn without_nix(report: &mut Report, wish: &LockWish, silent: bool, level: Option<Level>) -> Result<()> {
    if !silent && (wish.required || level.is_some()) {
        let error = Diagnostic::new(Code::EnvNoNix, "there is no nix to lock the inputs with");
        return Err(error.help("install nix, or name one with NIXEDIT_NIX"));
    }
    let why = if silent { "nothing is asked of Nix" } else { "there is no nix on PATH" };
    let message = format!("{} is left as it is, since {why}; nixedit input lock locks what is missing", beside(&wish.flake));
    report.notes.push(Note { code: "lock-skipped".to_owned(), message });
    Ok(())
}

fn run(edited: &Project, report: &Report, wish: &LockWish, nix: &Nix, global: &Global) -> Result<Relocked> {
    let cancel = prove::interrupt();
    let outcome = {
        let _spinner = Spinner::saying(global.quiet, "locking inputs");
        relock::relock(edited, &report.changes, wish, nix, &cancel)
    };
    if cancel.is_cancelled() {
        return Err(Diagnostic::new(Code::EnvInterrupted, "interrupted; nothing was written"));
    }
    outcome.map_err(|error| match error.code == Code::LockFetch && !wish.required {
        true => {
            let words: Vec<String> = command_line().iter().map(|word| shell_word(word)).collect();
            error.way(format!("{} --no-lock", words.join(" ")), "writes flake.nix alone")
        }
        false => error,
    })
}

fn take(report: &mut Report, wish: &LockWish, locked: Relocked) {
    let path = beside(&wish.flake);
    let note = |code: &str, message: String| Note { code: code.to_owned(), message };
    match &locked.change {
        Some(change) if change.before.is_none() => report.notes.push(note("lock-new", format!("{path} is new: the flake had none"))),
        None if !locked.is_locked => report.notes.push(note("lock-none", format!("there is no {path}, and no input that needs one"))),
        _ => {}
    }
    if let Some(change) = locked.change {
        report.changes.record(change);
    }
    report.lock = locked.inputs;
    if wish.required && report.changes.is_empty() {
        report.summaries = vec![format!("{path} is up to date")];
    }
}
