//! Several questions about one flake output as one evaluation.

use crate::diagnostic::Result;
use crate::plan::{Expect, Target};
use crate::system::command::Cancel;
use crate::system::nix::{Evaluation, Nix};
use crate::validate::Source;
use serde_json::Value;

/// Questions about one output, by their numbers in the list of all targets.
#[derive(Clone, Debug)]
pub(super) struct Batch {
    pub output: String,
    pub targets: Vec<usize>,
}

/// What came of a batch: an answer for each of its questions, or Nix's standard error.
#[derive(Clone, Debug)]
pub(super) enum Answers {
    All(Vec<Value>),
    Failed(String),
}

/// One batch for each output, in the order in which outputs first occur.
pub(super) fn batches(targets: &[Target]) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for (number, target) in targets.iter().enumerate() {
        match batches.iter_mut().find(|batch| batch.output == target.output) {
            Some(batch) => batch.targets.push(number),
            None => batches.push(Batch { output: target.output.clone(), targets: vec![number] }),
        }
    }
    batches
}

impl Batch {
    /// The part of the batch that is worth asking about the base: what is compared.
    pub fn compared(&self, targets: &[Target]) -> Option<Self> {
        let compared = |number: &usize| match targets[*number].expect {
            Expect::Changed | Expect::ChangedAny(_) | Expect::Same | Expect::Reported => true,
            // A forced question is about what was added: without the edit it fails by nature.
            Expect::Equals(_) => !targets[*number].forced,
            Expect::Evaluates => false,
        };
        let kept: Vec<usize> = self.targets.iter().copied().filter(compared).collect();
        (!kept.is_empty()).then(|| Self { output: self.output.clone(), targets: kept })
    }

    /// Only its question `number`.
    pub fn only(&self, number: usize) -> Self {
        Self { output: self.output.clone(), targets: vec![number] }
    }

    /// Asks.
    pub fn ask(&self, nix: &Nix, source: &Source, targets: &[Target], cancel: &Cancel) -> Result<Answers> {
        Ok(match nix.eval(&source.reference, &self.output, &self.function(targets), cancel)? {
            Evaluation::Failed(stderr) => Answers::Failed(stderr),
            Evaluation::Value(mut value) => {
                let answer = |number: &usize| value.get_mut(name(*number)).map(Value::take).unwrap_or_default();
                Answers::All(self.targets.iter().map(answer).collect())
            }
        })
    }

    /// The function for `--apply`. Each question ends its own line: it may end in a comment.
    fn function(&self, targets: &[Target]) -> String {
        let bindings = self.targets.iter().map(|&number| format!("  {} = (\n{}\n  );\n", name(number), targets[number].question));
        format!("c: {{\n{}}}", bindings.collect::<String>())
    }

    /// The question that Nix was at when it failed, as far as its trace tells.
    pub fn named_in(&self, stderr: &str) -> Option<usize> {
        let mut named = self.targets.iter().copied().filter(|&number| {
            let at = |(at, _): (usize, &str)| !stderr[at + name(number).len()..].starts_with(|c: char| c.is_ascii_digit());
            stderr.match_indices(&name(number)).any(at)
        });
        named.next().filter(|_| named.next().is_none())
    }
}

/// The attribute that a question's answer comes under; unlikely to be anybody else's.
fn name(number: usize) -> String {
    format!("nixedit_question_{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(output: &str, expect: Expect) -> Target {
        let text = |text: &str| text.to_owned();
        Target { host: None, output: text(output), label: text("l"), question: text("c.x # note"), expect, forced: false }
    }

    #[test]
    fn one_batch_for_each_output() {
        let targets = [target("a", Expect::Same), target("b", Expect::Evaluates), target("a", Expect::Evaluates)];
        let batches = batches(&targets);
        let shape: Vec<_> = batches.iter().map(|b| (b.output.as_str(), b.targets.clone())).collect();
        assert_eq!(shape, [("a", vec![0, 2]), ("b", vec![1])]);
        assert_eq!(batches[0].compared(&targets).unwrap().targets, [0]);
        assert!(batches[1].compared(&targets).is_none());
        assert!(rnix::Root::parse(&batches[0].function(&targets)).errors().is_empty());
    }

    #[test]
    fn a_trace_tells_the_question() {
        let batch = Batch { output: String::new(), targets: vec![1, 11] };
        assert_eq!(batch.named_in("while evaluating attribute 'nixedit_question_11'"), Some(11));
        assert_eq!(batch.named_in("'nixedit_question_1'"), Some(1));
        assert_eq!(batch.named_in("nixedit_question_1 nixedit_question_11"), None);
        assert_eq!(batch.named_in(""), None);
    }
}
