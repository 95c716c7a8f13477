//! What a terminal shows while Nix runs: one line with what is evaluated and for how long.

use nixedit_core::validate::{Progress, Side};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Evaluations under way: name to start and how many run under it.
type Running = Arc<Mutex<BTreeMap<String, (Instant, usize)>>>;

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
            running.entry(text.to_owned()).or_insert((Instant::now(), 0)).1 += 1;
        }
    }

    /// Draws it no more.
    pub fn end(&self, text: &str) {
        let Ok(mut running) = self.running.lock() else { return };
        let left = running.get_mut(text).map(|(_, count)| {
            *count -= 1;
            *count
        });
        if left == Some(0) {
            running.remove(text);
        }
    }

    /// Whether there is nothing to draw.
    pub fn is_idle(&self) -> bool {
        self.running.lock().is_ok_and(|running| running.is_empty())
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
            _ => {}
        }
    }
}

fn draw(running: &Running, stop: &AtomicBool) {
    const SIGNS: [&str; 4] = ["⠋", "⠙", "⠸", "⠴"];
    let mut turn = 0;
    while !stop.load(Ordering::SeqCst) {
        std::thread::park_timeout(Duration::from_millis(120));
        let line = running.lock().map(|running| {
            let parts: Vec<String> =
                running.iter().map(|(name, (since, _))| format!("{name} {:.1} s", since.elapsed().as_secs_f32())).collect();
            parts.join(" · ")
        });
        let line: String = line.unwrap_or_default().chars().take(76).collect();
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
