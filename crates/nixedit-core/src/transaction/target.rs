//! Which file on disk a path of a change means, and whether it may be written.

use super::state::no_text;
use crate::change_set::FileChange;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::system::disk::{self, Metadata, Ownership, failure};
use crate::text::ContentHash;
use std::path::{Component, Path, PathBuf};

/// A file to be written or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    /// The file itself, relative to the root, with symbolic links followed.
    pub real: String,
    /// Its owner and bits; `None` when there is no file yet.
    pub ownership: Option<Ownership>,
    /// Folders on the way that do not exist yet, the outer ones first, relative to the root.
    pub missing: Vec<String>,
}

/// Finds what `change` is about below `root` (canonical) and refuses what must not be written.
pub(super) fn resolve(root: &Path, change: &FileChange) -> Result<Target> {
    let path = Path::new(&change.path);
    if change.path.is_empty() || !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(Diagnostic::new(Code::FileOutside, format!("{} does not name a file below the flake's root", change.path)));
    }
    if path.components().any(|part| part.as_os_str() == ".git") {
        return Err(Diagnostic::new(Code::FileProtected, format!("{} belongs to git", change.path)));
    }
    match disk::entry(root.join(path)) {
        Ok(found) => existing(root, change, &found),
        Err(_) => missing(root, path),
    }
}

fn existing(root: &Path, change: &FileChange, found: &Metadata) -> Result<Target> {
    let unsupported = |what: &str| Diagnostic::new(Code::ShapeUnsupported, format!("{} is {what}", change.path));
    if found.is_symlink() && change.after.is_none() {
        return Err(unsupported("a symbolic link; whether the link or its file is to go is not clear").help("delete it yourself"));
    }
    let real = disk::real(&root.join(&change.path)).map_err(|_| unsupported("a symbolic link that leads nowhere"))?;
    let metadata = disk::metadata(&real).map_err(failure("read", &real))?;
    if !metadata.is_file() {
        return Err(unsupported("not a plain file"));
    }
    let within = inside(root, &real, &change.path)?;
    let ownership = Ownership::of(&metadata);
    // Root may write anything, so `access` alone says nothing about what the owner meant.
    if ownership.mode & 0o222 == 0 || disk::check_writable(&real).is_err() {
        let help = format!("chmod u+w {}", change.path);
        return Err(Diagnostic::new(Code::FileReadOnly, format!("{} is read-only", change.path)).help(help));
    }
    let folder = real.parent().unwrap_or(root);
    writable(folder)?;
    Ok(Target { real: within, ownership: Some(ownership), missing: Vec::new() })
}

/// A file that does not exist: the nearest folder that does must lie inside and be writable.
fn missing(root: &Path, path: &Path) -> Result<Target> {
    let mut rest: Vec<&std::ffi::OsStr> = path.iter().collect();
    let mut absent = Vec::new();
    absent.extend(rest.pop());
    let mut folder = root.join(rest.iter().collect::<PathBuf>());
    while disk::entry(&folder).is_err() && !rest.is_empty() {
        absent.extend(rest.pop());
        folder = root.join(rest.iter().collect::<PathBuf>());
    }
    let mut at = disk::real(&folder).map_err(failure("find", &folder))?;
    let shown = path.to_string_lossy();
    inside(root, &at, &shown)?;
    if !disk::is_folder(&at) {
        return Err(Diagnostic::new(Code::ShapeUnsupported, format!("{} is not a folder, so {shown} cannot be made", at.display())));
    }
    writable(&at)?;
    let mut folders = Vec::new();
    for name in absent.iter().skip(1).rev() {
        at.push(name);
        folders.push(inside(root, &at, &shown)?);
    }
    at.extend(absent.first());
    Ok(Target { real: inside(root, &at, &shown)?, ownership: None, missing: folders })
}

/// `real` relative to `root`, or `file.outside`.
fn inside(root: &Path, real: &Path, shown: &str) -> Result<String> {
    let Ok(within) = real.strip_prefix(root) else {
        let message = format!("{shown} leads to {}, outside the flake", real.display());
        return Err(Diagnostic::new(Code::FileOutside, message).help("edit that file where it lives"));
    };
    within.to_str().map(str::to_owned).ok_or_else(|| no_text(real))
}

fn writable(folder: &Path) -> Result<()> {
    disk::check_writable(folder)
        .map_err(|error| Diagnostic::new(Code::FileReadOnly, format!("the folder {} cannot be written: {error}", folder.display())))
}

/// Fails with `file.changed`, naming every file that is not what the change was computed from.
pub(super) fn unchanged<'a>(
    root: &Path,
    changes: impl Iterator<Item = &'a FileChange>,
    checked: &[(String, Option<ContentHash>)],
) -> Result<()> {
    let mut changed = Vec::new();
    for change in changes {
        if disk::read(root, &change.path)?.as_deref() != change.before.as_deref() {
            changed.push(change.path.clone());
        }
    }
    for (path, hash) in checked {
        if disk::read(root, path)?.as_deref().map(ContentHash::of) != *hash {
            changed.push(path.clone());
        }
    }
    changed.sort();
    changed.dedup();
    if changed.is_empty() { Ok(()) } else { Err(changed_since(&changed)) }
}

/// `file.changed` about these files.
pub(super) fn changed_since(files: &[String]) -> Box<Diagnostic> {
    let message = format!("{} changed while the edit was being made; nothing was written", files.join(", "));
    Diagnostic::new(Code::FileChanged, message).help("run the command again").candidates(files.iter().cloned())
}
