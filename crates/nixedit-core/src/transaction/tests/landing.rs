//! What a commit leaves: bytes, bits, links, git's knowledge, and nothing else.

use super::*;
use std::os::unix::fs::{MetadataExt, symlink};

#[test]
fn three_files_land_and_nothing_else_changes() {
    let scene = Scene::in_git();
    let mut expected = scene.picture();
    let untouched = fs::metadata(scene.root().join("sub/kept.nix")).unwrap();
    expected.get_mut("edit.nix").unwrap().1 = b"{\r\n  a = 2;\r\n}".to_vec();
    expected.remove("gone.nix");
    let done = scene.commit_with(&scene.three(), &CommitOptions::default()).unwrap();
    let mut picture = scene.picture();
    for made in ["new", "new/folder"] {
        assert!(picture.remove(made).is_some(), "{made}");
    }
    assert_eq!(picture.remove("new/folder/file.nix").unwrap().1, b"\xfe\x00 new");
    assert_eq!(picture, expected, "bits and the other files are as they were");
    assert_eq!(done.files, ["edit.nix", "gone.nix", "new/folder/file.nix"]);
    assert_eq!((done.recovered, done.notes), (None, Vec::new()));
    assert_eq!(scene.git(&["status", "--porcelain"]), " M edit.nix\n D gone.nix\n A new/folder/file.nix\n");
    let after = fs::metadata(scene.root().join("sub/kept.nix")).unwrap();
    assert_eq!((untouched.ino(), untouched.mtime_nsec()), (after.ino(), after.mtime_nsec()));
    assert!(scene.state().folder.starts_with(scene.root().join(".git").canonicalize().unwrap()));
    assert_eq!(fs::metadata(scene.state().folder).unwrap().permissions().mode() & 0o777, 0o700);
    scene.assert_settled();
}

#[test]
fn full_and_no_sync_land_the_same() {
    for sync in [Sync::None, Sync::Data, Sync::Full] {
        let scene = Scene::in_git();
        scene.commit_with(&scene.three(), &CommitOptions { sync, ..quick() }).unwrap();
        assert_eq!(fs::read(scene.root().join("edit.nix")).unwrap(), b"{\r\n  a = 2;\r\n}");
        scene.assert_settled();
    }
}

#[test]
fn bits_are_kept_whatever_they_are() {
    for mode in [0o755, 0o600, 0o664, 0o444 | 0o200] {
        let scene = Scene::without_git();
        scene.write("m.nix", b"1", mode);
        scene.commit(&scene.changes(&[("m.nix", Some(b"2"))])).unwrap();
        assert_eq!(scene.picture()["m.nix"], (0o100000 | mode, b"2".to_vec()));
    }
}

#[test]
fn a_new_file_gets_the_bits_of_any_new_file() {
    let scene = Scene::without_git();
    scene.commit(&scene.changes(&[("n.nix", Some(b"2"))])).unwrap();
    fs::write(scene.root().join("plain"), b"2").unwrap();
    let picture = scene.picture();
    assert_eq!(picture["n.nix"], picture["plain"]);
}

#[test]
fn links_inside_are_followed_and_kept() {
    let scene = Scene::in_git();
    symlink("sub/kept.nix", scene.root().join("link.nix")).unwrap();
    symlink("sub", scene.root().join("way")).unwrap();
    scene.commit(&scene.changes(&[("link.nix", Some(b"new"))])).unwrap();
    scene.commit(&scene.changes(&[("way/more.nix", Some(b"more"))])).unwrap();
    let picture = scene.picture();
    assert_eq!(picture["link.nix"].1, b"sub/kept.nix");
    assert_eq!(picture["way"].1, b"sub");
    assert_eq!(picture["sub/kept.nix"].1, b"new");
    assert_eq!(picture["sub/more.nix"].1, b"more");
    assert!(scene.git(&["status", "--porcelain"]).contains(" A sub/more.nix\n"));
    scene.undo(None).unwrap();
    scene.undo(None).unwrap();
    assert_eq!(scene.picture()["sub/kept.nix"].1, b"{ }\n");
    assert_eq!(scene.picture()["link.nix"].1, b"sub/kept.nix");
    assert!(!scene.picture().contains_key("sub/more.nix"));
}

#[test]
fn without_git_state_lives_elsewhere() {
    let scene = Scene::without_git();
    let before = scene.picture();
    let done = scene.commit(&scene.three()).unwrap();
    assert_eq!(done.notes, Vec::new());
    assert!(scene.state().folder.starts_with(scene.home()));
    scene.undo(None).unwrap();
    assert_eq!(scene.picture(), before);
}

