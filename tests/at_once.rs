//! Several processes that edit one flake at the same time: every edit lands.

use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn no_edit_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    std::fs::write(root.join("flake.nix"), "{ outputs = _: { }; }\n").expect("a file");
    std::fs::write(root.join("shared.nix"), "{\n  a = [\n    0\n  ];\n}\n").expect("a file");
    let git = |words: &[&str]| Command::new("git").arg("-C").arg(root).args(words).output().expect("git runs");
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    let children: Vec<_> = (1..=12).map(|number| start(root, number)).collect();
    for child in children {
        let output = child.wait_with_output().expect("nixedit ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let text = std::fs::read_to_string(root.join("shared.nix")).expect("a file");
    for number in 1..=12 {
        assert!(text.lines().any(|line| line.trim() == number.to_string()), "{number} is lost in\n{text}");
    }
    assert_eq!(text.lines().count(), 5 + 12, "{text}");
}

fn start(root: &Path, number: usize) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_nixedit"))
        .current_dir(root)
        .args(["list", "add", "a", &number.to_string(), "--nix", "--file", "shared.nix", "-q"])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("nixedit starts")
}
