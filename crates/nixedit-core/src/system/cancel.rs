//! The word "stop", shared by everything that runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Says "stop" to whatever runs; clones share the word. A Ctrl-C handler sets it.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    own: Arc<AtomicBool>,
    above: Option<Arc<Cancel>>,
}

impl Cancel {
    /// A token over a flag that a signal handler sets.
    pub fn from_flag(flag: Arc<AtomicBool>) -> Self {
        Self { own: flag, above: None }
    }

    /// A token that stops when this one does, and can be stopped alone.
    pub fn child(&self) -> Self {
        Self { own: Arc::default(), above: Some(Arc::new(self.clone())) }
    }

    /// Stops everything that runs under this token.
    pub fn cancel(&self) {
        self.own.store(true, Ordering::SeqCst);
    }

    /// Whether this token or one above it was stopped.
    pub fn is_cancelled(&self) -> bool {
        self.own.load(Ordering::SeqCst) || self.above.as_ref().is_some_and(|above| above.is_cancelled())
    }
}
