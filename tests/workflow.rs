//! What changes machines: applying, going back, profiles, linting, with stand-ins that behave as the real
//! commands do: exit statuses, output, slowness, being killed.

use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A flake of two hosts in a repository, with a folder of stand-ins in front of PATH.
struct Bench {
    folder: TempDir,
}

const ZCLI: &str = r#"
echo "$*" >> "$LOG"
echo "building $2"
case "$2 $*" in
  *--dry*) [ -z "$NO_DRY" ] || { echo "error: unknown option '--dry'" >&2; exit 2; } ;;
esac
case "$FAIL" in
  "$2")
    printf 'warning: error: unable to download; retrying\nerror:\n       … while evaluating\n' >&2
    printf "\n       error: undefined variable 'ripgrepp'\n       at /nix/store/%s-source/a.nix:3:5:\n" aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa >&2
    exit 1 ;;
  kill) kill -9 $$ ;;
esac
"#;
const SSH: &str = r#"case "$*" in *" a "*) echo system-142-link ;; *) echo "ssh: cannot resolve" >&2; exit 255 ;; esac"#;

impl Bench {
    fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().expect("a folder") };
        let host = |name: &str| format!("    nixosConfigurations.{name} = nixpkgs.lib.nixosSystem {{ modules = [ ./{name}.nix ]; }};\n");
        bench.write("flake/flake.nix", &format!("{{\n  outputs = {{ nixpkgs, ... }}: {{\n{}{}  }};\n}}\n", host("a"), host("b")));
        for name in ["a", "b"] {
            bench.write(&format!("flake/{name}.nix"), "{ pkgs, ... }:\n{\n  environment.systemPackages = [ pkgs.fd ];\n}\n");
        }
        for words in [&["init", "-q"][..], &["add", "-A"], &["-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "x"]] {
            let done = Command::new("git").args(words).current_dir(bench.path("flake")).output().expect("git runs");
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
        bench.program("zcli", ZCLI);
        bench.program("ssh", SSH);
        bench
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it is made");
        fs::write(path, text).expect("it is written");
    }

    fn program(&self, name: &str, script: &str) {
        self.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.path(&format!("bin/{name}")), fs::Permissions::from_mode(0o755)).expect("it is made executable");
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nixedit"));
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap_or_default());
        command.args(words).current_dir(self.path("flake")).env("PATH", path).env("LOG", self.path("log")).stdin(Stdio::null());
        command.env("XDG_STATE_HOME", self.path("state")).env_remove("DAEMON_PROFILE");
        command
    }

    fn run(&self, words: &[&str], variables: &[(&str, &str)]) -> Output {
        self.command(words).envs(variables.iter().copied()).output().expect("nixedit runs")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("an exit status")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stdout)))
}

#[test]
fn nothing_is_applied_without_a_yes() {
    let bench = Bench::new();
    let refused = bench.run(&["apply", "a"], &[]);
    assert_eq!((status(&refused), bench.log().as_str()), (2, ""));
    assert!(said(&refused).contains("zcli deploy a") && said(&refused).contains("--yes"), "{}", said(&refused));
    let unknown = bench.run(&["apply", "c", "--yes"], &[]);
    assert_eq!((status(&unknown), bench.log().as_str()), (3, ""));
    let edit = bench.run(&["add-package", "--host", "a", "--to", "system", "jq", "--no-validate", "--apply"], &[]);
    assert_eq!((status(&edit), bench.log().as_str()), (2, ""));
    assert!(!fs::read_to_string(bench.path("flake/a.nix")).expect("a file").contains("jq"), "it is refused before the edit");
}

