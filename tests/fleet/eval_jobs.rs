//! nix-eval-jobs in the place of our own scheduling: a stand-in that takes its words and speaks its JSON.

use crate::bench::{Bench, signal, text};
use crate::support::has_nix;
use serde_json::Value;
use std::fs;
use std::time::{Duration, Instant};

/// Answers for each system that `--select` names, in order. What a host's error would be it asks nix, and writes as
/// nix-eval-jobs does. `$BEFORE`, a line of shell, runs before each answer with the system's number in `$number`.
const EVAL_JOBS: &str = r##"
[ "$1" != --help ] || { echo "  --select               Apply provided Nix function"; exit 0; }
echo $$ >> "$LOG/pids"
echo "$*" | tr '\n' ' ' >> "$LOG/words"
while [ $# -gt 0 ]; do
  case "$1" in
    --flake) flake=$2 ;;
    --select) select=$2 ;;
  esac
  shift
done
printf '%s\n' "$select" | sed -n 's/^nixedit_system_\([0-9]*\) = c\.\([^.]*\)\.config\.system\.build\.toplevel;$/\1 \2/p' | while read -r number host; do
  BEFORE
  attr="\"attr\":\"nixedit_system_$number\",\"attrPath\":[\"nixedit_system_$number\"]"
  if grep -q 'ripgrepp\|fdd' "$HOSTS/$host.nix"; then
    error=$("$REAL" eval --show-trace --offline "$flake.$host.config.system.build.toplevel.drvPath" 2>&1 | sed 's/\\/\\\\/g; s/"/\\"/g' | awk '{ printf "%s\\n", $0 }')
    printf '%s\n' "$error" >&2
    printf '{%s,"error":"%s"}\n' "$attr" "$error"
  else
    echo "$host" >> "$LOG/answered"
    echo "{$attr,\"drvPath\":\"/nix/store/00000000000000000000000000000000-$host.drv\",\"name\":\"$host\",\"outputs\":{\"out\":null},\"system\":\"x86_64-linux\"}"
  fi
done || exit 1
"##;

impl Bench {
    fn with_eval_jobs(before: &str) -> Self {
        let bench = Self::new();
        bench.eval_jobs(before);
        bench
    }

    fn eval_jobs(&self, before: &str) {
        let nix = fs::read_to_string(self.path("bin/nix")).expect("a file");
        let real = nix.lines().find_map(|line| line.strip_prefix("REAL=")).expect("the real nix").to_owned();
        let (log, hosts) = (self.path("log"), self.path("flake/hosts"));
        let head = format!("REAL={real}\nLOG={}\nHOSTS={}\n", log.display(), hosts.display());
        self.program("nix-eval-jobs", &(head + &EVAL_JOBS.replace("BEFORE", before)));
    }
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("one object")
}

