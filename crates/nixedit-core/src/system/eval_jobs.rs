//! nix-eval-jobs: an evaluator that keeps several workers busy with one flake and starts a worker anew once it
//! has grown too large.
//!
//! It prints a JSON object a line as soon as an attribute is evaluated: `attrPath` (list of names), and either
//! `drvPath` or `error` (the whole text that Nix would print). What concerns no attribute goes to standard
//! error, with a failing exit status. Source: the README and `worker.cc` of nix-community/nix-eval-jobs.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::settings::ValidateSettings;
use crate::system::command::{Cancel, Command, Finished, find_program};
use crate::system::nix::Nix;
use serde::Deserialize;
use std::ffi::OsString;
use std::path::PathBuf;

/// What stands behind a complaint about the program.
const WAY_OUT: &str = "--no-eval-jobs leaves it aside: each host is then evaluated by a nix of its own";

/// The program, and what it is always given.
#[derive(Clone, Debug)]
pub struct EvalJobs {
    program: PathBuf,
    arguments: Vec<String>,
    /// MiB.
    memory: u32,
    /// Who named it; `None` where it was found on `PATH`.
    named_by: Option<&'static str>,
}

/// What there is to evaluate, and how.
pub struct Order<'a> {
    /// Flake reference without `#`.
    pub reference: &'a str,
    /// The flake output that `select` is applied to.
    pub output: &'a str,
    /// A Nix function that gives a set of derivations.
    pub select: &'a str,
    /// Evaluations at the same time.
    pub workers: usize,
}

/// One answer: an attribute of what `select` gave, and its derivation's path or Nix's error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The attribute.
    pub attr: String,
    /// Store path of the derivation, or the error's text with its trace.
    pub derivation: std::result::Result<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    attr_path: Vec<String>,
    drv_path: Option<String>,
    error: Option<String>,
}

impl EvalJobs {
    /// The program that the settings name, else `NIXEDIT_EVAL_JOBS` (`named`), else the one on `path`; `None`
    /// where there is none or the settings forbid it by an empty list. Fails with `env.command` where one is
    /// named that is not there.
    pub fn find(settings: &ValidateSettings, named: Option<OsString>, path: Option<OsString>) -> Result<Option<Self>> {
        let from_variable = || named.map(|name| (vec![name.to_string_lossy().into_owned()], "NIXEDIT_EVAL_JOBS"));
        let stated = settings.eval_jobs.clone().map(|words| (words, "[validate] eval_jobs")).or_else(from_variable);
        let (words, named_by) = match stated {
            Some((words, by)) => (words, Some(by)),
            None => (vec!["nix-eval-jobs".to_owned()], None),
        };
        let Some((name, arguments)) = words.split_first() else { return Ok(None) };
        match (find_program(name, path.as_deref()), named_by) {
            (Some(program), _) => Ok(Some(Self { program, arguments: arguments.to_vec(), memory: settings.eval_jobs_memory, named_by })),
            (None, None) => Ok(None),
            (None, Some(by)) => Err(Diagnostic::new(Code::EnvCommand, format!("{by} names {name}, which is no program")).help(WAY_OUT)),
        }
    }

    /// Whether it knows `--select`, without which it cannot be asked about whole systems. Fails with
    /// `env.command` when it does not and somebody named it.
    pub fn fits(&self, cancel: &Cancel) -> Result<bool> {
        let help = Command::new(&self.program).arg("--help").run(cancel)?;
        let knows = |text: &[u8]| String::from_utf8_lossy(text).contains("--select");
        if knows(&help.stdout) || knows(&help.stderr) {
            return Ok(true);
        }
        let Some(by) = self.named_by else { return Ok(false) };
        let message = format!("{}, named by {by}, knows no --select", self.program.display());
        Err(Diagnostic::new(Code::EnvCommand, message).help(format!("a later nix-eval-jobs does; {WAY_OUT}")))
    }

    /// Evaluates; hands each answer on as it comes. Fails with `env.command` when it prints something else, and
    /// as [`Command::run_lines`] does; `nix` gives the deadline of one answer. The exit status is the caller's to judge.
    pub fn run(&self, nix: &Nix, order: &Order<'_>, cancel: &Cancel, each: &mut dyn FnMut(Job) -> Result<()>) -> Result<Finished> {
        let mut command = Command::new(&self.program).limit(nix.limit).args(&self.arguments);
        command = command.args(["--workers", &order.workers.to_string(), "--max-memory-size", &self.memory.to_string()]);
        command = command.args(nix.evaluation_words()).args(["--log-format", "internal-json", "--show-trace", "--select", order.select]);
        command = command.arg("--flake").arg(format!("{}#{}", order.reference, order.output));
        command.run_lines(cancel, &mut |line| if line.trim_ascii().is_empty() { Ok(()) } else { each(read(line)?) })
    }