#[test]
fn hosts_are_applied_one_by_one_up_to_the_first_failure() {
    let bench = Bench::new();
    let done = bench.run(&["apply", "a", "b", "--yes", "--format", "json"], &[]);
    assert_eq!(status(&done), 0, "{}", said(&done));
    assert_eq!(bench.log(), "deploy a\ndeploy b\n");
    let report = json(&done);
    assert_eq!((&report["status"], &report["hosts"][0]["rollback_generation"]), (&Value::from("applied"), &Value::from(142)));
    assert_eq!(report["hosts"][1]["rollback_generation"], Value::Null);
    assert!(report["hosts"][1]["rollback_generation_reason"].as_str().expect("a reason").contains("cannot resolve"));
    assert!(said(&done).contains("building a"), "what the command says is passed on");
    let failed = bench.run(&["apply", "--all-hosts", "--yes"], &[("FAIL", "a")]);
    assert_eq!((status(&failed), bench.log().as_str()), (7, "deploy a\ndeploy b\ndeploy a\n"));
    let text = said(&failed);
    assert!(text.contains("error: undefined variable 'ripgrepp'") && text.contains("a.nix:3"), "{text}");
    assert!(String::from_utf8_lossy(&failed.stdout).contains("to go back: "), "the way back is named");
    let killed = bench.run(&["apply", "a", "--yes"], &[("FAIL", "kill")]);
    assert_eq!(status(&killed), 7);
    assert!(said(&killed).contains("was ended by a signal"), "{}", said(&killed));
}

#[test]
fn an_edit_stays_when_applying_it_fails() {
    let bench = Bench::new();
    let words = ["add-package", "--host", "a", "--to", "system", "jq", "--no-validate", "--apply", "--yes", "--format", "json"];
    let failed = bench.run(&words, &[("FAIL", "a")]);
    assert_eq!((status(&failed), bench.log().as_str()), (7, "deploy a\n"));
    let report = json(&failed);
    assert_eq!((&report["apply"]["status"], &report["apply"]["error"]["line"]), (&Value::from("failed"), &Value::from(3)));
    assert_eq!(report["apply"]["hosts"][0]["rollback_generation"], 142);
    assert!(fs::read_to_string(bench.path("flake/a.nix")).expect("a file").contains("pkgs.jq"));
    let again = bench.run(&words, &[]);
    assert_eq!((status(&again), bench.log().as_str()), (0, "deploy a\n"), "what changes nothing is not applied");
    assert_eq!(status(&bench.run(&["undo"], &[])), 0);
    assert!(!fs::read_to_string(bench.path("flake/a.nix")).expect("a file").contains("jq"));
}

#[test]
fn the_settings_say_what_deploys() {
    let bench = Bench::new();
    bench.program("deploy-it", "echo \"deploy-it $*\" >> \"$LOG\"");
    bench.write("flake/nixedit.toml", "[apply]\ncommand = [\"deploy-it\", \"{host}\", \"--switch\"]\nconfirm = false\n");
    assert_eq!(status(&bench.run(&["apply", "b"], &[])), 0);
    assert_eq!(bench.log(), "deploy-it b --switch\n");
    bench.write("flake/nixedit.toml", "[apply]\ncommand = [\"not-there\", \"{host}\"]\n");
    let missing = bench.run(&["apply", "b", "--yes"], &[]);
    assert_eq!(status(&missing), 5);
    assert!(said(&missing).contains("not-there, which is not on PATH"), "{}", said(&missing));
}

#[test]
fn the_way_back_is_printed_and_run_only_on_demand() {
    let bench = Bench::new();
    bench.program("nixos-rebuild", "echo \"nixos-rebuild $*\" >> \"$LOG\"");
    let shown = bench.run(&["rollback", "--host", "a"], &[]);
    assert_eq!((status(&shown), bench.log().as_str()), (0, ""));
    assert_eq!(String::from_utf8_lossy(&shown.stdout), "nixos-rebuild switch --rollback --target-host a --use-remote-sudo\n");
    assert_eq!(status(&bench.run(&["rollback", "--host", "a", "--yes"], &[])), 0);
    assert_eq!(bench.log(), "nixos-rebuild switch --rollback --target-host a --use-remote-sudo\n");
    bench.program("nixos-rebuild", "exit 4");
    assert_eq!(status(&bench.run(&["rollback", "--host", "a", "--yes"], &[])), 7);
    assert_eq!(status(&bench.run(&["rollback"], &[])), 2);
}

