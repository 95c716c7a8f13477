//! Evaluations side by side: base and edited state of each batch, so many at a time.

use crate::diagnostic::{Code, Result};
use crate::plan::Target;
use crate::system::command::Cancel;
use crate::system::nix::Nix;
use crate::validate::batch::{Answers, Batch};
use crate::validate::{Candidate, Progress, Side};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// What evaluations need.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub nix: &'a Nix,
    pub candidate: &'a Candidate,
    pub targets: &'a [Target],
    /// Whether the base is evaluated at all: not when there is no edit.
    pub compare: bool,
    /// Evaluations at the same time.
    pub jobs: usize,
    pub cancel: &'a Cancel,
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

/// Both answers of a batch. `None`: not asked, or ended because something before it failed.
#[derive(Debug, Default)]
pub(super) struct Evaluated {
    pub base: Option<Result<Answers>>,
    pub edited: Option<Result<Answers>>,
    pub milliseconds: u64,
}

impl Setting<'_> {
    /// Evaluates one batch on one side, and says so.
    pub fn ask(&self, batch: &Batch, side: Side, cancel: &Cancel) -> (Result<Answers>, u64) {
        let first = batch.targets.first().and_then(|&number| self.targets.get(number));
        let host = first.and_then(|target| target.host.clone());
        let attrs: Vec<String> = batch.targets.iter().filter_map(|&number| Some(self.targets.get(number)?.label.clone())).collect();
        (self.progress)(Progress::Started { host: host.clone(), attrs: attrs.clone(), side });
        let start = Instant::now();
        let source = if side == Side::Base { &self.candidate.base } else { &self.candidate.edited };
        let answers = batch.ask(self.nix, source, self.targets, cancel);
        let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let ok = matches!(answers, Ok(Answers::All(_)));
        (self.progress)(Progress::Finished { host, attrs, side, ok, milliseconds });
        (answers, milliseconds)
    }

    /// Evaluates all batches. Once the edited state of one has failed, later ones are not begun
    /// and those under way are ended; earlier ones are finished, so that the first failure in
    /// order is the one that is told.
    pub fn evaluate(&self, batches: &[Batch]) -> Vec<Evaluated> {
        let tasks = self.tasks(batches);
        let cancels: Vec<Cancel> = batches.iter().map(|_| self.cancel.child()).collect();
        let results: Mutex<Vec<Evaluated>> = Mutex::new(batches.iter().map(|_| Evaluated::default()).collect());
        let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(usize::MAX));
        let work = || {
            while let Some((number, side, batch)) = tasks.get(next.fetch_add(1, Ordering::SeqCst)) {
                if *number > failed.load(Ordering::SeqCst) {
                    continue;
                }
                let (answers, milliseconds) = self.ask(batch, *side, &cancels[*number]);
                if *side == Side::Edited && !matches!(answers, Ok(Answers::All(_))) && !self.ended_by_us(&answers) {
                    failed.fetch_min(*number, Ordering::SeqCst);
                    cancels[number + 1..].iter().for_each(Cancel::cancel);
                }
                let answers = (!self.ended_by_us(&answers)).then_some(answers);
                let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                let result = &mut results[*number];
                match side {
                    Side::Base => result.base = answers,
                    Side::Edited => (result.edited, result.milliseconds) = (answers, milliseconds),
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..self.jobs.clamp(1, tasks.len().max(1)) {
                scope.spawn(work);
            }
        });
        results.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Base and edited state of a batch follow each other: two at a time are those of one host.
    fn tasks(&self, batches: &[Batch]) -> Vec<(usize, Side, Batch)> {
        let mut tasks = Vec::new();
        for (number, batch) in batches.iter().enumerate() {
            let base = batch.compared(self.targets).filter(|_| self.compare);
            tasks.extend(base.map(|base| (number, Side::Base, base)));
            tasks.push((number, Side::Edited, batch.clone()));
        }
        tasks
    }

    /// Whether an evaluation was ended because an earlier one failed, and not by the user.
    fn ended_by_us(&self, answers: &Result<Answers>) -> bool {
        matches!(answers, Err(error) if error.code == Code::EnvInterrupted) && !self.cancel.is_cancelled()
    }
}
