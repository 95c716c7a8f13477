//! Nix's message as it is shown: paths of the flake instead of store paths, no lists of values.

use super::scene::{Presence, Scene};
use crate::diagnostic::Code;
use crate::system::nix_output::with_own_paths;
use crate::text::one_line;

/// The message: one sentence where Nix has one, without a final full stop.
pub(super) fn of(scene: &Scene) -> String {
    let failure = scene.failure;
    match scene.code() {
        Code::NixFileMissing | Code::NixFileUntracked => about_file(scene),
        Code::NixLockStale => match super::search::stale_input(scene) {
            Some(input) => format!("flake.lock has no valid entry for the input '{input}'"),
            None => "flake.lock does not fit the inputs of flake.nix".to_owned(),
        },
        Code::NixArgument => match (failure.module_argument(), failure.input()) {
            (Some(name), _) => format!("module argument '{name}' is passed by nobody"),
            (_, Some(input)) => format!("the outputs take an argument '{input}' that is no input of the flake"),
            _ => cleaned(scene),
        },
        Code::NixAssertion => assertion(&cleaned(scene)),
        Code::NixAttributeMissing if failure.message.contains("does not provide attribute") => {
            // Nix lists every prefix it tried; the last is the path that was asked for.
            let asked = failure.message.trim_end_matches('\'').rsplit('\'').next().unwrap_or_default();
            format!("the flake does not provide '{asked}'")
        }
        _ => cleaned(scene),
    }
}

fn about_file(scene: &Scene) -> String {
    match scene.missing() {
        Some((path, Presence::Ignored(_))) => format!("{path} is ignored by git, so Nix does not see it"),
        Some((path, _)) if scene.code() == Code::NixFileUntracked => format!("{path} is not tracked by git, so Nix does not see it"),
        Some((path, _)) => format!("{path} does not exist"),
        None => cleaned(scene),
    }
}

/// One failed assertion as one sentence; several stay a list.
fn assertion(message: &str) -> String {
    match message.strip_prefix("Failed assertions:\n- ") {
        Some(text) if !text.contains("\n- ") => format!("assertion failed: {}", one_line(text)),
        None if !message.contains("ssertion") => format!("assertion failed: {message}"),
        _ => message.to_owned(),
    }
}

/// Nix's text without the lists of values, without its advice, with paths of the flake.
fn cleaned(scene: &Scene) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut in_values = false;
    for line in scene.failure.message.lines().map(str::trim_end) {
        let announced = line.ends_with("efinition values:");
        // The values follow up to a blank line, each behind a dash or indented.
        in_values = announced || in_values && (line.starts_with("- In ") || line.starts_with(' '));
        let advice = line.starts_with("Did you mean ") || line.starts_with("Use `lib.mkForce");
        let second_blank = line.is_empty() && lines.last().is_none_or(|last| last.is_empty());
        if !advice && !second_blank && (announced || !in_values) {
            lines.push(line.trim_end_matches("Definition values:").trim_end_matches([':', ' ']));
        }
    }
    // A heading keeps its colon while its list follows.
    if lines.len() > 1 && lines[0] == "Failed assertions" {
        lines[0] = "Failed assertions:";
    }
    let text = with_own_paths(lines.join("\n").trim_end(), &|path| scene.relative(path));
    text.strip_suffix('.').filter(|rest| !rest.ends_with('.')).unwrap_or(&text).to_owned()
}
