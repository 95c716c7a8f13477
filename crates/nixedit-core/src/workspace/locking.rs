//! The lock file that lands with an edit of inputs.

use super::caller::{Event, Until};
use super::{Report, Workspace, prove};
use crate::apply::Proposal;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::flake_lock::beside;
use crate::plan::{LockWish, Note};
use crate::project::Project;
use crate::relock::{self, Relocked};
use crate::system::nix::Nix;
use crate::validate::Level;

/// Adds the new lock file to a report's changes, with what became of each input. Where nothing may be
/// asked of Nix, or there is no nix, a note says that the lock file stays behind.
pub(super) fn add_lock(report: &mut Report, project: &Project, proposal: &Proposal, workspace: &Workspace) -> Result<()> {
    let Some(wish) = proposal.lock.as_ref().filter(|_| workspace.is_flake) else { return Ok(()) };
    let edited = project.with(&report.changes);
    // Where the lock file tells already, nothing need be fetched to refuse.
    if let Ok(lock) = relock::read(project, &wish.flake) {
        relock::check_inner(&lock, wish)?;
    }
    let level = workspace.level();
    let silent = level.is_some_and(|level| level < Level::Target) && !wish.required;
    let settings = prove::with_timeout(workspace, project.settings());
    let nix = if silent { None } else { prove::find(workspace, &settings)? };
    let Some(nix) = nix else {
        return without_nix(report, wish, silent, level);
    };
    let locked = run(&edited, report, wish, &nix, workspace)?;
    take(report, wish, locked);
    Ok(())
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

fn run(edited: &Project, report: &Report, wish: &LockWish, nix: &Nix, workspace: &Workspace) -> Result<Relocked> {
    let cancel = workspace.caller.cancel();
    let outcome = {
        let _under_way = Until::began(&workspace.caller, &Event::Locking, Event::Locked);
        relock::relock(edited, &report.changes, wish, nix, &cancel)
    };
    if cancel.is_cancelled() {
        return Err(Diagnostic::new(Code::EnvInterrupted, "interrupted; nothing was written"));
    }
    outcome.map_err(|error| match error.code == Code::LockFetch && !wish.required {
        true => error.way(workspace.caller.without_lock(), "writes flake.nix alone"),
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
