//! How edits are made.

use crate::validate::Level;
use std::path::PathBuf;
use std::time::Duration;

/// How edits are made; the default writes, proves as the settings say, and waits a minute for others.
///
/// ```
/// use nixedit_core::{Level, Options};
///
/// let mut options = Options::dry_run().to_level(Level::Host);
/// options.timeout = Some("5m".to_owned());
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Whether a proven edit lands; without, it is planned and proven only.
    pub write: bool,
    /// How far edits are proven. `None`: as the settings say, else to the level that fits the edit.
    pub level: Option<Level>,
    /// The deadline of one evaluation, such as `90s` or `5m`, in the place of the settings'.
    pub timeout: Option<String>,
    /// How long to wait for another process that edits here, and for files to keep still.
    pub wait: Duration,
    /// Whether git is told of new files (`git add -N`), which a flake needs to see them.
    pub stage: bool,
    /// The settings file in the place of `nixedit.toml`.
    pub settings_file: Option<PathBuf>,
    /// Programs to take for nix where neither the settings, `NIXEDIT_NIX` nor `PATH` have one.
    pub nix: Vec<PathBuf>,
    /// How whole systems are validated.
    pub fleet: FleetOptions,
}

/// How whole systems are validated; the default stops at the first that does not evaluate, takes what earlier
/// runs found out, and uses nix-eval-jobs where it is on `PATH`.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct FleetOptions {
    /// Whether the others go on when one does not evaluate.
    pub keep_going: bool,
    /// Whether to evaluate again what evaluated before, with the same content of the flake.
    pub again: bool,
    /// Evaluations at the same time, in the place of the settings'.
    pub jobs: Option<usize>,
    /// Whether to leave nix-eval-jobs aside.
    pub without_eval_jobs: bool,
}

impl Options {
    /// The default, but nothing is written: an edit is planned and proven only.
    pub fn dry_run() -> Self {
        Self { write: false, ..Self::default() }
    }

    /// The same, proving to this level.
    pub fn to_level(self, level: Level) -> Self {
        Self { level: Some(level), ..self }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            write: true,
            level: None,
            timeout: None,
            wait: Duration::from_secs(60),
            stage: true,
            settings_file: None,
            nix: Vec::new(),
            fleet: FleetOptions::default(),
        }
    }
}
