//! Fifty processes edit one flake at the same time, somebody edits by hand in between, some are killed:
//! nothing is lost, nothing is torn, nothing hangs.
//!
//! `NIXEDIT_ROUNDS=1000` for a long run; it prints what happened.

#![allow(clippy::print_stderr)] // the figures of a long run

#[path = "at_once/hand.rs"]
mod hand;
#[path = "at_once/held.rs"]
mod held;
#[path = "at_once/scene.rs"]
mod scene;
mod support;
#[path = "at_once/wish.rs"]
mod wish;

use hand::Hand;
use scene::{Items, Scene};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use wish::{Outcome, Wish, wishes};

/// In every third round so many of the processes are killed.
const KILLED: usize = 10;

#[test]
fn nothing_is_lost_torn_or_stuck() {
    let rounds = std::env::var("NIXEDIT_ROUNDS").map_or(3, |rounds| rounds.parse().expect("a number of rounds"));
    let (scene, mut known, mut sum) = (Scene::new(), Items::new(), [0; 6]);
    let start = std::time::Instant::now();
    for round in 0..rounds {
        let wishes = wishes(round, &known);
        let (outcomes, mut hand) = at_once(&scene.root, round, &wishes);
        settle(&scene, round);
        let have = scene.items(round, &hand);
        let saved_over = check(round, &outcomes, &have, &scene.made(), &hand);
        scene.assert_clean(round);
        scene.tidy();
        hand.overwritten.clear();
        known = scene.items(round, &Hand::default());
        let recovered = outcomes.iter().filter(|outcome| outcome.recovered).count();
        let killed = outcomes.iter().filter(|outcome| outcome.killed()).count();
        let gave_up = outcomes.iter().filter(|outcome| outcome.gave_up()).count();
        let figures = [outcomes.len(), hand.lines * 2, killed, recovered, saved_over, gave_up];
        sum.iter_mut().zip(figures).for_each(|(sum, figure)| *sum += figure);
        if round % 10 == 9 || round + 1 == rounds {
            let [processes, by_hand, killed, recovered, over, gave_up] = sum;
            eprintln!(
                "{} rounds in {:.0} s: {processes} edits, {by_hand} by hand, {killed} killed, {recovered} recovered, {over} that the hand saved over, {gave_up} gave up, {} written into a file just replaced and kept",
                round + 1,
                start.elapsed().as_secs_f64(),
                scene.kept.get()
            );
        }
    }
    support::git(&scene.root, &["fsck", "--no-dangling"]);
}

/// All of them at the same instant, and the hand until the last has ended.
fn at_once<'a>(root: &Path, round: usize, wishes: &'a [Wish]) -> (Vec<Outcome<'a>>, Hand) {
    let (barrier, done) = (Barrier::new(wishes.len()), AtomicBool::new(false));
    let (barrier, done) = (&barrier, &done);
    std::thread::scope(|scope| {
        let hand = scope.spawn(move || hand::edits(root, round, done));
        let start = |(number, wish): (usize, &'a Wish)| {
            let killed = round % 3 == 2 && number % (wishes.len() / KILLED) == 0;
            let after = killed.then(|| std::time::Duration::from_millis(((round * 31 + number * 17) % 700) as u64));
            scope.spawn(move || {
                barrier.wait();
                wish.come_true(root, after)
            })
        };
        let running: Vec<_> = wishes.iter().enumerate().map(start).collect();
        let outcomes: Vec<_> = running.into_iter().map(|thread| thread.join()).collect();
        done.store(true, Ordering::SeqCst);
        let outcomes = outcomes.into_iter().map(|outcome| outcome.expect("an outcome")).collect();
        (outcomes, hand.join().expect("the hand"))
    })
}

/// One more, alone: it settles what the dead have left, and has the lock at once.
fn settle(scene: &Scene, round: usize) {
    let item = format!("r{round}-99");
    let run = support::nixedit(&scene.root, &["list", "add", "a", &item, "--file", "left.nix", "--no-validate", "--wait", "0s"], "");
    assert_eq!(run.code, Some(0), "round {round}: {}", run.says);
    let run = support::nixedit(&scene.root, &["undo", "--wait", "0s"], "");
    assert_eq!(run.code, Some(0), "round {round}: {}", run.says);
}

/// Each outcome against what the files hold; how many items the hand saved over in the file that it writes in place.
fn check(round: usize, outcomes: &[Outcome], have: &Items, made: &[String], hand: &Hand) -> usize {
    let mut saved_over = 0;
    for outcome in outcomes {
        let places = outcome.wish.places();
        let holds = |(file, item): &(&str, String)| match *file {
            "modules" => made.contains(&format!("modules/{item}.nix")),
            file => have[file].contains(item),
        };
        // What the hand overwrites when it writes in place cannot be known; all else can.
        let (in_place, exact): (Vec<_>, Vec<_>) = places.iter().partition(|(file, _)| *file == "saved.nix");
        let there: BTreeSet<bool> = exact.into_iter().filter(|(_, item)| !hand.overwritten.contains(item)).map(holds).collect();
        let told = || format!("round {round}: {:?} ended with {:?}\n{}", outcome.wish, outcome.exits, outcome.says);
        match outcome.lands() {
            Ok(Some(lands)) => {
                assert!(there.is_subset(&[lands].into()), "{}", told());
                saved_over += in_place.into_iter().filter(|place| holds(place) != lands).count();
            }
            // Killed: who knows, but all of it or nothing.
            Ok(None) => assert!(there.len() <= 1, "half of it: {}", told()),
            Err(()) => panic!("{}", told()),
        }
    }
    saved_over
}
