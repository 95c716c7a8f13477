//! Unified diffs of whole change sets.

use anstyle::{AnsiColor, Style};
use nixedit_core::change_set::{ChangeSet, FileChange};
use similar::TextDiff;

/// The diff as `git apply` reads it, without colour.
pub fn plain(changes: &ChangeSet) -> String {
    changes.files().map(one).collect()
}

fn one(change: &FileChange) -> String {
    let name = |side: &str, there: bool| if there { format!("{side}/{}", change.path) } else { "/dev/null".to_owned() };
    let (old, new) = (name("a", change.before.is_some()), name("b", change.after.is_some()));
    match (text(change.before.as_deref()), text(change.after.as_deref())) {
        (Some(before), Some(after)) => TextDiff::from_lines(before, after).unified_diff().context_radius(3).header(&old, &new).to_string(),
        _ => format!("Binary files {old} and {new} differ\n"),
    }
}

/// Bytes as text; nothing where there is no file, `None` where they are no text.
fn text(bytes: Option<&[u8]>) -> Option<&str> {
    std::str::from_utf8(bytes.unwrap_or_default()).ok().filter(|text| !text.contains('\0'))
}

/// The same with colour where lines were added and removed.
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
