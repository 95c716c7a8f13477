//! Bringing a flake onto machines, and the way back: the commands that do it, run only when asked.

mod command;
mod generation;
pub mod profile;

pub use command::{Action, Planned, planned};
pub use generation::{Generation, generation, is_this_machine, rollback_command};

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::project::Project;
use crate::system::nix_output::{SourceRoots, parse_events};
use crate::system::stream::watch;
use crate::text::line_span;
use serde::Serialize;
use std::path::Path;
use std::time::Instant;

/// What became of one host.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The host.
    pub host: String,
    /// The command line that was run.
    pub command: Vec<String>,
    /// Its exit status; `None` where a signal ended it.
    pub exit_status: Option<i32>,
    /// How long it took.
    pub seconds: f64,
    /// The system generation before; what a rollback leads to.
    #[serde(flatten)]
    pub generation: Generation,
    /// The command that goes back.
    pub rollback: String,
}

impl Outcome {
    /// Whether the command said that it did its work.
    pub fn is_done(&self) -> bool {
        self.exit_status == Some(0)
    }
}

/// Runs the command of one host; what it writes is handed to `show`. The second value is its failure.
pub fn run(
    project: &Project,
    planned: &Planned,
    before: Generation,
    show: &mut dyn FnMut(&[u8]),
) -> Result<(Outcome, Option<Box<Diagnostic>>)> {
    let start = Instant::now();
    let watched = watch(&planned.program, &planned.words[1..], project.root(), show)?;
    let outcome = Outcome {
        host: planned.host.clone(),
        command: planned.words.clone(),
        exit_status: watched.status.code(),
        seconds: start.elapsed().as_secs_f64(),
        generation: before,
        rollback: rollback_command(&planned.host, None),
    };
    let error = (!outcome.is_done()).then(|| failure(project, &outcome, &watched.output));
    Ok((outcome, error))
}

/// The first error in what a failed command wrote, at its line where it names one of the flake.
fn failure(project: &Project, outcome: &Outcome, output: &[u8]) -> Box<Diagnostic> {
    let ended = outcome.exit_status.map_or_else(|| "was ended by a signal".to_owned(), |status| format!("ended with status {status}"));
    let what = format!("{} {ended}", outcome.command.join(" "));
    let Some(found) = parse_events(output) else {
        let text = String::from_utf8_lossy(output);
        let last = text.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it wrote nothing").to_owned();
        return Diagnostic::new(Code::ApplyFailed, format!("{what}: {last}"));
    };
    let roots = SourceRoots { repositories: vec![project.root().to_string_lossy().into_owned()], ..SourceRoots::default() };
    let roots = roots.learned_from(&found);
    let message = found.message.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    let mut out = Diagnostic::new(Code::ApplyFailed, format!("{message} ({what})"));
    for place in &found.places {
        let Some((file, line)) = in_flake(project, &roots, &place.path).zip(place.line) else { continue };
        let Ok(source) = project.source(&file) else { continue };
        let Some(span) = line_span(&source.text, line) else { continue };
        out = out.at(&file, &source.text, span, "");
        break;
    }
    out
}

/// The flake's file that a printed path means: below the folder, or in any store path of a source tree.
fn in_flake(project: &Project, roots: &SourceRoots, printed: &str) -> Option<String> {
    let below = || printed.split_once("-source/").map(|(_, below)| below.to_owned());
    let file = roots.relative(printed).or_else(below)?;
    (!Path::new(&file).is_absolute() && project.exists(&file)).then_some(file)
}
