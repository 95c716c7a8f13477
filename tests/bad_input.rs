//! Files and trees that nobody would want: each gets a clear error, its exit status, and an
//! untouched tree.

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn nixedit(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nixedit"))
        .current_dir(folder)
        .args(words)
        .env("XDG_STATE_HOME", folder.join(".state"))
        .stdin(Stdio::null())
        .output()
        .expect("nixedit runs")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs `list add a 2` on a file with these bytes: the exit status, what was said, the bytes after.
fn add_to(bytes: &[u8]) -> (i32, String, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.nix");
    std::fs::write(&file, bytes).expect("a file");
    let output = nixedit(folder.path(), &["list", "add", "a", "2", "--nix", "--file", "x.nix"]);
    (output.status.code().unwrap_or(-1), said(&output), std::fs::read(&file).expect("a file"))
}

fn refuses(bytes: &[u8], word: &str) {
    let (exit, said, after) = add_to(bytes);
    assert_eq!((exit, after == bytes), (3, true), "{said}");
    assert!(said.starts_with("error: ") && said.contains(word), "{word} is not in: {said}");
    assert!(said.contains("help: "), "no way out in: {said}");
}

#[test]
fn texts_that_cannot_be_edited() {
    refuses(b"{ a = [ 1 ] }", "does not parse");
    refuses(b"{ a = [ 1 ];\0 }", "NUL");
    refuses(b"\xef\xbb\xbf{ a = [ 1 ]; }", "byte-order mark");
    refuses(b"{ a = [ 1 ]; b = \"\xff\"; }", "UTF-8");
    refuses("{ a =\u{a0}[ 1 ]; }".as_bytes(), "blank");
    refuses(format!("{{ a = [ 1 ]; b = {}1{}; }}", "(".repeat(10_000), ")".repeat(10_000)).as_bytes(), "nested");
    refuses(format!("{{ a = [ 1 ]; b = {}; }}", "[".repeat(100_000)).as_bytes(), "nested");
    refuses(format!("{{ a = [ 1 ]; b = {}1; }}", "- ".repeat(200_000)).as_bytes(), "x.nix");
    refuses(b"", "x.nix");
    refuses(b"[ 1 ]", "a");
}

#[test]
fn texts_that_keep_their_ways() {
    for (before, after) in [
        ("{\r\n  a = [\r\n    1\r\n  ];\r\n}\r\n", "{\r\n  a = [\r\n    1\r\n    2\r\n  ];\r\n}\r\n"),
        ("{\n\ta = [\n\t\t1\n\t];\n}", "{\n\ta = [\n\t\t1\n\t\t2\n\t];\n}"),
        ("{ a = [ 1 ];   \n}   ", "{ a = [ 1 2 ];   \n}   "),
        ("{ a = [\n]; }", "{ a = [\n  2\n]; }"),
    ] {
        let (exit, said, got) = add_to(before.as_bytes());
        assert_eq!((exit, String::from_utf8_lossy(&got).as_ref()), (0, after), "{said}");
    }
}

#[test]
fn a_hundred_megabytes() {
    let text = format!("{{ a = [ 1 ]; b = ''{}''; }}", "x y\n".repeat(25 << 20));
    let (exit, said, after) = add_to(text.as_bytes());
    assert_eq!((exit, after.len()), (3, text.len()), "{said}");
    assert!(said.contains("64 MiB"), "{said}");
}

#[test]
fn a_read_only_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("x.nix");
    std::fs::write(&file, "{ a = [ 1 ]; }").expect("a file");
    let mut mode = std::fs::metadata(&file).expect("a file").permissions();
    mode.set_readonly(true);
    std::fs::set_permissions(&file, mode).expect("a mode");
    let output = nixedit(folder.path(), &["list", "add", "a", "2", "--nix", "--file", "x.nix"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("read-only"), "{}", said(&output));
    assert_eq!(std::fs::read(&file).expect("a file"), b"{ a = [ 1 ]; }");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out() {
    let (folder, outside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let real = outside.path().join("x.nix");
    std::fs::write(&real, "{ a = [ 1 ]; }").expect("a file");
    std::fs::write(folder.path().join("flake.nix"), "{ outputs = _: { }; }").expect("a file");
    std::os::unix::fs::symlink(&real, folder.path().join("x.nix")).expect("a link");
    let output = nixedit(folder.path(), &["list", "add", "a", "2", "--nix", "--file", "x.nix"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert!(said(&output).contains("outside"), "{}", said(&output));
    assert_eq!(std::fs::read(&real).expect("a file"), b"{ a = [ 1 ]; }");
}

#[cfg(unix)]
#[test]
fn a_link_inside_stays_a_link_and_the_mode_stays() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let real = folder.path().join("real.nix");
    std::fs::write(&real, "{ a = [ 1 ]; }").expect("a file");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    std::os::unix::fs::symlink("real.nix", folder.path().join("x.nix")).expect("a link");
    let output = nixedit(folder.path(), &["list", "add", "a", "2", "--nix", "--file", "x.nix"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(folder.path().join("x.nix").is_symlink());
    assert_eq!(std::fs::read(&real).expect("a file"), b"{ a = [ 1 2 ]; }");
    assert_eq!(std::fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o755);
}

#[test]
fn no_flake_and_wrong_words() {
    let folder = tempfile::tempdir().expect("a folder");
    for (words, exit, word) in [
        (&["add-package", "--host", "nxiz", "ripgrep"][..], 3, "flake.nix"),
        (&["option", "set", "a", "1", "--file", "nothing.nix"], 3, "nothing.nix"),
        (&["-C", "nowhere", "hosts", "list"], 3, "nowhere"),
        (&["--timeout", "soon", "hosts", "list"], 3, "flake.nix"),
        (&["undo"], 3, "edit"),
        (&["frobnicate"], 2, "frobnicate"),
        (&["add-package"], 2, "NAME"),
        (&["list", "add", "a", "1", "--file", "x.nix", "--after", "b", "--first"], 2, "cannot be used"),
    ] {
        let output = nixedit(folder.path(), words);
        assert_eq!(output.status.code(), Some(exit), "{words:?}: {}", said(&output));
        assert!(said(&output).contains(word), "{words:?}: {}", said(&output));
    }
}

#[test]
fn json_on_failure_is_one_object() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = nixedit(folder.path(), &["option", "set", "a", "1", "--file", "nothing.nix", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (value["schema"].as_str(), value["status"].as_str(), value["error"]["code"].as_str()),
        (Some("nixedit/1"), Some("refused"), Some("file.missing"))
    );
    assert!(output.stderr.is_empty());
}
