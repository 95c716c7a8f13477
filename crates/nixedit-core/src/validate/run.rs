//! One validation under way: phases of questions, each judged before the next begins.

use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Expect, Target};
use crate::syntax::attr_path::quoted_name;
use crate::system::nix::{Evaluation, Nix};
use crate::system::nix_output::parse_events;
use crate::validate::batch::{Answers, Batch, batches};
use crate::validate::effect::{judge, judge_groups, named};
use crate::validate::files::EditedFiles;
use crate::validate::report::{FirstError, Outcome, Status, TargetReport, ValidationFailure, ValidationReport};
use crate::validate::schedule::{Evaluated, Setting};
use crate::validate::{Candidate, Level, Request, Side};
use serde_json::Value;
use std::time::Instant;

/// Success, or the failure that ended it.
pub(super) type Passed<T = ()> = Result<T, Box<ValidationFailure>>;

pub(super) struct Run<'a> {
    pub request: &'a Request<'a>,
    pub nix: &'a Nix,
    pub candidate: &'a Candidate,
    pub report: ValidationReport,
    /// Where Nix keeps the flake's own files, without and with the edit; asked for once, when an
    /// answer names such a place.
    pub own_places: std::cell::OnceCell<Option<(String, String)>>,
}

impl<'a> Run<'a> {
    /// Goes up the ladder to the report's level.
    pub fn climb(&mut self) -> Passed {
        let level = self.report.level;
        let asked = |target: &&Target| level >= Level::Outputs || !target.forced;
        let targets: Vec<Target> = self.request.targets.iter().filter(asked).cloned().collect();
        self.phase(&targets)?;
        if level >= Level::Host {
            let hosts = self.hosts()?;
            // What an edit asks of whole systems by itself is answered.
            let answered = |whole: &Target| targets.iter().any(|t| (&t.output, &t.question) == (&whole.output, &whole.question));
            let whole: Vec<Target> = hosts.iter().map(|output| Target::whole_system(output)).filter(|whole| !answered(whole)).collect();
            if self.request.changes.is_empty() { self.fleet(&whole)? } else { self.phase(&whole)? }
        }
        if level == Level::All { self.flake_check() } else { Ok(()) }
    }

    /// The outputs of the hosts whose whole system is evaluated: those asked for, or all that Nix knows.
    fn hosts(&self) -> Passed<Vec<String>> {
        if self.report.level < Level::All {
            return Ok(self.request.hosts.to_vec());
        }
        let answer = self.nix.eval(&self.candidate.edited.reference, "nixosConfigurations", "builtins.attrNames", &self.request.cancel);
        match answer.map_err(|error| self.failure(error, None, String::new()))? {
            Evaluation::Value(names) => {
                let names: Vec<String> = serde_json::from_value(names).unwrap_or_default();
                Ok(names.iter().map(|name| format!("nixosConfigurations.{}", quoted_name(name))).collect())
            }
            // A flake without systems; anything worse comes to light in the flake's own check.
            Evaluation::Failed(_) => Ok(Vec::new()),
        }
    }

