//! What several tests need: a nix, copies of fixtures, repositories.

#![allow(dead_code)] // no test needs all of it
#![allow(clippy::print_stderr)] // a skipped test says so

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether there is a nix. Without one the test is skipped, which it says, and which CI forbids.
pub fn has_nix() -> bool {
    let program = std::env::var("NIXEDIT_NIX").unwrap_or_else(|_| "nix".to_owned());
    let there = Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(there || std::env::var_os("CI").is_none(), "in CI nothing is skipped, and there is no nix");
    if !there {
        eprintln!("SKIPPED: no nix");
    }
    there
}

/// The folder of the fixture of this name.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(name)
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

/// Runs git there and gives what it prints.
pub fn git(folder: &Path, words: &[&str]) -> String {
    let names = ["-c", "user.name=t", "-c", "user.email=t@localhost"];
    let output = Command::new("git").arg("-C").arg(folder).args(names).args(words).output().expect("git runs");
    assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Makes a repository of the folder, with all of it committed.
pub fn committed(folder: &Path) {
    git(folder, &["init", "-q"]);
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-qm", "The flake"]);
}

/// What nixedit said and did.
pub struct Run {
    pub code: Option<i32>,
    pub prints: String,
    pub says: String,
}

/// Runs nixedit there, with this on its standard input.
pub fn nixedit(folder: &Path, words: &[&str], input: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nixedit"));
    command.args(words).current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("nixedit starts");
    std::io::Write::write_all(&mut child.stdin.take().expect("its input"), input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Run { code: output.status.code(), prints: text(&output.stdout), says: text(&output.stderr) }
}
