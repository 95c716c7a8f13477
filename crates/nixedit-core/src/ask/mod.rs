//! Questions to Nix about the flake as it is, beyond the proof of an edit.
//!
//! Where reading ends, Nix is asked, once: an answer is kept under the content of the flake, so that
//! the same question costs nothing until a file changes. Nothing is evaluated in the work tree; the
//! flake's own files come back as `./path`, whatever Nix calls them.

mod cache;
mod failure;
pub mod functions;
pub mod hosts;
mod systems;

#[cfg(test)]
mod tests;

pub use systems::Systems;

use crate::change_set::ChangeSet;
use crate::diagnostic::Result;
use crate::project::Host;
use crate::system::command::Cancel;
use crate::system::nix::{Evaluation, Nix};
use crate::system::nix_output::SourceRoots;
use crate::validate::Candidate;
use cache::Cache;
use serde_json::Value;
use std::any::Any;
use std::path::Path;
use std::sync::OnceLock;
use std::thread;

/// Told the flake output when an evaluation begins; what it gives is dropped when that has ended.
pub type During = dyn Fn(&str) -> Box<dyn Any> + Send + Sync;

/// Somebody who asks Nix about one state of a flake.
pub struct Asker {
    nix: Nix,
    cancel: Cancel,
    candidate: Candidate,
    cache: Option<Cache>,
    during: Box<During>,
    roots: OnceLock<SourceRoots>,
}

impl Asker {
    /// About the flake in `root` as it is on disk. Fails as [`Candidate::make`] does.
    pub fn new(root: &Path, nix: Nix, cancel: Cancel) -> Result<Self> {
        let candidate = Candidate::make(root, &ChangeSet::default(), &cancel)?;
        let cache = Cache::of(root, &candidate.base, &nix);
        Ok(Self { nix, cancel, candidate, cache, during: Box::new(|_| Box::new(())), roots: OnceLock::new() })
    }

    /// The same with somebody who is told of every evaluation.
    pub fn telling(self, during: Box<During>) -> Self {
        Self { during, ..self }
    }

    /// What `function` (Nix code) makes of a flake output. Fails with the code of Nix's own failure.
    pub fn ask(&self, output: &str, function: &str) -> Result<Value> {
        let key = format!("{output}\n{function}");
        if let Some(known) = self.cache.as_ref().and_then(|cache| cache.get(&key)) {
            return Ok(known);
        }
        let evaluation = {
            let _under_way = (self.during)(output);
            self.evaluate(output, function)?
        };
        match evaluation {
            Evaluation::Value(answer) => {
                let answer = own_files(answer, self.roots());
                if let Some(cache) = &self.cache {
                    cache.put(&key, &answer);
                }
                Ok(answer)
            }
            Evaluation::Failed(stderr) => Err(failure::diagnostic(&stderr, self.roots(), &self.candidate.base)),
        }
    }

    /// The same about a host.
    pub fn ask_host(&self, host: &Host, function: &str) -> Result<Value> {
        self.ask(&host.output(), function)
    }

    /// Evaluates; where Nix keeps the flake's files is found out at the same time.
    fn evaluate(&self, output: &str, function: &str) -> Result<Evaluation> {
        let reference = &self.candidate.base.reference;
        if self.roots.get().is_some() {
            return self.nix.eval(reference, output, function, &self.cancel);
        }
        thread::scope(|scope| {
            let roots = scope.spawn(|| self.candidate.base.located(&self.nix, &self.cancel));
            let answer = self.nix.eval(reference, output, function, &self.cancel);
            if let Ok(roots) = roots.join() {
                let _ = self.roots.set(roots);
            }
            answer
        })
    }

    fn roots(&self) -> &SourceRoots {
        self.roots.get_or_init(|| self.candidate.base.located(&self.nix, &self.cancel))
    }
}

/// An answer with the flake's own files written `./…`.
fn own_files(answer: Value, roots: &SourceRoots) -> Value {
    match answer {
        Value::String(text) => Value::String(roots.relative(&text).map_or(text, |own| format!("./{own}"))),
        Value::Array(items) => Value::Array(items.into_iter().map(|item| own_files(item, roots)).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(name, value)| (name, own_files(value, roots))).collect()),
        other => other,
    }
}

/// A file as an answer names it: of the flake, or of an input without what differs from store to
/// store.
pub fn file_of(answered: &str) -> (String, bool) {
    if let Some(own) = answered.strip_prefix("./") {
        return (own.to_owned(), true);
    }
    let below = answered.find("-source/").map(|at| &answered[at + "-source/".len()..]);
    (below.map_or_else(|| answered.to_owned(), |below| format!("<input>/{below}")), false)
}
