//! Deadlines, interruptions, side-by-side runs and missing programs, with stand-ins for nix.

use super::{Ask, Place, changes, place, target, two_hosts};
use crate::diagnostic::Code;
use crate::plan::Expect;
use crate::system::nix::{Nix, Surroundings};
use crate::validate::{Level, Outcome, Status};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

/// A program that is called as nix is; `$LOG` in its text is a folder that is kept.
fn stand_in(script: &str, timeout: &str) -> (Place, Nix) {
    let place = place();
    let text = format!("#!/bin/sh\nLOG={}\n{script}\n", place.root.display());
    place.write("nix", &text);
    fs::set_permissions(place.root.join("nix"), PermissionsExt::from_mode(0o755)).unwrap();
    let mut settings = crate::settings::ValidateSettings::default();
    (settings.nix, settings.timeout) = (Some(place.root.join("nix").display().to_string()), timeout.to_owned());
    let nix = Nix::find(&settings, &Surroundings::default()).unwrap().unwrap();
    (place, nix)
}

fn gone(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{}/stat", pid.trim())).map_or(true, |stat| stat.contains(") Z "))
}

fn edit() -> crate::change_set::ChangeSet {
    changes(&[("a.nix", Some("[ \"fd\" ]\n"), Some("[ ]\n"))])
}

#[test]
fn a_deadline_ends_nix_and_what_it_started() {
    let (log, nix) = stand_in("sleep 60 & echo $! >> $LOG/pids; echo $$ >> $LOG/pids; wait", "1s");
    let place = two_hosts();
    let start = Instant::now();
    let failure = Ask::new(&place, edit(), vec![target("a", "packages", Expect::Changed)]).run(Some(nix)).unwrap_err();
    assert_eq!(failure.diagnostic.code, Code::EnvTimeout);
    assert_eq!(failure.diagnostic.message, "nix did not finish within 1 s; it was evaluating packages of a");
    assert!(start.elapsed() < Duration::from_secs(4));
    sleep(Duration::from_millis(50));
    let pids = fs::read_to_string(log.root.join("pids")).unwrap();
    assert_eq!(pids.lines().count(), 4, "base and edited state, each with a child");
    assert!(pids.lines().all(gone), "{pids}");
}

#[test]
fn an_interruption_ends_nix() {
    let (log, nix) = stand_in("sleep 60 & echo $! >> $LOG/pids; echo $$ >> $LOG/pids; wait", "60s");
    let place = two_hosts();
    let ask = Ask::new(&place, edit(), vec![target("a", "packages", Expect::Changed)]);
    let cancel = ask.cancel.clone();
    let pids = log.root.join("pids");
    let watched = pids.clone();
    let thread = spawn(move || {
        while fs::read_to_string(&watched).unwrap_or_default().lines().count() < 4 {
            sleep(Duration::from_millis(5));
        }
        cancel.cancel();
        Instant::now()
    });
    let failure = ask.run(Some(nix)).unwrap_err();
    assert!(thread.join().unwrap().elapsed() < Duration::from_secs(2));
    assert_eq!(failure.diagnostic.code, Code::EnvInterrupted);
    sleep(Duration::from_millis(50));
    assert!(fs::read_to_string(pids).unwrap().lines().all(gone));
}

/// Answers each question with the time, after having said when it began and ended.
const SLOW: &str = "date +%s%N >> $LOG/begin; sleep 0.4; date +%s%N >> $LOG/end; echo \"{\\\"nixedit_question_0\\\": $$, \\\"nixedit_question_1\\\": 1, \\\"nixedit_question_2\\\": 1}\"";

/// How many ran at once, at most.
fn widest(log: &Place) -> usize {
    let times = |name: &str| -> Vec<u64> { fs::read_to_string(log.root.join(name)).unwrap().lines().map(|t| t.parse().unwrap()).collect() };
    let (begin, end) = (times("begin"), times("end"));
    begin.iter().map(|at| begin.iter().filter(|b| *b <= at).count() - end.iter().filter(|e| *e < at).count()).max().unwrap()
}

#[test]
fn as_many_at_once_as_the_settings_say() {
    for jobs in [1, 2, 4] {
        let (log, nix) = stand_in(SLOW, "60s");
        let place = two_hosts();
        let targets = vec![target("a", "packages", Expect::Changed), target("b", "packages", Expect::Same)];
        let mut ask = Ask::new(&place, edit(), targets);
        ask.settings.validate.jobs = jobs;
        ask.run(Some(nix)).unwrap();
        assert_eq!(widest(&log), jobs);
        assert_eq!(fs::read_to_string(log.root.join("begin")).unwrap().lines().count(), 4);
    }
}

#[test]
fn the_first_failure_stops_the_rest() {
    let fails = "case \"$*\" in *#nixosConfigurations.a*) echo x >> $LOG/a; echo 'error: no' >&2; exit 1;; *metadata*) exit 1;; esac; echo x >> $LOG/b; sleep 30; echo '{}'";
    let (log, nix) = stand_in(&format!("case \"$*\" in *--version*) echo 'nix (Nix) 2.34.8'; exit;; esac; {fails}"), "60s");
    let place = two_hosts();
    let targets = vec![target("a", "packages", Expect::Changed), target("b", "packages", Expect::Same)];
    let mut ask = Ask::new(&place, edit(), targets);
    ask.settings.validate.jobs = 4;
    let start = Instant::now();
    let failure = ask.run(Some(nix)).unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(5), "the evaluation of b was ended");
    assert!(log.root.join("a").exists());
    assert_eq!(failure.diagnostic.message, "the flake already failed before this edit: no");
    let outcomes: Vec<_> = failure.report.targets.iter().map(|t| t.outcome).collect();
    assert_eq!(outcomes, [Outcome::Failed, Outcome::NotRun]);
}

#[test]
fn an_old_nix_is_named() {
    let (_log, nix) =
        stand_in("case \"$*\" in *--version*) echo 'nix (Nix) 2.3.16'; exit;; esac; echo \"error: unrecognised flag\" >&2; exit 1", "60s");
    let place = two_hosts();
    let failure = Ask::new(&place, edit(), vec![target("a", "packages", Expect::Changed)]).run(Some(nix)).unwrap_err();
    assert_eq!(failure.diagnostic.code, Code::EnvOldNix);
    assert!(failure.diagnostic.message.contains("is nix 2.3, which knows no flakes"), "{}", failure.diagnostic);
}

#[test]
fn without_nix() {
    let place = two_hosts();
    let mut ask = Ask::new(&place, edit(), vec![target("a", "packages", Expect::Changed)]);
    let report = ask.run(None).unwrap().into_parts().1;
    assert_eq!((report.status, report.skipped_because.as_deref()), (Status::Skipped, Some("no nix on PATH")));
    ask.settings.validate.level = Some("host".to_owned());
    assert_eq!(ask.run(None).unwrap().report().status, Status::Skipped, "settings are a wish, not an order");
    ask.level = Some(Level::Scope);
    assert_eq!(ask.run(None).unwrap().report().status, Status::Ok);
    ask.level = Some(Level::Target);
    assert_eq!(ask.run(None).unwrap_err().diagnostic.code, Code::EnvNoNix);
    (ask.level, ask.settings.validate.level) = (None, Some("hots".to_owned()));
    assert_eq!(ask.run(None).unwrap_err().diagnostic.code, Code::UsageInvalid);
}
