//! Recorded output of Nix 2.8, 2.26 and 2.34, read back.
//!
//! `recorded/<cause>.<version>.stderr` is what `nix eval --log-format internal-json --show-trace`
//! printed for a small flake, without progress, quoted code and most of the trace, and with
//! made-up hashes and folders; `.plain` is the same without internal-json.

use super::*;
use crate::diagnostic::Code::{self, *};
use proptest::prelude::*;
use std::path::PathBuf;

const VERSIONS: [&str; 3] = ["2.8", "2.26", "2.34"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/system/nix_output/recorded")
}

fn recorded(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn roots() -> SourceRoots {
    SourceRoots {
        store_path: Some(format!("/nix/store/{}-source", "a".repeat(32))),
        repositories: vec!["/home/zk/mesh".to_owned()],
        revision: Some("1".repeat(40)),
        subdirectory: String::new(),
    }
}

/// The first place in the flake: `file`, `file:line:column`, or nothing.
fn first_place(failure: &NixFailure) -> String {
    let roots = roots();
    let place = failure.places.iter().find_map(|place| Some((roots.relative(&place.path)?, place)));
    match place {
        Some((path, NixPlace { line: Some(line), column: Some(column), .. })) => format!("{path}:{line}:{column}"),
        Some((path, _)) => path,
        None => String::new(),
    }
}

const SHELL: &str = "modules/home/shell.nix";
const BASE: &str = "modules/base.nix";

/// Cause, kind, first place (`SHELL`, `BASE` and a position, or written out), and the place on
/// 2.8 where that version knows less.
#[rustfmt::skip]
const CAUSES: &[(&str, Code, &str, &str)] = &[
    ("abort", NixOther, "B:7:25", "B"),
    ("alias-removed", NixAliasThrows, "B", ""),
    ("alias-renamed", NixAliasThrows, "hosts/nxiz", ""),
    ("alias-renamed-file", NixAliasThrows, "S", ""),
    ("argument-not-given", NixArgument, "lib/x.nix:1:1", ""),
    ("assertion-keyword", NixAssertion, "B:7:25", ""),
    ("assertion-module", NixAssertion, "-", ""),
    ("attribute-missing", NixAttributeMissing, "S:5:5", ""),
    ("attribute-swapped", NixAttributeMissing, "S:5:5", ""),
    ("attribute-twice", NixDuplicateAttribute, "lib/per-host.nix:2:42", ""),
    ("attribute-twice-nested", NixDuplicateAttribute, "S:4:3", ""),
    ("broken", NixBroken, "-", ""),
    ("call-without-parentheses", NixType, "hosts/nxiz", ""),
    ("call-without-parentheses-file", NixType, "S", ""),
    ("call-without-parentheses-names", NixType, "hosts/nxiz", ""),
    ("cell-not-in-enum", NixType, "B", ""),
    ("cell-wrong-type", NixType, "B", ""),
    ("chroot-store", NixUndefinedVariable, "S:5:5", ""),
    ("comma-in-list", NixSyntax, "S:5:12", ""),
    ("file-ends-early", NixSyntax, "S:8:1", "S:7:5"),
    ("file-missing", NixFileMissing, "-", ""),
    ("file-missing-dirty", NixFileMissing, "-", ""),
    ("file-missing-home", NixFileMissing, "-", ""),
    ("folder-without-default", NixFileMissing, "-", ""),
    ("formal-twice", NixSyntax, "S:1:9", ""),
    ("function-to-json", NixType, "-", ""),
    ("host-not-in-enum", NixType, "hosts/nxiz", ""),
    ("host-row-missing", NixAttributeMissing, "B:3:7", ""),
    ("host-unknown", NixAttributeMissing, "-", ""),
    ("import-from-derivation", NixImportFromDerivation, "hosts/nxiz", ""),
    ("imports-string", NixType, "-", ""),
    ("config-attribute-missing", NixAttributeMissing, "B:7:25", ""),
    ("input-download", NixDownload, "lib/mk-host.nix:7:5", "-"),
    ("input-unknown", NixArgument, "-", ""),
    ("input-unknown-closed", NixUndefinedVariable, "flake.nix:6:59", "flake.nix:6:42"),
    ("insecure", NixBroken, "-", ""),
    ("integer-in-string", NixType, "B:7:27", ""),
    ("list-plus-string", NixType, "B:7:25", ""),
    ("lock-stale", NixLockStale, "-", ""),
    ("lock-stale-offline", NixLockStale, "-", ""),
    ("module-argument-missing", NixArgument, "S:5:5", "hosts/nxiz"),
    ("module-argument-missing-file", NixArgument, "S", ""),
    ("module-inline", NixOptionMissing, "-", ""),
    ("not-a-function", NixType, "B:7:25", ""),
    ("option-conflict", NixOptionConflict, "B", ""),
    ("option-declared-again", NixOptionConflict, "modules/options.nix", ""),
    ("option-declared-twice", NixOther, "B", ""),
    ("option-removed", NixAssertion, "hosts/nxiz", ""),
    ("option-unknown", NixOptionMissing, "B", ""),
    ("option-unknown-home", NixOptionMissing, "hosts/nxiz", ""),
    ("option-unknown-home-file", NixOptionMissing, "S", ""),
    ("option-unknown-nested", NixOptionMissing, "B", ""),
    ("option-unset", NixOptionUnset, "-", ""),
    ("own-question", NixAttributeMissing, "-", ""),
    ("path-outside", NixOther, "-", ""),
    ("readfile-missing", NixFileMissing, "S:4:29", ""),
    ("recursion-imports", NixRecursion, "hosts/nxiz", ""),
    ("recursion-let", NixRecursion, "B:3:7", ""),
    ("recursion-option", NixRecursion, "B:7:25", "B"),
    ("script-expansion", NixSyntax, "S:5:32", ""),
    ("script-variable", NixUndefinedVariable, "S:5:17", ""),
    ("secret-undeclared", NixAttributeMissing, "B:6:35", ""),
    ("semicolon-missing", NixSyntax, "S:4:17", ""),
    ("set-expected", NixType, "B:7:25", ""),
    ("set-in-string", NixType, "B:7:27", ""),
    ("stack-overflow", NixRecursion, "B:3:14", "-"),
    ("throw", NixOther, "B:7:25", "B"),
    ("unbalanced", NixSyntax, "S:7:3", ""),
    ("undefined-argument", NixUndefinedVariable, "B:11:5", ""),
    ("undefined-with", NixUndefinedVariable, "S:5:5", ""),
    ("unexpected-argument", NixArgument, "lib/mk-host.nix:2:1", ""),
    ("unfree", NixUnfree, "-", ""),
    ("unfree-old", NixUnfree, "-", ""),
    ("unsupported-attribute", NixOther, "hosts/nxiz", ""),
    ("warning-first", NixAttributeMissing, "B:8:25", ""),
    ("wrong-type-in-directory", NixType, "hosts/nxiz", ""),
    ("wrong-type-list-element", NixType, "B", ""),
];

fn spelled(place: &str) -> String {
    match (place.strip_prefix('S'), place.strip_prefix('B')) {
        (Some(rest), _) => format!("{SHELL}{rest}"),
        (_, Some(rest)) => format!("{BASE}{rest}"),
        _ => place.trim_matches('-').to_owned(),
    }
}

#[test]
fn every_cause_has_its_kind_and_place_on_every_version() {
    let mut wrong = Vec::new();
    for (cause, code, place, on_2_8) in CAUSES {
        for version in VERSIONS {
            let name = format!("{cause}.{version}.stderr");
            let failure = parse_events(&recorded(&name)).unwrap_or_else(|| panic!("{name}: no failure found"));
            let place = spelled(if version == "2.8" && !on_2_8.is_empty() { on_2_8 } else { place });
            let got = (failure.code(), first_place(&failure));
            if got != (*code, place.clone()) {
                wrong.push(format!("{name}: {got:?} instead of {:?}", (code, place)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_recording_is_left_out() {
    for entry in std::fs::read_dir(folder()).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if !name.ends_with(".stderr") && !name.ends_with(".plain") {
            continue;
        }
        let cause = name.trim_end_matches(".stderr").trim_end_matches(".plain");
        let cause = VERSIONS.iter().find_map(|v| cause.strip_suffix(&format!(".{v}")));
        let listed = CAUSES.iter().any(|(known, ..)| Some(*known) == cause);
        assert!(listed || cause == Some("file-untracked"), "{name} is not in the table");
    }
}

#[test]
fn plain_text_says_the_same() {
    for cause in
        ["attribute-missing", "alias-renamed", "assertion-module", "lock-stale", "host-unknown", "option-unknown", "semicolon-missing"]
    {
        for version in VERSIONS {
            let json = parse_events(&recorded(&format!("{cause}.{version}.stderr"))).unwrap();
            let plain = parse_events(&recorded(&format!("{cause}.{version}.plain"))).unwrap();
            let of = |f: &NixFailure| (f.code(), f.message.lines().next().map(str::to_owned), first_place(f), f.option.clone());
            assert_eq!(of(&plain), of(&json), "{cause} on {version}");
            if cause != "option-unknown" {
                assert_eq!(plain.suggestions, json.suggestions, "{cause} on {version}");
            }
        }
    }
}

#[test]
fn a_file_that_git_does_not_track() {
    for (version, code, missing) in [
        ("2.8", NixFileMissing, format!("/nix/store/{}-source/modules/new.nix", "a".repeat(32))),
        ("2.26", NixFileMissing, format!("/nix/store/{}-source/modules/new.nix", "a".repeat(32))),
        ("2.34", NixFileUntracked, "modules/new.nix".to_owned()),
    ] {
        let failure = parse_events(&recorded(&format!("file-untracked.{version}.stderr"))).unwrap();
        assert_eq!((failure.code(), failure.missing.clone(), first_place(&failure)), (code, Some(missing), String::new()), "{version}");
    }
}

#[test]
fn names_and_suggestions_are_read() {
    let read = |name: &str| parse_events(&recorded(name)).unwrap();
    for version in VERSIONS {
        let option = read(&format!("option-unknown.{version}.stderr"));
        assert_eq!(option.option.as_deref(), Some("services.resolvd"));
        assert_eq!(option.suggestions, ["services.resolved", "services.greetd", "services.openssh"]);
        assert_eq!(read(&format!("attribute-missing.{version}.stderr")).suggestions, ["ripgrep"]);
        assert_eq!(read(&format!("module-argument-missing.{version}.stderr")).module_argument(), Some("perHosts"));
        assert_eq!(read(&format!("input-unknown.{version}.stderr")).input(), Some("agenix"));
        let conflict = read(&format!("option-conflict.{version}.stderr"));
        assert_eq!(conflict.files.iter().filter_map(|file| roots().relative(file)).collect::<Vec<_>>(), [BASE, "hosts/nxiz"]);
        assert!(!conflict.raw.contains('\u{1b}') && !conflict.message.contains('\u{1b}'));
        let warned = read(&format!("warning-first.{version}.stderr"));
        assert_eq!(warned.message, "attribute 'name' missing");
    }
    assert_eq!(read("lock-stale-offline.2.34.stderr").input(), Some("extra"));
}

#[test]
fn the_root_is_learned_when_flake_nix_does_not_parse() {
    for version in VERSIONS {
        let failure = parse_events(&recorded(&format!("input-unknown-closed.{version}.stderr"))).unwrap();
        let unknown = SourceRoots { store_path: None, ..roots() };
        assert_eq!(unknown.learned_from(&failure).relative(&failure.places[0].path).as_deref(), Some("flake.nix"), "{version}");
        let elsewhere = parse_events(&recorded(&format!("unexpected-argument.{version}.stderr"))).unwrap();
        assert_eq!(unknown.learned_from(&elsewhere), unknown, "{version}: a failure with a trace says nothing about the root");
    }
}

#[test]
fn wordings_of_other_versions() {
    for (message, code) in [
        ("The option `x' is used but not defined.", NixOptionUnset),
        ("The option `x' is defined multiple times while it's expected to be unique.", NixOptionConflict),
        ("The option `x' is read-only, but it's set multiple times.", NixOptionConflict),
        ("A definition for option `x' is not of type `bool'. Definition values:", NixType),
        ("cannot update unlocked flake input 'x' in pure mode", NixLockStale),
        ("'foo' was renamed to 'bar'", NixAliasThrows),
        ("value is null while a Boolean was expected", NixType),
        ("something else entirely", NixOther),
        ("", NixOther),
    ] {
        assert_eq!(classify(message), code, "{message}");
    }
}

#[test]
fn what_is_no_failure_gives_none() {
    for text in ["", "warning: Git tree is dirty\n", "@nix {\"action\":\"start\",\"id\":1,\"level\":5,\"raw_msg\":\"msg\"}\n", "@nix {\n"] {
        assert_eq!(parse_events(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn a_terminal_gets_no_orders() {
    let failure = parse_events("error: a\u{1b}[31;1mb\u{1b}[0m \u{1b}]0;title\u{7}c\u{1b}d\n".as_bytes()).unwrap();
    assert_eq!(failure.message, "ab ]0;titlecd");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), head in "(@nix \\{\"msg\":\"|error: |error:\n… )?") {
        let all = [head.as_bytes(), &bytes].concat();
        if let Some(failure) = parse_events(&all) {
            first_place(&failure);
        }
    }

    #[test]
    fn messages_of_quotes_and_colons_do_not_panic(message in "([`'\"/«»: a0\n…é]|error:|Did you mean |one of |at |\u{1b}\\[3){0,60}") {
        quoted_paths(&message);
        quoted::missing_path(&message);
        let failure = parse_events(format!("error: {message}").as_bytes());
        let event = serde_json::json!({ "action": "msg", "level": 0, "raw_msg": message, "msg": message, "file": message, "line": 0 });
        let read = parse_events(format!("@nix {event}\n").as_bytes());
        prop_assert!(failure.is_some() && read.is_some());
    }

    #[test]
    fn mutated_recordings_do_not_panic(pick in 0..CAUSES.len(), version in 0..3usize, cuts in proptest::collection::vec((any::<u16>(), any::<u8>()), 0..6), end in any::<u16>()) {
        let mut bytes = recorded(&format!("{}.{}.stderr", CAUSES[pick].0, VERSIONS[version]));
        for (at, byte) in cuts {
            let at = usize::from(at) % bytes.len();
            bytes[at] = byte;
        }
        bytes.truncate(bytes.len().min(usize::from(end)));
        if let Some(failure) = parse_events(&bytes) {
            first_place(&failure);
        }
    }
}
