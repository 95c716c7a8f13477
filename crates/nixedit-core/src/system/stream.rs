//! Running a program that people watch: its output is handed on as it comes, its environment and terminal
//! are the caller's.
//!
//! It stays in the caller's process group, so that it may ask for a password on the terminal and that Ctrl-C
//! reaches it; the caller waits for it to end.

use super::command::start_watched;
use crate::diagnostic::{Code, Diagnostic, Result};
use std::io::Read;
use std::path::Path;
use std::process::ExitStatus;
use std::sync::mpsc::{Sender, channel};

/// How many bytes of the output's end are kept.
const KEPT: usize = 1 << 20;

/// How a watched program ended.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Its exit status.
    pub status: ExitStatus,
    /// The end of what it wrote, both outputs as they came, at most 1 MiB.
    pub output: Vec<u8>,
}

/// Runs `program` in `folder`; every piece of output is handed to `show`. Fails with `env.command` where it
/// cannot be started.
pub fn watch(program: &Path, arguments: &[String], folder: &Path, show: &mut dyn FnMut(&[u8])) -> Result<Watched> {
    let failed = |error: std::io::Error| Diagnostic::new(Code::EnvCommand, format!("cannot run {}: {error}", program.display()));
    let mut child = start_watched(program, arguments, folder).map_err(failed)?;
    let (sender, pieces) = channel();
    let mut output = Vec::new();
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        let other = sender.clone();
        scope.spawn(move || stdout.map(|pipe| read(pipe, &sender)));
        scope.spawn(move || stderr.map(|pipe| read(pipe, &other)));
        for piece in pieces {
            show(&piece);
            keep(&mut output, &piece);
        }
    });
    Ok(Watched { status: child.wait().map_err(failed)?, output })
}

fn read(mut pipe: impl Read, sender: &Sender<Vec<u8>>) {
    let mut buffer = [0; 8192];
    while let Ok(length) = pipe.read(&mut buffer) {
        if length == 0 || sender.send(buffer[..length].to_vec()).is_err() {
            return;
        }
    }
}

pub(super) fn keep(output: &mut Vec<u8>, piece: &[u8]) {
    output.extend_from_slice(piece);
    if output.len() > 2 * KEPT {
        output.drain(..output.len() - KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_is_shown_and_kept_whatever_the_end() {
        let mut shown = Vec::new();
        let arguments = ["-c".to_owned(), "echo out; echo err >&2; exit 3".to_owned()];
        let run = watch(Path::new("/bin/sh"), &arguments, Path::new("/"), &mut |piece| shown.extend_from_slice(piece)).unwrap();
        assert_eq!(run.status.code(), Some(3));
        let mut lines: Vec<_> = String::from_utf8(shown.clone()).unwrap().lines().map(str::to_owned).collect();
        lines.sort();
        assert_eq!(lines, ["err", "out"]);
        assert_eq!(shown, run.output);
        assert_eq!(watch(Path::new("/no/such"), &[], Path::new("/"), &mut |_| {}).unwrap_err().code, Code::EnvCommand);
    }

    #[test]
    fn only_the_end_of_much_output_is_kept() {
        let mut output = Vec::new();
        (0..5).for_each(|_| keep(&mut output, &vec![b'x'; KEPT]));
        assert!(output.len() <= 2 * KEPT);
    }
}
