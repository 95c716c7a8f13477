//! The person at the terminal: sees what goes on, stops it with Ctrl-C, typed the command line.

use crate::cli::{Format, Global};
use crate::progress::Spinner;
use crate::render::human;
use nixedit_core::diagnostic::Diagnostic;
use nixedit_core::project::Project;
use nixedit_core::system::command::Cancel;
use nixedit_core::validate::Progress;
use nixedit_core::workspace::{Caller, Event};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};

/// Who typed the command line of this process.
pub struct Terminal {
    global: Global,
    spinner: Mutex<Option<Spinner>>,
}

impl Terminal {
    /// One who sees what the flags let through: nothing of what goes on with `--quiet`.
    pub fn new(global: &Global) -> Self {
        Self { global: global.clone(), spinner: Mutex::default() }
    }

    /// Shows a failure that does not end the run; a cause once.
    fn failed(&self, line: &Spinner, host: Option<&str>, error: &Diagnostic, told: bool) {
        if self.global.format == Format::Human {
            let host = host.unwrap_or("the flake");
            line.aside(|| if told { human::same_cause(host) } else { human::failed(host, error, &self.global) });
        }
    }
}

impl Caller for Terminal {
    fn note(&self, event: &Event) {
        let Ok(mut spinner) = self.spinner.lock() else { return };
        let line = spinner.get_or_insert_with(|| Spinner::start(self.global.quiet));
        match event {
            Event::Asking(output) => line.begin(&asking(output)),
            Event::Asked(output) => line.end(&asking(output)),
            Event::Locking => line.begin(LOCKING),
            Event::Locked => line.end(LOCKING),
            Event::Proving(Progress::Failed { host, error, told }) => self.failed(line, host.as_deref(), error, *told),
            Event::Proving(progress) => line.note(progress),
            _ => {}
        }
        if line.is_idle() {
            *spinner = None;
        }
    }

    fn cancel(&self) -> Cancel {
        interrupt()
    }

    fn command(&self) -> Vec<String> {
        command_line()
    }

    /// The process is about to end.
    fn let_go(&self, project: Project) {
        std::mem::forget(project);
    }
}

const LOCKING: &str = "locking inputs";

fn asking(output: &str) -> String {
    format!("asking Nix about {output}")
}

/// The command line of this process.
pub fn command_line() -> Vec<String> {
    std::iter::once("nixedit".to_owned()).chain(std::env::args().skip(1)).collect()
}

/// A token that Ctrl-C and a request to terminate stop. The second one ends the process at once.
pub fn interrupt() -> Cancel {
    static FLAG: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    let flag = FLAG.get_or_init(|| {
        let flag = Arc::new(AtomicBool::new(false));
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // Without a handler the signal ends the process, which is as safe: nothing is written yet.
            let _ = signal_hook::flag::register_conditional_default(signal, flag.clone());
            let _ = signal_hook::flag::register(signal, flag.clone());
        }
        flag
    });
    Cancel::from_flag(flag.clone())
}
