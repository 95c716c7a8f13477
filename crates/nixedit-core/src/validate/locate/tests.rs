//! Recorded failures of Nix 2.8, 2.26 and 2.34, each in the small flake that it was recorded with.
//!
//! `diagnostics.txt` holds what becomes of every recording, read and judged by hand. A change of it
//! is a change of what people see; `NIXEDIT_BLESS=1` writes it anew.

use super::*;
use crate::diagnostic::Code;
use crate::system::nix_output::parse_events;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

const VERSIONS: [&str; 3] = ["2.8", "2.26", "2.34"];

pub(super) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/system/nix_output/recorded")
}

pub(super) fn roots() -> SourceRoots {
    SourceRoots {
        store_path: Some(format!("/nix/store/{}-source", "a".repeat(32))),
        repositories: vec!["/home/zk/mesh".to_owned()],
        revision: Some("1".repeat(40)),
        subdirectory: String::new(),
    }
}

/// The small flake of the recordings with one cause's mistakes in it.
pub(super) struct Mesh {
    pub(super) texts: BTreeMap<String, Arc<str>>,
    presence: Option<(String, Presence)>,
    packages: Vec<String>,
}

impl CandidateFiles for Mesh {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        self.texts.get(path).cloned()
    }
    fn nix_files(&self) -> Vec<String> {
        self.texts.keys().filter(|path| path.ends_with(".nix")).cloned().collect()
    }
    fn presence(&self, path: &str) -> Presence {
        match &self.presence {
            Some((known, presence)) if known == path => presence.clone(),
            _ if self.texts.contains_key(path) => Presence::Tracked,
            _ => Presence::Absent,
        }
    }
    fn package_names(&self) -> Vec<String> {
        self.packages.clone()
    }
}

pub(super) fn mesh(cause: &str) -> Mesh {
    let read = |name: &str| std::fs::read_to_string(folder().join(name)).unwrap();
    let mut texts: BTreeMap<String, String> = serde_json::from_str(&read("mesh.json")).unwrap();
    let causes: BTreeMap<String, serde_json::Value> = serde_json::from_str(&read("causes.json")).unwrap();
    let edits = causes.get(cause).and_then(|cause| cause["edits"].as_array().cloned()).unwrap_or_default();
    for edit in edits {
        let part = |at: usize| edit[at].as_str().unwrap();
        let text = texts.entry(part(0).to_owned()).or_default();
        assert!(text.contains(part(1)), "{cause}: {edit}");
        *text = if part(1).is_empty() { part(2).to_owned() } else { text.replace(part(1), part(2)) };
    }
    let texts = texts.into_iter().map(|(path, text)| (path, text.into())).collect();
    Mesh { texts, presence: None, packages: Vec::new() }
}

fn causes() -> Vec<String> {
    let text = std::fs::read_to_string(folder().join("causes.json")).unwrap();
    serde_json::from_str::<BTreeMap<String, serde_json::Value>>(&text).unwrap().into_keys().collect()
}

pub(super) fn failure(cause: &str, version: &str) -> NixFailure {
    parse_events(&std::fs::read(folder().join(format!("{cause}.{version}.stderr"))).unwrap()).unwrap()
}

fn rendered(diagnostic: &Diagnostic) -> String {
    let mut out = format!("  error[{}]: {}\n", diagnostic.code, diagnostic.message.replace('\n', "\n    "));
    for label in &diagnostic.labels {
        let marked = &label.source[label.span.start..label.span.end];
        let column = label.position().column;
        out += format!("  at {}:{column} `{marked}` {}", label.file_line(), label.message).trim_end();
        out.push('\n');
    }
    out + &diagnostic.help.as_ref().map(|help| format!("  help: {help}\n")).unwrap_or_default()
}