/// A nix that knows profiles: a file of names, and `nix profile` in its newer or older form. It is told by files:
/// programs that nixedit reads get a clean environment.
const NIX: &str = r#"
d=$(dirname "$0")/..
[ "$1" = --extra-experimental-features ] && shift 2
echo "$*" >> "$d/log"
[ "$1 $2" = "profile --help" ] && { echo "nix profile $(cat "$d/verb" 2>/dev/null || echo add) - install"; exit 0; }
verb=$2; shift 2
[ "$1" = --json ] && shift
profile=$2; shift 2
[ -e "$d/slow" ] && sleep "$(cat "$d/slow")"
case $verb in
  list)
    printf '{"version":3,"elements":{'
    comma=
    for name in $(cat "$profile" 2>/dev/null); do printf '%s"%s":{"originalUrl":"flake:nixpkgs","storePaths":[]}' "$comma" "$name"; comma=,; done
    printf '}}\n' ;;
  add|install) [ "$1" = --inputs-from ] && shift 2; for what; do echo "${what##*#}" >> "$profile"; done ;;
  remove) for what; do grep -vx "$what" "$profile" > "$profile.new"; mv "$profile.new" "$profile"; done ;;
  upgrade) ;;
  *) echo "error: unknown $verb" >&2; exit 1 ;;
esac
"#;

fn profile(bench: &Bench) -> Vec<(String, String)> {
    bench.program("nix", NIX);
    let path = |name: &str| bench.path(name).to_string_lossy().into_owned();
    vec![("NIXEDIT_NIX".to_owned(), path("bin/nix")), ("DAEMON_PROFILE".to_owned(), path("profile"))]
}

