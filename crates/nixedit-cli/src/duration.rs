//! Times as flags state them.

use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use std::time::Duration;

/// A time such as `90s`, `5m`, `500ms` or a plain number of seconds.
pub fn parse(text: &str) -> Result<Duration> {
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
