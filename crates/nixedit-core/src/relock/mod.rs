//! The lock file that goes with an edit of inputs: made by Nix outside the work tree, landed with the
//! edit.
//!
//! Nix locks in a [`Candidate`] that is laid out as files, where it may write `flake.lock`; the bytes
//! become one more change of the edit. Nix keeps what is locked and still fits, so only what the edit
//! is about is fetched.

mod failure;

use crate::change_set::{ChangeSet, FileChange};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::flake_lock::{FlakeLock, LockChange, beside, difference};
use crate::plan::LockWish;
use crate::project::Project;
use crate::system::command::Cancel;
use crate::system::disk;
use crate::system::nix::Nix;
use crate::text::parent_path;
use crate::validate::Candidate;
use std::path::Path;
use std::sync::Arc;

/// What came of locking.
#[derive(Clone, Debug, Default)]
pub struct Relocked {
    /// The lock file before and after; `None` when it stays as it is.
    pub change: Option<FileChange>,
    /// What became of each input.
    pub inputs: Vec<LockChange>,
    /// Whether there is a lock file now.
    pub is_locked: bool,
}

/// The lock file as it is with `changes`. Fails with `flake.unlocked` when there is none, or
/// `nix.lock-stale` when it cannot be read.
pub fn read(project: &Project, flake: &str) -> Result<FlakeLock> {
    let path = beside(flake);
    let bytes = project.bytes(&path)?.ok_or_else(|| Diagnostic::new(Code::FlakeUnlocked, format!("there is no {path}")))?;
    FlakeLock::parse(&bytes).ok_or_else(|| Diagnostic::new(Code::NixLockStale, format!("{path} is no lock file")))
}

/// Locks the inputs as `changes` leave them. `project` is the snapshot with `changes` on top of it.
/// Writes nothing of the user's. Fails with `lock.fetch`, `lock.failed` or `input.follows-missing`.
pub fn relock(project: &Project, changes: &ChangeSet, wish: &LockWish, nix: &Nix, cancel: &Cancel) -> Result<Relocked> {
    let candidate = Candidate::make(project.root(), changes, cancel)?;
    let files = candidate.files(parent_path(&wish.flake), cancel)?;
    let path = beside(&wish.flake);
    let before = project.bytes(&path)?;
    check_present(&path, before.as_deref(), &files.folder.join("flake.lock"))?;
    if let Some(stderr) = nix.lock(&files.reference, wish.update.as_deref(), cancel)? {
        return Err(failure::diagnose(project, wish, &stderr, &files.root));
    }
    let after: Option<Arc<[u8]>> = match disk::bytes(files.folder.join("flake.lock")) {
        Ok(bytes) => Some(bytes.into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(Diagnostic::new(Code::FileIo, format!("cannot read the new {path}: {error}"))),
    };
    let parsed = |bytes: &Option<Arc<[u8]>>| bytes.as_deref().and_then(FlakeLock::parse);
    let (old, new) = (parsed(&before), parsed(&after));
    if let Some(lock) = &new {
        check_inner(lock, wish)?;
    }
    let inputs = difference(old.as_ref(), new.as_ref());
    let is_locked = after.is_some();
    let change = (before != after).then_some(FileChange { path, before, after });
    Ok(Relocked { change, inputs, is_locked })
}

/// A lock file that Nix could not read, or does not see, would be made anew: every input would move.
fn check_present(path: &str, before: Option<&[u8]>, in_candidate: &Path) -> Result<()> {
    let Some(bytes) = before else { return Ok(()) };
    if !disk::exists(in_candidate) {
        let error = Diagnostic::new(Code::FileUntracked, format!("{path} is not tracked by git, so Nix does not see it"));
        return Err(error.help(format!("git add -f -N {path}")));
    }
    if FlakeLock::parse(bytes).is_some() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(bytes);
    let marker = text.lines().position(|line| line.starts_with("<<<<<<<"));
    let what = marker.map_or_else(|| format!("{path} is no lock file"), |line| format!("{path}:{} begins a merge conflict", line + 1));
    let help = format!("take one side first, such as: git checkout --ours {path}; then: nixedit input lock");
    Err(Diagnostic::new(Code::LockBroken, what).help(help))
}

/// An input of an input that is to follow something must exist: Nix only warns.
pub fn check_inner(lock: &FlakeLock, wish: &LockWish) -> Result<()> {
    for (input, inner) in &wish.inner {
        let Some(known) = lock.inner_inputs(input) else { continue };
        if !known.contains(inner) {
            return Err(failure::no_inner(input, inner, known));
        }
    }
    Ok(())
}
