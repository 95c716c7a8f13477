//! What an edit costs, as ratios of one run: `cargo bench -p nixedit-cli`.
//!
//! Wall times differ between machines and from minute to minute; so what is compared is measured in
//! turn, and the ratio is that of the medians. Each line says whether its aim is met; nothing fails.
//! How long the disk takes to sync a file of that size is printed beside: an edit waits for such
//! syncs, side by side, before it replaces the file.

#![allow(clippy::print_stdout)] // a benchmark is there to print

use nixedit_core::syntax::parse::{Source, with_large_stack};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn main() {
    if std::env::args().any(|arg| arg == "--list") {
        return;
    }
    for (name, size) in [("3 KB", 3_000), ("100 KB", 100_000), ("1.5 MB", 1_500_000)] {
        file_mode(name, size);
    }
    let folder = mesh();
    host_mode(folder.path());
    validated(folder.path(), "stub host", 9);
    make_heavy(folder.path());
    validated(folder.path(), "host as heavy as a real one", 3);
}

/// Runs of all the works, one after the other and again; the median of each, in milliseconds.
fn in_turn<const N: usize>(runs: usize, mut works: [&mut dyn FnMut() -> Duration; N]) -> [f64; N] {
    let mut times = [(); N].map(|()| Vec::new());
    for round in 0..=runs {
        for (work, times) in works.iter_mut().zip(&mut times) {
            let time = work();
            // The first round fills caches.
            if round > 0 {
                times.push(time);
            }
        }
    }
    times.map(|mut times| {
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1000.0
    })
}

fn timed(work: impl FnOnce()) -> Duration {
    let from = Instant::now();
    work();
    from.elapsed()
}

fn nixedit(folder: &Path, words: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_nixedit")).current_dir(folder).args(words).stdin(Stdio::null()).output();
    let output = output.expect("nixedit runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// One line: what was measured, beside the floor that it is compared with.
fn say(what: &str, time: f64, floor_name: &str, floor: f64, aim: f64) {
    let ratio = time / floor;
    let judged = if ratio <= aim { "aim met" } else { "aim missed" };
    println!("{what:34} {time:>8.2} ms = {ratio:.2} x {floor_name} ({floor:.2} ms); {judged} (<= {aim})");
}

/// A module of about `size` bytes with one package list in the middle of ordinary options.
fn module(size: usize) -> String {
    let mut text = String::from("{ config, lib, pkgs, ... }:\n\n{\n");
    let option = |i: usize| {
        format!(
            "  services.example-{i} = {{\n    enable = true;\n    settings.port = {i};\n    extraConfig = ''\n      listen {i};\n    '';\n  }};\n\n"
        )
    };
    let mut i = 0;
    while text.len() < size / 2 {
        text.push_str(&option(i));
        i += 1;
    }
    text.push_str("  home.packages = with pkgs; [\n    bat\n    fd\n    zoxide\n  ];\n\n");
    while text.len() < size {
        text.push_str(&option(i));
        i += 1;
    }
    text.push_str("}\n");
    text
}

fn file_mode(name: &str, size: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, text) = (folder.path().join("module.nix"), module(size));
    let fresh = || std::fs::write(&file, &text).expect("a file");
    let add = ["add-package", "--file", "module.nix", "--path", "home.packages", "--no-validate", "-q", "ripgrep"];
    let dry: Vec<&str> = add.into_iter().chain(["--dry-run"]).collect();
    let [start, parse, dry, edit, sync] = in_turn(
        31,
        [
            &mut || timed(|| nixedit(folder.path(), &["--version"])),
            &mut || timed(|| parse(&text)),
            &mut || {
                fresh();
                timed(|| nixedit(folder.path(), &dry))
            },
            &mut || {
                fresh();
                timed(|| nixedit(folder.path(), &add))
            },
            &mut || sync(&folder.path().join("synced"), &text),
        ],
    );
    println!("{name}: start {start:.2} ms, parse {parse:.2} ms, one sync {sync:.2} ms");
    say("  dry run", dry, "(parse + start)", parse + start, 1.5);
    say("  edit", edit, "(parse + start)", parse + start, 1.5);
    say("  edit", edit, "(parse + start + one sync)", parse + start + sync, 1.5);
}

fn parse(text: &str) {
    let source = with_large_stack(|| Source::parse("module.nix", text.into()).map(|_| ()));
    assert!(source.is_ok());
}

/// How long the disk takes for a new file with this text.
fn sync(path: &Path, text: &str) -> Duration {
    let mut file = std::fs::File::create(path).expect("a file");
    file.write_all(text.as_bytes()).expect("it is written");
    let time = timed(|| file.sync_data().expect("it is synced"));
    std::fs::remove_file(path).expect("it goes");
    time
}

/// A scratch copy of the mesh in a repository of its own.
fn mesh() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let fixture = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mesh/.");
    run(folder.path(), "cp", &["-r", &fixture.to_string_lossy(), "."]);
    run(folder.path(), "git", &["init", "-q"]);
    commit(folder.path());
    folder
}

