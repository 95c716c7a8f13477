//! What an edit costs, as ratios of one run: `cargo bench -p nixedit-cli`.
//!
//! Wall times differ between machines and from minute to minute; ratios of medians taken in turn
//! hold. Printed for each file size: file-mode `add-package` as a whole process against a bare
//! parse of the same text plus the start of the process; then an edit on a host without
//! evaluation; then a validated edit against the bare `nix eval` of the same attribute.

#![allow(clippy::print_stdout)] // a benchmark is there to print

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 15;

fn main() {
    if std::env::args().any(|arg| arg == "--list") {
        return;
    }
    let start = median(|| drop(nixedit(Path::new("."), &["--version"])));
    println!("process start                      {:>8.2} ms", ms(start));
    for (name, size) in [("3 KB", 3_000), ("100 KB", 100_000), ("1.5 MB", 1_500_000)] {
        file_mode(name, size, start);
    }
    host_mode();
    validated();
}

fn nixedit(folder: &Path, words: &[&str]) -> std::process::Output {
    let output = Command::new(env!("CARGO_BIN_EXE_nixedit")).current_dir(folder).args(words).stdin(Stdio::null()).output();
    output.expect("nixedit runs")
}

fn median(mut work: impl FnMut()) -> Duration {
    work();
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let from = Instant::now();
            work();
            from.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
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

fn file_mode(name: &str, size: usize, start: Duration) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("module.nix");
    let text = module(size);
    let edit = median_after(
        || std::fs::write(&file, &text).expect("a file"),
        || {
            let output = nixedit(
                folder.path(),
                &["add-package", "--file", "module.nix", "--path", "home.packages", "--no-validate", "-q", "ripgrep"],
            );
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        },
    );
    let dry = median(|| {
        drop(nixedit(
            folder.path(),
            &["add-package", "--file", "module.nix", "--path", "home.packages", "--no-validate", "-q", "-n", "hello"],
        ))
    });
    let parse = median(|| {
        let source = nixedit_core::syntax::parse::with_large_stack(|| {
            nixedit_core::syntax::parse::Source::parse("module.nix", text.as_str().into()).map(|_| ())
        });
        assert!(source.is_ok());
    });
    let floor = parse + start;
    println!(
        "file mode, {name:7} parse {:>7.2} ms   dry run {:>7.2} ms = {:.2} x (parse + start)   edit {:>7.2} ms = {:.2} x",
        ms(parse),
        ms(dry),
        dry.as_secs_f64() / floor.as_secs_f64(),
        ms(edit),
        edit.as_secs_f64() / floor.as_secs_f64()
    );
}

fn median_after(mut before: impl FnMut(), mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..=RUNS)
        .map(|_| {
            before();
            let from = Instant::now();
            work();
            from.elapsed()
        })
        .skip(1)
        .collect();
    times.sort();
    times[RUNS / 2]
}

/// A scratch copy of the mesh in a repository of its own.
fn mesh() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let fixture = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/mesh/.");
    let run = |program: &str, words: &[&str]| {
        let done = Command::new(program).args(words).current_dir(folder.path()).output().expect("it runs");
        assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    };
    run("cp", &["-r", &fixture.to_string_lossy(), "."]);
    run("git", &["init", "-q"]);
    run("git", &["add", "-A"]);
    run("git", &["-c", "user.name=b", "-c", "user.email=b@localhost", "commit", "-qm", "The mesh"]);
    folder
}

fn host_mode() {
    let folder = mesh();
    let edit = median(|| {
        let output = nixedit(folder.path(), &["add-package", "--host", "nxiz", "--no-validate", "-n", "-q", "ripgrep"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    });
    println!("host mode, no evaluation           {:>8.2} ms", ms(edit));
}

fn validated() {
    if Command::new("nix").arg("--version").output().is_err() {
        println!("SKIPPED: no nix, so validation was not measured");
        return;
    }
    let folder = mesh();
    let attribute = format!("git+file://{}#nixosConfigurations.nxiz", folder.path().display());
    let question = "c: map (p: p.name or \"?\") c.config.home-manager.users.zk.home.packages";
    let flags = [
        "--extra-experimental-features",
        "nix-command flakes",
        "eval",
        "--json",
        "--no-update-lock-file",
        "--offline",
        "--option",
        "eval-cache",
        "false",
        "--option",
        "warn-dirty",
        "false",
    ];
    let bare = median(|| {
        let done =
            Command::new("nix").args(flags).arg(&attribute).args(["--apply", question]).stdin(Stdio::null()).output().expect("nix runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    });
    let plan = median(|| drop(nixedit(folder.path(), &["add-package", "--host", "nxiz", "--no-validate", "-n", "-q", "ripgrep"])));
    let proven = median(|| {
        let output = nixedit(folder.path(), &["add-package", "--host", "nxiz", "--validate", "target", "-n", "-q", "ripgrep"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    });
    let twice = median(|| {
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    Command::new("nix")
                        .args(flags)
                        .arg(&attribute)
                        .args(["--apply", question])
                        .stdin(Stdio::null())
                        .output()
                        .expect("nix runs")
                });
            }
        });
    });
    println!("nix eval, bare                     {:>8.2} ms", ms(bare));
    println!("nix eval, two at once              {:>8.2} ms", ms(twice));
    println!(
        "validated dry run (two at once)    {:>8.2} ms = {:.2} x (two evaluations at once + plan)",
        ms(proven),
        proven.as_secs_f64() / (twice + plan).as_secs_f64()
    );
}
