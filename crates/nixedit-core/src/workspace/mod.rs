//! A flake (or a folder without one) that somebody edits: from an operation to what landed.
//!
//! [`Workspace::edit`] is the whole way: what a dead process left is settled, the operations are planned on a
//! snapshot, proven on a candidate outside the work tree, and landed. The parts of that way are here too, for
//! those who look ([`Workspace::project`]) or ask ([`Workspace::asker`]) only.

mod asking;
mod caller;
mod edit;
mod fleet;
mod history;
mod locking;
mod looking;
mod options;
mod prove;
mod report;
mod reverse;
mod settings_file;
mod text;

pub use caller::{Caller, Event, Library};
pub use options::{FleetOptions, Options};
pub use report::Report;
pub use text::edit_text;

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::project::Project;
use crate::settings::Settings;
use crate::system::disk;
use crate::validate::Level;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where edits are made, how, and for whom.
#[derive(Clone)]
pub struct Workspace {
    root: PathBuf,
    is_flake: bool,
    options: Options,
    caller: Arc<dyn Caller>,
}

impl Workspace {
    /// The folder `root`, whether or not it holds a `flake.nix`. Fails with `flake.missing` where there is no
    /// such folder.
    pub fn open(root: impl AsRef<Path>) -> Result<Self> {
        let root = root.as_ref();
        let absolute = disk::absolute(root).ok().filter(|path| disk::is_folder(path));
        let root = absolute.ok_or_else(|| {
            let error = Diagnostic::new(Code::FlakeMissing, format!("there is no folder {}", root.display()));
            error.help("give the folder that holds flake.nix")
        })?;
        let is_flake = disk::exists(&root.join("flake.nix"));
        Ok(Self { root, is_flake, options: Options::default(), caller: Arc::new(Library) })
    }

    /// The same with other options.
    pub fn with_options(self, options: Options) -> Self {
        Self { options, ..self }
    }

    /// The same for a caller who hears what goes on and can stop it.
    pub fn with_caller(self, caller: Arc<dyn Caller>) -> Self {
        Self { caller, ..self }
    }

    /// The folder, absolute.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether it holds a `flake.nix`.
    pub fn is_flake(&self) -> bool {
        self.is_flake
    }

    /// How edits are made here.
    pub fn options(&self) -> &Options {
        &self.options
    }

    #[doc(hidden)]
    /// What the owner stated in `nixedit.toml` or the file that the options name. Fails with `settings.invalid`,
    /// at the line.
    pub fn settings(&self) -> Result<Settings> {
        settings_file::read(&self.root, self.options.settings_file.as_deref())
    }

    #[doc(hidden)]
    /// A snapshot of the files as they are, read as they are needed. Fails as [`Workspace::settings`] does.
    pub fn project(&self) -> Result<Project> {
        Ok(Project::new(&self.root, self.settings()?))
    }

    #[doc(hidden)]
    /// How far edits are proven; `None` leaves it to the settings and the edit.
    pub fn level(&self) -> Option<Level> {
        self.options.level.or(if self.is_flake { None } else { Some(Level::Scope) })
    }

    /// Whether Nix may be asked anything.
    fn may_ask(&self) -> bool {
        self.is_flake && self.options.level.is_none_or(|level| level >= Level::Target)
    }
}
