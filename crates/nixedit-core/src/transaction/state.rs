//! Where lock, journal and history live: never in the user's tree.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::system::command::{home, variable};
use crate::system::disk::{self, failure};
use crate::text::ContentHash;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The places of one repository (or of one flake outside any repository).
#[derive(Clone, Debug)]
pub(super) struct State {
    /// `<git-dir>/nixedit`, or a folder of the user's state folder named by the root's hash.
    pub folder: PathBuf,
    /// What `EditRecord::root` is relative to.
    pub top: PathBuf,
    /// This flake's root relative to `top`.
    pub prefix: String,
    /// Whether `top` is a git working tree.
    pub in_git: bool,
}

impl State {
    /// The places for the flake at `root`. Nothing is created.
    pub fn of(root: &Path) -> Result<Self> {
        Self::with_home(root, state_home())
    }

    /// As `of`; `home` is the user's state folder.
    pub fn with_home(root: &Path, home: Option<PathBuf>) -> Result<Self> {
        let root = disk::real(root).map_err(failure("find", root))?;
        if let Some((top, git_dir)) = root.ancestors().find_map(|top| Some((top, git_dir(top)?))) {
            let within = root.strip_prefix(top).unwrap_or(Path::new(""));
            let prefix = within.to_str().ok_or_else(|| no_text(&root))?.to_owned();
            return Ok(Self { folder: git_dir.join("nixedit"), top: top.to_owned(), prefix, in_git: true });
        }
        let home = home.ok_or_else(|| Diagnostic::new(Code::FileIo, "no place for the journal: set HOME or XDG_STATE_HOME"))?;
        let name = ContentHash::of(root.as_os_str().as_bytes()).to_string();
        Ok(Self { folder: home.join("nixedit").join(&name[..16]), top: root, prefix: String::new(), in_git: false })
    }

    /// Makes the folders that are missing, for the user's eyes only.
    pub fn create(&self) -> Result<()> {
        for folder in [self.journal(), self.edits(), self.blobs(), self.replaced()] {
            disk::create_private_folders(&folder).map_err(failure("make", &folder))?;
        }
        Ok(())
    }

    /// The root of the flake that a record is about.
    pub fn root(&self, prefix: &str) -> PathBuf {
        if prefix.is_empty() { self.top.clone() } else { self.top.join(prefix) }
    }

    /// The lock's file.
    pub fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    /// Records of edits under way.
    pub fn journal(&self) -> PathBuf {
        self.folder.join("journal")
    }

    /// Records of edits that landed.
    pub fn edits(&self) -> PathBuf {
        self.folder.join("edits")
    }

    /// What Nix said when it last failed.
    pub fn nix_log(&self) -> PathBuf {
        self.folder.join("nix.log")
    }

    /// Bytes of files, named by their hash.
    pub fn blobs(&self) -> PathBuf {
        self.folder.join("blobs")
    }

    /// Files that were replaced or removed a moment ago.
    pub fn replaced(&self) -> PathBuf {
        self.folder.join("replaced")
    }

    /// Those of them that somebody saved after they had been replaced.
    pub fn saved(&self) -> PathBuf {
        self.folder.join("saved")
    }
}

/// The folder that git keeps for the work tree at `top`: `.git`, or (linked work tree, submodule)
/// what the file `.git` names. Found by looking, not by asking git: everybody must meet at the same
/// lock, whether git is installed for them and trusts the owner or not.
fn git_dir(top: &Path) -> Option<PathBuf> {
    let dot_git = top.join(".git");
    let git_dir = match disk::read_to_string(&dot_git) {
        Ok(named) => disk::real(&top.join(named.strip_prefix("gitdir:")?.trim())).ok()?,
        Err(_) => dot_git,
    };
    disk::entry(git_dir.join("HEAD")).is_ok().then_some(git_dir)
}

/// `$XDG_STATE_HOME`, which counts only when absolute, or `~/.local/state`.
fn state_home() -> Option<PathBuf> {
    let stated = variable("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    stated.or_else(|| home().map(|home| home.join(".local/state")))
}

/// A path that cannot be written into a record.
pub(super) fn no_text(path: &Path) -> Box<Diagnostic> {
    Diagnostic::new(Code::FileEncoding, format!("the path {} is not UTF-8", path.display()))
}
