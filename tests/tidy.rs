//! Rules of the house, checked on the sources themselves.

use std::path::{Path, PathBuf};

/// The layers of `nixedit-core`: a module imports only from modules of lower levels and from
/// itself. ARCHITECTURE.md draws the same table.
const LEVELS: &[(&str, u32)] = &[
    ("text", 0),
    ("diagnostic", 0),
    ("settings", 0),
    ("similar_names", 0),
    ("place", 0),
    ("change_set", 1),
    ("flake_lock", 1),
    ("syntax", 2),
    ("system", 2),
    ("project", 3),
    ("edit", 3),
    ("operation", 4),
    ("plan", 4),
    ("idioms", 5),
    ("format", 5),
    ("compile", 6),
    ("new_paths", 6),
    ("validate", 7),
    ("transaction", 8),
    ("relock", 8),
    ("apply", 9),
    ("ask", 10),
    ("deploy", 10),
    ("lint", 10),
    ("inspect", 11),
    ("workspace", 12),
    ("report", 13),
];

/// Modules of one level, or of a lower one, that must not be seen from here all the same.
const BLIND: &[(&str, &[&str])] = &[
    // Where and what, never how it is spaced; and no disk, no programs.
    ("idioms", &["edit", "system"]),
    // Level 0 and 2: data does not know each other unless it must.
    ("text", &["diagnostic", "settings"]),
    ("settings", &["text", "diagnostic"]),
];

/// Neighbours of one level that may import one another, with the reason.
const NEIGHBOURS: &[(&str, &str)] = &[
    ("diagnostic", "text"), // a diagnostic points at places
    ("operation", "plan"),  // an operation names a place as a plan does
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
        if entry.is_dir() {
            out.extend(sources(&entry));
        } else if entry.extension().is_some_and(|e| e == "rs") {
            out.push(entry);
        }
    }
    out
}

/// A file's text without its tests.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).expect("a source file");
    text.split("#[cfg(test)]").next().unwrap_or_default().to_owned()
}

fn is_test(path: &Path) -> bool {
    path.components().any(|c| c.as_os_str() == "tests") || path.file_name().is_some_and(|n| n == "tests.rs")
}

fn level(module: &str) -> Option<u32> {
    LEVELS.iter().find(|(name, _)| *name == module).map(|(_, level)| *level)
}