fn borrowed(variables: &[(String, String)]) -> Vec<(&str, &str)> {
    variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[test]
fn a_profile_is_changed_by_name() {
    let bench = Bench::new();
    let variables = profile(&bench);
    let variables = borrowed(&variables);
    assert_eq!(status(&bench.run(&["profile", "add", "jq"], &variables)), 2, "it asks");
    let added = bench.run(&["profile", "add", "jq", "fd", "--yes"], &variables);
    assert_eq!((status(&added), String::from_utf8_lossy(&added.stdout).as_ref()), (0, "added fd\nadded jq\n"), "{}", said(&added));
    assert!(bench.log().contains("profile add --profile") && bench.log().contains("--inputs-from"), "{}", bench.log());
    let again = bench.run(&["profile", "add", "jq", "--yes"], &variables);
    assert_eq!(String::from_utf8_lossy(&again.stdout), "unchanged\n");
    let missing = bench.run(&["profile", "remove", "fdd", "--yes"], &variables);
    assert_eq!(status(&missing), 3);
    assert!(said(&missing).contains("did you mean fd?"), "{}", said(&missing));
    let removed = bench.run(&["profile", "remove", "fd", "--yes"], &variables);
    assert_eq!(String::from_utf8_lossy(&removed.stdout), "removed fd\n");
    bench.write("verb", "install");
    assert_eq!(status(&bench.run(&["profile", "add", "bat", "--yes"], &variables)), 0);
    assert!(bench.log().contains("profile install --profile"), "an older nix is spoken to in its words: {}", bench.log());
    let listed = json(&bench.run(&["profile", "list", "--format", "json"], &variables));
    let names: Vec<_> = listed["packages"].as_array().expect("packages").iter().map(|package| package["name"].clone()).collect();
    assert_eq!(names, ["bat", "jq"]);
    assert_eq!(status(&bench.run(&["profile", "list"], &[])), 2, "without a profile it is refused");
}

#[test]
fn two_do_not_change_a_profile_at_once() {
    let bench = Bench::new();
    let variables = profile(&bench);
    bench.write("slow", "1");
    let mut slow = bench.command(&["profile", "add", "jq", "--yes"]);
    let mut slow = slow.envs(borrowed(&variables)).stdout(Stdio::null()).spawn().expect("nixedit starts");
    let lock = bench.path("profile.nixedit.lock");
    while !fs::read_to_string(&lock).is_ok_and(|text| text.contains("profile add")) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let refused = bench.run(&["profile", "add", "fd", "--yes", "--wait", "1s"], &borrowed(&variables));
    let holder = format!("process {}", slow.id());
    assert_eq!(status(&refused), 6);
    assert!(said(&refused).contains(&holder) && said(&refused).contains("profile add jq"), "{}", said(&refused));
    let waited = bench.run(&["profile", "add", "fd", "--yes"], &borrowed(&variables));
    assert_eq!(status(&waited), 0, "{}", said(&waited));
    assert!(slow.wait().expect("it ends").success());
    let names = fs::read_to_string(bench.path("profile")).expect("a profile");
    assert!(names.contains("jq") && names.contains("fd"), "{names}");
}

#[test]
fn only_new_findings_fail() {
    let bench = Bench::new();
    let none = bench.run(&["lint"], &[("PATH", &format!("{}:/usr/bin:/bin", bench.path("nothing").display()))]);
    if !Path::new("/usr/bin/statix").exists() {
        assert_eq!(status(&none), 5, "without a linter nothing was linted");
    }
    let script = r#"
cd "${3:-.}"
for file in *.nix; do
  grep -n unused "$file" | while IFS=: read -r line text; do
    echo "{\"file\":\"./$file\",\"results\":[{\"line\":$line,\"column\":1,\"endColumn\":2,\"message\":\"Unused\"}]}"
  done
done"#;
    bench.program("deadnix", script);
    let clean = bench.run(&["lint"], &[]);
    assert_eq!(status(&clean), 0, "{}", said(&clean));
    assert!(said(&clean).contains("statix is not on PATH and was not run") || Path::new("/usr/bin/statix").exists());
    bench.write("flake/a.nix", "{ pkgs, unused, ... }:\n{\n  environment.systemPackages = [ pkgs.fd ];\n}\n");
    let new = bench.run(&["lint"], &[]);
    assert_eq!((status(&new), String::from_utf8_lossy(&new.stdout).as_ref()), (4, "a.nix:1: Unused (deadnix)\n"));
    let commit = ["-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qam", "y"];
    assert!(Command::new("git").args(commit).current_dir(bench.path("flake")).status().expect("git runs").success());
    bench.write("flake/a.nix", "# moved\n{ pkgs, unused, ... }:\n{\n  environment.systemPackages = [ pkgs.fd ];\n}\n");
    assert_eq!(status(&bench.run(&["lint"], &[])), 0, "what moved is not new");
    let all = json(&bench.run(&["lint", "--all", "--format", "json"], &[]));
    assert_eq!((&all["findings"][0]["new"], &all["findings"][0]["line"]), (&Value::from(false), &Value::from(2)));
}

#[test]
fn garbage_is_collected_only_on_demand() {
    let bench = Bench::new();
    bench.program("nix", "echo \"$*\" >> \"$LOG\"");
    bench.program("nh", "echo \"nh $*\" >> \"$LOG\"");
    let nix = bench.path("bin/nix").to_string_lossy().into_owned();
    let variables = [("NIXEDIT_NIX", nix.as_str())];
    assert_eq!((status(&bench.run(&["gc"], &variables)), bench.log().as_str()), (2, ""));
    assert_eq!(status(&bench.run(&["gc", "--dry"], &variables)), 0);
    assert!(bench.log().ends_with("store gc --dry-run\n"), "{}", bench.log());
    assert_eq!(status(&bench.run(&["gc", "--keep", "5", "--yes"], &variables)), 0);
    assert!(bench.log().ends_with("nh clean all --keep 5\n"), "{}", bench.log());
    assert_eq!(status(&bench.run(&["gc", "--older-than", "soon", "--yes"], &variables)), 2);
}
