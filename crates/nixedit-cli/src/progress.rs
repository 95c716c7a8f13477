//! What a terminal shows while Nix runs: one line with what is evaluated and for how long.

use nixedit_core::validate::{Count, Progress, Side};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What goes on.
#[derive(Default)]
struct State {
    /// Evaluations under way: name to start and how many run under it.
    running: BTreeMap<String, (Instant, usize)>,
    /// How far a run over several hosts is, and since when that is known.
    count: Option<(Count, Instant)>,
}

type Running = Arc<Mutex<State>>;

/// A line on standard error, redrawn until it is dropped; nothing where that is no terminal.
pub struct Spinner {
    running: Running,
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Spinner {
    /// Starts to draw, unless `quiet` or not on a terminal.
    pub fn start(quiet: bool) -> Self {
        let running = Running::default();
        let stop = Arc::new(AtomicBool::new(false));
        let draws = !quiet && std::io::stderr().is_terminal();
        let thread = draws.then(|| {
            let (running, stop) = (running.clone(), stop.clone());
            std::thread::spawn(move || draw(&running, &stop))
        });
        Self { running, stop, thread }
    }

    /// Draws one text until it is dropped.
    pub fn saying(quiet: bool, text: &str) -> Self {
        let spinner = Self::start(quiet);
        spinner.begin(text);
        spinner
    }

    /// Draws a text until it ends.
    pub fn begin(&self, text: &str) {
        if let Ok(mut running) = self.running.lock() {
            running.running.entry(text.to_owned()).or_insert((Instant::now(), 0)).1 += 1;
        }
    }

    /// Draws it no more.
    pub fn end(&self, text: &str) {
        let Ok(mut running) = self.running.lock() else { return };
        let left = running.running.get_mut(text).map(|(_, count)| {
            *count -= 1;
            *count
        });
        if left == Some(0) {
            running.running.remove(text);
        }
    }

    /// Whether there is nothing to draw.
    pub fn is_idle(&self) -> bool {
        self.running.lock().is_ok_and(|state| state.running.is_empty() && state.count.is_none())
    }

    /// Shows something beside the line, which is drawn again below it.
    pub fn aside(&self, show: impl FnOnce()) {
        let _drawn = self.running.lock();
        if self.thread.is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[2K");
        }
        show();
    }

    /// Hears of an evaluation.
    pub fn note(&self, progress: &Progress) {
        let name = |host: &Option<String>, attrs: &[String], side: Side| {
            let side = if side == Side::Base { " (before)" } else { "" };
            let host = host.as_deref().unwrap_or("flake");
            format!("{host}{side} {}", attrs.first().map_or("", String::as_str))
        };
        match progress {
            Progress::Started { host, attrs, side } => self.begin(&name(host, attrs, *side)),
            Progress::Finished { host, attrs, side, .. } => self.end(&name(host, attrs, *side)),
            Progress::Counted(count) => {
                if let Ok(mut state) = self.running.lock() {
                    state.count = (!count.ended).then(|| (*count, Instant::now()));
                }
            }
            // What fails the terminal shows.
            _ => {}
        }
    }
}

impl State {
    fn line(&self) -> String {
        if let Some((count, since)) = &self.count {
            return counted(count, since.elapsed());
        }
        let part = |(name, (since, _)): (&String, &(Instant, usize))| format!("{name} {:.1} s", since.elapsed().as_secs_f32());
        self.running.iter().map(part).collect::<Vec<_>>().join(" · ")
    }
}

/// How far a run over several hosts is; `ago`: when that was known.
fn counted(count: &Count, ago: Duration) -> String {
    let mut line = format!("{}/{} hosts", count.done, count.total);
    if count.known > 0 {
        line += &format!(" · {} known", count.known);
    }
    if count.failed > 0 {
        line += &format!(" · {} failed", count.failed);
    }
    match count.left.map(|left| left.saturating_sub(ago).as_secs()) {
        Some(seconds @ 0..100) => line + &format!(" · about {} s left", seconds + 1),
        Some(seconds) => line + &format!(" · about {} min left", (seconds + 30) / 60),
        None => line,
    }
}

fn draw(running: &Running, stop: &AtomicBool) {
    const SIGNS: [&str; 4] = ["⠋", "⠙", "⠸", "⠴"];
    let mut turn = 0;
    while !stop.load(Ordering::SeqCst) {
        std::thread::park_timeout(Duration::from_millis(120));
        let Ok(state) = running.lock() else { return };
        let line: String = state.line().chars().take(76).collect();
        if !line.is_empty() {
            let _ = write!(std::io::stderr(), "\r\x1b[2K{} {line}", SIGNS[turn % SIGNS.len()]);
            turn += 1;
        }
    }
    let _ = write!(std::io::stderr(), "\r\x1b[2K");
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_over_hosts_is_counted_and_the_rest_estimated() {
        let count = |failed: usize, known: usize, left: Option<Duration>| {
            let mut count = Count::default();
            (count.total, count.done, count.failed, count.known, count.left) = (200, 37, failed, known, left);
            count
        };
        let shown = |count: Count, ago: u64| counted(&count, Duration::from_secs(ago));
        assert_eq!(shown(count(0, 0, None), 0), "37/200 hosts");
        let late = count(1, 0, Some(Duration::from_millis(42_900)));
        assert_eq!(shown(late, 3), "37/200 hosts · 1 failed · about 40 s left");
        assert_eq!(shown(late, 90), "37/200 hosts · 1 failed · about 1 s left", "late");
        assert_eq!(shown(count(0, 20, Some(Duration::from_secs(3600))), 0), "37/200 hosts · 20 known · about 60 min left");
    }
}
