//! What is not written, and that nothing at all is written then.

use super::*;
use std::os::unix::fs::symlink;

/// Commits, expecting this code and an untouched tree.
fn refused(scene: &Scene, changes: &ChangeSet, options: &CommitOptions, code: &str) -> Box<crate::diagnostic::Diagnostic> {
    let before = scene.picture();
    let error = scene.commit_with(changes, options).unwrap_err();
    assert_eq!(error.code.as_str(), code, "{error}");
    assert_eq!(scene.picture(), before);
    assert!(history::records_here(&scene.state()).unwrap().is_empty());
    scene.assert_settled();
    error
}

/// A change whose `before` is stated, whatever is there.
fn stated(path: &str, before: Option<&[u8]>, after: Option<&[u8]>) -> ChangeSet {
    let mut changes = ChangeSet::default();
    changes.record(FileChange { path: path.into(), before: before.map(Into::into), after: after.map(Into::into) });
    changes
}

#[test]
fn files_that_changed_meanwhile() {
    let scene = Scene::in_git();
    let changes = scene.three();
    scene.write("edit.nix", b"mine", 0o755);
    scene.write("new/folder/file.nix", b"mine", 0o644);
    let error = refused(&scene, &changes, &quick(), "file.changed");
    assert_eq!(error.candidates, ["edit.nix", "new/folder/file.nix"]);
    refused(&scene, &stated("absent.nix", Some(b"x"), Some(b"y")), &quick(), "file.changed");
    refused(&scene, &stated("absent.nix", Some(b"x"), None), &quick(), "file.changed");
}

#[test]
fn files_that_were_read_and_changed() {
    let scene = Scene::in_git();
    let changes = scene.changes(&[("edit.nix", Some(b"2"))]);
    let read = |path: &str, hash| CommitOptions { checked_files: vec![(path.to_owned(), hash)], ..quick() };
    let same = Some(ContentHash::of(b"{ }\n"));
    let other = Some(ContentHash::of(b"{}"));
    assert_eq!(refused(&scene, &changes, &read("sub/kept.nix", other), "file.changed").candidates, ["sub/kept.nix"]);
    refused(&scene, &changes, &read("sub/kept.nix", None), "file.changed");
    refused(&scene, &changes, &read("absent.nix", same), "file.changed");
    scene.commit_with(&changes, &read("sub/kept.nix", same)).unwrap();
}

#[test]
fn a_file_saved_while_the_temporaries_were_written() {
    let scene = Scene::in_git();
    let (changes, edit) = (scene.three(), scene.root().join("edit.nix"));
    let mut save = |step| {
        if step == Step::Synced {
            fs::write(&edit, b"saved").unwrap()
        }
    };
    let error = commit_in(scene.state(), &changes, meta(), &quick(), &mut save).unwrap_err();
    assert_eq!(error.code.as_str(), "file.changed");
    assert_eq!(scene.picture()["edit.nix"].1, b"saved");
    assert!(scene.root().join("gone.nix").exists() && !scene.root().join("new").exists());
    scene.assert_settled();
}

#[test]
fn a_file_that_somebody_else_makes_the_same_is_theirs() {
    let scene = Scene::in_git();
    let (changes, new) = (scene.three(), scene.root().join("new/folder/file.nix"));
    let mut make = |step| {
        if step == Step::Synced {
            fs::write(&new, b"\xfe\x00 new").unwrap();
        }
    };
    assert_eq!(commit_in(scene.state(), &changes, meta(), &quick(), &mut make).unwrap_err().code.as_str(), "file.changed");
    assert!(new.exists());
    scene.assert_settled();
}

#[test]
fn a_file_that_is_saved_between_two_replacements_is_kept() {
    for late in ["gone.nix", "new/folder/file.nix"] {
        let scene = Scene::in_git();
        let (changes, before, late) = (scene.three(), scene.picture(), scene.root().join(late));
        let mut save = |step| {
            if step == Step::Landed {
                fs::write(&late, b"saved").unwrap();
            }
        };
        let error = commit_in(scene.state(), &changes, meta(), &quick(), &mut save).unwrap_err();
        assert_eq!(error.code.as_str(), "file.changed", "{error}");
        assert_eq!(fs::read(&late).unwrap(), b"saved");
        assert_eq!(scene.picture()["edit.nix"], before["edit.nix"], "what had landed is taken back");
        scene.assert_settled();
    }
}

#[test]
fn a_file_that_is_saved_after_the_last_look_is_given_back() {
    // In one file, and in the first of three; as editors save: another file under its name, or the same cut and written.
    for (one, in_place) in [(true, true), (true, false), (false, true), (false, false)] {
        let scene = Scene::in_git();
        let changes = if one { scene.changes(&[("edit.nix", Some(b"2"))]) } else { scene.three() };
        let (edited, before) = (scene.root().join("edit.nix"), scene.picture());
        let mut save = |step| {
            let out = fs::read_dir(scene.root()).unwrap().map(|entry| entry.unwrap().path());
            let out = out.into_iter().find(|path| path.to_string_lossy().contains(".nixedit-"));
            match (step, out) {
                // What such a save would have left, had it come between the look and the exchange.
                (Step::Exchanged, Some(out)) if in_place => fs::write(out, b"saved").unwrap(),
                (Step::Exchanged, Some(out)) => {
                    fs::write(scene.root().join("other"), b"saved").unwrap();
                    fs::rename(scene.root().join("other"), out).unwrap();
                }
                _ => {}
            }
        };
        let error = commit_in(scene.state(), &changes, meta(), &quick(), &mut save).unwrap_err();
        assert_eq!((error.code.as_str(), &error.candidates[..]), ("file.changed", &["edit.nix".to_owned()][..]));
        assert_eq!(fs::read(&edited).unwrap(), b"saved");
        scene.write("edit.nix", &before["edit.nix"].1, 0o755);
        assert_eq!(scene.picture(), before);
        scene.assert_settled();
    }
}

