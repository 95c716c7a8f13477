//! Who asked for an edit: hears what goes on, can stop it, knows how the same is asked again.

use crate::project::Project;
use crate::system::command::Cancel;
use crate::text::shell_word;
use crate::validate::Progress;
use std::any::Any;
use std::sync::Arc;

/// What goes on. What begins also ends, whether it succeeds or not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// Nix is asked about a flake output.
    Asking(String),
    /// That has ended.
    Asked(String),
    /// Inputs are being locked.
    Locking,
    /// That has ended.
    Locked,
    /// An evaluation of a proof began or ended.
    Proving(Progress),
}

/// Somebody who asks for edits. Every method has an answer for those who do not care.
pub trait Caller: Send + Sync {
    /// Told what goes on, from several threads.
    fn note(&self, _event: &Event) {}

    /// The word that stops what runs. Asked for before anything that takes time.
    fn cancel(&self) -> Cancel {
        Cancel::default()
    }

    /// The call as a command line, for the history. No secret may be in it.
    fn command(&self) -> Vec<String> {
        vec!["nixedit".to_owned()]
    }

    /// The same call with one name in the place of another, as the way out of a failure names it; empty where the
    /// call has no such name.
    fn instead(&self, wrong: &str, right: &str) -> String {
        let command = self.command();
        if !command.iter().any(|word| word == wrong) {
            return String::new();
        }
        let words = command.iter().map(|word| shell_word(if word == wrong { right } else { word }));
        words.collect::<Vec<_>>().join(" ")
    }

    #[doc(hidden)]
    /// Hands a snapshot back. A process that is about to end may leave its trees to the end of the process:
    /// freeing large ones node by node takes time.
    fn let_go(&self, project: Project) {
        drop(project);
    }

    /// The same call, leaving the lock file alone; empty where there is none but a name.
    fn without_lock(&self) -> String {
        match self.command().as_slice() {
            [_, _, ..] => self.command().iter().map(|word| shell_word(word)).chain(["--no-lock".to_owned()]).collect::<Vec<_>>().join(" "),
            _ => String::new(),
        }
    }
}

/// A program that hears nothing and stops nothing.
pub struct Library;

impl Caller for Library {}

/// Tells the end of something when it is dropped.
pub(super) struct Until {
    caller: Arc<dyn Caller>,
    end: Event,
}

impl Until {
    /// Tells the beginning.
    pub(super) fn began(caller: &Arc<dyn Caller>, begin: &Event, end: Event) -> Self {
        caller.note(begin);
        Self { caller: caller.clone(), end }
    }

    pub(super) fn boxed(self) -> Box<dyn Any> {
        Box::new(self)
    }
}

impl Drop for Until {
    fn drop(&mut self) {
        self.caller.note(&self.end);
    }
}