fn commit(folder: &Path) {
    run(folder, "git", &["add", "-A"]);
    run(folder, "git", &["-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "-qm", "The mesh"]);
}

fn run(folder: &Path, program: &str, words: &[&str]) {
    let done = Command::new(program).args(words).current_dir(folder).output().expect("it runs");
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
}

const PLAN: [&str; 7] = ["add-package", "--host", "nxiz", "--no-validate", "--dry-run", "-q", "ripgrep"];
const PROVE: [&str; 8] = ["add-package", "--host", "nxiz", "--validate", "target", "--dry-run", "-q", "ripgrep"];

fn host_mode(mesh: &Path) {
    let [start, plan] = in_turn(31, [&mut || timed(|| nixedit(mesh, &["--version"])), &mut || timed(|| nixedit(mesh, &PLAN))]);
    println!("host mode, without evaluation: {plan:.2} ms, start {start:.2} ms");
}

/// Makes the host take as long as one of nixpkgs does: the stubs evaluate in the blink of an eye, so
/// that beside them the start of a git process is much.
fn make_heavy(mesh: &Path) {
    let sum = "builtins.foldl' (a: b: a + b) 0 (builtins.genList (n: n * n) 3000000)";
    let module = format!("{{ ... }}:\n\n{{\n  home.packages = builtins.seq ({sum}) [ ];\n}}\n");
    std::fs::write(mesh.join("hosts/nxiz/heavy.nix"), module).expect("a file");
    let home = mesh.join("hosts/nxiz/home.nix");
    let text = std::fs::read_to_string(&home).expect("a file");
    let heavy = text.replacen("  imports = [\n", "  imports = [\n    ./heavy.nix\n", 1);
    assert_ne!(heavy, text, "the host imports modules");
    std::fs::write(&home, heavy).expect("a file");
    commit(mesh);
}

fn validated(mesh: &Path, host: &str, runs: usize) {
    if Command::new("nix").arg("--version").output().is_err() {
        println!("SKIPPED: no nix, so validation was not measured");
        return;
    }
    let [plan, one, two, proven] = in_turn(
        runs,
        [
            &mut || timed(|| nixedit(mesh, &PLAN)),
            &mut || timed(|| evaluate(mesh)),
            &mut || timed(|| std::thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(|| evaluate(mesh)))))),
            &mut || timed(|| nixedit(mesh, &PROVE)),
        ],
    );
    println!("validated edit, {host}: plan {plan:.0} ms, bare nix eval {one:.0} ms, two at once {two:.0} ms");
    say("  with and without the edit", proven - plan, "two bare nix evals at once", two, 1.15);
    say("  not one after the other", proven - plan, "two bare nix evals in a row", 2.0 * one, 1.0);
}

/// What nix itself takes for the question that proves the edit.
fn evaluate(mesh: &Path) {
    let mut nix = Command::new("nix");
    nix.args(["--extra-experimental-features", "nix-command flakes", "eval", "--json", "--no-update-lock-file", "--offline"]);
    nix.args(["--option", "eval-cache", "false", "--option", "warn-dirty", "false"]);
    nix.arg(format!("git+file://{}#nixosConfigurations.nxiz", mesh.display()));
    nix.args(["--apply", "c: map (p: p.name or \"?\") c.config.home-manager.users.zk.home.packages"]);
    let done = nix.stdin(Stdio::null()).output().expect("nix runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
