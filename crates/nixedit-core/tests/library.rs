//! The library as somebody else's program uses it: the example, on the mesh fixture with a real Nix.

#[path = "../examples/spread_package.rs"]
#[allow(dead_code)] // its main
mod spread_package;

use nixedit_core::{Code, Options, Workspace};
use spread_package::spread;
use std::path::Path;
use std::process::Command;

/// Whether there is a nix. Without one the test is skipped, which it says, and which CI forbids.
#[allow(clippy::print_stderr)]
fn has_nix() -> bool {
    let there = Command::new("nix").arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(there || std::env::var_os("CI").is_none(), "in CI nothing is skipped, and there is no nix");
    if !there {
        eprintln!("SKIPPED: no nix");
    }
    there
}

/// A copy of the mesh, committed.
fn mesh() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mesh");
    let script = "cp -r \"$0/.\" . && git init -q && git add -A && git -c user.name=t -c user.email=t@localhost commit -qm mesh";
    let made = Command::new("sh").args(["-c", script]).arg(fixture).current_dir(&folder).status();
    assert!(made.is_ok_and(|status| status.success()), "the fixture is copied");
    folder
}

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).expect("a file")
}

#[test]
fn a_package_goes_wherever_another_one_is() {
    if !has_nix() {
        return;
    }
    let folder = mesh();
    let flake = folder.path();
    let [nxiz, zrrh, adeck] = ["nxiz", "zrrh", "adeck"].map(|host| format!("hosts/{host}/home.nix"));
    let before = [&nxiz, &zrrh, &adeck].map(|file| read(flake, file));
    let first = spread(flake, "htop", "btop", Options::default()).expect("adeck has htop");
    assert_eq!(first.affects, ["adeck"]);

    let dry = spread(flake, "btop", "fd", Options::dry_run()).expect("nxiz and adeck have btop");
    assert_eq!(dry.changes.files().map(|change| &change.path).collect::<Vec<_>>(), [&adeck, &nxiz]);
    assert_eq!(read(flake, &nxiz), before[0], "a dry run writes nothing");
    let proof = dry.proof_lines();
    assert!(proof.iter().any(|line| line.starts_with("nxiz home.packages: + fd-")), "{proof:?}");
    assert!(proof.iter().any(|line| line.starts_with("adeck home.packages: + fd-")), "{proof:?}");

    spread(flake, "btop", "fd", Options::default()).expect("the same, written");
    assert_eq!(read(flake, &nxiz), before[0].replace("    cargo\n", "    cargo\n    fd\n"));
    assert!(spread(flake, "btop", "fd", Options::default()).expect("nothing to do").changes.is_empty());

    let workspace = Workspace::open(flake).expect("a folder");
    assert_eq!(workspace.log().expect("a history").len(), 2);
    workspace.undo(None).and_then(|_| workspace.undo(None)).expect("both are taken back");
    assert_eq!([&nxiz, &zrrh, &adeck].map(|file| read(flake, file)), before);
}

#[test]
fn a_package_that_nix_does_not_know_lands_nowhere() {
    if !has_nix() {
        return;
    }
    let folder = mesh();
    let before = read(folder.path(), "hosts/nxiz/home.nix");
    let error = spread(folder.path(), "btop", "ripgrepp", Options::default()).expect_err("no such package");
    assert_eq!(error.code, Code::NixUndefinedVariable);
    assert_eq!(error.candidates.first().map(String::as_str), Some("ripgrep"));
    assert_eq!(read(folder.path(), "hosts/nxiz/home.nix"), before);
}
