//! Systems evaluated by a nix process each, so many at a time.

use super::Hand;
use crate::system::command::Cancel;
use crate::validate::Side;
use crate::validate::batch::Batch;
use crate::validate::schedule::{Evaluated, Setting};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Asks about the systems `left` in their order, until the token stops it.
pub(super) fn ask(setting: &Setting<'_>, left: &[usize], cancel: &Cancel, hand: &Hand<'_>) {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(&number) = left.get(next.fetch_add(1, Ordering::SeqCst)).filter(|_| !cancel.is_cancelled()) {
            let batch = Batch { output: setting.targets[number].output.clone(), targets: vec![number] };
            let (answers, milliseconds) = setting.ask(&batch, Side::Edited, cancel);
            hand(number, Evaluated { base: None, edited: Some(answers), milliseconds });
        }
    };
    thread::scope(|scope| {
        for _ in 0..setting.jobs.clamp(1, left.len().max(1)) {
            scope.spawn(work);
        }
    });
}
