//! What a validation costs above the evaluations themselves.
//!
//! `cargo test --release -p nixedit-core overhead -- --ignored --nocapture` prints it; it is no
//! test because a busy machine would fail it.

use super::{changes, nix, place, target};
use crate::plan::Expect;
use crate::settings::Settings;
use crate::system::command::Cancel;
use crate::validate::{Candidate, Request, validate};
use std::io::Write;
use std::time::{Duration, Instant};

/// The shortest of some runs: what it takes when nothing else is going on.
fn best(mut run: impl FnMut(usize)) -> Duration {
    let time = |round| {
        let start = Instant::now();
        run(round);
        start.elapsed()
    };
    (0..7).map(time).min().unwrap_or_default()
}

#[test]
#[ignore = "a measurement"]
fn overhead() {
    let Some(nix) = nix() else { return };
    let place = place();
    // Work for the evaluator, as a module system would make.
    let sum = |count: usize| format!("builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: builtins.stringLength (toString x)) {count})");
    for (label, count) in [("small", 10), ("0.3 s", 1_000_000), ("1 s", 3_000_000)] {
        let flake = format!("{{ outputs = {{ self }}: {{ nixosConfigurations.a.config.x = import ./a.nix + {}; }}; }}", sum(count));
        place.write("flake.nix", &flake).write("a.nix", "1\n").commit_again();
        let edit = |round: usize| changes(&[("a.nix", Some("1\n"), Some(&format!("2 # {label} {round}\n")))]);
        let ask = |reference: &str| drop(nix.eval(reference, "nixosConfigurations.a", "c: c.config.x", &Cancel::default()));
        let bare = best(|round| {
            let candidate = Candidate::make(&place.root, &edit(100 + round), &Cancel::default()).unwrap();
            std::thread::scope(|scope| {
                scope.spawn(|| ask(&candidate.base.reference));
                ask(&candidate.edited.reference);
            });
        });
        let made = best(|round| drop(Candidate::make(&place.root, &edit(200 + round), &Cancel::default())));
        let targets = [target("a", "x", Expect::Changed)];
        let whole = best(|round| {
            let request = Request {
                root: &place.root,
                settings: &Settings::default(),
                changes: &edit(round),
                targets: &targets,
                hosts: &[],
                level: None,
                nix: Some(nix.clone()),
                remove_store_copy: false,
                progress: &|_| {},
                cancel: Cancel::default(),
                fleet: Default::default(),
            };
            validate(&request).unwrap();
        });
        let bare = bare - made;
        let over = whole.saturating_sub(bare);
        let share = 100.0 * over.as_secs_f64() / bare.as_secs_f64();
        let _ = writeln!(
            std::io::stderr(),
            "{label}: two evaluations {bare:?}, validation {whole:?}: {over:?} more ({share:.0} %), candidate {made:?}"
        );
    }
}
