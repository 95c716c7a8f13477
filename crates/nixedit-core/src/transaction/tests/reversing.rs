//! Undo, redo and what history says.

use super::*;

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    result.unwrap_err().code.as_str()
}

#[test]
fn undo_brings_back_bytes_bits_and_absence() {
    let scene = Scene::in_git();
    let (before, status) = (scene.picture(), scene.git(&["status", "--porcelain"]));
    scene.commit(&scene.three()).unwrap();
    let after = scene.picture();
    scene.undo(None).unwrap();
    assert_eq!(scene.picture(), before);
    assert_eq!(scene.git(&["status", "--porcelain"]), status, "git forgot the new file");
    scene.redo(None).unwrap();
    assert_eq!(scene.picture(), after);
    assert!(scene.git(&["status", "--porcelain"]).contains(" A new/folder/file.nix\n"));
    scene.undo(None).unwrap();
    assert_eq!(scene.picture(), before);
    scene.assert_settled();
}

#[test]
fn a_new_file_that_was_added_for_good_stays_in_the_index() {
    let scene = Scene::in_git();
    scene.commit(&scene.changes(&[("n.nix", Some(b"n"))])).unwrap();
    scene.git(&["add", "n.nix"]);
    scene.undo(None).unwrap();
    assert_eq!(scene.git(&["status", "--porcelain"]), "AD n.nix\n");
}

#[test]
fn folders_that_got_company_stay() {
    let scene = Scene::in_git();
    scene.commit(&scene.three()).unwrap();
    scene.write("new/mine.nix", b"mine", 0o644);
    scene.undo(None).unwrap();
    assert!(scene.root().join("new/mine.nix").exists() && !scene.root().join("new/folder").exists());
}

#[test]
fn undo_refuses_files_that_changed_since() {
    let scene = Scene::in_git();
    let id = scene.commit(&scene.three()).unwrap().edit_id;
    scene.write("edit.nix", b"mine", 0o755);
    scene.write("gone.nix", b"mine", 0o644);
    let before = scene.picture();
    let error = scene.undo(None).unwrap_err();
    assert_eq!((error.code.as_str(), &error.candidates[..]), ("file.changed", &["edit.nix".to_owned(), "gone.nix".to_owned()][..]));
    assert!(error.message.contains(&id), "{error}");
    assert_eq!(scene.picture(), before);
    scene.assert_settled();
}

#[test]
fn undo_walks_back_and_redo_forth() {
    let scene = Scene::without_git();
    for text in ["1", "2", "3"] {
        scene.commit(&scene.changes(&[("n.nix", Some(text.as_bytes()))])).unwrap();
    }
    let now = || fs::read_to_string(scene.root().join("n.nix")).unwrap_or_default();
    let mut seen = Vec::new();
    for _ in 0..3 {
        scene.undo(None).unwrap();
        seen.push(now());
    }
    assert_eq!(code(scene.undo(None)), "edit.unknown");
    for _ in 0..2 {
        scene.redo(None).unwrap();
        seen.push(now());
    }
    scene.undo(None).unwrap();
    seen.push(now());
    scene.redo(None).unwrap();
    scene.redo(None).unwrap();
    seen.push(now());
    assert_eq!(seen, ["2", "1", "", "1", "2", "1", "3"]);
    assert_eq!(code(scene.redo(None)), "edit.unknown");
}

#[test]
fn edits_can_be_named() {
    let scene = Scene::without_git();
    let first = scene.commit(&scene.changes(&[("a.nix", Some(b"1"))])).unwrap().edit_id;
    let second = scene.commit(&scene.changes(&[("b.nix", Some(b"1"))])).unwrap().edit_id;
    let undone = scene.undo(Some(&first)).unwrap().edit_id;
    assert!(!scene.root().join("a.nix").exists() && scene.root().join("b.nix").exists());
    assert_eq!(code(scene.undo(Some(&first))), "edit.unknown");
    assert_eq!(code(scene.redo(Some(&second))), "edit.unknown");
    assert_eq!(code(scene.undo(Some("zzz"))), "edit.unknown");
    assert_eq!(code(scene.undo(Some(""))), "edit.unknown");
    scene.undo(Some(&undone)).unwrap();
    assert!(scene.root().join("a.nix").exists(), "undoing an undo is redoing");
    let redone = scene.undo(Some(&first[..5])).unwrap().edit_id;
    scene.commit(&scene.changes(&[("b.nix", Some(b"2"))])).unwrap();
    assert_eq!(code(scene.redo(None)), "edit.unknown");
    scene.redo(Some(&redone)).unwrap();
    assert!(scene.root().join("a.nix").exists());
}

#[test]
fn history_tells_what_was_done() {
    let scene = Scene::in_git();
    let before = scene.three();
    let first = scene.commit(&before).unwrap().edit_id;
    scene.commit(&scene.changes(&[("edit.nix", Some(b"3"))])).unwrap();
    let log = log(&scene.root()).unwrap();
    assert_eq!(log.iter().map(|record| record.sequence).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((log[1].id.as_str(), log[1].summary.as_str(), log[1].command.join(" ").as_str()), (&*first, "tested", "nixedit test"));
    let (record, changes) = show(&scene.root(), &first).unwrap();
    assert_eq!((record, changes), (log[1].clone(), before));
    let all = since(&scene.root(), &first).unwrap();
    assert_eq!(all.get("edit.nix").unwrap().after.as_deref(), Some(&b"3"[..]));
    assert_eq!(all.get("edit.nix").unwrap().before.as_deref(), Some(&b"{\r\n  a = 1;\r\n}"[..]));
    let planned = reversal(&scene.root(), Wish::Undo, Some(&first)).unwrap();
    assert_eq!((planned.relation, planned.summary), (Relation::Undo(first.clone()), format!("undid {first}: tested")));
    assert_eq!(planned.changes.get("gone.nix").unwrap().after.as_deref(), Some(&b"\xff\x00\n"[..]));
}

#[test]
fn a_hundred_edits_are_kept_with_their_bytes_and_no_others() {
    let scene = Scene::without_git();
    let last = history::KEPT + history::SLACK;
    for number in 0..=last {
        scene.commit(&scene.changes(&[("n.nix", Some(format!("text {number}").as_bytes()))])).unwrap();
    }
    let records = history::records_here(&scene.state()).unwrap();
    assert_eq!((records.len(), records[0].sequence), (history::KEPT, last as u64 + 1));
    assert_eq!(fs::read_dir(scene.state().edits()).unwrap().count(), history::KEPT);
    assert_eq!(fs::read_dir(scene.state().blobs()).unwrap().count(), history::KEPT + 1);
    for _ in 0..history::KEPT / 2 {
        scene.undo(None).unwrap();
    }
    assert_eq!(fs::read_to_string(scene.root().join("n.nix")).unwrap(), "text 70");
}

#[test]
fn damaged_bytes_are_never_written() {
    let scene = Scene::without_git();
    scene.commit(&scene.changes(&[("edit.nix", Some(b"2"))])).unwrap();
    let before = scene.picture();
    for entry in fs::read_dir(scene.state().blobs()).unwrap() {
        fs::write(entry.unwrap().path(), b"").unwrap();
    }
    assert_eq!(code(scene.undo(None)), "journal.broken");
    assert_eq!(scene.picture(), before);
}
