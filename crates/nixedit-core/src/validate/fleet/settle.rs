//! What becomes of each answer, and of the whole run.

use super::{Failure, Kept, Stopped, key};
use crate::diagnostic::{Code, Diagnostic, Kind};
use crate::plan::Target;
use crate::system::nix_output::{NixPlace, parse_events};
use crate::validate::Progress;
use crate::validate::batch::Answers;
use crate::validate::effect::named;
use crate::validate::report::{FirstError, Outcome};
use crate::validate::run::{Passed, Run};
use crate::validate::schedule::Evaluated;
use crate::validate::{ValidationFailure, ValidationReport};
use std::collections::{BTreeMap, BTreeSet};

/// What tells one cause from another: message, and place of the error itself.
type Cause = (String, Option<NixPlace>);

/// What a run has found out so far.
pub(super) struct Settled {
    /// The name of the flake's state, where answers may be kept.
    state: Option<String>,
    /// Keys of what failed last, in this run or before.
    pub failed: BTreeSet<String>,
    /// The first failure of this run.
    first: Option<Failure>,
    /// What each cause came to, so that it is looked into once.
    causes: BTreeMap<String, Box<Diagnostic>>,
    /// The user's interruption.
    interrupted: bool,
}

impl Settled {
    pub fn new(state: Option<String>, failed: BTreeSet<String>) -> Self {
        Self { state, failed, first: None, causes: BTreeMap::new(), interrupted: false }
    }
}

impl Run<'_> {
    /// The name of the edited state: its content, as a commit or store path, and the nix that is asked. `None`
    /// where answers could not be relied on later.
    pub(super) fn state(&self) -> Option<String> {
        self.request.fleet.memory?;
        let identity = self.nix.lasting_identity(&self.request.cancel)?;
        let source = &self.candidate.edited;
        let store_path = || source.located(self.nix, &self.request.cancel).store_path;
        let content = source.roots.revision.clone().or_else(store_path)?;
        Some(format!("{content}\n{}\n{identity}", source.roots.subdirectory))
    }

    /// An earlier run evaluated this system.
    pub(super) fn known(&mut self, at: usize, kept: &Kept) {
        let report = &mut self.report.targets[at];
        (report.ok, report.outcome, report.known, report.milliseconds) = (true, Outcome::Ok, true, kept.milliseconds);
        report.derivation = kept.answer.as_str().map(str::to_owned);
    }

    /// Takes an answer into the report. `None` when the system evaluates (or its evaluation was ended), else
    /// whether the others go on.
    pub(super) fn settle(&mut self, target: &Target, at: usize, evaluated: Evaluated, settled: &mut Settled) -> Option<bool> {
        let error = match evaluated.edited {
            Some(Ok(Answers::All(values))) => {
                let answer = values.into_iter().next().unwrap_or_default();
                self.evaluates(target, at, &Kept { answer, milliseconds: evaluated.milliseconds }, settled);
                return None;
            }
            Some(Ok(Answers::Failed(stderr))) => return Some(self.fails(target, at, Err(stderr), settled)),
            Some(Err(error)) if error.code == Code::EnvInterrupted => {
                settled.interrupted |= self.request.cancel.is_cancelled();
                return None;
            }
            Some(Err(error)) => error,
            None => return None,
        };
        Some(self.fails(target, at, Ok(error), settled))
    }

    fn evaluates(&mut self, target: &Target, at: usize, kept: &Kept, settled: &mut Settled) {
        self.known(at, kept);
        self.report.targets[at].known = false;
        if let (Some(memory), Some(state)) = (self.request.fleet.memory, &settled.state) {
            memory.keep(state, &key(target), kept);
            if settled.failed.remove(&key(target)) {
                memory.keep_failed(&settled.failed);
            }
        }
    }

    /// A system does not evaluate: `why` is an error, or what Nix said. Gives whether the others go on.
    fn fails(&mut self, target: &Target, at: usize, why: Result<Box<Diagnostic>, String>, settled: &mut Settled) -> bool {
        let (error, log, told) = match why {
            Ok(mut error) => {
                error.message = format!("{}; it was evaluating {}", error.message, named(target));
                (error, String::new(), false)
            }
            Err(stderr) => {
                let (error, told) = self.cause(&stderr, target, settled);
                (error, stderr, told)
            }
        };
        let report = &mut self.report.targets[at];
        (report.ok, report.outcome) = (false, Outcome::Failed);
        report.error = Some(FirstError::of(&error, Some(&*report)));
        if settled.first.is_none() {
            settled.first = Some(self.failure(error.clone(), Some(at), log));
        }
        settled.failed.insert(key(target));
        if let (Some(memory), Some(_)) = (self.request.fleet.memory, &settled.state) {
            memory.keep_failed(&settled.failed);
        }
        let goes_on = self.request.fleet.keep_going && (error.code.kind() == Kind::Invalid || error.code == Code::EnvTimeout);
        if goes_on {
            (self.request.progress)(Progress::Failed { host: target.host.clone(), error, told });
        }
        goes_on
    }

    /// What Nix said as a diagnostic, and whether an earlier system failed for the same cause.
    fn cause(&self, stderr: &str, target: &Target, settled: &mut Settled) -> (Box<Diagnostic>, bool) {
        let parsed = parse_events(stderr.as_bytes());
        let cause: Option<Cause> = parsed.map(|failure| (failure.message, failure.places.into_iter().next()));
        let cause = format!("{cause:?}");
        if let Some(known) = settled.causes.get(&cause) {
            return (known.clone(), true);
        }
        let error = self.diagnose(stderr, Some(&target.output));
        settled.causes.insert(cause, error.clone());
        (error, false)
    }

    /// What the whole run comes to.
    pub(super) fn end(&mut self, total: usize, offset: usize, settled: Settled, stopped: Option<Stopped>) -> Passed {
        let interrupted = settled.interrupted || self.request.cancel.is_cancelled();
        if interrupted {
            return Err(self.failure(self.interrupted(total, offset, &settled), None, String::new()));
        }
        if let Some(first) = settled.first {
            let first_error = first.report.first_error;
            let report = ValidationReport { status: first.report.status, first_error, ..self.report.clone() };
            return Err(Box::new(ValidationFailure { report, ..*first }));
        }
        match stopped {
            None => Ok(()),
            Some(Stopped::Because(error)) => Err(self.failure(error, None, String::new())),
            Some(Stopped::Failed(stderr)) => Err(self.failure(self.diagnose(&stderr, None), None, stderr)),
        }
    }

    fn interrupted(&self, total: usize, offset: usize, settled: &Settled) -> Box<Diagnostic> {
        let done = self.report.targets[offset..].iter().filter(|target| target.ok).count();
        let error = Diagnostic::new(Code::EnvInterrupted, format!("interrupted; {done} of {total} systems evaluate so far"));
        if settled.state.is_some() && done > 0 { error.help("the same command goes on from there") } else { error }
    }
}
