//! What a candidate holds, in every kind of work tree.

use super::{Place, changes, git, nix, place};
use crate::change_set::ChangeSet;
use crate::diagnostic::{Code, Diagnostic};
use crate::system::command::Cancel;
use crate::system::nix::Evaluation;
use crate::validate::{Candidate, Source};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

fn make(root: &Path, changes: &ChangeSet) -> Result<Candidate, Box<Diagnostic>> {
    Candidate::make(root, changes, &Cancel::default())
}

/// `mode path` of every file that Nix would see.
fn listing(source: &Source) -> Vec<String> {
    let repository = PathBuf::from(&source.roots.repositories[0]);
    let revision = source.roots.revision.as_deref().unwrap();
    let listed = git(&repository, &["ls-tree", "-r", "--format=%(objectmode) %(path)", revision]);
    listed.lines().map(str::to_owned).collect()
}

fn text(source: &Source, path: &str) -> String {
    let repository = PathBuf::from(&source.roots.repositories[0]);
    match &source.roots.revision {
        Some(revision) => git(&repository, &["show", &format!("{revision}:{path}")]),
        None => fs::read_to_string(repository.join(path)).unwrap(),
    }
}

fn flake() -> Place {
    let place = place();
    place.write("flake.nix", "{ outputs = { self }: { x = import ./x.nix; }; }\n").write("x.nix", "1\n").write("y.nix", "2\n");
    place
}

#[test]
fn a_clean_tree() {
    let place = flake();
    place.commit();
    let before = place.fingerprint();
    let edit = changes(&[("x.nix", Some("1\n"), Some("10\n")), ("new/z.nix", None, Some("3\n")), ("y.nix", Some("2\n"), None)]);
    let candidate = make(&place.root, &edit).unwrap();
    assert_eq!(listing(&candidate.base), ["100644 flake.nix", "100644 x.nix", "100644 y.nix"]);
    assert_eq!(listing(&candidate.edited), ["100644 flake.nix", "100644 new/z.nix", "100644 x.nix"]);
    assert_eq!((text(&candidate.base, "x.nix").as_str(), text(&candidate.edited, "x.nix").as_str()), ("1\n", "10\n"));
    let side = PathBuf::from(&candidate.base.roots.repositories[0]);
    let date = place.git(&["log", "-1", "--format=%cd", "--date=raw"]);
    let revision = candidate.edited.roots.revision.clone().unwrap();
    assert_eq!(git(&side, &["log", "--format=%cd", "--date=raw", &revision]), date, "HEAD's date, and no parent");
    drop(candidate);
    assert!(!side.exists());
    assert_eq!(place.fingerprint(), before);
}

#[test]
fn a_dirty_tree_with_untracked_files() {
    let place = flake();
    place.write("gone.nix", "0").write("run.sh", "#!/bin/sh\n").commit();
    place.write("x.nix", "11\n").write("staged.nix", "5\n").write("intent.nix", "6\n").write("untracked.nix", "7\n");
    place.git(&["add", "staged.nix"]);
    place.git(&["add", "-N", "intent.nix"]);
    fs::remove_file(place.root.join("gone.nix")).unwrap();
    fs::remove_file(place.root.join("y.nix")).unwrap();
    symlink("x.nix", place.root.join("y.nix")).unwrap();
    fs::set_permissions(place.root.join("run.sh"), PermissionsExt::from_mode(0o755)).unwrap();
    let before = place.fingerprint();
    let candidate = make(&place.root, &changes(&[("x.nix", Some("11\n"), Some("12\n"))])).unwrap();
    let expected = ["100644 flake.nix", "100644 intent.nix", "100755 run.sh", "100644 staged.nix", "100644 x.nix", "120000 y.nix"];
    assert_eq!(listing(&candidate.base), expected);
    assert_eq!(listing(&candidate.edited), expected);
    assert_eq!((text(&candidate.base, "x.nix").as_str(), text(&candidate.edited, "x.nix").as_str()), ("11\n", "12\n"));
    assert_eq!((text(&candidate.base, "intent.nix").as_str(), text(&candidate.base, "y.nix").as_str()), ("6\n", "x.nix"));
    assert_eq!(place.fingerprint(), before);
}

