//! Whole systems, many of them: each one's answer counts as it comes, is kept, and is not asked for again.
//!
//! Memory: a system is evaluated by a process of its own (or by a worker of nix-eval-jobs, begun anew at a
//! size), so there are never more than `jobs` evaluations in memory; of an answer a store path is kept, of a
//! failure the text of the first.

mod count;
mod jobs;
mod processes;
mod settle;

pub use count::Count;

use crate::diagnostic::Diagnostic;
use crate::plan::Target;
use crate::system::command::Cancel;
use crate::system::eval_jobs::EvalJobs;
use crate::validate::batch::Answers;
use crate::validate::report::{TargetReport, ValidationFailure};
use crate::validate::run::{Passed, Run};
use crate::validate::schedule::{Evaluated, Setting};
use count::Counter;
use serde_json::Value;
use settle::Settled;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::channel;
use std::thread;

/// How many systems are evaluated as one run.
#[derive(Clone, Copy, Default)]
pub struct Fleet<'a> {
    /// Whether the others go on when one does not evaluate.
    pub keep_going: bool,
    /// What earlier runs found out, and where this one's findings go; `None` asks for everything.
    pub memory: Option<&'a dyn Memory>,
    /// nix-eval-jobs, where it is to be used.
    pub eval_jobs: Option<&'a EvalJobs>,
    /// Flake outputs that are asked about before the others: those that are likeliest to fail.
    pub first: &'a [String],
}

/// Answers that outlive a run.
pub trait Memory: Sync {
    /// What is known about a state of the flake; `state` names its content and the nix that is asked.
    fn recall(&self, state: &str) -> Recalled;
    /// Keeps the answer to a question (by its key) about a state, at once.
    fn keep(&self, state: &str, key: &str, answer: &Kept);
    /// Keeps the keys of the questions that failed, of whatever state, in the place of those kept before.
    fn keep_failed(&self, keys: &BTreeSet<String>);
}

/// What earlier runs found out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recalled {
    /// Answers about this state, by key.
    pub answers: BTreeMap<String, Kept>,
    /// Keys of the questions that failed last, of whatever state: asked first.
    pub failed: BTreeSet<String>,
}

/// An answer and what it cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// As Nix gave it.
    pub answer: Value,
    /// How long the evaluation took.
    pub milliseconds: u64,
}

/// Why a run over systems ended before its end.
enum Stopped {
    /// Something went wrong beside the systems.
    Because(Box<Diagnostic>),
    /// Nix says so about no system in particular; its standard error.
    Failed(String),
}

impl Run<'_> {
    /// Evaluates whole systems. Fails with the first that does not evaluate: at once, or with
    /// [`Fleet::keep_going`] after all others, which then have their errors in the report.
    pub(super) fn fleet(&mut self, targets: &[Target]) -> Passed {
        let offset = self.report.targets.len();
        self.report.targets.extend(targets.iter().map(TargetReport::new));
        let state = self.state();
        let recalled = match (self.request.fleet.memory, &state) {
            (Some(memory), Some(state)) => memory.recall(state),
            _ => Recalled::default(),
        };
        let mut settled = Settled::new(state, recalled.failed);
        let mut left: Vec<usize> = Vec::new();
        for (number, target) in targets.iter().enumerate() {
            match recalled.answers.get(&key(target)) {
                Some(kept) => self.known(offset + number, kept),
                None => left.push(number),
            }
        }
        // Stable: those that failed before come first, then those that may have become worse, all in their order.
        let first = self.request.fleet.first;
        left.sort_by_key(|&number| (!settled.failed.contains(&key(&targets[number])), !first.contains(&targets[number].output)));
        let counter = Counter::new(targets.len(), targets.len() - left.len());
        let stopped = self.evaluate_all(targets, &left, offset, &mut settled, counter);
        self.end(targets.len(), offset, settled, stopped)
    }

    /// Asks about the systems `left`; each answer is settled as it comes.
    fn evaluate_all(
        &mut self,
        targets: &[Target],
        left: &[usize],
        offset: usize,
        settled: &mut Settled,
        mut counter: Counter,
    ) -> Option<Stopped> {
        let setting = self.setting(targets);
        let eval_jobs = self.request.fleet.eval_jobs.filter(|_| left.len() > 1 && self.candidate.edited.roots.revision.is_some());
        let cancel = self.request.cancel.child();
        let under = &cancel;
        let (stops, ending) = (!self.request.fleet.keep_going, cancel.clone());
        let (sender, answers) = channel();
        (setting.progress)(counter.tell());
        thread::scope(|scope| {
            let hand = move |number, evaluated: Evaluated| {
                // Before the next one is begun, and before the cause is looked into.
                if stops && !matches!(evaluated.edited, Some(Ok(Answers::All(_)))) {
                    ending.cancel();
                }
                drop(sender.send((number, evaluated)));
            };
            let asking = scope.spawn(move || ask_all(&setting, eval_jobs, left, under, &hand));
            for (number, evaluated) in answers {
                let failed = self.settle(&targets[number], offset + number, evaluated, settled);
                counter.settled(failed.is_some());
                (setting.progress)(counter.tell());
                if failed.is_some_and(|goes_on| !goes_on) {
                    cancel.cancel();
                }
            }
            (setting.progress)(counter.end());
            asking.join().unwrap_or_default()
        })
    }
}

/// What an answer is handed to, with the system's number.
type Hand<'a> = dyn Fn(usize, Evaluated) + Sync + 'a;

/// Asks about all: nix-eval-jobs, and nix itself about what that leaves out.
fn ask_all(setting: &Setting<'_>, eval_jobs: Option<&EvalJobs>, left: &[usize], cancel: &Cancel, hand: &Hand<'_>) -> Option<Stopped> {
    let mut left = left.to_vec();
    if let Some(eval_jobs) = eval_jobs {
        match jobs::ask(setting, eval_jobs, &left, cancel, hand) {
            Ok(answered) => left.retain(|number| !answered.contains(number)),
            Err(stopped) => return Some(stopped),
        }
    }
    processes::ask(setting, &left, cancel, hand);
    None
}

/// What a question's answer is kept under, beside the state.
fn key(target: &Target) -> String {
    format!("{} {}", target.output, target.question)
}

/// A failure, boxed as it is handed on.
type Failure = Box<ValidationFailure>;
