//! One process at a time: the operating system's lock on a side file. It ends with its process.

use super::disk::{self, File, TryLockError, failure};
use crate::diagnostic::{Code, Diagnostic, Result};
use std::io::{Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A lock, held until dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock on the file at `path`, waiting at most `wait` for its holder; then fails with `lock.held`, naming
    /// the holder. `command` is what others are told while we hold it; `doing` is what its holder does: `editing this flake`.
    pub fn take(path: &Path, wait: Duration, command: &[String], doing: &str) -> Result<Self> {
        let failed = failure("lock", path);
        let file = disk::open_to_lock(path).map_err(&failed)?;
        let deadline = Instant::now() + wait;
        let mut pause = Duration::from_millis(2);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Err(held(path, wait, doing)),
                Err(TryLockError::WouldBlock) => std::thread::sleep(pause),
            }
            pause = (pause * 2).min(Duration::from_millis(50));
        }
        let mut lock = Self { file };
        // Who holds it is a courtesy to those who wait: a failure to say so stops nothing.
        let _ = lock.say(&format!("{} {} {}\n", std::process::id(), now(), command.join(" ").replace('\n', " ")));
        Ok(lock)
    }

    fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.say("");
        let _ = self.file.unlock();
    }
}

/// Seconds since the beginning of 1970, UTC.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Says who holds the lock, since when, and the way out, as far as the holder said.
fn held(path: &Path, wait: Duration, doing: &str) -> Box<Diagnostic> {
    let said = disk::read_to_string(path).unwrap_or_default();
    let waited = format!("did not finish within {:.1} s", wait.as_secs_f64());
    let later = "try again when it has finished, or wait longer with --wait";
    let Some((process, since, command)) = holder(&said) else {
        return Diagnostic::new(Code::LockHeld, format!("another process is {doing} and {waited}")).help(later);
    };
    let message = format!("process {process} ({command}) has been {doing} for {} s and {waited}", now().saturating_sub(since));
    Diagnostic::new(Code::LockHeld, message).help(format!("{later}; if it hangs, end it (kill -9 {process}): its lock goes with it"))
}

/// The process, its start in seconds since 1970 and its command, as they stand in the lock's file.
fn holder(said: &str) -> Option<(u32, u64, &str)> {
    let mut parts = said.trim().splitn(3, ' ');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?))
}