#[test]
fn a_change_in_the_instant_of_add_is_seen() {
    let place = flake();
    let instant = SystemTime::now() - Duration::from_secs(100);
    let date = |path: &str| fs::File::options().write(true).open(place.root.join(path)).unwrap().set_modified(instant).unwrap();
    date("x.nix");
    place.commit();
    // As on a disk with coarse times: same size, same instant, nothing else to tell it by.
    place.git(&["config", "core.trustctime", "false"]);
    place.git(&["config", "core.checkStat", "minimal"]);
    place.write("x.nix", "9\n");
    date("x.nix");
    date(".git/index");
    let candidate = make(&place.root, &ChangeSet::default()).unwrap();
    assert_eq!(text(&candidate.base, "x.nix"), "9\n");
}

#[test]
fn a_landed_edit_is_the_next_base() {
    let place = flake();
    place.commit();
    let first = make(&place.root, &changes(&[("x.nix", Some("1\n"), Some("2\n"))])).unwrap();
    place.write("x.nix", "2\n");
    let second = make(&place.root, &changes(&[("x.nix", Some("2\n"), Some("3\n"))])).unwrap();
    assert_eq!(first.edited.roots.revision, second.base.roots.revision);
}

#[test]
fn modes_and_links_stay() {
    let place = flake();
    place.write("run.sh", "a\n");
    fs::set_permissions(place.root.join("run.sh"), PermissionsExt::from_mode(0o755)).unwrap();
    symlink("x.nix", place.root.join("link.nix")).unwrap();
    symlink("real", place.root.join("folder")).unwrap();
    place.write("real/a.nix", "1").commit();
    let edit = changes(&[
        ("run.sh", Some("a\n"), Some("b\n")),
        ("link.nix", Some("1\n"), Some("2\n")),
        ("folder/a.nix", Some("1"), Some("2")),
        ("folder/new.nix", None, Some("3")),
    ]);
    let candidate = make(&place.root, &edit).unwrap();
    let expected = [
        "100644 flake.nix",
        "120000 folder",
        "120000 link.nix",
        "100644 real/a.nix",
        "100644 real/new.nix",
        "100755 run.sh",
        "100644 x.nix",
        "100644 y.nix",
    ];
    assert_eq!(listing(&candidate.edited), expected);
    assert_eq!(text(&candidate.edited, "x.nix"), "2\n");
    assert_eq!(text(&candidate.edited, "real/a.nix"), "2");
}

#[test]
fn untracked_and_ignored_files_are_refused() {
    let place = flake();
    place.write(".gitignore", "*.key\n").commit();
    place.write("untracked.nix", "1");
    let error = make(&place.root, &changes(&[("untracked.nix", Some("1"), Some("2"))])).unwrap_err();
    assert_eq!((error.code, error.help.as_deref()), (Code::FileUntracked, Some("git add -N untracked.nix")));
    let error = make(&place.root, &changes(&[("a.key", None, Some("2"))])).unwrap_err();
    assert!(error.message.contains("(.gitignore:1: *.key)"), "{error}");
    assert_eq!(make(&place.root.join("none"), &ChangeSet::default()).unwrap_err().code, Code::FileIo);
}

