//! Running a program whose answers are wanted as they come, a line each.

use crate::diagnostic::Result;
use crate::system::command::{Cancel, Command, Finished, Group, LINGER, TICK};
use crate::system::stream::keep;
use std::io::{BufRead, BufReader, Read};
use std::process::{ChildStderr, ChildStdout};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// A longer line (in bytes) comes in pieces.
const LONGEST: u64 = 16 << 20;
/// Lines that may wait for the caller; then the program waits.
const WAITING: usize = 64;

impl Command {
    /// Runs it to its end and hands each line of standard output to `each` as it comes, without its line
    /// break; an error of `each` ends the program and is returned. The deadline is for each line, counted from
    /// the one before. Fails as [`Command::run`] does. What is returned has no standard output and the last
    /// MiB or two of standard error.
    pub fn run_lines(&self, cancel: &Cancel, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<Finished> {
        if cancel.is_cancelled() {
            return Err(self.interrupted());
        }
        let mut child = self.start()?;
        let group = Group::of(&child);
        let (sender, lines) = sync_channel(WAITING);
        let stdout = child.stdout.take();
        thread::spawn(move || stdout.map(|pipe| read_lines(pipe, &sender)));
        let stderr = Tail::of(child.stderr.take());
        let ended = self.follow(&group, &lines, cancel, each);
        if ended.is_err() {
            group.end();
        }
        let status = child.wait();
        ended?;
        let status = status.map_err(|error| self.failed(&error))?;
        Ok(Finished { status, stdout: Vec::new(), stderr: stderr.finish(), truncated: false })
    }

    /// Hands lines on until the program has ended and its output is read.
    fn follow(&self, group: &Group, lines: &Receiver<Vec<u8>>, cancel: &Cancel, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut heard = Instant::now();
        let mut ended: Option<Instant> = None;
        loop {
            if cancel.is_cancelled() {
                return Err(self.interrupted());
            }
            let closed = match lines.recv_timeout(TICK) {
                Ok(line) => {
                    each(&line)?;
                    heard = Instant::now();
                    continue;
                }
                Err(error) => error == RecvTimeoutError::Disconnected,
            };
            if ended.is_none() && group.leader_ended() {
                ended = Some(Instant::now());
            }
            match ended {
                Some(since) if closed || since.elapsed() > LINGER => return Ok(()),
                _ if heard.elapsed() >= self.deadline() => return Err(self.timeout()),
                None if closed => thread::sleep(TICK),
                _ => {}
            }
        }
    }
}

fn read_lines(pipe: ChildStdout, sender: &SyncSender<Vec<u8>>) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    while pipe.by_ref().take(LONGEST).read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        if sender.send(std::mem::take(&mut line)).is_err() {
            return;
        }
    }
}

/// The end of an output that is being read.
struct Tail {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: thread::JoinHandle<()>,
}

impl Tail {
    fn of(pipe: Option<ChildStderr>) -> Self {
        let bytes: Arc<Mutex<Vec<u8>>> = Arc::default();
        let kept = bytes.clone();
        let reader = thread::spawn(move || {
            let Some(mut pipe) = pipe else { return };
            let mut buffer = [0; 8192];
            while let Ok(read @ 1..) = pipe.read(&mut buffer) {
                keep(&mut kept.lock().unwrap_or_else(PoisonError::into_inner), &buffer[..read]);
            }
        });
        Self { bytes, reader }
    }

    /// What was read. A child in the background that holds the output open is waited for a short while.
    fn finish(self) -> Vec<u8> {
        let start = Instant::now();
        while !self.reader.is_finished() && start.elapsed() < LINGER {
            thread::sleep(TICK / 10);
        }
        std::mem::take(&mut self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Diagnostic};
    use std::path::Path;
    use std::time::Duration;

    fn shell(script: &str) -> Command {
        Command::new(Path::new("/bin/sh")).arg("-c").arg(script)
    }

    #[test]
    fn lines_come_as_they_are_printed() {
        let mut heard = Vec::new();
        let start = Instant::now();
        let run = shell("echo a; echo err >&2; sleep 0.5; printf b; exit 3").run_lines(&Cancel::default(), &mut |line| {
            heard.push((String::from_utf8_lossy(line).into_owned(), start.elapsed()));
            Ok(())
        });
        let run = run.unwrap();
        assert_eq!((run.status.code(), run.stderr.as_slice()), (Some(3), &b"err\n"[..]));
        let texts: Vec<&str> = heard.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["a", "b"]);
        assert!(heard[0].1 + Duration::from_millis(300) < heard[1].1, "{heard:?}");
    }

    #[test]
    fn silence_ends_it_and_lines_do_not() {
        let slow = shell("for i in 1 2 3 4; do sleep 0.3; echo $i; done").limit(Duration::from_millis(900));
        assert!(slow.run_lines(&Cancel::default(), &mut |_| Ok(())).is_ok());
        let silent = shell("echo a; sleep 30").limit(Duration::from_millis(300));
        let start = Instant::now();
        assert_eq!(silent.run_lines(&Cancel::default(), &mut |_| Ok(())).unwrap_err().code, Code::EnvTimeout);
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn the_caller_ends_it_by_an_error_or_the_token() {
        let start = Instant::now();
        let refuse = &mut |_: &[u8]| Err(Diagnostic::new(Code::EnvCommand, "enough"));
        assert_eq!(shell("while echo y; do :; done").run_lines(&Cancel::default(), refuse).unwrap_err().message, "enough");
        let cancel = Cancel::default();
        let stop = &mut |_: &[u8]| {
            cancel.cancel();
            Ok(())
        };
        assert_eq!(shell("echo y; sleep 30").run_lines(&cancel, stop).unwrap_err().code, Code::EnvInterrupted);
        assert!(start.elapsed() < Duration::from_secs(5));
    }
}