#[test]
fn a_failure_half_way_takes_back_what_landed() {
    for (cause, code) in [("a folder in its place", "file.changed"), ("its temporary is lost", "file.io")] {
        let scene = Scene::in_git();
        let (changes, before, blocked) = (scene.three(), scene.picture(), scene.root().join("new/folder/file.nix"));
        let mut fail = |step| match (step, blocked.parent().unwrap().read_dir()) {
            (Step::Landed, Ok(names)) if cause.contains("temporary") => {
                names.for_each(|name| fs::remove_file(name.unwrap().path()).unwrap())
            }
            (Step::Landed, Ok(_)) if !blocked.exists() => fs::create_dir(&blocked).unwrap(),
            _ => {}
        };
        let error = commit_in(scene.state(), &changes, meta(), &quick(), &mut fail).unwrap_err();
        assert_eq!(error.code.as_str(), code, "{cause}");
        scene.assert_settled();
        let _ = fs::remove_dir_all(scene.root().join("new"));
        assert_eq!(scene.picture(), before, "{cause}");
        assert_eq!(scene.git(&["status", "--porcelain"]), "");
    }
}

#[test]
fn read_only_files() {
    let scene = Scene::in_git();
    scene.write("hard.nix", b"x", 0o444);
    refused(&scene, &scene.changes(&[("edit.nix", Some(b"2")), ("hard.nix", Some(b"y"))]), &quick(), "file.read-only");
    refused(&scene, &scene.changes(&[("hard.nix", None)]), &quick(), "file.read-only");
}

#[test]
fn paths_that_lead_out() {
    let scene = Scene::in_git();
    let outside = scene.folder.join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("o.nix"), b"o").unwrap();
    symlink(&outside, scene.root().join("way")).unwrap();
    symlink("../outside/o.nix", scene.root().join("link.nix")).unwrap();
    refused(&scene, &stated("link.nix", Some(b"o"), Some(b"p")), &quick(), "file.outside");
    refused(&scene, &stated("way/o.nix", Some(b"o"), Some(b"p")), &quick(), "file.outside");
    refused(&scene, &stated("way/new.nix", None, Some(b"p")), &quick(), "file.outside");
    refused(&scene, &stated("way/deeper/new.nix", None, Some(b"p")), &quick(), "file.outside");
    refused(&scene, &stated("../new.nix", None, Some(b"p")), &quick(), "file.outside");
    refused(&scene, &stated("/tmp/nixedit-new.nix", None, Some(b"p")), &quick(), "file.outside");
    refused(&scene, &stated("", None, Some(b"p")), &quick(), "file.outside");
    refused(&scene, &stated(".git/config.new", None, Some(b"p")), &quick(), "file.protected");
    assert_eq!(fs::read(outside.join("o.nix")).unwrap(), b"o");
    assert_eq!(fs::read_dir(outside).unwrap().count(), 1);
}

#[test]
fn things_that_are_no_files() {
    let scene = Scene::in_git();
    symlink("nowhere", scene.root().join("dangling.nix")).unwrap();
    symlink("edit.nix", scene.root().join("link.nix")).unwrap();
    refused(&scene, &stated("sub", None, Some(b"p")), &quick(), "shape.unsupported");
    refused(&scene, &stated("dangling.nix", None, Some(b"p")), &quick(), "shape.unsupported");
    refused(&scene, &scene.changes(&[("link.nix", None)]), &quick(), "shape.unsupported");
    let twice = scene.changes(&[("link.nix", Some(b"1")), ("edit.nix", Some(b"2"))]);
    refused(&scene, &twice, &quick(), "shape.unsupported");
    refused(&scene, &ChangeSet::default(), &quick(), "result.broken");
    refused(&scene, &stated("edit.nix/below.nix", None, Some(b"p")), &quick(), "shape.unsupported");
}

#[test]
fn a_held_lock_names_its_holder() {
    let scene = Scene::in_git();
    scene.state().create().unwrap();
    let command = ["nixedit".to_owned(), "add-package".to_owned(), "vlc".to_owned()];
    let held = crate::system::lock::Lock::take(&scene.state().lock(), Duration::ZERO, &command, "editing this flake").unwrap();
    let error = refused(&scene, &scene.three(), &quick(), "lock.held");
    let holder = format!("process {} (nixedit add-package vlc)", std::process::id());
    assert!(error.message.starts_with(&holder), "{error}");
    assert!(error.message.contains("has been editing this flake for "), "{error}");
    fs::write(scene.state().lock(), "said by another version\n").unwrap();
    let error = refused(&scene, &scene.three(), &quick(), "lock.held");
    assert_eq!(error.message, "another process is editing this flake and did not finish within 0.0 s");
    let waited = std::time::Instant::now();
    let patient = CommitOptions { wait: Duration::from_millis(120), ..quick() };
    refused(&scene, &scene.three(), &patient, "lock.held");
    assert!(waited.elapsed() >= Duration::from_millis(120));
    drop(held);
    scene.commit(&scene.three()).unwrap();
}