#[test]
fn no_commit_no_index_and_no_flake() {
    let place = flake();
    place.git(&["init", "-q"]);
    let candidate = make(&place.root, &changes(&[("x.nix", Some("1\n"), Some("2\n"))])).unwrap();
    assert!(candidate.base.reference.starts_with("path:"), "nothing is tracked: a mere folder");
    place.git(&["add", "flake.nix", "x.nix"]);
    let candidate = make(&place.root, &changes(&[("x.nix", Some("1\n"), Some("2\n"))])).unwrap();
    assert_eq!(listing(&candidate.edited), ["100644 flake.nix", "100644 x.nix"]);
    place.git(&["rm", "-q", "--cached", "flake.nix"]);
    assert_eq!(make(&place.root, &ChangeSet::default()).unwrap_err().code, Code::FileUntracked);
    fs::remove_file(place.root.join("flake.nix")).unwrap();
    assert_eq!(make(&place.root, &ChangeSet::default()).unwrap_err().code, Code::FlakeMissing);
    assert!(make(&place.root, &changes(&[("flake.nix", None, Some("{}"))])).is_ok());
}

#[test]
fn an_unfinished_merge() {
    let place = flake();
    place.commit();
    place.git(&["checkout", "-q", "-b", "other"]);
    place.write("y.nix", "other\n");
    place.git(&["commit", "-q", "-a", "-m", "other"]);
    place.git(&["checkout", "-q", "trunk"]);
    place.write("y.nix", "trunk\n");
    place.git(&["commit", "-q", "-a", "-m", "trunk"]);
    let arguments = ["-c", "user.name=t", "-c", "user.email=t@localhost", "merge", "-q", "other"];
    let program = crate::system::command::find_program("git", std::env::var_os("PATH").as_deref()).unwrap();
    let merge = crate::system::command::Command::new(&program).args(arguments).folder(&place.root).run(&Cancel::default()).unwrap();
    assert!(!merge.status.success());
    let before = place.fingerprint();
    let candidate = make(&place.root, &changes(&[("x.nix", Some("1\n"), Some("2\n"))])).unwrap();
    assert!(text(&candidate.edited, "y.nix").contains("<<<<<<<"));
    assert_eq!(listing(&candidate.edited).len(), 3);
    assert_eq!(place.fingerprint(), before);
}

#[test]
fn odd_names() {
    let place = place();
    place.write("sub dir/flake.nix", "{}").write("sub dir/a \"b\\c\n.nix", "1").write("sub dir/ü.nix", "1").commit();
    place.write("sub dir/ü.nix", "2");
    let edit = changes(&[("a \"b\\c\n.nix", Some("1"), Some("2")), ("ö.nix", None, Some("3"))]);
    let candidate = make(&place.root.join("sub dir"), &edit).unwrap();
    assert_eq!(text(&candidate.edited, "sub dir/a \"b\\c\n.nix"), "2");
    assert_eq!(text(&candidate.base, "sub dir/ü.nix"), "2");
    assert_eq!(text(&candidate.edited, "sub dir/ö.nix"), "3");
    assert!(candidate.edited.reference.contains("?dir=sub%20dir&rev="), "{}", candidate.edited.reference);
}

#[test]
fn a_folder_without_git() {
    let place = flake();
    place.write("nested/a.nix", "1").write("result.nix", "1");
    symlink("/nix/store/x", place.root.join("result")).unwrap();
    symlink("x.nix", place.root.join("link.nix")).unwrap();
    let before = place.fingerprint();
    let edit = changes(&[("x.nix", Some("1\n"), Some("2\n")), ("y.nix", Some("2\n"), None), ("b/c.nix", None, Some("3"))]);
    let candidate = make(&place.root, &edit).unwrap();
    let (base, edited) = (PathBuf::from(&candidate.base.roots.repositories[0]), PathBuf::from(&candidate.edited.roots.repositories[0]));
    assert_eq!((text(&candidate.base, "x.nix").as_str(), text(&candidate.edited, "x.nix").as_str()), ("1\n", "2\n"));
    assert!(base.join("y.nix").exists() && !edited.join("y.nix").exists() && edited.join("b/c.nix").exists());
    assert!(!edited.join("result").exists() && edited.join("result.nix").exists());
    assert_eq!(fs::read_link(edited.join("link.nix")).unwrap(), Path::new("x.nix"));
    assert_eq!(place.fingerprint(), before);
}

