//! All that Nix said when it last refused an edit: the error shows the first cause, this the rest.

use super::state::State;
use crate::diagnostic::Result;
use crate::system::disk::{self, failure};
use std::path::Path;

/// Keeps the output of a failed evaluation for [`nix_log`], in the place of the one before. A log
/// that cannot be kept is no second failure.
pub fn keep_nix_log(root: &Path, text: &str) {
    let _ = keep(root, text);
}

fn keep(root: &Path, text: &str) -> Result<()> {
    let state = State::of(root)?;
    state.create()?;
    let (path, unfinished) = (state.nix_log(), state.folder.join(format!("nix.log.{}", std::process::id())));
    disk::write(&unfinished, text).and_then(|()| disk::rename(&unfinished, &path)).map_err(failure("write", &path))
}

/// The output of the last evaluation that failed in the flake at `root`, as text for people;
/// `None` when none has. Fails with `file.io`.
pub fn nix_log(root: &Path) -> Result<Option<String>> {
    let path = State::of(root)?.nix_log();
    let bytes = disk::read_if_there(&path).map_err(failure("read", &path))?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}
