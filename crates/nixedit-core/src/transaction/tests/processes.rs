//! Many processes at once: every edit lands, none is lost, none is mixed with another.

use super::*;
use crate::diagnostic::Code;

const PROCESSES: usize = 8;
const EDITS: usize = 20;

/// The body of one process: each edit appends to the file that all share and rewrites its own.
#[test]
#[ignore = "started by the other test"]
fn child() {
    let Ok(name) = std::env::var("NIXEDIT_TEST_NAME") else { return };
    let scene = Scene { folder: std::env::var_os("NIXEDIT_TEST_ROOT").unwrap().into(), _owned: None };
    let (own, options) = (format!("own/{name}.nix"), CommitOptions { wait: Duration::from_secs(60), ..quick() });
    for edit in 0..EDITS {
        let line = format!("{name} {edit}\n");
        loop {
            let mut changes = scene.changes(&[(&own, Some(line.as_bytes()))]);
            let before = fs::read(scene.root().join("edit.nix")).unwrap();
            let after = [&before, line.as_bytes()].concat();
            changes.record(FileChange { path: "edit.nix".to_owned(), before: Some(before.into()), after: Some(after.into()) });
            match scene.commit_with(&changes, &options) {
                Ok(_) => break,
                Err(error) => assert_eq!(error.code, Code::FileChanged, "{error}"),
            }
        }
    }
}

#[test]
fn eight_processes_lose_nothing() {
    let scene = Scene::in_git();
    scene.write("edit.nix", b"", 0o644);
    let start = |name: usize| {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "transaction::tests::processes::child", "--ignored", "--test-threads=1"]);
        child.env("NIXEDIT_TEST_NAME", format!("p{name}")).env("NIXEDIT_TEST_ROOT", &scene.folder);
        child.stdout(std::process::Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..PROCESSES).map(start).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    let picture = scene.picture();
    let shared = String::from_utf8(picture["edit.nix"].1.clone()).unwrap();
    for name in 0..PROCESSES {
        let prefix = format!("p{name} ");
        let expected: Vec<String> = (0..EDITS).map(|edit| format!("{prefix}{edit}")).collect();
        assert_eq!(shared.lines().filter(|line| line.starts_with(&prefix)).collect::<Vec<_>>(), expected);
        assert_eq!(picture[&format!("own/p{name}.nix")].1, format!("{}\n", expected[EDITS - 1]).into_bytes());
    }
    assert_eq!(shared.lines().count(), PROCESSES * EDITS);
    let records = history::records_here(&scene.state()).unwrap();
    assert_eq!(records[0].sequence as usize, PROCESSES * EDITS, "each landed once");
    assert_eq!(scene.git(&["status", "--porcelain"]).lines().count(), 1 + PROCESSES);
    scene.assert_settled();
}