#[test]
fn imports_go_down() {
    let root = repository().join("crates/nixedit-core/src");
    let mut wrong = Vec::new();
    for file in sources(&root).into_iter().filter(|f| !is_test(f)) {
        let relative = file.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
        let own = relative.split(['/', '.']).next().unwrap_or_default().to_owned();
        if own == "lib" {
            continue;
        }
        let Some(here) = level(&own) else {
            wrong.push(format!("{relative}: module '{own}' has no level; add it to LEVELS and ARCHITECTURE.md"));
            continue;
        };
        for target in imports(&code(&file)) {
            let there = level(&target);
            let fine = target == own || there.is_some_and(|there| there < here) || NEIGHBOURS.contains(&(own.as_str(), target.as_str()));
            let blind = BLIND.iter().any(|(from, targets)| *from == own && targets.contains(&target.as_str()));
            if !fine || blind {
                wrong.push(format!("{relative}: {own} must not import {target}"));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The modules of the crate that a file names.
fn imports(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    for (at, _) in lines.match_indices("crate::") {
        let rest = &lines[at + "crate::".len()..];
        let names: Vec<&str> = match rest.strip_prefix('{') {
            Some(group) => {
                group.split('}').next().unwrap_or_default().split(',').map(|n| n.trim().split("::").next().unwrap_or_default()).collect()
            }
            None => vec![rest.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default()],
        };
        out.extend(names.into_iter().filter(|n| !n.is_empty() && n.starts_with(|c: char| c.is_lowercase())).map(str::to_owned));
    }
    out
}

/// The two doors: files, and programs with their surroundings.
const DOORS: &[&str] = &["system/disk.rs", "system/command.rs"];

/// What only a door may say.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "fs::",
    "std::net",
    "std::env::",
    "path::absolute",
    "process::Command",
    "Stdio",
    "tempfile::",
    "rustix::",
    ".exists()",
    ".try_exists()",
    ".canonicalize()",
    ".symlink_metadata()",
    ".metadata()",
    ".read_dir()",
    ".read_link()",
];

#[test]
fn the_world_is_touched_through_two_doors() {
    let root = repository().join("crates/nixedit-core/src");
    let mut wrong = Vec::new();
    for file in sources(&root).into_iter().filter(|f| !is_test(f) && !f.ends_with("live_tests.rs")) {
        let relative = file.strip_prefix(&root).expect("below src").to_string_lossy().into_owned();
        let text = code(&file).replace("self::", "");
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let found = OUTSIDE.iter().filter(|word| lines.contains(**word) && !DOORS.contains(&relative.as_str()));
        wrong.extend(found.map(|word| format!("{relative}: '{word}' belongs behind {}", DOORS.join(" or "))));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// As many names as a newcomer can look through.
const MOST_PUBLIC: usize = 80;

#[test]
fn the_library_has_few_public_items() {
    let text = std::fs::read_to_string(repository().join("crates/nixedit-core/src/lib.rs")).expect("lib.rs");
    let shown = text.replace("#[doc(hidden)]\npub mod", "hidden");
    let statements = shown.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join(" ");
    let mut count = 0;
    for statement in statements.split([';']).flat_map(|part| part.split("pub ").skip(1)) {
        let (kind, rest) = statement.split_once(' ').expect("what is public");
        assert!(["use", "mod"].contains(&kind), "lib.rs only names what others define: pub {statement}");
        assert!(!rest.contains('*'), "every public name is written down: pub {statement}");
        count += if kind == "mod" { 1 } else { rest.split(',').filter(|name| !name.trim_matches(['}', ' ']).is_empty()).count() };
    }
    assert!(count > 30, "{count}: has the shape of lib.rs changed?");
    assert!(count < MOST_PUBLIC, "{count} public items; hide some");
}

#[test]
fn core_is_silent() {
    let root = repository().join("crates/nixedit-core/src");
    for file in sources(&root).into_iter().filter(|f| !is_test(f)) {
        let text = code(&file);
        for word in ["println!", "eprintln!", "print!(", "dbg!", "todo!", "unimplemented!"] {
            assert!(!text.contains(word), "{} has {word}", file.display());
        }
    }
}

#[test]
fn nobody_is_called_utils() {
    for file in sources(&repository().join("crates")) {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        assert!(!["utils", "util", "helpers", "common", "misc"].contains(&name.as_str()), "{}: say what lives there", file.display());
    }
}

#[test]
fn every_operation_has_its_rooms() {
    let root = repository();
    let text = std::fs::read_to_string(root.join("crates/nixedit-core/src/operation/mod.rs")).expect("operation/mod.rs");
    let variants = text.split("pub enum Operation {").nth(1).and_then(|t| t.split("\n}").next()).expect("the enum");
    for line in variants.lines().map(str::trim).filter(|l| l.ends_with("),") && l.contains('(')) {
        let name = line.split('(').next().unwrap_or_default();
        let stem: String = name
            .chars()
            .enumerate()
            .map(|(i, c)| if c.is_uppercase() && i > 0 { format!("_{}", c.to_lowercase()) } else { c.to_lowercase().to_string() })
            .collect();
        assert!(root.join(format!("crates/nixedit-core/src/idioms/{stem}.rs")).exists(), "{name} has no idiom file {stem}.rs");
        assert!(root.join(format!("tests/cases/{}", stem.replace('_', "-"))).is_dir(), "{name} has no cases below tests/cases/");
    }
}
