//! What was counted, and how it is shown.

use crate::laws::Outcome;
use crate::pick::Trial;
use nixedit_core::diagnostic::Code;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// How many violations of one kind of operation against one law are shown, where
/// `NIXEDIT_CORPUS_SHOWN` does not say.
const SHOWN: usize = 3;

/// How often one kind of operation changed something, changed nothing, was refused.
#[derive(Default)]
struct Kind {
    changed: usize,
    nothing: usize,
    refused: usize,
}

/// One violation: the law, the kind of operation, and all of it in words.
struct Violation {
    law: String,
    kind: String,
    words: String,
}

/// The figures of a run.
#[derive(Default)]
pub struct Figures {
    /// Files that parse.
    pub parsed: usize,
    unread: BTreeMap<&'static str, usize>,
    kinds: BTreeMap<&'static str, Kind>,
    refusals: BTreeMap<(&'static str, &'static str), usize>,
    /// What law 3 lets be, by name.
    exceptions: BTreeMap<&'static str, usize>,
    violations: Vec<Violation>,
    slowest: (Duration, String),
}

impl Figures {
    /// A file that was reported instead of read.
    pub fn unread(&mut self, code: Code) {
        *self.unread.entry(code.as_str()).or_default() += 1;
    }

    pub fn violated(&self) -> usize {
        self.violations.len()
    }

    /// A violation: the file, what was done, what is wrong, and what it came to.
    pub fn violation(&mut self, file: &str, done: &str, why: &str, shown: &str) {
        let law = why.split(':').next().unwrap_or_default().to_owned();
        let kind = done.split(':').next().unwrap_or_default().to_owned();
        self.violations.push(Violation { law, kind, words: format!("{file}\n  {done}\n  {why}\n{shown}") });
    }

    /// What became of one operation.
    pub fn record(&mut self, file: &str, trial: &Trial, outcome: Outcome, took: Duration) {
        let kind = self.kinds.entry(trial.kind).or_default();
        match outcome {
            Outcome::Kept { exception } => {
                kind.changed += 1;
                exception.into_iter().for_each(|name| *self.exceptions.entry(name).or_default() += 1);
            }
            Outcome::Unchanged => kind.nothing += 1,
            Outcome::Refused(code) => {
                kind.refused += 1;
                *self.refusals.entry((code.as_str(), trial.kind)).or_default() += 1;
            }
            Outcome::Violated { why, shown } => {
                kind.changed += 1;
                self.violation(file, &format!("{}: {:?} back {:?}", trial.kind, trial.ask, trial.back), &why, &shown);
            }
        }
        if took > self.slowest.0 {
            self.slowest = (took, format!("{} on {file}", trial.kind));
        }
    }

    /// Adds those of another thread.
    pub fn merge(&mut self, other: Self) {
        self.parsed += other.parsed;
        for (code, count) in other.unread {
            *self.unread.entry(code).or_default() += count;
        }
        for (name, kind) in other.kinds {
            let own = self.kinds.entry(name).or_default();
            own.changed += kind.changed;
            own.nothing += kind.nothing;
            own.refused += kind.refused;
        }
        for (key, count) in other.refusals {
            *self.refusals.entry(key).or_default() += count;
        }
        for (name, count) in other.exceptions {
            *self.exceptions.entry(name).or_default() += count;
        }
        self.violations.extend(other.violations);
        if other.slowest.0 > self.slowest.0 {
            self.slowest = other.slowest;
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unread: usize = self.unread.values().sum();
        let total: usize = self.kinds.values().map(|kind| kind.changed + kind.nothing + kind.refused).sum();
        let shown = crate::number("NIXEDIT_CORPUS_SHOWN", SHOWN);
        let mut by_law: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for violation in &self.violations {
            let count = by_law.entry((&violation.law, &violation.kind)).or_default();
            *count += 1;
            if *count <= shown {
                writeln!(f, "VIOLATION {}", violation.words)?;
            }
        }
        writeln!(f, "{} files: {} parsed, {unread} reported {:?}", self.parsed + unread, self.parsed, self.unread)?;
        writeln!(f, "{total} operations: changed / nothing to do / refused")?;
        for (name, kind) in &self.kinds {
            writeln!(f, "  {name:32} {:7} {:7} {:7}", kind.changed, kind.nothing, kind.refused)?;
        }
        writeln!(f, "refusals")?;
        for ((code, kind), count) in &self.refusals {
            writeln!(f, "  {code:24} {kind:32} {count:7}")?;
        }
        writeln!(f, "exceptions")?;
        for (name, count) in &self.exceptions {
            writeln!(f, "  {name:57} {count:7}")?;
        }
        writeln!(f, "slowest: {:?} {}", self.slowest.0, self.slowest.1)?;
        writeln!(f, "violations: {}", self.violations.len())?;
        by_law.iter().try_for_each(|((law, kind), count)| writeln!(f, "  {law:24} {kind:32} {count:7}"))
    }
}
