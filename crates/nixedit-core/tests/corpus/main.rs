//! The laws on real trees: every `.nix` file below a folder, and random but valid operations on the
//! lists, sets, host tables, inputs and arguments that it holds.
//!
//! ```text
//! NIXEDIT_CORPUS=~/repositories NIXEDIT_CORPUS_OPERATIONS=10 \
//!     cargo test --release -p nixedit-core --test corpus -- --nocapture
//! ```
//! This is the one test that continuous integration may skip: it needs other people's files, and none
//! are kept here. Without `NIXEDIT_CORPUS` it says loudly that it did nothing. Operations follow from a
//! hash of the file's path and the operation's number, so that a run repeats.
//!
//! Checked of each file: it parses or is reported, and its tree prints its bytes. Of each operation: a
//! refusal is fine, a panic or an internal failure is not; a change obeys laws 1 to 7 as
//! [`laws`] words them.

mod back;
mod bytes;
mod figures;
mod file;
mod formatted;
mod laws;
mod pick;
mod sites;

use figures::Figures;
use file::File;
use nixedit_core::syntax::parse;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many files are worked on at once.
const THREADS: usize = 2;
/// Operations on one file, where `NIXEDIT_CORPUS_OPERATIONS` does not say.
const OPERATIONS: usize = 10;
/// Bytes above which a file gets a tenth of the operations: each parses all of it several times.
const LARGE: usize = 200_000;

#[test]
fn the_laws_hold_on_real_trees() {
    let Some(folder) = std::env::var_os("NIXEDIT_CORPUS") else {
        eprintln!("SKIPPED: the laws on real trees: set NIXEDIT_CORPUS to a folder of checked-out repositories");
        return;
    };
    let folder = PathBuf::from(folder);
    let count = number("NIXEDIT_CORPUS_OPERATIONS", OPERATIONS);
    let mut paths = Vec::new();
    nix_files(&folder, &mut paths);
    assert!(!paths.is_empty(), "no .nix file below {}", folder.display());
    let all = Mutex::new(Figures::default());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let own = parse::with_large_stack(|| work(&folder, &paths, &next, count));
                all.lock().expect("figures").merge(own);
            });
        }
    });
    let figures = all.into_inner().expect("figures");
    eprintln!("{figures}");
    assert_eq!(figures.violated(), 0, "violations, see above");
}

/// The number in an environment variable.
fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().map_or(otherwise, |text| text.parse().expect(variable))
}

/// Takes files until none is left.
fn work(folder: &Path, paths: &[PathBuf], next: &AtomicUsize, count: usize) -> Figures {
    let mut figures = Figures::default();
    while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
        let name = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
        let outcome = catch_unwind(AssertUnwindSafe(|| one_file(path, &name, count, &mut figures)));
        if outcome.is_err() {
            figures.violation(&name, "reading", "it panicked", "");
        }
    }
    figures
}

fn one_file(path: &Path, name: &str, count: usize, figures: &mut Figures) {
    let Ok(bytes) = std::fs::read(path) else { return };
    let file = match File::read(path, &bytes) {
        Ok(file) => file,
        Err(diagnostic) => return figures.unread(diagnostic.code),
    };
    figures.parsed += 1;
    if file.source.root.text() != file.text() || file.text().as_bytes() != bytes {
        figures.violation(name, "reading", "the tree does not print the file's bytes", "");
    }
    let sites = sites::Sites::of(&file);
    let count = if bytes.len() > LARGE { count.div_ceil(10) } else { count };
    for index in 0..count {
        let Some(trial) = pick::trial(&file, &sites, &mut pick::Dice::of(name, index)) else { continue };
        let started = std::time::Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| laws::check(&file, &trial)));
        figures.record(name, &trial, outcome.unwrap_or_else(|_| laws::Outcome::violated("it panicked")), started.elapsed());
    }
}

/// Every `.nix` file below a folder, in order of path; links are not followed.
fn nix_files(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let Ok(kind) = entry.file_type() else { continue };
        let path = entry.path();
        if kind.is_dir() {
            nix_files(&path, out);
        } else if kind.is_file() && path.extension().is_some_and(|end| end == "nix") {
            out.push(path);
        }
    }
}