#[test]
fn a_linked_worktree_has_its_own_state() {
    let scene = Scene::in_git();
    scene.git(&["worktree", "add", "-q", "../tree"]);
    let tree = scene.folder.join("tree");
    let state = scene.state_of(&tree);
    assert_ne!(state.folder, scene.state().folder);
    let mut changes = ChangeSet::default();
    changes.record(FileChange { path: "n.nix".into(), before: None, after: Some((*b"n").into()) });
    commit_in(state.clone(), &changes, meta(), &quick(), &mut |_| {}).unwrap();
    assert_eq!(git_in(&tree, &["status", "--porcelain"]), " A n.nix\n");
    assert_eq!(scene.git(&["status", "--porcelain"]), "");
    assert_eq!(state.folder, scene.root().join(".git/worktrees/tree/nixedit").canonicalize().unwrap());
    assert_eq!(history::records_here(&scene.state()).unwrap(), []);
    undo::reverse_in(state, Wish::Undo, None, Vec::new(), &quick(), &mut |_| {}).unwrap();
    assert_eq!(git_in(&tree, &["status", "--porcelain"]), "");
}

#[test]
fn a_flake_in_a_subfolder_shares_lock_and_journal_but_not_history() {
    let scene = Scene::in_git();
    let sub = scene.state_of(&scene.root().join("sub"));
    assert_eq!((sub.prefix.as_str(), &sub.folder), ("sub", &scene.state().folder));
    let mut changes = ChangeSet::default();
    changes.record(FileChange { path: "kept.nix".into(), before: Some((*b"{ }\n").into()), after: None });
    changes.record(FileChange { path: "deep/n.nix".into(), before: None, after: Some((*b"n").into()) });
    commit_in(sub.clone(), &changes, meta(), &quick(), &mut |_| {}).unwrap();
    assert_eq!(scene.git(&["status", "--porcelain"]), " A sub/deep/n.nix\n D sub/kept.nix\n");
    assert_eq!(history::records_here(&scene.state()).unwrap(), [], "the outer flake has no edits");
    assert_eq!(scene.undo(None).unwrap_err().code.as_str(), "edit.unknown");
    undo::reverse_in(sub, Wish::Undo, None, Vec::new(), &quick(), &mut |_| {}).unwrap();
    assert_eq!(scene.git(&["status", "--porcelain"]), "");
    assert!(!scene.root().join("sub/deep").exists());
}

#[test]
fn git_that_refuses_is_a_remark() {
    let scene = Scene::in_git();
    scene.write(".gitignore", b"*.age\n", 0o644);
    let done = scene.commit(&scene.changes(&[("s.age", Some(b"s")), ("t.nix", Some(b"t"))])).unwrap();
    assert_eq!(done.notes.len(), 1, "{:?}", done.notes);
    assert_eq!(done.notes[0].code, "file-untracked");
    assert!(done.notes[0].message.starts_with("git was not told of s.age"), "{}", done.notes[0].message);
    assert_eq!(scene.git(&["status", "--porcelain"]), " A t.nix\n?? .gitignore\n");
}

#[test]
fn git_is_not_told_when_that_is_not_wanted() {
    let scene = Scene::in_git();
    scene.commit_with(&scene.changes(&[("t.nix", Some(b"t"))]), &CommitOptions { stage: false, ..quick() }).unwrap();
    assert_eq!(scene.git(&["status", "--porcelain"]), "?? t.nix\n");
}

#[test]
fn what_the_user_staged_stays_staged() {
    let scene = Scene::in_git();
    scene.write("x.nix", b"staged", 0o644);
    scene.git(&["add", "x.nix"]);
    fs::remove_file(scene.root().join("x.nix")).unwrap();
    scene.commit(&scene.changes(&[("x.nix", Some(b"written"))])).unwrap();
    assert_eq!(scene.git(&["show", ":x.nix"]), "staged");
    scene.undo(None).unwrap();
    assert_eq!(scene.git(&["show", ":x.nix"]), "staged", "only an intention to add is forgotten");
}

#[test]
fn names_that_git_could_misread_are_taken_literally() {
    let scene = Scene::in_git();
    scene.commit(&scene.changes(&[("*.nix", Some(b"1")), (":(top)é ü.nix", Some(b"2")), ("-n.nix", Some(b"3"))])).unwrap();
    let said = scene.git(&["-c", "core.quotePath=false", "status", "--porcelain", "-z"]);
    assert_eq!(said, " A *.nix\0 A -n.nix\0 A :(top)é ü.nix\0");
    scene.undo(None).unwrap();
    assert_eq!(scene.git(&["status", "--porcelain"]), "");
}