    /// What is said when it ended too early: `said` is its standard error, `answered` of `asked` were answered.
    pub fn died(&self, run: &Finished, said: &str, answered: usize, asked: usize) -> Box<Diagnostic> {
        let lines = said.lines().rev().map(|line| line.trim().trim_start_matches("error:").trim());
        let why = lines.clone().find(|line| !line.is_empty()).unwrap_or("it says nothing").to_owned();
        let message = format!("nix-eval-jobs ended ({}) after {answered} of {asked} systems: {why}", run.status);
        Diagnostic::new(Code::EnvCommand, message).help(WAY_OUT)
    }
}

/// One line of its output.
fn read(line: &[u8]) -> Result<Job> {
    let parsed: Option<Line> = serde_json::from_slice(line).ok();
    let job = parsed.and_then(|line| {
        let derivation = match (line.error, line.drv_path) {
            (Some(error), _) => Err(error),
            (None, Some(path)) => Ok(path),
            (None, None) => return None,
        };
        Some(Job { attr: line.attr_path.into_iter().next()?, derivation })
    });
    job.ok_or_else(|| no_answer(&String::from_utf8_lossy(line)))
}

/// Says that something printed is no answer.
pub fn no_answer(printed: &str) -> Box<Diagnostic> {
    let start: String = printed.chars().take(60).collect();
    Diagnostic::new(Code::EnvCommand, format!("nix-eval-jobs printed what is no answer: {start:?}")).help(WAY_OUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_and_nothing_else_is() {
        let job = |line: &str| read(line.as_bytes());
        let derivation = |path: &str| Job { attr: "a".to_owned(), derivation: Ok(path.to_owned()) };
        let line = r#"{"attr":"a","attrPath":["a"],"drvPath":"/nix/store/x.drv","name":"x","outputs":{"out":null},"system":"s"}"#;
        assert_eq!(job(line).unwrap(), derivation("/nix/store/x.drv"));
        let failed = job(r#"{"attr":"a","attrPath":["a"],"error":"error: no"}"#).unwrap();
        assert_eq!(failed.derivation, Err("error: no".to_owned()));
        for wrong in ["", "{}", "[]", "null", r#"{"attrPath":[],"drvPath":"x"}"#, r#"{"attrPath":["a"]}"#, "warning: x", "\u{fffd}"] {
            assert_eq!(job(wrong).unwrap_err().code, Code::EnvCommand, "{wrong}");
        }
    }

    #[test]
    fn it_is_found_in_the_stated_order() {
        let mut settings = ValidateSettings::default();
        let find = |settings: &ValidateSettings, named: Option<&str>| EvalJobs::find(settings, named.map(Into::into), Some("/bin".into()));
        assert!(find(&settings, None).unwrap().is_none());
        assert_eq!(find(&settings, Some("sh")).unwrap().unwrap().program, PathBuf::from("/bin/sh"));
        settings.eval_jobs = Some(vec!["cat".to_owned(), "--x".to_owned()]);
        let found = find(&settings, Some("sh")).unwrap().unwrap();
        assert_eq!((found.program, found.arguments), (PathBuf::from("/bin/cat"), vec!["--x".to_owned()]));
        settings.eval_jobs = Some(vec!["/no/such".to_owned()]);
        assert_eq!(find(&settings, None).unwrap_err().code, Code::EnvCommand);
        settings.eval_jobs = Some(Vec::new());
        assert!(find(&settings, Some("sh")).unwrap().is_none());
    }

    #[test]
    fn one_that_knows_no_select_is_passed_over_unless_named() {
        let settings = ValidateSettings { eval_jobs: Some(vec!["/bin/echo".to_owned()]), ..ValidateSettings::default() };
        let named = EvalJobs::find(&settings, None, None).unwrap().unwrap();
        assert_eq!(named.fits(&Cancel::default()).unwrap_err().code, Code::EnvCommand);
        assert!(!EvalJobs { named_by: None, ..named }.fits(&Cancel::default()).unwrap());
    }
}
