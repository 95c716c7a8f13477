//! `validate --all-hosts` on many hosts: bounded, told as it happens, and gone on with.
//!
//! 40 hosts, or as many as `NIXEDIT_FLEET_HOSTS` says; the figures are for 200.

#![allow(clippy::print_stderr)] // it says how many hosts it had

mod bench;
mod eval_jobs;
#[path = "../support/mod.rs"]
mod support;

use bench::{Bench, name, signal, text};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::time::{Duration, Instant};

/// Peak memory of a process so far, in KiB.
fn peak(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}

#[test]
fn jobs_and_memory_are_bounded_and_each_host_is_evaluated_once() {
    if !support::has_nix() {
        return;
    }
    let bench = Bench::new();
    eprintln!("a fleet of {} hosts (NIXEDIT_FLEET_HOSTS)", bench.hosts);
    let mut child = bench.command(&["--jobs", "3"]).spawn().expect("nixedit starts");
    let mut largest = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        largest = largest.max(peak(child.id()).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).lines().filter(|line| line.contains(" system.build.toplevel: ok (")).count(), bench.hosts);
    let widest = bench.log("width").iter().filter_map(|width| width.parse::<usize>().ok()).max();
    assert_eq!(widest, Some(3), "evaluations at the same time");
    assert!((1..100 << 10).contains(&largest), "{largest} KiB");
    let evaluated = bench.log("evaluated");
    assert_eq!((evaluated.len(), evaluated.iter().collect::<BTreeSet<_>>().len()), (bench.hosts, bench.hosts));

    bench.forget_logs();
    let known = bench.run(&[]);
    assert_eq!(text(&known.stdout).lines().filter(|line| line.ends_with(": ok (known)")).count(), bench.hosts);
    assert!(bench.log("begun").is_empty(), "what is known is not evaluated");
    // A file of the flake, and a wish, make it unknown.
    bench.run(&["--again"]);
    assert_eq!(bench.log("evaluated").len(), bench.hosts);
    bench.forget_logs();
    bench.host(0, "jq");
    let json: Value = serde_json::from_slice(&bench.run(&["--json"]).stdout).expect("one object");
    assert_eq!(bench.log("evaluated").len(), bench.hosts);
    let drv = |number: usize| json["validation"]["targets"][number]["drv"].as_str().map(|drv| drv.ends_with(".drv"));
    assert_eq!((drv(0), drv(bench.hosts - 1)), (Some(true), Some(true)), "{json}");
}

