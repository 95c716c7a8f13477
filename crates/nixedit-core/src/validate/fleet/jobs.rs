//! Systems evaluated by nix-eval-jobs.

use super::{Hand, Stopped};
use crate::diagnostic::Result;
use crate::syntax::attr_path::{AttrPath, quoted_name};
use crate::system::command::Cancel;
use crate::system::eval_jobs::{EvalJobs, Job, Order, no_answer};
use crate::system::nix_output::parse_events;
use crate::validate::batch::Answers;
use crate::validate::schedule::{Evaluated, Setting};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// Longest `--select` in bytes: an argument may have 128 KiB.
const LONGEST: usize = 96 << 10;
/// What a system is called in `--select`, with its number behind it. Not its own name: of a name that is a
/// number Nix would make an index.
const NAME: &str = "nixedit_system_";

/// Systems below one flake output, as one run.
struct Part {
    /// The output: `nixosConfigurations`.
    output: String,
    /// Bindings of the set that `--select` gives.
    bindings: String,
    numbers: Vec<usize>,
}

/// Asks about the systems `left`; gives those that were answered. What it says nothing of (what is no
/// derivation) is left to the caller.
pub(super) fn ask(
    setting: &Setting<'_>,
    eval_jobs: &EvalJobs,
    left: &[usize],
    cancel: &Cancel,
    hand: &Hand<'_>,
) -> std::result::Result<BTreeSet<usize>, Stopped> {
    let mut answered = BTreeSet::new();
    for part in parts(setting, left) {
        let select = format!("c: {{\n{}}}", part.bindings);
        let reference = &setting.candidate.edited.reference;
        let order = Order { reference, output: &part.output, select: &select, workers: setting.jobs.clamp(1, part.numbers.len()) };
        let mut since = Instant::now();
        let run = eval_jobs.run(setting.nix, &order, cancel, &mut |job| {
            let milliseconds = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
            since = Instant::now();
            answer(job, &part, milliseconds, &mut answered, hand)
        });
        let run = run.map_err(Stopped::Because)?;
        if !run.status.success() {
            let said = run.stderr_text();
            let about_the_flake = answered.is_empty() && parse_events(said.as_bytes()).is_some_and(|failure| !failure.places.is_empty());
            let died = || Stopped::Because(eval_jobs.died(&run, &with_names(&said, setting), answered.len(), left.len()));
            return Err(if about_the_flake { Stopped::Failed(said) } else { died() });
        }
    }
    Ok(answered)
}

/// Hands one answer on. Fails when it is about nothing that was asked.
fn answer(job: Job, part: &Part, milliseconds: u64, answered: &mut BTreeSet<usize>, hand: &Hand<'_>) -> Result<()> {
    let number = job.attr.strip_prefix(NAME).and_then(|number| number.parse().ok()).filter(|number| part.numbers.contains(number));
    let number = number.ok_or_else(|| no_answer(&job.attr))?;
    if answered.insert(number) {
        let answers = job.derivation.map_or_else(Answers::Failed, |path| Answers::All(vec![path.into()]));
        hand(number, Evaluated { base: None, edited: Some(Ok(answers)), milliseconds });
    }
    Ok(())
}

/// The systems as runs: one output each, and no `--select` too long.
fn parts(setting: &Setting<'_>, left: &[usize]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    for &number in left {
        let target = &setting.targets[number];
        let Ok(path) = AttrPath::parse(&target.output) else { continue };
        let Some((output, below)) = path.names().split_first() else { continue };
        let below: String = below.iter().map(|name| format!(".{}", quoted_name(name))).collect();
        let binding = format!("{NAME}{number} = c{below}.config.{};\n", target.label);
        let fits = last.get(output).copied().filter(|&at| parts[at].bindings.len() + binding.len() < LONGEST);
        let at = fits.unwrap_or_else(|| {
            parts.push(Part { output: quoted_name(output).to_string(), bindings: String::new(), numbers: Vec::new() });
            last.insert(output.clone(), parts.len() - 1);
            parts.len() - 1
        });
        parts[at].bindings.push_str(&binding);
        parts[at].numbers.push(number);
    }
    parts
}

/// A text of nix-eval-jobs with the systems called by their own names.
fn with_names(said: &str, setting: &Setting<'_>) -> String {
    let mut pieces = said.split(NAME);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| !c.is_ascii_digit()).unwrap_or(piece.len());
        let target = piece[..end].parse::<usize>().ok().and_then(|number| setting.targets.get(number));
        out.push_str(target.map_or(NAME, |target| target.output.as_str()));
        out.push_str(if target.is_some() { &piece[end..] } else { piece });
    }
    out
}
