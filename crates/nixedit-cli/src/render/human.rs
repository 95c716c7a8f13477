//! What people read: data on stdout, talk on stderr.

use super::{diff, snippet};
use crate::cli::{DiffWhen, Global};
use anstyle::{AnsiColor, Style};
use nixedit_core::change_set::ChangeSet;
use nixedit_core::diagnostic::Diagnostic;
use nixedit_core::validate::{Outcome, ValidationReport};
use nixedit_core::workspace::Report;
use std::io::Write;

/// Prints an edit's report.
pub fn report(report: &Report, global: &Global) {
    let mut out = anstream::stdout().lock();
    let mut talk = anstream::stderr().lock();
    // Writing to a closed pipe is no reason to fail: the edit is done.
    let show = !report.changes.is_empty() && global.diff != DiffWhen::Never && !global.quiet;
    if show {
        let _ = write!(out, "{}", diff::coloured(&shown(report, global)));
    }
    if global.quiet || global.diff == DiffWhen::Only {
        return;
    }
    for summary in &report.summaries {
        let _ = writeln!(talk, "{}", report.headline(summary));
    }
    for line in &report.lines {
        let _ = writeln!(talk, "  {line}");
    }
    for change in &report.lock {
        let _ = writeln!(talk, "  flake.lock  {change}");
    }
    for line in report.proof_lines() {
        let _ = writeln!(talk, "  {line}");
    }
    for note in &report.notes {
        let _ = writeln!(talk, "note: {}", note.message);
    }
    for next in &report.next {
        let _ = writeln!(talk, "next: {next}");
    }
    if let Some(id) = &report.edit_id {
        let _ = writeln!(talk, "undo: nixedit undo {id}");
    }
}

/// The diff; of a lock file that is told in words only where the diff is all that is asked for.
fn shown(report: &Report, global: &Global) -> String {
    let in_words = |path: &str| !report.lock.is_empty() && path.rsplit('/').next() == Some("flake.lock");
    let mut changes = ChangeSet::default();
    let all = global.diff == DiffWhen::Only;
    report.changes.files().filter(|change| all || !in_words(&change.path)).for_each(|change| changes.record(change.clone()));
    changes.unified_diff()
}

/// Prints an error: one line, the place, one line of help; with `-v` its code.
pub fn error(diagnostic: &Diagnostic, global: &Global) {
    let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    let mut talk = anstream::stderr().lock();
    let red: Style = AnsiColor::Red.on_default().bold();
    let cyan: Style = AnsiColor::Cyan.on_default();
    let _ = writeln!(talk, "{red}error{red:#}: {}", printable(&diagnostic.message));
    let _ = write!(talk, "{}", snippet::draw(&diagnostic.labels, colour));
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(talk, "{cyan}help{cyan:#}: {}", printable(help).replace('\n', "\n      "));
    }
    for way in &diagnostic.ways {
        let _ = writeln!(talk, "      {}  # {}", printable(&way.command), printable(&way.does));
    }
    if global.verbose > 0 {
        let _ = writeln!(talk, "code: {0} (nixedit explain {0})", diagnostic.code);
    }
}

/// Prints why a host does not evaluate while others go on.
pub fn failed(host: &str, diagnostic: &Diagnostic, global: &Global) {
    let _ = writeln!(anstream::stderr(), "{host} does not evaluate:");
    error(diagnostic, global);
}

/// Prints that a host does not evaluate for a cause that was shown.
pub fn same_cause(host: &str) {
    let _ = writeln!(anstream::stderr(), "{host} does not evaluate: the same as above, or as with a host before");
}

/// Prints what was evaluated, a line each.
pub fn validated(report: &ValidationReport) {
    let mut out = anstream::stdout().lock();
    for target in &report.targets {
        let how = match (target.outcome, target.known) {
            (Outcome::NotRun, _) => continue,
            (Outcome::Failed, _) => "failed".to_owned(),
            (Outcome::Ok, true) => "ok (known)".to_owned(),
            (Outcome::Ok, false) => format!("ok ({} ms)", target.milliseconds),
        };
        let _ = writeln!(out, "{} {}: {how}", target.host.as_deref().unwrap_or("flake"), target.attr);
    }
}

/// Prints how many hosts do not evaluate, and names some.
pub fn sum_of_failures(report: &ValidationReport) {
    const NAMED: usize = 10;
    let failed: Vec<&str> = report.targets.iter().filter(|t| t.error.is_some()).filter_map(|t| t.host.as_deref()).collect();
    let more = failed.len().saturating_sub(NAMED);
    let names = failed[..failed.len() - more].join(", ");
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let red: Style = AnsiColor::Red.on_default().bold();
    let (count, total) = (failed.len(), report.targets.len());
    let _ = writeln!(anstream::stderr(), "{red}error{red:#}: {count} of {total} hosts do not evaluate: {names}{more}");
}

/// Text from files or Nix without the signs that steer a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect()
}