/// What Nix makes of both states: the value of output `x`.
fn evaluated(candidate: &Candidate) -> Option<(i64, i64)> {
    let nix = nix()?;
    let ask = |source: &Source| match nix.eval(&source.reference, "x", "c: c", &Cancel::default()).unwrap() {
        Evaluation::Value(value) => value.as_i64().unwrap(),
        Evaluation::Failed(stderr) => panic!("{stderr}"),
    };
    Some((ask(&candidate.base), ask(&candidate.edited)))
}

#[test]
fn nix_sees_both_states_in_every_kind_of_tree() {
    let edit = changes(&[("x.nix", Some("1\n"), Some("2\n"))]);
    let check = |place: &Place, root: &Path| {
        let before = place.fingerprint();
        let candidate = make(root, &edit).unwrap();
        if let Some(values) = evaluated(&candidate) {
            assert_eq!(values, (1, 2), "{}", root.display());
            let store = candidate.edited.located(&nix().unwrap(), &Cancel::default()).store_path.unwrap();
            assert!(store.starts_with("/nix/store/") && store.ends_with("-source"), "{store}");
        }
        assert_eq!(place.fingerprint(), before, "{}", root.display());
    };
    let bare = flake();
    check(&bare, &bare.root);
    bare.git(&["init", "-q"]);
    bare.git(&["add", "."]);
    check(&bare, &bare.root);
    bare.git(&["commit", "-q", "-m", "one"]);
    check(&bare, &bare.root);
    bare.write("y.nix", "3\n");
    check(&bare, &bare.root);
    bare.git(&["worktree", "add", "-q", "linked", "-b", "other"]);
    check(&bare, &bare.root.join("linked"));
    symlink(&bare.root, bare.root.join("way round")).unwrap();
    check(&bare, &bare.root.join("way round"));
    let above = place();
    above.write("a b/flake.nix", "{ outputs = { self }: { x = import ./x.nix; }; }\n").write("a b/x.nix", "1\n").commit();
    check(&above, &above.root.join("a b"));
    above.git(&["clone", "-q", "--depth=1", &format!("file://{}", above.root.display()), "shallow"]);
    check(&above, &above.root.join("shallow/a b"));
}

#[test]
fn a_repository_with_sha256() {
    let place = flake();
    place.git(&["init", "-q", "--object-format=sha256"]);
    place.commit();
    place.write("y.nix", "3\n");
    let candidate = make(&place.root, &changes(&[("x.nix", Some("1\n"), Some("2\n"))])).unwrap();
    assert_eq!(candidate.edited.roots.revision.as_deref().map(str::len), Some(64));
    assert_eq!((text(&candidate.edited, "x.nix").as_str(), text(&candidate.edited, "y.nix").as_str()), ("2\n", "3\n"));
}

#[test]
fn settings_and_filters_of_the_repository_do_no_harm() {
    let place = flake();
    place.write(".gitattributes", "*.nix filter=shout\n").commit();
    let touched = place.root.join("touched").display().to_string();
    place.git(&["config", "filter.shout.clean", "tr a-z A-Z"]);
    place.git(&["config", "core.fsmonitor", &format!("touch {touched}; true")]);
    place.git(&["config", "core.splitIndex", "true"]);
    place.git(&["config", "core.hooksPath", "hooks"]);
    place.git(&["update-index", "--split-index"]);
    place.write("hooks/post-index-change", &format!("#!/bin/sh\ntouch {touched}\n"));
    fs::set_permissions(place.root.join("hooks/post-index-change"), PermissionsExt::from_mode(0o755)).unwrap();
    place.write("y.nix", "a longer text\n");
    let _ = fs::remove_file(place.root.join("touched"));
    let candidate = make(&place.root, &changes(&[("x.nix", Some("1\n"), Some("2\n"))])).unwrap();
    assert_eq!(text(&candidate.base, "y.nix"), "a longer text\n");
    assert!(!place.root.join("touched").exists());
}
