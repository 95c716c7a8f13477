//! What Nix said instead of an answer.

use crate::diagnostic::{Code, Diagnostic};
use crate::system::nix_output::{SourceRoots, parse_events, with_own_paths};
use crate::validate::Source;

/// The failure as a diagnostic; a place in the flake is named in the message.
pub(super) fn diagnostic(stderr: &str, roots: &SourceRoots, state: &Source) -> Box<Diagnostic> {
    let Some(failure) = parse_events(stderr.as_bytes()) else {
        let last = stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nix failed and said nothing");
        return Diagnostic::new(Code::NixOther, last.trim());
    };
    let roots = if roots.store_path.is_some() { roots } else { &state.roots }.learned_from(&failure);
    let place = failure.places.iter().find_map(|place| Some((roots.relative(&place.path)?, place.line)));
    let message = with_own_paths(&failure.message, &|path| roots.relative(path));
    let out = Diagnostic::new(failure.code(), message).candidates(failure.suggestions.clone());
    match place {
        Some((file, Some(line))) => out.help(format!("Nix failed at {file}:{line}")),
        Some((file, None)) if !file.is_empty() => out.help(format!("Nix failed in {file}")),
        _ => out,
    }
}
