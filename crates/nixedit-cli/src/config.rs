//! `nixedit.toml`: reading and checking the settings file.

use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::settings::Settings;
use nixedit_core::text::Span;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The settings of the flake at `root`: from the file named, else `nixedit.toml`, else defaults.
pub fn settings(root: &Path, named: Option<&Path>) -> Result<Settings> {
    let path = named.map_or_else(|| root.join("nixedit.toml"), Path::to_owned);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => return Ok(Settings::default()),
        Err(error) => return Err(Diagnostic::new(Code::SettingsInvalid, format!("cannot read {}: {error}", path.display()))),
    };
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

/// A time such as `90s`, `5m`, `500ms` or a plain number of seconds.
pub fn duration(text: &str) -> Result<Duration> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len()));
    let factor = match unit.trim() {
        "" | "s" => 1.0,
        "ms" => 0.001,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => f64::NAN,
    };
    let seconds = number.parse::<f64>().unwrap_or(f64::NAN) * factor;
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| Diagnostic::new(Code::UsageInvalid, format!("'{text}' is no time")).help("write it as 90s, 5m or 500ms"))
}
