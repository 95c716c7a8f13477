//! What Nix means when it cannot lock.

use crate::diagnostic::{Code, Diagnostic};
use crate::plan::LockWish;
use crate::project::Project;
use crate::similar_names::near;
use crate::system::disk;
use crate::system::nix_output::parse_events;
use std::path::Path;

/// Parts of messages about something that could not be fetched, as Nix 2.8 to 2.34 and git word them.
const FETCH: &[&str] = &[
    "unable to download",
    "unable to fetch",
    "ould not resolve",
    "ouldn't resolve",
    "ailed to fetch",
    "cannot fetch",
    "HTTP error",
    "program 'git' failed",
    "getting status of",
    "opening Git repository",
    "does not exist",
    "cannot find flake 'flake:",
    "Failed to open archive",
    "No such file or directory",
    "Cannot find Git revision",
];

/// The failure of a run that locked, in terms of the input it was about. `candidate` is where Nix saw
/// the flake, which says nothing to anybody.
pub(super) fn diagnose(project: &Project, wish: &LockWish, stderr: &str, candidate: &Path) -> Box<Diagnostic> {
    let Some(failure) = parse_events(stderr.as_bytes()) else {
        let last = stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nix failed and said nothing");
        return Diagnostic::new(Code::LockFailed, last.trim());
    };
    let message = failure.message.lines().next().unwrap_or_default().trim_end_matches('.');
    let message = message.replace(&*candidate.to_string_lossy(), &project.root().to_string_lossy());
    let (what, url) = subject(project, wish, failure.input());
    if let Some(error) = url.as_deref().filter(|_| !message.contains("download")).and_then(|url| no_folder(project, &what, url)) {
        return error;
    }
    if message.contains("does not contain a 'flake.nix'") || message.contains("source tree referenced by") {
        let error = Diagnostic::new(Code::LockFailed, format!("cannot lock {what}: it has no flake.nix"));
        return error.help("say that it is a plain source tree: --no-flake (flake = false)");
    }
    let mut all = std::iter::once(&failure.message).chain(&failure.trace);
    if !all.any(|text| FETCH.iter().any(|part| text.contains(part))) {
        return Diagnostic::new(Code::LockFailed, format!("cannot lock {what}: {message}"));
    }
    let advice = if wish.required { "" } else { "; --no-lock leaves flake.lock alone" };
    let error = Diagnostic::new(Code::LockFetch, format!("cannot lock {what}: {message}"));
    error.help(format!("check the address and the network{advice}"))
}

/// What is wrong with an input that is a folder, of the flake or elsewhere, which Nix did not find.
fn no_folder(project: &Project, what: &str, url: &str) -> Option<Box<Diagnostic>> {
    let path = url.strip_prefix("path:").unwrap_or(url).split('?').next()?.trim_end_matches('/');
    let missing = |text: String| Diagnostic::new(Code::LockFetch, format!("cannot lock {what}: {text}"));
    if path.starts_with('/') && !disk::exists(Path::new(path)) {
        return Some(missing(format!("there is no {path}")).help("correct the path"));
    }
    if path.starts_with("../") {
        let error = missing(format!("{path} leads out of the flake, where Nix does not see it"));
        return Some(error.help("give the whole path, or the repository's address: git+file:///PATH"));
    }
    let folder = path.strip_prefix("./")?;
    let help = match project.exists(&format!("{folder}/flake.nix")) {
        true => format!("git does not track it: git add -N {folder}"),
        false => "write its flake.nix first; --no-flake takes it for a plain source tree".to_owned(),
    };
    Some(missing(format!("Nix sees no flake in {folder}")).help(help))
}

/// `input 'x' (github:o/x)`, as far as it is known, and the address.
fn subject(project: &Project, wish: &LockWish, input: Option<&str>) -> (String, Option<String>) {
    let flake = project.flake_in(&wish.flake).ok();
    let Some(name) = input else { return ("the inputs".to_owned(), None) };
    let url = flake.as_ref().and_then(|flake| flake.input(name)?.url.clone()).map(|url| url.text);
    let what = url.as_ref().map_or_else(|| format!("input '{name}'"), |url| format!("input '{name}' ({url})"));
    (what, url)
}

/// Says that an input has no input of that name.
pub(super) fn no_inner(input: &str, inner: &str, known: Vec<String>) -> Box<Diagnostic> {
    let have = if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
    let error = Diagnostic::new(Code::InputFollowsMissing, format!("'{input}' has no input '{inner}' that could follow; {have}"));
    let close = near(inner, known.iter().map(String::as_str));
    match close.first() {
        Some(name) => error.help(format!("did you mean '{name}'?")).candidates(known),
        None => error.candidates(known),
    }
}
