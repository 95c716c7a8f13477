//! Candidates of a flake without git: copies of its folder.

use crate::change_set::ChangeSet;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::system::command::Cancel;
use crate::system::disk;
use crate::validate::candidate::{Source, below, real_path};
use std::path::Path;

/// Base and edited state below `place`. Left out are `.git`, links called `result…` at the top (what
/// `nix build` leaves) and whatever is neither file, folder nor link. The second copy shares
/// the files of the first, never the user's own.
pub(super) fn make(root: &Path, changes: &ChangeSet, place: &Path, cancel: &Cancel) -> Result<(Source, Source)> {
    let (base, edited) = (place.join("base"), place.join("edited"));
    copy(root, &base, cancel, true, &|from, to| {
        disk::copy(from, to)?;
        // Nix makes `self.lastModified` of it.
        disk::set_modified(to, disk::metadata(from)?.modified()?)
    })?;
    copy(&base, &edited, cancel, false, &|from, to| disk::hard_link(from, to))?;
    for change in changes.files() {
        let path = edited.join(below(root, &real_path(root, &change.path, change.after.is_none()))?);
        apply(&path, change.after.as_deref()).map_err(|error| failed(&path, error))?;
    }
    Ok((Source::folder(&base), Source::folder(&edited)))
}

fn failed(path: &Path, error: std::io::Error) -> Box<Diagnostic> {
    Diagnostic::new(Code::FileIo, format!("cannot copy {}: {error}", path.display()))
}

/// Replaces a file (never writes into it: the base has the same one) or removes it.
fn apply(path: &Path, bytes: Option<&[u8]>) -> std::io::Result<()> {
    let mode = disk::metadata(path).map(|data| data.permissions());
    if disk::entry(path).is_ok() {
        disk::remove_file(path)?;
    }
    let Some(bytes) = bytes else { return Ok(()) };
    if let Some(folder) = path.parent() {
        disk::create_dir_all(folder)?;
    }
    disk::write(path, bytes)?;
    mode.map_or(Ok(()), |mode| disk::set_permissions(path, mode))
}

type CopyFile<'a> = &'a dyn Fn(&Path, &Path) -> std::io::Result<()>;

fn copy(from: &Path, to: &Path, cancel: &Cancel, top: bool, file: CopyFile<'_>) -> Result<()> {
    if cancel.is_cancelled() {
        return Err(Diagnostic::new(Code::EnvInterrupted, "interrupted while the flake was being copied"));
    }
    let copied = |path: &Path, result: std::io::Result<()>| result.map_err(|error| failed(path, error));
    copied(from, disk::create_dir(to))?;
    for name in disk::names(from).map_err(|error| failed(from, error))? {
        let (source, target) = (from.join(&name), to.join(&name));
        let Ok(kind) = disk::entry(&source) else { continue };
        let result = top && kind.is_symlink() && name.as_encoded_bytes().starts_with(b"result");
        if name == ".git" || result {
            continue;
        }
        if kind.is_dir() {
            copy(&source, &target, cancel, false, file)?;
        } else if kind.is_symlink() {
            copied(&source, disk::read_link(&source).and_then(|link| disk::symlink(link, &target)))?;
        } else if kind.is_file() {
            copied(&source, file(&source, &target))?;
        }
    }
    Ok(())
}
