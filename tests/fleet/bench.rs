//! A generated flake of many hosts on the stub nixpkgs, with stand-ins that tell what was run.

use crate::support::{committed, fixture, git};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const FLAKE: &str = r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { nixpkgs, ... }:
    let
      host = name: nixpkgs.lib.nixosSystem {
        modules = [ { nixpkgs.hostPlatform = "x86_64-linux"; } (./hosts + "/${name}.nix") ];
      };
    in
    {
      nixosConfigurations = nixpkgs.lib.genAttrs (map (nixpkgs.lib.removeSuffix ".nix") (builtins.attrNames (builtins.readDir ./hosts))) host;
    };
}
"#;

/// Runs the real nix; of evaluations of a host it notes begin, success, and how many ran at that time.
const NIX: &str = r##"
host=$(printf '%s\n' "$@" | sed -n 's/^git+file:.*#nixosConfigurations\.\(h[0-9]*\)$/\1/p')
case "$* " in *.drvPath*) ;; *) host= ;; esac
[ -n "$host" ] || exec "$REAL" "$@"
echo "$host" >> "$LOG/begun"
: > "$LOG/running/$$"
ls "$LOG/running" | wc -l >> "$LOG/width"
"$REAL" "$@"
code=$?
rm "$LOG/running/$$"
[ $code != 0 ] || echo "$host" >> "$LOG/evaluated"
exit $code
"##;

/// The flake, and what was run on it.
pub struct Bench {
    folder: TempDir,
    pub hosts: usize,
}

impl Bench {
    /// As many hosts as `NIXEDIT_FLEET_HOSTS` says, else 40.
    pub fn new() -> Self {
        let hosts = std::env::var("NIXEDIT_FLEET_HOSTS").ok().and_then(|hosts| hosts.parse().ok()).unwrap_or(40);
        let bench = Self { folder: tempfile::tempdir().expect("a folder"), hosts };
        bench.write("flake/flake.nix", FLAKE);
        let lock = fs::read_to_string(fixture("architectures/read-dir/flake.lock")).expect("a lock file");
        bench.write("flake/flake.lock", &lock);
        (0..hosts).for_each(|number| bench.host(number, "ripgrep"));
        committed(&bench.path("flake"));
        fs::create_dir_all(bench.path("log/running")).expect("a folder");
        let real = std::env::var("NIXEDIT_NIX").unwrap_or_else(|_| "nix".to_owned());
        let which = Command::new("sh").args(["-c", "command -v \"$1\"", "sh", &real]).output().expect("sh runs");
        let real = String::from_utf8_lossy(&which.stdout).trim().to_owned();
        bench.program("nix", &format!("REAL={real}\nLOG={}\n{NIX}", bench.path("log").display()));
        bench
    }

    /// Writes a host that has one package.
    pub fn host(&self, number: usize, package: &str) {
        let text = format!("{{ pkgs, ... }}:\n{{\n  environment.systemPackages = [\n    pkgs.{package}\n  ];\n}}\n");
        self.write(&format!("flake/hosts/{}.nix", name(number)), &text);
    }

    /// Commits what was written, so that no host comes first for being worked on.
    pub fn commit(&self) {
        git(&self.path("flake"), &["commit", "-qam", "Hosts"]);
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, text).expect("it is written");
    }

    /// Puts a program in front of `PATH`.
    pub fn program(&self, name: &str, script: &str) {
        self.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.path(&format!("bin/{name}")), fs::Permissions::from_mode(0o755)).expect("it is made executable");
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nixedit"));
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap_or_default());
        command.args(["validate", "--all-hosts"]).args(words).current_dir(self.path("flake")).env("PATH", path);
        command.env_remove("NIXEDIT_EVAL_JOBS").env("NIXEDIT_NIX", self.path("bin/nix"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("nixedit runs")
    }

    /// Starts it, and waits until the log of this name has so many lines.
    pub fn start_until(&self, words: &[&str], log: &str, lines: usize) -> Child {
        let child = self.command(words).spawn().expect("nixedit starts");
        let start = Instant::now();
        while self.log(log).len() < lines {
            assert!(start.elapsed() < Duration::from_secs(60), "it does not get there");
            std::thread::sleep(Duration::from_millis(5));
        }
        child
    }

    /// The lines of a log since it was last forgotten.
    pub fn log(&self, name: &str) -> Vec<String> {
        fs::read_to_string(self.path("log").join(name)).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    pub fn forget_logs(&self) {
        for name in ["begun", "evaluated", "width", "words", "pids"] {
            let _ = fs::remove_file(self.path("log").join(name));
        }
    }
}

/// The host of this number.
pub fn name(number: usize) -> String {
    format!("h{number:03}")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Sends a signal.
pub fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().expect("sh runs");
    assert!(sent.success());
}
