//! Death at every step. A child process does the deed and kills itself; the tree must end up all
//! old or all new, with nothing else in it, and nixedit must work on.

use super::*;
use rustix::process::{Signal, getpid, kill_process};
use std::os::unix::process::ExitStatusExt;

/// Does a deed in a child that dies at its `at`th step; whether it died.
fn dies(scene: &Scene, deed: &str, at: usize) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "transaction::tests::crash::child", "--ignored", "--nocapture", "--test-threads=1"]);
    child.env("NIXEDIT_TEST_DEED", deed).env("NIXEDIT_TEST_ROOT", &scene.folder).env("NIXEDIT_TEST_DIE_AT", at.to_string());
    let output = child.output().unwrap();
    let killed = output.status.signal() == Some(9);
    assert!(killed || output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    killed
}

/// The body of the child; by itself it does nothing.
#[test]
#[ignore = "started by the other tests"]
fn child() {
    let stated = |name: &str| std::env::var(format!("NIXEDIT_TEST_{name}")).unwrap_or_default();
    let Ok(at) = stated("DIE_AT").parse::<usize>() else { return };
    let scene = Scene { folder: PathBuf::from(stated("ROOT")), _owned: None };
    let (state, options, mut count) = (scene.state(), quick(), 0);
    let mut steps = |_| {
        count += 1;
        if count == at {
            kill_process(getpid(), Signal::KILL).unwrap();
        }
    };
    match stated("DEED").as_str() {
        "commit" => commit_in(state, &scene.three(), meta(), &options, &mut steps).map(drop),
        "recover" => recover_in(state, options.wait, &mut steps).map(drop),
        "undo" => undo::reverse_in(state, Wish::Undo, None, Vec::new(), &options, &mut steps).map(drop),
        deed => panic!("no deed {deed}"),
    }
    .unwrap();
}

/// A scene on which the commit has landed, with its pictures before and after.
fn landed() -> (Scene, Picture, Picture) {
    let scene = Scene::in_git();
    let before = scene.picture();
    scene.commit(&scene.three()).unwrap();
    let after = scene.picture();
    (scene, before, after)
}

/// After a recovery: all old or all new, git knows the same, and both ways are open.
fn assert_whole(scene: &Scene, old: &Picture, new: &Picture, told: &str) {
    let picture = scene.picture();
    assert!(picture == *old || picture == *new, "{told}: {:?}", picture.keys());
    scene.assert_settled();
    if picture == *old {
        assert_eq!(scene.git(&["status", "--porcelain"]), "", "{told}");
        assert_eq!(scene.commit(&scene.three()).unwrap().notes, [], "{told}: and again");
        assert_eq!(scene.picture(), *new, "{told}: and again");
    }
    assert_eq!(scene.git(&["status", "--porcelain"]), " M edit.nix\n D gone.nix\n A new/folder/file.nix\n", "{told}");
    scene.undo(None).unwrap();
    assert_eq!(scene.picture(), *old, "{told}: and back");
    assert_eq!(scene.git(&["status", "--porcelain"]), "", "{told}");
}