#[test]
fn a_run_that_was_interrupted_goes_on() {
    if !support::has_nix() {
        return;
    }
    let bench = Bench::new();
    let child = bench.start_until(&[], "evaluated", 8);
    signal(&child, "TERM");
    let asked = Instant::now();
    let output = child.wait_with_output().expect("it ends");
    assert!(asked.elapsed() < Duration::from_secs(3));
    assert_eq!(output.status.code(), Some(5));
    let says = text(&output.stderr);
    assert!(says.contains(&format!("of {} systems evaluate so far", bench.hosts)) && says.contains("goes on from there"), "{says}");
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(fs::read_dir(bench.path("log/running")).expect("a folder").count(), bench.log("begun").len() - bench.log("evaluated").len());
    let before = bench.log("evaluated");
    let output = bench.run(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let evaluated = bench.log("evaluated");
    let twice = evaluated.len() - evaluated.iter().collect::<BTreeSet<_>>().len();
    // An answer that came in the very instant of the signal may be lost with it.
    assert!(twice <= 2 && before.len() >= 8 && evaluated.len() - twice == bench.hosts, "{twice} twice");
    let known = text(&output.stdout).lines().filter(|line| line.ends_with("(known)")).count();
    assert!(known >= 6, "{known}");
}

#[test]
fn the_first_error_ends_it_at_once_and_its_host_comes_first_next_time() {
    if !support::has_nix() {
        return;
    }
    let bench = Bench::new();
    let last = bench.hosts - 4;
    bench.host(3, "ripgrepp");
    bench.host(last, "fdd");
    bench.commit();
    let output = bench.run(&[]);
    let says = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{says}");
    assert!(says.contains("error: attribute 'ripgrepp' missing") && says.contains("hosts/h003.nix:4:10"), "{says}");
    assert!(says.contains("did you mean ripgrep?") && !says.contains("fdd"), "{says}");
    assert!(bench.log("begun").len() <= 6, "the others are not begun: {:?}", bench.log("begun"));
    // What evaluated is known, and the host that failed comes first.
    bench.forget_logs();
    assert_eq!(bench.run(&["--jobs", "1"]).status.code(), Some(4));
    assert_eq!(bench.log("begun"), ["h003"]);
}

/// What somebody works on is evaluated before what is committed: a new error in a late host is found at once.
#[test]
fn hosts_with_uncommitted_files_come_first() {
    if !support::has_nix() {
        return;
    }
    let bench = Bench::new();
    let last = bench.hosts - 1;
    bench.host(last, "ripgrepp");
    let output = bench.run(&["--jobs", "1"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    assert_eq!(bench.log("begun"), [format!("h{last:03}")]);
}

#[test]
fn errors_are_told_as_they_happen_while_the_others_go_on() {
    if !support::has_nix() {
        return;
    }
    let bench = Bench::new();
    let last = bench.hosts - 4;
    bench.host(3, "ripgrepp");
    bench.host(last, "fdd");
    bench.commit();
    let mut child = bench.command(&["--keep-going"]).spawn().expect("nixedit starts");
    let start = Instant::now();
    let stderr = BufReader::new(child.stderr.take().expect("its stderr"));
    let heard: Vec<(String, Duration)> = stderr.lines().map(|line| (line.expect("text"), start.elapsed())).collect();
    let output = child.wait_with_output().expect("it ends");
    let whole = start.elapsed();
    let says: Vec<&str> = heard.iter().map(|(line, _)| line.as_str()).collect();
    assert_eq!(output.status.code(), Some(4), "{says:?}");
    assert_eq!((says[0], says[1]), ("h003 does not evaluate:", "error: attribute 'ripgrepp' missing"));
    assert!(heard[1].1 * 2 < whole, "{:?} of {whole:?}", heard[1].1);
    let second = says.iter().position(|line| *line == format!("{} does not evaluate:", name(last))).expect("the other one");
    assert_eq!(says[second + 1], "error: attribute 'fdd' missing");
    assert_eq!(says.last(), Some(&&*format!("error: 2 of {} hosts do not evaluate: h003, {}", bench.hosts, name(last))));
    let prints = text(&output.stdout);
    assert_eq!(prints.lines().filter(|line| line.contains(": ok (")).count(), bench.hosts - 2, "{prints}");
    assert!(prints.contains("h003 system.build.toplevel: failed\n"), "{prints}");

    // For programs: one object, with the error of each host; those that failed are asked first, and alone.
    bench.forget_logs();
    let output = bench.run(&["--keep-going", "--json", "--jobs", "1"]);
    assert_eq!(bench.log("begun"), ["h003".to_owned(), name(last)]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert_eq!((&json["status"], &json["error"]["file"], &json["error"]["line"]), (&"invalid".into(), &"hosts/h003.nix".into(), &4.into()));
    let targets = json["validation"]["targets"].as_array().expect("targets");
    assert_eq!(targets.len(), bench.hosts);
    assert_eq!(targets[last]["error"]["message"], "attribute 'fdd' missing");
    assert_eq!((&targets[0]["known"], &targets[last]["outcome"]), (&true.into(), &"failed".into()));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
}

#[test]
fn one_cause_is_shown_once() {
    if !support::has_nix() {
        return;
    }
    let bench = Bench::new();
    let flake = fs::read_to_string(bench.path("flake/flake.nix")).expect("a file");
    bench.write("flake/flake.nix", &flake.replace("{ nixpkgs.hostPlatform", "{ boot.no.such = 1; nixpkgs.hostPlatform"));
    let output = bench.run(&["--keep-going"]);
    let says = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{says}");
    assert_eq!(says.matches("error: ").count(), 2, "the cause, and the sum: {says}");
    assert_eq!(says.matches(" does not evaluate: the same as above").count(), bench.hosts - 1, "{says}");
    assert!(says.contains(&format!("{0} of {0} hosts do not evaluate: h0", bench.hosts)) && says.contains("more"), "{says}");
}
