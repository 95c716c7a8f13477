//! Whole validations with a real nix.

use super::{Ask, changes, nix, place, target, two_hosts};
use crate::change_set::ChangeSet;
use crate::diagnostic::Code;
use crate::plan::Expect;
use crate::system::command::Cancel;
use crate::validate::{Candidate, Level, Outcome, Status};
use std::fs;

fn add_ripgrep() -> ChangeSet {
    changes(&[("a.nix", Some("[ \"fd\" ]\n"), Some("[ \"fd\" \"ripgrep\" ]\n"))])
}

#[test]
fn the_effect_is_reported_per_host() {
    let Some(nix) = nix() else { return };
    let place = two_hosts();
    let edit = changes(&[
        ("a.nix", Some("[ \"fd\" ]\n"), Some("[ \"rg\" ]\n")),
        ("table.nix", Some("{ a = false; b = true; }\n"), Some("{ a = true; b = true; }\n")),
    ]);
    let targets = vec![
        target("a", "packages", Expect::Changed),
        target("b", "packages", Expect::Same),
        target("a", "resolved", Expect::Equals("true".to_owned())),
        target("b", "resolved", Expect::Evaluates),
    ];
    let (landing, report) = Ask::new(&place, edit.clone(), targets).run(Some(nix)).unwrap().into_parts();
    assert_eq!(landing, edit);
    assert_eq!((report.level, report.status, report.first_error), (Level::Target, Status::Ok, None));
    let effects: Vec<_> = report.targets.iter().map(|t| (t.ok, t.effect.join(" "))).collect();
    let expected = [(true, "- fd + rg"), (true, ""), (true, "false -> true"), (true, "")];
    assert_eq!(effects, expected.map(|(ok, text)| (ok, text.to_owned())));
    let json = serde_json::to_value(&report.targets[0]).unwrap();
    assert_eq!((json["host"].as_str(), json["attr"].as_str(), json["expect"].as_str()), (Some("a"), Some("packages"), Some("changed")));
    assert!(json["ms"].as_u64().unwrap() > 0);
}

#[test]
fn an_edit_without_effect() {
    let Some(nix) = nix() else { return };
    let place = two_hosts();
    let failure = Ask::new(&place, add_ripgrep(), vec![target("b", "packages", Expect::Changed)]).run(Some(nix)).unwrap_err();
    assert_eq!(failure.diagnostic.code, Code::EffectNone);
    assert_eq!(failure.diagnostic.message, "packages of b did not change");
    assert_eq!((failure.report.status, failure.report.targets[0].outcome), (Status::Failed, Outcome::Failed));
}

#[test]
fn an_edit_that_spills() {
    let Some(nix) = nix() else { return };
    let place = two_hosts();
    let edit = changes(&[("shared.nix", Some("[ \"git\" ]\n"), Some("[ \"git\" \"rg\" ]\n"))]);
    let targets = vec![target("a", "packages", Expect::Changed), target("b", "packages", Expect::Same)];
    let failure = Ask::new(&place, edit, targets).run(Some(nix)).unwrap_err();
    assert_eq!(failure.diagnostic.code, Code::EffectSpill);
    assert_eq!(failure.diagnostic.message, "packages of b would change as well: + rg");
    let outcomes: Vec<_> = failure.report.targets.iter().map(|t| t.outcome).collect();
    assert_eq!(outcomes, [Outcome::Ok, Outcome::Failed]);
    assert_eq!(failure.report.first_error.unwrap().host.as_deref(), Some("b"));
}

#[test]
fn a_failure_is_placed_in_the_edited_text_and_its_question_named() {
    let Some(nix) = nix() else { return };
    let place = two_hosts();
    let edit = changes(&[("a.nix", Some("[ \"fd\" ]\n"), Some("[\n  \"fd\"\n  ripgrepp\n]\n"))]);
    let targets =
        vec![target("a", "resolved", Expect::Same), target("a", "packages", Expect::Changed), target("b", "packages", Expect::Same)];
    let failure = Ask::new(&place, edit, targets).run(Some(nix)).unwrap_err();
    assert_eq!(
        (failure.diagnostic.code, failure.diagnostic.message.as_str()),
        (Code::NixUndefinedVariable, "undefined variable 'ripgrepp'")
    );
    assert_eq!(failure.diagnostic.labels[0].file_line(), "a.nix:3");
    assert!(failure.log.contains("@nix {"));
    let first = failure.report.first_error.unwrap();
    assert_eq!((first.attr.as_deref(), first.line, first.column), (Some("packages"), Some(3), Some(3)));
    assert_eq!(first.line_text, "error: undefined variable 'ripgrepp'");
    assert_eq!(failure.report.targets[1].outcome, Outcome::Failed);
}