#[test]
fn every_recording_becomes_what_was_judged_right() {
    let mut all = String::new();
    for cause in causes() {
        let mesh = mesh(&cause);
        let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
        for version in VERSIONS {
            let text = rendered(&to_diagnostic(&failure(&cause, version), &roots(), &mesh));
            match groups.last_mut().filter(|(known, _)| *known == text) {
                Some((_, versions)) => versions.push(version),
                None => groups.push((text, vec![version])),
            }
        }
        for (text, versions) in groups {
            all += &format!("{cause} ({})\n{text}\n", versions.join(", "));
        }
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/validate/locate/diagnostics.txt");
    if std::env::var_os("NIXEDIT_BLESS").is_some() {
        std::fs::write(&path, &all).unwrap();
    }
    let judged = std::fs::read_to_string(&path).unwrap();
    let difference = similar::TextDiff::from_lines(&judged, &all);
    assert!(judged == all, "{}", difference.unified_diff().context_radius(3).header("judged", "now"));
}

#[test]
fn a_file_on_disk_that_git_does_not_give_to_nix() {
    for version in VERSIONS {
        let mut mesh = mesh("file-untracked");
        mesh.presence = Some(("modules/new.nix".to_owned(), Presence::Untracked));
        let untracked = to_diagnostic(&failure("file-untracked", version), &roots(), &mesh);
        assert_eq!(untracked.code, Code::NixFileUntracked, "{version}");
        assert_eq!(untracked.message, "modules/new.nix is not tracked by git, so Nix does not see it");
        assert_eq!(untracked.help.as_deref(), Some("git add -N modules/new.nix"));
        mesh.presence = Some(("modules/new.nix".to_owned(), Presence::Ignored(".gitignore:3: new.*".to_owned())));
        let ignored = to_diagnostic(&failure("file-untracked", version), &roots(), &mesh);
        assert_eq!(ignored.message, "modules/new.nix is ignored by git, so Nix does not see it", "{version}");
        assert!(ignored.help.unwrap().starts_with("ignored by .gitignore:3: new.*"));
    }
}

#[test]
fn packages_are_suggested_where_nix_knows_none() {
    for version in VERSIONS {
        let mut mesh = mesh("undefined-with");
        mesh.packages = ["ripgrep-all", "ripgrep", "repgrep", "zsh"].map(str::to_owned).to_vec();
        let diagnostic = to_diagnostic(&failure("undefined-with", version), &roots(), &mesh);
        assert_eq!(diagnostic.candidates[0], "ripgrep", "{version}");
        assert!(diagnostic.help.unwrap().starts_with("did you mean ripgrep"));
    }
}

#[test]
fn the_attributes_of_other_sets_are_no_packages() {
    let suggested = |cause: &str| {
        let mut mesh = mesh(cause);
        mesh.packages = ["ripgrap-all", "ripgrab", "zk-passwds"].map(str::to_owned).to_vec();
        to_diagnostic(&failure(cause, "2.34"), &roots(), &mesh).candidates
    };
    assert_eq!(suggested("secret-undeclared"), ["zk-password"]);
    assert_eq!(suggested("attribute-missing"), ["ripgrab", "ripgrep"]);
}

#[test]
fn an_option_declared_in_a_module_that_is_not_imported() {
    let mut mesh = mesh("option-unknown");
    mesh.texts.insert("modules/x.nix".into(), "{ lib, ... }:\n{\n  options.services.resolvd = lib.mkOption { };\n}\n".into());
    let mut failure = failure("option-unknown", "2.34");
    failure.suggestions.clear();
    let help = to_diagnostic(&failure, &roots(), &mesh).help;
    assert_eq!(help.as_deref(), Some("declared at modules/x.nix:3, which this host does not import"));
}

#[test]
fn a_file_of_an_input_is_not_taken_for_ones_own() {
    let event = |file: &str| {
        let event = serde_json::json!({ "action": "msg", "level": 0, "raw_msg": "attribute 'x' missing", "msg": "", "file": file, "line": 2, "column": 3 });
        parse_events(format!("@nix {event}\n").as_bytes()).unwrap()
    };
    let labels = |file: &str| to_diagnostic(&event(file), &roots(), &mesh("throw")).labels;
    assert_eq!(labels(&format!("/nix/store/{}-source/flake.nix", "b".repeat(32))), []);
    assert_eq!(labels("«github:NixOS/nixpkgs/0f»/flake.nix"), []);
    assert_eq!(labels(&format!("/nix/store/{}-source/flake.nix", "a".repeat(32)))[0].file_line(), "flake.nix:2");
}

/// Text with letters of several bytes, in a file that the positions of a failure may point at.
fn odd_mesh() -> Mesh {
    let mut mesh = mesh("throw");
    for path in ["modules/base.nix", "modules/home/shell.nix"] {
        mesh.texts.insert(path.to_owned(), "{ ä = \"ö${é}\";\r\n  ü.networking.hostName = [ pkgs.ß ];\n}".into());
    }
    mesh
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_failure_makes_it_panic(pick in any::<prop::sample::Index>(), version in 0..3usize, bytes in prop::collection::vec((any::<u16>(), any::<u8>()), 0..5), line in 0..5usize, column in 0..60usize, odd in any::<bool>()) {
        let causes = causes();
        let cause = pick.get(&causes);
        let mut text = std::fs::read(folder().join(format!("{cause}.{}.stderr", VERSIONS[version]))).unwrap();
        for (at, byte) in bytes {
            let at = usize::from(at) % text.len();
            text[at] = byte;
        }
        let Some(mut failure) = parse_events(&text) else { return Ok(()) };
        let mesh = if odd { odd_mesh() } else { mesh(cause) };
        if odd && let Some(place) = failure.places.first_mut() {
            (place.line, place.column) = (Some(line), Some(column));
        }
        let diagnostic = to_diagnostic(&failure, &roots(), &mesh);
        for label in &diagnostic.labels {
            prop_assert!(label.source.get(label.span.start..label.span.end).is_some());
        }
    }
}
