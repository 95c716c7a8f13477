//! How far a run is, and how long the rest may take.

use crate::validate::Progress;
use std::time::{Duration, Instant};

/// So many answers must have come before the rest is estimated.
const ENOUGH: usize = 4;

/// How far a run over several systems is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Count {
    /// Systems in all.
    pub total: usize,
    /// Systems whose answer is there, those known from earlier runs included.
    pub done: usize,
    /// Those known from earlier runs.
    pub known: usize,
    /// Those that do not evaluate.
    pub failed: usize,
    /// How long the others may take, at the pace so far; `None` as long as there is no telling.
    pub left: Option<Duration>,
    /// Whether this is the last word.
    pub ended: bool,
}

/// Counts, and keeps the time.
pub(super) struct Counter {
    count: Count,
    start: Instant,
}

impl Counter {
    pub fn new(total: usize, known: usize) -> Self {
        Self { count: Count { total, done: known, known, ..Count::default() }, start: Instant::now() }
    }

    /// An answer came.
    pub fn settled(&mut self, failed: bool) {
        self.count.done += 1;
        self.count.failed += usize::from(failed);
        self.count.left = self.count.estimate(self.start.elapsed());
    }

    pub fn tell(&self) -> Progress {
        Progress::Counted(self.count)
    }

    pub fn end(&self) -> Progress {
        Progress::Counted(Count { ended: true, ..self.count })
    }
}

impl Count {
    /// The rest at the pace of what was evaluated in the time `spent`.
    fn estimate(&self, spent: Duration) -> Option<Duration> {
        let (evaluated, rest) = (self.done - self.known, self.total - self.done);
        let pace = |evaluated| spent.checked_div(u32::try_from(evaluated).ok()?);
        pace(evaluated).filter(|_| evaluated >= ENOUGH)?.checked_mul(u32::try_from(rest).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_estimated_from_what_was_evaluated_and_not_from_what_was_known() {
        let count = |done| Count { total: 200, done, known: 100, ..Count::default() };
        let estimate = |done| count(done).estimate(Duration::from_secs(20));
        assert_eq!(estimate(100), None);
        assert_eq!(estimate(103), None, "too few to tell");
        assert_eq!(estimate(110), Some(Duration::from_secs(180)));
        assert_eq!(estimate(200), Some(Duration::ZERO));
    }
}
