//! Reading a child's outputs and feeding its input on threads, so that a full pipe never blocks.

use std::io::{Read, Write};
use std::process::{ChildStderr, ChildStdin, ChildStdout};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// What was read of one output so far.
#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    truncated: bool,
}

/// Both outputs of a child, being read.
#[derive(Debug)]
pub struct Drain {
    stdout: Arc<Mutex<Kept>>,
    stderr: Arc<Mutex<Kept>>,
    /// Nothing is ever sent: it disconnects when both readers are done.
    done: Receiver<()>,
}

impl Drain {
    /// Starts reading; at most `cap` bytes of each output are kept, the rest is read and dropped.
    pub fn start(stdout: Option<ChildStdout>, stderr: Option<ChildStderr>, cap: usize) -> Self {
        let (send, done) = channel();
        Self { stdout: read_on_thread(stdout, cap, send.clone()), stderr: read_on_thread(stderr, cap, send), done }
    }

    /// Waits until both outputs are closed, at most so long; says whether they are.
    pub fn wait(&self, limit: Duration) -> bool {
        self.done.recv_timeout(limit) == Err(RecvTimeoutError::Disconnected)
    }

    /// Standard output, standard error, and whether something was dropped. What a child in the
    /// background still prints is not waited for.
    pub fn finish(self) -> (Vec<u8>, Vec<u8>, bool) {
        let (stdout, first) = take(&self.stdout);
        let (stderr, second) = take(&self.stderr);
        (stdout, stderr, first || second)
    }
}

fn take(kept: &Mutex<Kept>) -> (Vec<u8>, bool) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    (std::mem::take(&mut kept.bytes), kept.truncated)
}

fn read_on_thread<R: Read + Send + 'static>(stream: Option<R>, cap: usize, done: Sender<()>) -> Arc<Mutex<Kept>> {
    let kept: Arc<Mutex<Kept>> = Arc::default();
    let shared = kept.clone();
    thread::spawn(move || {
        let _done = done;
        let Some(mut stream) = stream else { return };
        let mut buffer = [0; 16 << 10];
        loop {
            let read = match stream.read(&mut buffer) {
                Ok(0) => return,
                Ok(read) => read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(_) => return,
            };
            let mut kept = shared.lock().unwrap_or_else(PoisonError::into_inner);
            let room = cap.saturating_sub(kept.bytes.len()).min(read);
            kept.bytes.extend_from_slice(&buffer[..room]);
            kept.truncated |= room < read;
        }
    });
    kept
}

/// Writes `input` to the child on a thread of its own; a child that does not read it is no error.
pub fn feed(stdin: Option<ChildStdin>, input: &[u8]) {
    let Some(mut stdin) = stdin else { return };
    let input = input.to_vec();
    thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
}
