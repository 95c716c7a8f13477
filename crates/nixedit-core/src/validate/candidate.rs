//! The flake as it is and as it would be, each as something Nix can evaluate: outside the work
//! tree, so that nothing of the user's is ever written.

use crate::change_set::ChangeSet;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::system::command::Cancel;
use crate::system::disk::{self, TempDir};
use crate::system::git::Repository;
use crate::system::nix::{Nix, percent_encode};
use crate::system::nix_output::SourceRoots;
use crate::validate::{folder_copy, side_repository};
use std::path::{Path, PathBuf};

/// One state of the flake.
#[derive(Clone, Debug)]
pub struct Source {
    /// Flake reference, without `#`.
    pub reference: String,
    /// What Nix may print for its files. The store path is unknown until [`Source::located`].
    pub roots: SourceRoots,
}

impl Source {
    /// A commit of a repository with the flake in `prefix` (empty, or ending in `/`).
    pub(super) fn commit(repository: &Path, prefix: &str, revision: &str) -> Self {
        let subdirectory = prefix.trim_end_matches('/').to_owned();
        let folder = if subdirectory.is_empty() { String::new() } else { format!("dir={}&", percent_encode(&subdirectory, b"")) };
        Self {
            reference: format!("git+file://{}?{folder}rev={revision}", percent_encode(repository, b"")),
            roots: SourceRoots {
                store_path: None,
                repositories: vec![repository.to_string_lossy().into_owned()],
                revision: Some(revision.to_owned()),
                subdirectory,
            },
        }
    }

    /// A folder without git.
    pub(super) fn folder(folder: &Path) -> Self {
        let repositories = vec![folder.to_string_lossy().into_owned()];
        Self { reference: format!("path:{}", percent_encode(folder, b"")), roots: SourceRoots { repositories, ..SourceRoots::default() } }
    }

    /// The roots with the store path that Nix gave this source, as far as Nix can tell.
    pub fn located(&self, nix: &Nix, cancel: &Cancel) -> SourceRoots {
        let said = nix.metadata(&self.reference, cancel).ok();
        let path = said.and_then(|said| said.get("path")?.as_str().map(str::to_owned));
        SourceRoots { store_path: path, ..self.roots.clone() }
    }
}

/// Both states of the flake. Dropping it removes the temporary folder that holds them.
#[derive(Debug)]
pub struct Candidate {
    /// Without the edit: tracked files as they are on disk, uncommitted changes included.
    pub base: Source,
    /// The same with the edit.
    pub edited: Source,
    /// The throw-away repository, where the states are commits of one, with git and the flake's folder
    /// in it.
    commits: Option<(PathBuf, PathBuf, String)>,
    folder: TempDir,
}

/// A state of a flake as files outside the user's work tree, which may be written to.
#[derive(Debug)]
pub struct Files {
    /// Flake reference, without `#`.
    pub reference: String,
    /// The folder of its `flake.nix`.
    pub folder: PathBuf,
    /// The folder of the repository, or of the flake where there is none.
    pub root: PathBuf,
}

impl Candidate {
    /// Both states of the flake in `root`. In a git repository they are commits of a throw-away
    /// repository that borrows the user's objects, else copies of the folder. Reads the work tree
    /// and writes only in a temporary folder.
    ///
    /// Fails with `file.untracked` when the edit touches a file that git does not track, or
    /// creates one that it ignores: Nix would not see the edit.
    pub fn make(root: &Path, changes: &ChangeSet, cancel: &Cancel) -> Result<Self> {
        let failed = |error: std::io::Error| Diagnostic::new(Code::FileIo, format!("cannot prepare the candidate: {error}"));
        let root = disk::real(root).map_err(failed)?;
        let created = changes.get("flake.nix").is_some_and(|change| change.after.is_some());
        if !created && !disk::is_file(&root.join("flake.nix")) {
            return Err(Diagnostic::new(Code::FlakeMissing, format!("there is no flake.nix in {}", root.display())));
        }
        let folder = disk::temporary_folder().map_err(failed)?;
        let place = disk::real(folder.path()).map_err(failed)?;
        let repository = match Repository::of(&root, cancel) {
            Err(error) if error.code == Code::EnvNoGit => None,
            other => other?,
        };
        let made = match &repository {
            Some(repository) => side_repository::make(repository, &root, changes, &place)?,
            None => None,
        };
        let (commits, (base, edited)) = match (made, repository) {
            (Some(made), Some(user)) => (Some((place, user.program, user.prefix)), made),
            (Some(made), None) => (None, made),
            (None, _) => (None, folder_copy::make(&root, changes, &place, cancel)?),
        };
        Ok(Self { base, edited, commits, folder })
    }

    /// The edited state as files; `below` is the folder of the flake meant, from the root (empty, or a
    /// path). For what must write beside `flake.nix`, as locking does.
    pub fn files(&self, below: &str, cancel: &Cancel) -> Result<Files> {
        let inside = |prefix: &str| format!("{prefix}{below}").trim_end_matches('/').to_owned();
        if let Some((repository, git, prefix)) = &self.commits {
            side_repository::check_out(git, repository, cancel)?;
            let below = inside(prefix);
            let folder = if below.is_empty() { String::new() } else { format!("?dir={}", percent_encode(&below, b"")) };
            let reference = format!("git+file://{}{folder}", percent_encode(repository, b""));
            return Ok(Files { reference, folder: repository.join(below), root: repository.clone() });
        }
        let edited = disk::real(self.folder.path()).unwrap_or_else(|_| self.folder.path().to_owned()).join("edited");
        let folder = if below.is_empty() { String::new() } else { format!("?dir={}", percent_encode(below, b"")) };
        Ok(Files { reference: format!("path:{}{folder}", percent_encode(&edited, b"")), folder: edited.join(below), root: edited })
    }
}

/// Where a changed file really lies: symbolic links in `root/path` followed, as they are when the
/// change is written. A file that is to be deleted is itself not followed.
pub(super) fn real_path(root: &Path, path: &str, deleted: bool) -> PathBuf {
    fn follow(path: &Path) -> PathBuf {
        match (disk::real(path), path.parent(), path.file_name()) {
            (Ok(real), _, _) => real,
            (Err(_), Some(parent), Some(name)) => follow(parent).join(name),
            _ => path.to_owned(),
        }
    }
    let full = root.join(path);
    match (deleted, full.parent(), full.file_name()) {
        (true, Some(parent), Some(name)) => follow(parent).join(name),
        _ => follow(&full),
    }
}

/// `path` below `root`, written with `/`. Fails with `file.outside`.
pub(super) fn below(root: &Path, path: &Path) -> Result<String> {
    let below = path.strip_prefix(root).ok().and_then(Path::to_str);
    below.map(str::to_owned).ok_or_else(|| Diagnostic::new(Code::FileOutside, format!("{} lies outside the flake", path.display())))
}
