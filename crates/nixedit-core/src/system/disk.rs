//! Reading files below the flake's root.

use crate::diagnostic::{Code, Diagnostic, Result};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

/// The bytes of `root/path`; `None` when there is no such file. A file that lies outside `root`
/// (a symbolic link that leads out) is refused with `file.outside`.
pub fn read(root: &Path, path: &str) -> Result<Option<Vec<u8>>> {
    let full = root.join(path);
    let failed = |error: std::io::Error| Diagnostic::new(Code::FileIo, format!("cannot read {path}: {error}"));
    let real = match full.canonicalize() {
        Ok(real) => real,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let base = root.canonicalize().map_err(failed)?;
    if !real.starts_with(&base) {
        let message = format!("{path} is a symbolic link to {}, outside the flake", real.display());
        return Err(Diagnostic::new(Code::FileOutside, message).help("edit that file where it lives"));
    }
    if real.is_dir() {
        return Ok(None);
    }
    fs::read(&real).map(Some).map_err(failed)
}

/// The names in a folder, sorted; empty when it cannot be listed.
pub fn folder(path: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(path).map(|entries| entries.flatten().filter_map(|e| e.file_name().into_string().ok()).collect()).unwrap_or_default();
    names.sort();
    names
}
