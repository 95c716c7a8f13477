//! `nixedit.toml`: reading and checking the settings file.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::settings::Settings;
use crate::system::disk;
use crate::text::Span;
use std::path::Path;
use std::sync::Arc;

/// The settings of the flake at `root`: from the file named, else `nixedit.toml`, else defaults.
pub(super) fn read(root: &Path, named: Option<&Path>) -> Result<Settings> {
    let path = named.map_or_else(|| root.join("nixedit.toml"), Path::to_owned);
    let broken = |why: String| Diagnostic::new(Code::SettingsInvalid, format!("cannot read {}: {why}", path.display()));
    let bytes = match disk::read_if_there(&path).map_err(|error| broken(error.to_string()))? {
        Some(bytes) => bytes,
        None if named.is_none() => return Ok(Settings::default()),
        None => return Err(broken("there is no such file".to_owned())),
    };
    let text = String::from_utf8(bytes).map_err(|_| broken("it is not UTF-8".to_owned()))?;
    toml::from_str(&text).map_err(|error| {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let out = Diagnostic::new(Code::SettingsInvalid, format!("{name}: {}", error.message()));
        let source: Arc<str> = text.as_str().into();
        match error.span() {
            Some(range) => out.at(&name, &source, Span::new(range.start, range.end), "here"),
            None => out,
        }
    })
}