#[test]
fn it_is_used_where_it_is_on_path() {
    if !has_nix() {
        return;
    }
    let bench = Bench::with_eval_jobs("");
    bench.write("flake/nixedit.toml", "[validate]\njobs = 3\neval_jobs_memory = 2048\n");
    let output = bench.run(&["--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(bench.log("begun").is_empty(), "nix itself evaluated {:?}", bench.log("begun"));
    let words = bench.log("words").concat();
    for wanted in ["--workers 3 ", "--max-memory-size 2048 ", "--option allow-import-from-derivation false ", "--option substitute false "]
    {
        assert!(words.contains(wanted), "{wanted} is not in {words}");
    }
    let targets = json(&output.stdout)["validation"]["targets"].clone();
    assert_eq!(targets[7]["drv"], "/nix/store/00000000000000000000000000000000-h007.drv");
    assert!((0..bench.hosts).all(|number| targets[number]["ok"] == true));
    // What it answered is known, and it can be left aside.
    let again = bench.run(&["--no-eval-jobs"]);
    assert!(text(&again.stdout).lines().all(|line| line.ends_with("(known)")));
    assert_eq!(bench.run(&["--no-eval-jobs", "--again", "--jobs", "4"]).status.code(), Some(0));
    assert_eq!((bench.log("evaluated").len(), bench.log("pids").len()), (bench.hosts, 1));
}

#[test]
fn its_errors_are_those_of_nix_and_come_as_they_happen() {
    if !has_nix() {
        return;
    }
    let bench = Bench::with_eval_jobs("[ $number -lt 5 ] || sleep 60");
    bench.host(3, "ripgrepp");
    let start = Instant::now();
    let output = bench.run(&[]);
    assert!(start.elapsed() < Duration::from_secs(20), "it waited for the others");
    assert_eq!(output.status.code(), Some(4));
    let by_nix = bench.run(&["--no-eval-jobs", "--again"]);
    assert_eq!(text(&output.stderr), text(&by_nix.stderr));
    assert!(text(&output.stderr).contains("hosts/h003.nix:4:10"), "{}", text(&output.stderr));
    bench.eval_jobs("");
    bench.host(9, "fdd");
    let output = bench.run(&["-k"]);
    let says = text(&output.stderr);
    assert!(says.starts_with("h003 does not evaluate:\nerror: attribute 'ripgrepp' missing\n"), "{says}");
    assert!(says.contains("\nh009 does not evaluate:\nerror: attribute 'fdd' missing\n"), "{says}");
    assert!(says.ends_with(&format!("error: 2 of {} hosts do not evaluate: h003, h009\n", bench.hosts)), "{says}");
}

#[test]
fn its_death_is_an_error_with_a_way_out_and_what_it_answered_stays() {
    if !has_nix() {
        return;
    }
    let bench = Bench::with_eval_jobs(
        "[ $number -lt 3 ] || { echo \"error: while reading result for attrPath 'nixedit_system_$number', worker killed\" >&2; exit 1; }",
    );
    let output = bench.run(&[]);
    let says = text(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{says}");
    let expected = format!("nix-eval-jobs ended (exit status: 1) after 3 of {} systems: while reading result for attrPath", bench.hosts);
    assert!(says.contains(&expected) && says.contains("'nixosConfigurations.h003'") && says.contains("help: --no-eval-jobs"), "{says}");
    bench.eval_jobs("");
    assert_eq!(bench.run(&[]).status.code(), Some(0));
    assert_eq!(bench.log("answered").len(), bench.hosts, "none is asked for twice");
}

#[test]
fn what_is_no_answer_is_refused_and_what_is_left_out_is_asked_of_nix() {
    if !has_nix() {
        return;
    }
    for garbage in
        ["echo hello", "echo '{\"attr\":\"x\",\"attrPath\":[\"x\"],\"drvPath\":\"y\"}'", "echo '{\"attrPath\":[\"nixedit_system_0\"]}'"]
    {
        let output = Bench::with_eval_jobs(garbage).run(&[]);
        let says = text(&output.stderr);
        assert_eq!(output.status.code(), Some(5), "{says}");
        assert!(says.contains("nix-eval-jobs printed what is no answer") && says.contains("help: --no-eval-jobs"), "{says}");
    }
    let bench = Bench::with_eval_jobs("[ $number != 5 ] || continue");
    assert_eq!(bench.run(&[]).status.code(), Some(0));
    assert_eq!(bench.log("evaluated"), ["h005"]);
}

#[test]
fn one_that_is_too_old_is_passed_over_unless_it_was_named() {
    if !has_nix() {
        return;
    }
    let bench = Bench::new();
    bench.program("nix-eval-jobs", "echo usage");
    assert_eq!(bench.run(&["--jobs", "4"]).status.code(), Some(0));
    assert_eq!(bench.log("evaluated").len(), bench.hosts);
    let named = bench.command(&[]).env("NIXEDIT_EVAL_JOBS", "nix-eval-jobs").output().expect("nixedit runs");
    assert_eq!(named.status.code(), Some(5));
    assert!(text(&named.stderr).contains("named by NIXEDIT_EVAL_JOBS, knows no --select"), "{}", text(&named.stderr));
}

#[test]
fn an_interruption_ends_it() {
    if !has_nix() {
        return;
    }
    let bench = Bench::with_eval_jobs("[ $number -lt 4 ] || sleep 60");
    let child = bench.start_until(&[], "answered", 4);
    std::thread::sleep(Duration::from_millis(200));
    signal(&child, "INT");
    let start = Instant::now();
    let output = child.wait_with_output().expect("it ends");
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(output.status.code(), Some(5));
    let says = text(&output.stderr);
    assert!(says.contains(&format!("interrupted; 4 of {} systems evaluate so far", bench.hosts)), "{says}");
    let pid = bench.log("pids").concat();
    let gone = fs::read_to_string(format!("/proc/{pid}/stat")).map_or(true, |stat| stat.contains(") Z "));
    assert!(gone, "{pid} still runs");
}
