//! From a failure of Nix to a diagnostic that points into the edited text and says the way out.
//!
//! Nix gives a line only where an expression failed. The module system names a file and an option,
//! a `throw` behind a package name nothing at all: those are looked up in the candidate's own
//! trees. A place is only shown where it is known; nothing is guessed from equal file names.

mod advice;
mod input_advice;
mod message;
mod option;
mod option_advice;
mod places;
mod scene;
mod search;
mod word;

#[cfg(test)]
mod live_tests;
#[cfg(test)]
mod tests;

pub use input_advice::{OutputNames, OutputPart};
pub use scene::{CandidateFiles, Presence};

use crate::diagnostic::Diagnostic;
use crate::system::nix_output::{NixFailure, SourceRoots};
use scene::Scene;

/// The diagnostic for `failure`: Nix's message with paths of the flake, the places in the
/// candidate's text (the most important first), help, and the names that could have been meant.
pub fn to_diagnostic(failure: &NixFailure, roots: &SourceRoots, files: &dyn CandidateFiles) -> Box<Diagnostic> {
    let scene = Scene::new(failure, roots, files);
    let code = scene.code();
    let mut diagnostic = Diagnostic::new(code, message::of(&scene));
    diagnostic.labels = places::of(&scene);
    let advice = match input_advice::of(&scene, &diagnostic.labels) {
        Some((sentence, advice)) => {
            diagnostic.message = sentence;
            advice
        }
        None => advice::of(&scene, &diagnostic.labels),
    };
    diagnostic.help = advice.help;
    diagnostic.candidates = advice.names;
    diagnostic
}
