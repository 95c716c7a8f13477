//! Unified diffs in colour.

use anstyle::{AnsiColor, Style};

/// A unified diff with colour where lines were added and removed.
pub fn coloured(diff: &str) -> String {
    let paint = |style: Style, line: &str| format!("{style}{line}{style:#}");
    let lines = diff.lines().map(|line| match line.as_bytes().first() {
        _ if line.starts_with("---") || line.starts_with("+++") => paint(Style::new().bold(), line),
        Some(b'+') => paint(AnsiColor::Green.on_default(), line),
        Some(b'-') => paint(AnsiColor::Red.on_default(), line),
        Some(b'@') => paint(AnsiColor::Cyan.on_default(), line),
        _ => line.to_owned(),
    });
    lines.map(|line| line + "\n").collect()
}
