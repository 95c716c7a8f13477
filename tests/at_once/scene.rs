//! The flake that all edit, and what must be true of it when they have ended.

use super::hand::{self, Hand};
use super::support::{committed, copy, fixture, git};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Files with a list; the hand saves the first two.
pub const FILES: [&str; 6] = ["shared.nix", "saved.nix", "left.nix", "right.nix", "hosts/nxiz/home.nix", "hosts/nxiz/configuration.nix"];

/// The items of each file.
pub type Items = BTreeMap<&'static str, BTreeSet<String>>;

pub struct Scene {
    pub root: PathBuf,
    /// How many lines the hand wrote in place into a file that had just been replaced.
    pub kept: Cell<usize>,
    texts: BTreeMap<&'static str, String>,
    _folder: tempfile::TempDir,
}

impl Scene {
    /// The mesh, with four more files that hold a list each.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("mesh");
        copy(&fixture("mesh"), &root);
        for file in &FILES[..4] {
            fs::write(root.join(file), "{\n  a = [\n    \"first\"\n  ];\n}\n").expect("a file");
        }
        committed(&root);
        let text = |file: &'static str| (file, fs::read_to_string(root.join(file)).expect("a file"));
        Self { texts: FILES.map(text).into(), kept: Cell::new(0), root, _folder: folder }
    }

    /// What the lists hold. Fails where a file is not what it was at first plus items and the hand's lines, each once.
    pub fn items(&self, round: usize, hand: &Hand) -> Items {
        FILES.map(|file| (file, self.items_of(file, round, hand))).into()
    }

    fn items_of(&self, file: &str, round: usize, hand: &Hand) -> BTreeSet<String> {
        let text = fs::read_to_string(self.root.join(file)).expect("a file");
        let all: Vec<String> = items(&text).collect();
        let each: BTreeSet<String> = all.iter().cloned().collect();
        assert_eq!(all.len(), each.len(), "round {round}: {file} has an item twice\n{text}");
        let by_hand: Vec<&str> = text.lines().filter(|line| line.starts_with("# by hand")).collect();
        let expected = if FILES[..2].contains(&file) { hand.lines } else { 0 };
        let expected: Vec<String> = (0..expected).map(|number| hand::line(round, number).trim_end().to_owned()).collect();
        let (there, lost): (Vec<&str>, Vec<&str>) = expected.iter().map(String::as_str).partition(|line| by_hand.contains(line));
        assert_eq!(by_hand, there, "round {round}: what the hand wrote in {file}");
        // What was written in place into a file that had just been replaced is kept beside the journal, nothing else is missing.
        let kept = |line: &&str| file == "saved.nix" && self.is_kept(line);
        assert!(lost.iter().all(kept), "round {round}: lost in {file}: {lost:?}");
        self.kept.set(self.kept.get() + lost.len());
        let rest = |line: &&str| item(line).is_none() && !line.starts_with("# by hand");
        let rest: String = text.lines().filter(rest).map(|line| format!("{line}\n")).collect();
        assert_eq!(rest, self.texts[file], "round {round}: all else in {file}");
        each
    }

    /// Whether a file that was replaced, and kept, holds this line.
    fn is_kept(&self, line: &str) -> bool {
        let kept = ["replaced", "saved"].map(|folder| self.root.join(".git/nixedit").join(folder));
        let texts = kept.iter().flat_map(|folder| names(folder).into_iter().map(|name| fs::read_to_string(folder.join(name))));
        texts.flatten().any(|text| text.lines().any(|there| there == line))
    }

    /// Nothing of any edit is left but what it was for, and git is in order.
    pub fn assert_clean(&self, round: usize) {
        let state = self.root.join(".git/nixedit");
        assert_eq!(names(&state.join("journal")), [""; 0], "round {round}: the journal");
        for folder in ["", "hosts/nxiz", "modules"] {
            let left: Vec<String> = names(&self.root.join(folder)).into_iter().filter(|name| name.starts_with(".nixedit-")).collect();
            assert_eq!(left, [""; 0], "round {round}: left in {folder}");
        }
        assert!(!self.root.join(".git/index.lock").exists(), "round {round}: git's index is locked");
        let known = git(&self.root, &["ls-files", "modules"]);
        for made in self.made() {
            assert!(known.lines().any(|known| known == made), "round {round}: git does not know {made}");
        }
    }

    /// The modules that were made.
    pub fn made(&self) -> Vec<String> {
        let made = names(&self.root.join("modules")).into_iter().filter(|name| name.strip_suffix(".nix").and_then(item).is_some());
        made.map(|name| format!("modules/{name}")).collect()
    }

    /// The hand takes its lines and the modules away again, while nobody else is there.
    pub fn tidy(&self) {
        for file in &FILES {
            let text = fs::read_to_string(self.root.join(file)).expect("a file");
            let goes = |line: &str| line.starts_with("# by hand") || (line.ends_with(".nix") && item(line).is_some());
            let kept = |line: &&str| !goes(line);
            fs::write(self.root.join(file), text.lines().filter(kept).map(|line| format!("{line}\n")).collect::<String>()).expect("a file");
        }
        for made in self.made() {
            git(&self.root, &["rm", "-qf", "--cached", &made]);
            fs::remove_file(self.root.join(made)).expect("a file");
        }
    }
}

/// The items in a text, in its order: `r<round>-<number>` as a string, as a name, or as an imported module.
pub fn items(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter_map(item)
}

fn item(line: &str) -> Option<String> {
    let name = line.trim().trim_matches('"');
    let name = name.strip_prefix("../../modules/").and_then(|name| name.strip_suffix(".nix")).unwrap_or(name);
    let (round, number) = name.strip_prefix('r')?.split_once('-')?;
    (round.parse::<usize>().is_ok() && number.parse::<usize>().is_ok()).then(|| name.to_owned())
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
