//! Programs that save, in place, into a file that is being replaced or removed.

use super::*;
use std::io::Write;

/// Lands `after` as the bytes of `edit.nix` while somebody has found the file, and writes `text` into it once it is replaced.
fn saved_late(scene: &Scene, after: Option<&[u8]>, text: &[u8]) -> Committed {
    let (path, mut found) = (scene.root().join("edit.nix"), None);
    let mut steps = |step| match step {
        Step::Looked => found = Some(fs::OpenOptions::new().write(true).open(&path).unwrap()),
        Step::FoldersSynced => {
            let file = found.as_mut().unwrap();
            file.set_len(0).unwrap();
            file.write_all(text).unwrap();
        }
        _ => {}
    };
    commit_in(scene.state(), &scene.changes(&[("edit.nix", after)]), meta(), &quick(), &mut steps).unwrap()
}

#[test]
fn what_is_saved_into_a_replaced_file_is_kept_and_told_once() {
    for after in [Some(&b"ours"[..]), None] {
        let scene = Scene::in_git();
        let done = saved_late(&scene, after, b"theirs");
        assert_eq!(scene.picture().get("edit.nix").map(|(_, bytes)| &bytes[..]), after);
        let notes = aside::sweep(&scene.state(), Duration::ZERO);
        let [note] = &notes[..] else { panic!("{notes:?}") };
        let kept = scene.state().saved().join(format!("{}-0", done.edit_id));
        assert_eq!(fs::read(&kept).unwrap(), b"theirs");
        let told = ["edit.nix was saved by another program".to_owned(), done.edit_id.clone(), kept.display().to_string()];
        told.iter().for_each(|told| assert!(note.message.contains(told), "{}", note.message));
        assert_eq!(aside::sweep(&scene.state(), Duration::ZERO), []);
        assert_eq!(fs::read(&kept).unwrap(), b"theirs", "it stays until somebody takes it");
        scene.assert_settled();
        scene.undo(None).unwrap();
        assert_eq!(scene.picture()["edit.nix"].1, b"{\r\n  a = 1;\r\n}");
    }
}

#[test]
fn the_next_edit_tells_of_it() {
    let scene = Scene::in_git();
    saved_late(&scene, Some(b"ours"), b"theirs");
    let told = |text: &[u8]| scene.commit(&scene.changes(&[("sub/kept.nix", Some(text))])).unwrap().notes;
    assert_eq!(told(b"{ a = 1; }\n"), [], "it may be still being written");
    std::thread::sleep(aside::LONG_ENOUGH + Duration::from_millis(100));
    let notes = told(b"{ a = 2; }\n");
    assert_eq!(notes.iter().map(|note| note.code.as_str()).collect::<Vec<_>>(), ["saved-over"]);
}

#[test]
fn what_nobody_wrote_into_goes_after_a_while() {
    let scene = Scene::in_git();
    scene.commit(&scene.three()).unwrap();
    let replaced = || fs::read_dir(scene.state().replaced()).unwrap().count();
    assert_eq!(replaced(), 2, "the changed one and the removed one");
    assert_eq!(aside::sweep(&scene.state(), aside::LONG_ENOUGH), []);
    assert_eq!(replaced(), 2);
    assert_eq!(aside::sweep(&scene.state(), Duration::ZERO), []);
    assert_eq!(replaced(), 0);
}

#[test]
fn a_file_saved_after_the_last_look_at_it_is_not_removed() {
    let scene = Scene::in_git();
    let path = scene.root().join("edit.nix");
    let mut steps = |step| {
        if step == Step::Looked {
            fs::write(&path, b"theirs").unwrap();
        }
    };
    let error = commit_in(scene.state(), &scene.changes(&[("edit.nix", None)]), meta(), &quick(), &mut steps).unwrap_err();
    assert_eq!(error.code, crate::diagnostic::Code::FileChanged);
    assert_eq!(fs::read(&path).unwrap(), b"theirs");
    assert_eq!(aside::sweep(&scene.state(), Duration::ZERO), []);
    scene.assert_settled();
}
