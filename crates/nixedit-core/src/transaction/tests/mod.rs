//! Shared scene: a small tree, with or without git, and pictures of it to compare.

#![allow(clippy::unwrap_used)]

mod crash;
mod landing;
mod late_saves;
mod processes;
mod refusals;
mod reversing;

use super::*;
use crate::change_set::FileChange;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Every file, folder and link of a tree: bits and bytes (of a link: where it leads).
type Picture = BTreeMap<String, (u32, Vec<u8>)>;

struct Scene {
    folder: PathBuf,
    /// Removes the scene when dropped; a child process only visits.
    _owned: Option<tempfile::TempDir>,
}

impl Scene {
    /// A committed flake: `edit.nix` (755, CRLF), `gone.nix` (600, not UTF-8), `sub/kept.nix`.
    fn in_git() -> Self {
        let scene = Self::without_git();
        scene.git(&["init", "-q"]);
        scene.git(&["add", "."]);
        scene.git(&["-c", "user.name=n", "-c", "user.email=e@e", "commit", "-qm", "start"]);
        scene
    }

    fn without_git() -> Self {
        let owned = tempfile::tempdir().unwrap();
        let scene = Self { folder: owned.path().to_owned(), _owned: Some(owned) };
        fs::create_dir(scene.root()).unwrap();
        scene.write("edit.nix", b"{\r\n  a = 1;\r\n}", 0o755);
        scene.write("gone.nix", b"\xff\x00\n", 0o600);
        fs::create_dir(scene.root().join("sub")).unwrap();
        scene.write("sub/kept.nix", b"{ }\n", 0o644);
        scene
    }

    fn root(&self) -> PathBuf {
        self.folder.join("flake")
    }

    /// Where state goes when there is no git; beside the tree, so that a picture shows no trace.
    fn home(&self) -> PathBuf {
        self.folder.join("state")
    }

    fn state(&self) -> State {
        self.state_of(&self.root())
    }

    fn state_of(&self, root: &Path) -> State {
        State::with_home(root, Some(self.home())).unwrap()
    }

    fn write(&self, path: &str, bytes: &[u8], mode: u32) {
        let full = self.root().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(&full, bytes).unwrap();
        fs::set_permissions(full, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        git_in(&self.root(), arguments)
    }

    fn picture(&self) -> Picture {
        let mut picture = Picture::new();
        take(&self.root(), "", &mut picture);
        picture
    }

    fn commit(&self, changes: &ChangeSet) -> Result<Committed> {
        self.commit_with(changes, &quick())
    }

    fn commit_with(&self, changes: &ChangeSet, options: &CommitOptions) -> Result<Committed> {
        commit_in(self.state(), changes, meta(), options, &mut |_| {})
    }

    fn recover(&self) -> Option<String> {
        recover_in(self.state(), Duration::ZERO, &mut |_| {}).unwrap()
    }

    fn undo(&self, id: Option<&str>) -> Result<Committed> {
        undo::reverse_in(self.state(), Wish::Undo, id, Vec::new(), &quick(), &mut |_| {})
    }

    fn redo(&self, id: Option<&str>) -> Result<Committed> {
        undo::reverse_in(self.state(), Wish::Redo, id, Vec::new(), &quick(), &mut |_| {})
    }

    /// The change from what is there now to `after`.
    fn change(&self, path: &str, after: Option<&[u8]>) -> FileChange {
        let before = fs::read(self.root().join(path)).ok().map(Into::into);
        FileChange { path: path.to_owned(), before, after: after.map(Into::into) }
    }

    fn changes(&self, files: &[(&str, Option<&[u8]>)]) -> ChangeSet {
        let mut changes = ChangeSet::default();
        files.iter().for_each(|(path, after)| changes.record(self.change(path, *after)));
        changes
    }

    /// An edit, a new file in new folders, and a removal.
    fn three(&self) -> ChangeSet {
        self.changes(&[("edit.nix", Some(b"{\r\n  a = 2;\r\n}")), ("new/folder/file.nix", Some(b"\xfe\x00 new")), ("gone.nix", None)])
    }

    /// Nothing of ours is left anywhere but history.
    fn assert_settled(&self) {
        assert!(journal::is_empty(&self.state()), "the journal is empty");
        let stray = self.picture().into_keys().find(|path| path.contains(".nixedit"));
        assert_eq!(stray, None, "nothing is left in the tree");
    }
}

fn git_in(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn take(folder: &Path, prefix: &str, picture: &mut Picture) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let name = format!("{prefix}{}", entry.file_name().into_string().unwrap());
        let metadata = entry.path().symlink_metadata().unwrap();
        let mode = metadata.permissions().mode();
        if name == ".git" {
            continue;
        } else if metadata.is_dir() {
            picture.insert(name.clone(), (mode, Vec::new()));
            take(&entry.path(), &format!("{name}/"), picture);
        } else if metadata.is_symlink() {
            picture.insert(name, (mode, fs::read_link(entry.path()).unwrap().into_os_string().into_encoded_bytes()));
        } else {
            picture.insert(name, (mode, fs::read(entry.path()).unwrap()));
        }
    }
}

fn meta() -> EditMeta {
    EditMeta { command: vec!["nixedit".into(), "test".into()], operation: "test".into(), summary: "tested".into() }
}

/// Without waiting for locks or disks.
fn quick() -> CommitOptions {
    CommitOptions { wait: Duration::ZERO, sync: Sync::None, ..CommitOptions::default() }
}