#[test]
fn a_flake_that_failed_before() {
    let Some(nix) = nix() else { return };
    let place = two_hosts();
    place.write("shared.nix", "[ nope ]\n");
    for expect in [Expect::Changed, Expect::Evaluates] {
        let targets = vec![target("a", "packages", expect), target("a", "resolved", Expect::Same)];
        let failure = Ask::new(&place, add_ripgrep(), targets).run(Some(nix.clone())).unwrap_err();
        assert_eq!(failure.diagnostic.message, "the flake already failed before this edit: undefined variable 'nope'");
        assert_eq!(failure.report.first_error.unwrap().attr.as_deref(), Some("packages"));
    }
    let mend = changes(&[("shared.nix", Some("[ nope ]\n"), Some("[ ]\n"))]);
    let targets = vec![target("a", "packages", Expect::Changed), target("a", "resolved", Expect::Same)];
    let mended = Ask::new(&place, mend, targets).run(Some(nix.clone())).unwrap();
    assert_eq!(mended.report().targets[0].effect, ["did not evaluate before"]);
    let as_it_is = Ask::new(&place, ChangeSet::default(), vec![target("a", "packages", Expect::Evaluates)]).run(Some(nix)).unwrap_err();
    assert_eq!(as_it_is.diagnostic.message, "undefined variable 'nope'");
}

#[test]
fn forced_questions_wait_for_outputs() {
    let Some(nix) = nix() else { return };
    let place = two_hosts();
    let mut forced = target("a", "nothing", Expect::Evaluates);
    forced.forced = true;
    let mut ask = Ask::new(&place, add_ripgrep(), vec![target("a", "packages", Expect::Changed), forced]);
    let failure = ask.run(Some(nix.clone())).unwrap_err();
    assert_eq!((failure.report.level, failure.diagnostic.code), (Level::Outputs, Code::NixAttributeMissing));
    ask.level = Some(Level::Target);
    assert_eq!(ask.run(Some(nix)).unwrap().report().targets.len(), 1);
}

#[test]
fn whole_systems() {
    let Some(nix) = nix() else { return };
    let place = two_hosts();
    let edit = changes(&[("build.nix", Some("\"/bin/sh\"\n"), Some("\"/bin/sh\" + x\n"))]);
    let mut ask = Ask::new(&place, edit, vec![target("a", "packages", Expect::Same)]);
    ask.level = Some(Level::Target);
    assert!(ask.run(Some(nix.clone())).is_ok());
    ask.level = Some(Level::Host);
    assert!(ask.run(Some(nix.clone())).is_ok(), "no host was asked for");
    ask.hosts = vec!["b".to_owned()];
    let failure = ask.run(Some(nix.clone())).unwrap_err();
    let first = failure.report.first_error.unwrap();
    assert_eq!((first.host.as_deref(), first.attr.as_deref()), (Some("b"), Some("system.build.toplevel")));
    ask.changes = add_ripgrep();
    ask.targets = vec![target("a", "packages", Expect::Changed)];
    ask.level = Some(Level::All);
    let passed = ask.run(Some(nix)).unwrap();
    let asked: Vec<_> = passed.report().targets.iter().map(|t| (t.host.as_deref().unwrap_or("-"), t.attr.as_str(), t.ok)).collect();
    let toplevel = "system.build.toplevel";
    assert_eq!(asked, [("a", "packages", true), ("a", toplevel, true), ("b", toplevel, true), ("-", "flake check", true)]);
}

#[test]
fn a_stale_lock_is_found_and_not_mended() {
    let Some(nix) = nix() else { return };
    let place = place();
    place.write("input/flake.nix", "{ outputs = _: { x = 1; }; }").write("x.nix", "1\n");
    let flake = "{ inputs.i.url = \"path:./input\"; outputs = { self, i }: { x = i.x + import ./x.nix; }; }";
    place.write("flake.nix", flake).commit();
    let mut target = target("a", "x", Expect::Changed);
    (target.output, target.question, target.host) = ("x".to_owned(), "c".to_owned(), None);
    let edit = changes(&[("x.nix", Some("1\n"), Some("2\n"))]);
    let failure = Ask::new(&place, edit, vec![target]).run(Some(nix)).unwrap_err();
    assert_eq!(failure.diagnostic.code, Code::NixLockStale, "{}", failure.diagnostic);
    assert!(!place.root.join("flake.lock").exists());
}

#[test]
fn the_store_copy_can_be_removed() {
    let Some(nix) = nix() else { return };
    for remove in [false, true] {
        let place = two_hosts();
        place.write("salt", &place.root.display().to_string());
        place.git(&["add", "salt"]);
        let mut ask = Ask::new(&place, add_ripgrep(), vec![target("a", "packages", Expect::Changed)]);
        ask.remove_store_copy = remove;
        ask.run(Some(nix.clone())).unwrap();
        let store = nix.store().map_or("/nix/store".into(), |store| store.join("nix/store"));
        let salt = place.root.display().to_string();
        let names = fs::read_dir(&store).into_iter().flatten().flatten();
        let copies = names.filter(|entry| fs::read_to_string(entry.path().join("salt")).is_ok_and(|found| found == salt)).count();
        if std::env::var_os("NIX_REMOTE").is_none() {
            assert_eq!(copies, if remove { 1 } else { 2 }, "base, and the candidate unless removed");
        }
        // Leave nothing behind. Asking for the name of the candidate's copy makes it once more.
        if let Some(path) =
            Candidate::make(&place.root, &ask.changes, &Cancel::default()).unwrap().edited.located(&nix, &Cancel::default()).store_path
        {
            let _ = nix.store_delete(&path, &Cancel::default());
        }
    }
}