    /// What evaluations need.
    pub(super) fn setting<'t>(&self, targets: &'t [Target]) -> Setting<'t>
    where
        'a: 't,
    {
        Setting {
            nix: self.nix,
            candidate: self.candidate,
            targets,
            compare: !self.request.changes.is_empty(),
            jobs: self.request.settings.validate.jobs,
            cancel: &self.request.cancel,
            progress: self.request.progress,
        }
    }

    /// Asks about `targets` and judges the answers in order.
    fn phase(&mut self, targets: &[Target]) -> Passed {
        let offset = self.report.targets.len();
        self.report.targets.extend(targets.iter().map(TargetReport::new));
        let setting = self.setting(targets);
        let batches = batches(targets);
        let evaluated = setting.evaluate(&batches);
        for (batch, evaluated) in batches.iter().zip(evaluated) {
            self.judge_batch(&setting, batch, evaluated, offset)?;
        }
        if !setting.compare || self.report.targets[offset..].iter().any(|report| report.outcome != Outcome::Ok) {
            return Ok(());
        }
        let effects: Vec<&[String]> = self.report.targets[offset..].iter().map(|report| report.effect.as_slice()).collect();
        judge_groups(targets, &effects).map_err(|(number, error)| {
            self.report.targets[offset + number].ok = false;
            self.failure(error, Some(offset + number), String::new())
        })
    }

    fn judge_batch(&mut self, setting: &Setting<'_>, batch: &Batch, evaluated: Evaluated, offset: usize) -> Passed {
        let Evaluated { base, edited, milliseconds } = evaluated;
        let first = offset + batch.targets.first().copied().unwrap_or_default();
        let stopped = |run: &Self, error: Box<Diagnostic>| run.failure(during(error, setting, batch), Some(first), String::new());
        let values = match edited {
            Some(Ok(Answers::All(values))) => values,
            Some(Ok(Answers::Failed(stderr))) => return Err(self.nix_failed(setting, batch, &stderr, base, offset)),
            Some(Err(error)) => return Err(stopped(self, error)),
            None => return Ok(()),
        };
        let base = match base.map_or(Ok(None), |base| base.map(Some)) {
            Ok(base) => base,
            Err(error) => return Err(stopped(self, error)),
        };
        for (at, &number) in batch.targets.iter().enumerate() {
            let target = &setting.targets[number];
            let before = self.before(setting, batch, number, base.as_ref());
            let (before, after) = self.own_files_folded(before, &values[at]);
            let expected = if setting.compare || matches!(target.expect, Expect::Equals(_)) {
                judge(target, before.as_ref(), &after)
            } else {
                Ok(Vec::new())
            };
            let report = &mut self.report.targets[offset + number];
            report.milliseconds = milliseconds;
            match expected {
                Ok(effect) => (report.ok, report.outcome, report.effect) = (true, Outcome::Ok, effect),
                Err(error) => return Err(self.failure(error, Some(offset + number), String::new())),
            }
        }
        Ok(())
    }

    /// Two answers with the flake's own files written `./…`: any edit moves them all in the store,
    /// which is no effect.
    fn own_files_folded(&self, before: Option<Value>, edited: &Value) -> (Option<Value>, Value) {
        let Some(before) = before else { return (None, edited.clone()) };
        let names_a_source = |value: &Value| value.to_string().contains("-source");
        if before == *edited || !(names_a_source(&before) || names_a_source(edited)) {
            return (Some(before), edited.clone());
        }
        let place = |source: &crate::validate::Source| source.located(self.nix, &self.request.cancel).store_path;
        let own = self.own_places.get_or_init(|| Some((place(&self.candidate.base)?, place(&self.candidate.edited)?)));
        let folded =
            |value: &Value, place: &str| serde_json::from_str::<Value>(&value.to_string().replace(&format!("{place}/"), "./")).ok();
        let both = own.as_ref().and_then(|(base, candidate)| Some((folded(&before, base)?, folded(edited, candidate)?)));
        both.map_or_else(|| (Some(before), edited.clone()), |(before, edited)| (Some(before), edited))
    }

    /// The base's answer to one question. Where the batch failed on the base, the question is asked
    /// again alone: another one may be to blame.
    fn before(&self, setting: &Setting<'_>, batch: &Batch, number: usize, base: Option<&Answers>) -> Option<Value> {
        let compared = batch.compared(setting.targets)?;
        let at = compared.targets.iter().position(|&asked| asked == number)?;
        match base? {
            Answers::All(values) => values.get(at).cloned(),
            Answers::Failed(_) if compared.targets.len() == 1 => None,
            Answers::Failed(_) => match setting.ask(&batch.only(number), Side::Base, setting.cancel).0 {
                Ok(Answers::All(mut values)) => values.pop(),
                _ => None,
            },
        }
    }

    /// The edited state of a batch did not evaluate: which question, why, and since when.
    fn nix_failed(
        &mut self,
        setting: &Setting<'_>,
        batch: &Batch,
        stderr: &str,
        base: Option<crate::diagnostic::Result<Answers>>,
        offset: usize,
    ) -> Box<ValidationFailure> {
        let number = self.culprit(setting, batch, stderr);
        let mut diagnostic = self.diagnose(stderr, Some(&batch.output));
        // A question about what was added fails without the edit too; only what is compared, or a
        // whole system, tells whether the flake was in order before.
        let base = match (base, &setting.targets[number].expect) {
            (_, Expect::Equals(_)) => None,
            (Some(Ok(Answers::Failed(stderr))), _) => Some(stderr),
            (Some(Ok(Answers::All(_))), expect) if *expect != Expect::Evaluates => None,
            _ if !setting.compare => None,
            _ => match setting.ask(&batch.only(number), Side::Base, setting.cancel).0 {
                Ok(Answers::Failed(stderr)) => Some(stderr),
                _ => None,
            },
        };
        if base.is_some_and(|base| bare_message(&base) == bare_message(stderr)) {
            diagnostic.message = format!("the flake already failed before this edit: {}", diagnostic.message);
        }
        self.failure(diagnostic, Some(offset + number), stderr.to_owned())
    }

    /// The question that failed: told by the trace, else found by asking one at a time.
    fn culprit(&self, setting: &Setting<'_>, batch: &Batch, stderr: &str) -> usize {
        let first = batch.targets.first().copied().unwrap_or_default();
        if batch.targets.len() == 1 {
            return first;
        }
        batch.named_in(stderr).unwrap_or_else(|| {
            let fails =
                |number: &&usize| !matches!(setting.ask(&batch.only(**number), Side::Edited, setting.cancel).0, Ok(Answers::All(_)));
            batch.targets.iter().find(fails).copied().unwrap_or(first)
        })
    }

    /// `nix flake check`, as one more entry of the report.
    fn flake_check(&mut self) -> Passed {
        let mut target = Target::whole_system("");
        (target.host, target.label, target.output, target.question) = (None, "flake check".to_owned(), String::new(), String::new());
        let number = self.report.targets.len();
        self.report.targets.push(TargetReport::new(&target));
        let start = Instant::now();
        let checked = self.nix.flake_check(&self.candidate.edited.reference, &self.request.cancel);
        self.report.targets[number].milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        match checked {
            Ok(None) => (self.report.targets[number].ok, self.report.targets[number].outcome) = (true, Outcome::Ok),
            Ok(Some(stderr)) => return Err(self.failure(self.diagnose(&stderr, None), Some(number), stderr)),
            Err(error) => return Err(self.failure(error, Some(number), String::new())),
        }
        Ok(())
    }

    /// What Nix's standard error means, placed in the edited text.
    pub(super) fn diagnose(&self, stderr: &str, output: Option<&str>) -> Box<Diagnostic> {
        let Some(failure) = parse_events(stderr.as_bytes()) else {
            let last = stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("nix failed and said nothing");
            return Diagnostic::new(Code::NixOther, last.trim());
        };
        let roots = self.candidate.edited.located(self.nix, &self.request.cancel);
        EditedFiles::new(self.request, self.nix, &self.candidate.base, output).diagnose(&failure, &roots)
    }

    pub(super) fn failure(&self, diagnostic: Box<Diagnostic>, at: Option<usize>, log: String) -> Box<ValidationFailure> {
        let mut report = self.report.clone();
        if let Some(target) = at.and_then(|at| report.targets.get_mut(at)) {
            (target.ok, target.outcome) = (false, Outcome::Failed);
        }
        report.status = Status::Failed;
        report.first_error = Some(FirstError::of(&diagnostic, at.and_then(|at| report.targets.get(at))));
        Box::new(ValidationFailure { diagnostic, report, log })
    }
}

/// A deadline or an interruption, with what was being evaluated.
fn during(mut error: Box<Diagnostic>, setting: &Setting<'_>, batch: &Batch) -> Box<Diagnostic> {
    let what: Vec<String> = batch.targets.iter().map(|&number| named(&setting.targets[number])).collect();
    error.message = format!("{}; it was evaluating {}", error.message, what.join(", "));
    error
}

/// Nix's message without what differs between two states of the same flake: hashes.
fn bare_message(stderr: &str) -> Option<String> {
    let message = parse_events(stderr.as_bytes())?.message;
    let hash = |word: &str| word.len() >= 32 && word.bytes().all(|b| b.is_ascii_alphanumeric());
    let words = message.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    Some(words.map(|word| if hash(word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric())) { "…" } else { word }).collect())
}