#[test]
fn a_commit_killed_anywhere_is_whole_after_recovery() {
    let (_, old, new) = landed();
    let mut ends = std::collections::BTreeSet::new();
    for at in 1.. {
        let scene = Scene::in_git();
        let killed = dies(&scene, "commit", at);
        let pending = !journal::is_empty(&scene.state());
        let mixed = ![&old, &new].contains(&&scene.picture());
        let told = scene.recover();
        assert!(pending || told.is_none(), "step {at}: {told:?}");
        ends.insert((killed, mixed, scene.picture() == new));
        assert_whole(&scene, &old, &new, &format!("killed at step {at}: {told:?}"));
        if !killed {
            assert!(at > 20, "the commit has many steps, each was met: {at}");
            break;
        }
    }
    // Died before anything landed, half-way (both outcomes lead on), after all landed, not at all.
    let expected = [(false, false, true), (true, false, false), (true, false, true), (true, true, false), (true, true, true)];
    assert_eq!(ends.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn a_recovery_killed_anywhere_is_whole_after_the_next() {
    let (_, old, new) = landed();
    for first in 2.. {
        if !dies(&Scene::in_git(), "commit", first) {
            break;
        }
        for second in 2.. {
            let scene = Scene::in_git();
            dies(&scene, "commit", first);
            let killed = dies(&scene, "recover", second);
            scene.recover();
            assert_whole(&scene, &old, &new, &format!("killed at step {first}, recovery at step {second}"));
            if !killed {
                break;
            }
        }
    }
}

#[test]
fn an_undo_killed_anywhere_is_whole_after_recovery() {
    for at in 1.. {
        let (scene, old, new) = landed();
        let killed = dies(&scene, "undo", at);
        scene.recover();
        scene.assert_settled();
        let picture = scene.picture();
        assert!(picture == old || picture == new, "killed at step {at}: {:?}", picture.keys());
        if picture == new {
            scene.undo(None).unwrap();
        }
        assert_eq!((scene.picture() == old, scene.git(&["status", "--porcelain"]).as_str()), (true, ""), "killed at step {at}");
        scene.redo(None).unwrap();
        assert_eq!(scene.picture(), new, "killed at step {at}, and redone");
        if !killed {
            break;
        }
    }
}

/// A scene whose commit died after the first of its three files had landed.
fn half_landed() -> Scene {
    let steps = std::cell::RefCell::new(Vec::new());
    commit_in(Scene::in_git().state(), &Scene::in_git().three(), meta(), &quick(), &mut |step| steps.borrow_mut().push(step)).unwrap();
    let at = steps.borrow().iter().position(|step| *step == Step::Landed).unwrap() + 1;
    let scene = Scene::in_git();
    assert!(dies(&scene, "commit", at));
    assert!(scene.root().join("gone.nix").exists() && scene.picture()["edit.nix"].1.contains(&b'2'));
    scene
}

#[test]
fn the_next_commit_finishes_the_dead_one_first_and_says_so() {
    let scene = half_landed();
    let done = scene.commit(&scene.changes(&[("sub/kept.nix", Some(b"5"))])).unwrap();
    let told = done.recovered.unwrap();
    assert!(told.starts_with("finished the interrupted edit") && told.ends_with("(tested)"), "{told}");
    assert!(!scene.root().join("gone.nix").exists() && scene.root().join("new/folder/file.nix").exists());
    assert_eq!(history::records_here(&scene.state()).unwrap().len(), 2);
}

#[test]
fn recovery_leaves_alone_what_somebody_wrote_since() {
    for path in ["gone.nix", "new/folder/file.nix"] {
        let scene = half_landed();
        scene.write(path, b"mine", 0o600);
        let told = scene.recover().unwrap();
        assert!(told.starts_with("rolled back") && told.ends_with(&format!("left alone: {path}")), "{told}");
        assert_eq!(scene.picture()[path].1, b"mine");
        assert!(scene.picture()["edit.nix"].1.contains(&b'1'), "what landed is taken back");
        assert!(scene.root().join("gone.nix").exists());
        scene.assert_settled();
    }
    let scene = half_landed();
    scene.write("edit.nix", b"mine", 0o755);
    let told = scene.recover().unwrap();
    assert!(told.starts_with("rolled back") && told.ends_with("left alone: edit.nix"), "nothing of ours stands: {told}");
    assert_eq!(scene.picture()["edit.nix"].1, b"mine");
    scene.assert_settled();
}

#[test]
fn what_somebody_saved_as_the_process_died_is_given_back() {
    let steps = std::cell::RefCell::new(Vec::new());
    commit_in(Scene::in_git().state(), &Scene::in_git().three(), meta(), &quick(), &mut |step| steps.borrow_mut().push(step)).unwrap();
    let at = steps.borrow().iter().position(|step| *step == Step::Exchanged).unwrap() + 1;
    let scene = Scene::in_git();
    let before = scene.picture();
    assert!(dies(&scene, "commit", at));
    let out = scene.picture().into_keys().find(|path| path.starts_with(".nixedit-")).unwrap();
    assert_eq!(scene.picture()[&out], before["edit.nix"], "what stood there");
    scene.write(&out, b"saved", 0o755);
    assert!(scene.recover().unwrap().starts_with("rolled back"));
    assert_eq!(scene.picture()["edit.nix"].1, b"saved");
    scene.write("edit.nix", &before["edit.nix"].1, 0o755);
    assert_eq!(scene.picture(), before);
    scene.assert_settled();
}

/// Half landed, and the rest cannot follow: recovery must restore the first file.
fn half_landed_and_cut() -> Scene {
    let scene = half_landed();
    let temporary = fs::read_dir(scene.root().join("new/folder")).unwrap().next().unwrap().unwrap().path();
    fs::write(temporary, b"cut sho").unwrap();
    scene
}

#[test]
fn a_lost_temporary_means_rolling_back() {
    let scene = half_landed_and_cut();
    assert!(scene.recover().unwrap().starts_with("rolled back"));
    assert_eq!(scene.picture(), Scene::in_git().picture());
    scene.assert_settled();
}

#[test]
fn a_rolling_back_killed_anywhere_is_done_by_the_next() {
    let old = Scene::in_git().picture();
    let mut asides = 0;
    for at in 2.. {
        let scenes = [half_landed_and_cut(), half_landed_and_cut()];
        let killed = scenes.each_ref().map(|scene| dies(scene, "recover", at));
        asides += usize::from(scenes[0].picture().keys().any(|path| path.ends_with("-old")));
        // Somebody saves one of the files before the next recovery.
        scenes[1].write("edit.nix", b"mine", 0o755);
        scenes.iter().for_each(|scene| drop(scene.recover()));
        scenes.iter().for_each(Scene::assert_settled);
        assert_eq!(scenes[0].picture(), old, "killed at step {at}");
        assert_eq!(scenes[1].picture()["edit.nix"].1, b"mine", "killed at step {at}");
        if killed == [false; 2] {
            break;
        }
    }
    assert_eq!(asides, 1, "one of the steps is the one with the old bytes beside the file");
}

#[test]
fn a_record_that_cannot_be_read_stops_everything() {
    let scene = half_landed();
    let record = scene.state().journal().join(&crate::system::disk::folder(&scene.state().journal())[0]);
    fs::write(&record, b"{").unwrap();
    let before = scene.picture();
    let error = scene.commit(&scene.changes(&[("sub/kept.nix", Some(b"5"))])).unwrap_err();
    assert_eq!(error.code.as_str(), "journal.broken");
    assert!(error.message.contains(&record.display().to_string()), "{error}");
    assert_eq!(scene.picture(), before);
}

#[test]
fn an_empty_record_is_what_a_loss_of_power_leaves() {
    for left in [&b""[..], &[0; 700]] {
        let scene = Scene::in_git();
        let before = scene.picture();
        scene.state().create().unwrap();
        fs::write(scene.state().journal().join("0000000001-abcdef.json"), left).unwrap();
        assert_eq!(scene.recover(), None);
        scene.assert_settled();
        assert_eq!(scene.picture(), before);
    }
}
