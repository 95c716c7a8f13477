//! Somebody who edits by hand meanwhile, in the two ways that editors save.

use super::scene::items;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What the hand did in a round.
#[derive(Default)]
pub struct Hand {
    /// How many lines it added to each of its files.
    pub lines: usize,
    /// Items of which the hand itself saved an older state: nobody else can tell what was meant.
    pub overwritten: BTreeSet<String>,
}

/// Adds lines to both files, one after the other, until told to stop.
pub fn edits(root: &Path, round: usize, done: &AtomicBool) -> Hand {
    let mut hand = Hand::default();
    while !done.load(Ordering::SeqCst) {
        let line = line(round, hand.lines);
        beside(root, &line, &mut hand);
        in_place(&root.join("saved.nix"), &line);
        hand.lines += 1;
        // Nobody saves faster. Who does, and reads in the instant between an exchange and its being taken back, builds on a
        // text without what they saved just before.
        std::thread::sleep(Duration::from_millis(250 + (hand.lines as u64 * 37) % 200));
    }
    hand
}

/// The hand's line of this number.
pub fn line(round: usize, number: usize) -> String {
    format!("# by hand {round}-{number}\n")
}

/// As most editors save: the new text in a file beside it, which then takes the name. Exchanged rather than renamed, only to
/// see what was overwritten.
fn beside(root: &Path, line: &str, hand: &mut Hand) {
    let (file, other) = (root.join("shared.nix"), root.join("shared.nix~"));
    let read = fs::read_to_string(&file).expect("a file that is there at any instant");
    fs::write(&other, format!("{read}{line}")).expect("a file");
    renameat_with(CWD, &other, CWD, &file, RenameFlags::EXCHANGE).expect("an exchange");
    let was = fs::read_to_string(&other).expect("a file");
    let (read, was): (BTreeSet<String>, BTreeSet<String>) = (items(&read).collect(), items(&was).collect());
    hand.overwritten.extend(read.symmetric_difference(&was).cloned());
    fs::remove_file(other).expect("ours");
}

/// As some others do: the file is cut to nothing and written again. Who is put to sleep between finding it by its name
/// and cutting it writes into a file that was replaced meanwhile.
fn in_place(file: &Path, line: &str) {
    let read = fs::read_to_string(file).expect("a file that is there at any instant");
    fs::write(file, format!("{read}{line}")).expect("a file");
}
