//! Running a program: cleaned environment, closed input, a deadline, and no process left behind.
//!
//! Every program gets a process group of its own, so that a deadline or Ctrl-C ends what it
//! started as well. A grandchild that opens a session of its own (`setsid`) escapes.

use crate::diagnostic::{Code, Diagnostic, Result};
pub use crate::system::cancel::Cancel;
use crate::system::drain::{Drain, feed};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often a running program's deadline and the cancel token are looked at.
pub(super) const TICK: Duration = Duration::from_millis(10);
/// How long a program that was asked to end may tidy up before it is killed.
const GRACE: Duration = Duration::from_millis(300);
/// How long output may stay open (held by a child in the background) after the program ended.
pub(super) const LINGER: Duration = Duration::from_secs(2);
/// Variables that a program may see. Above all no `GIT_DIR` and its kin (set inside git hooks, they
/// would send git to another repository) and no `NIX_PATH`.
const KEPT: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_RUNTIME_DIR",
    "NIX_CONFIG",
    "NIX_CONF_DIR",
    "NIX_DAEMON_SOCKET_PATH",
    "NIX_DATA_DIR",
    "NIX_LOG_DIR",
    "NIX_REMOTE",
    "NIX_SSL_CERT_FILE",
    "NIX_STATE_DIR",
    "NIX_STORE_DIR",
    "NIX_USER_CONF_FILES",
    "SSL_CERT_FILE",
    "SSH_AUTH_SOCK",
    "GIT_CEILING_DIRECTORIES",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
];

/// What a program left: its exit status and what it printed.
#[derive(Clone, Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output, up to the cap.
    pub stdout: Vec<u8>,
    /// Its standard error, up to the cap.
    pub stderr: Vec<u8>,
    /// Whether output past the cap was dropped.
    pub truncated: bool,
}

impl Finished {
    /// Standard error as text.
    pub fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// A program to run, with everything that decides how.
#[derive(Clone, Debug)]
pub struct Command {
    program: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
    input: Vec<u8>,
    limit: Duration,
    cap: usize,
}

impl Command {
    /// A run of `program` without arguments, with 60 seconds and 64 MiB of output.
    pub fn new(program: &Path) -> Self {
        Self {
            program: program.to_owned(),
            arguments: Vec::new(),
            variables: Vec::new(),
            folder: None,
            input: Vec::new(),
            limit: Duration::from_secs(60),
            cap: 64 << 20,
        }
    }

    /// Adds one argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|a| a.as_ref().to_owned()));
        self
    }

    /// Sets a variable on top of the cleaned environment.
    pub fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Runs in this folder.
    pub fn folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Gives these bytes on standard input; without them it is closed.
    pub fn input(mut self, bytes: Vec<u8>) -> Self {
        self.input = bytes;
        self
    }

    /// Sets the deadline, counted from the start.
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Keeps at most so many bytes of each of the two outputs.
    pub fn cap(mut self, bytes: usize) -> Self {
        self.cap = bytes;
        self
    }

    /// Runs it to its end, whatever the exit status. Fails with `env.command` when it cannot be
    /// started, `env.timeout` at the deadline and `env.interrupted` when cancelled; in the last
    /// two cases the whole process group is gone on return.
    pub fn run(&self, cancel: &Cancel) -> Result<Finished> {
        if cancel.is_cancelled() {
            return Err(self.interrupted());
        }
        let mut child = self.start()?;
        let group = Group::of(&child);
        feed(child.stdin.take(), &self.input);
        let drain = Drain::start(child.stdout.take(), child.stderr.take(), self.cap);
        let ended = self.wait(&group, &drain, cancel);
        if ended.is_err() {
            group.end();
        }
        let status = child.wait();
        ended?;
        let status = status.map_err(|error| self.failed(&error))?;
        let (stdout, stderr, truncated) = drain.finish();
        Ok(Finished { status, stdout, stderr, truncated })
    }

    pub(super) fn start(&self) -> Result<Child> {
        let mut command = std::process::Command::new(&self.program);
        command.args(&self.arguments).env_clear();
        // An empty variable is none: nix would take an empty XDG_CACHE_HOME for the folder it is in.
        command.envs(KEPT.iter().filter_map(|name| Some((*name, variable(name)?))));
        command.env("LC_ALL", "C").envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        let stdin = if self.input.is_empty() { Stdio::null() } else { Stdio::piped() };
        command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        command.spawn().map_err(|error| self.failed(&error))
    }

    /// Waits until the program has ended and its output is read.
    fn wait(&self, group: &Group, drain: &Drain, cancel: &Cancel) -> Result<()> {
        let start = Instant::now();
        let mut ended: Option<Instant> = None;
        loop {
            if cancel.is_cancelled() {
                return Err(self.interrupted());
            }
            if start.elapsed() >= self.limit {
                return Err(self.timeout());
            }
            let closed = drain.wait(TICK);
            if ended.is_none() && group.leader_ended() {
                ended = Some(Instant::now());
            }
            match ended {
                Some(since) if closed || since.elapsed() > LINGER => return Ok(()),
                None if closed => sleep(Duration::from_micros(200)),
                _ => {}
            }
        }
    }

    pub(super) fn deadline(&self) -> Duration {
        self.limit
    }

    fn name(&self) -> String {
        self.program.file_name().unwrap_or(self.program.as_os_str()).to_string_lossy().into_owned()
    }

    pub(super) fn failed(&self, error: &std::io::Error) -> Box<Diagnostic> {
        Diagnostic::new(Code::EnvCommand, format!("cannot run {}: {error}", self.program.display()))
    }

    pub(super) fn interrupted(&self) -> Box<Diagnostic> {
        Diagnostic::new(Code::EnvInterrupted, format!("interrupted while {} was running", self.name()))
    }

    pub(super) fn timeout(&self) -> Box<Diagnostic> {
        let message = format!("{} did not finish within {} s", self.name(), self.limit.as_secs_f32());
        Diagnostic::new(Code::EnvTimeout, message).help("give it longer with --timeout, or [validate] timeout in nixedit.toml")
    }
}

/// The process group of a child that has not been waited for yet: its number cannot be reused.
pub(super) struct Group(Option<Pid>);

impl Group {
    pub(super) fn of(child: &Child) -> Self {
        Self(i32::try_from(child.id()).ok().and_then(Pid::from_raw))
    }

    /// Whether the leader has ended; it stays waitable.
    pub(super) fn leader_ended(&self) -> bool {
        let Some(pid) = self.0 else { return true };
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        !matches!(waitid(WaitId::Pid(pid), options), Ok(None))
    }

    /// Ends every member: politely first, so that git removes its lock files.
    pub(super) fn end(&self) {
        let Some(pid) = self.0 else { return };
        let _ = kill_process_group(pid, Signal::TERM);
        let start = Instant::now();
        while start.elapsed() < GRACE && !self.leader_ended() {
            sleep(Duration::from_millis(2));
        }
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

/// A variable of our surroundings; an empty one is none.
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The home of whoever we run for, where it is known.
pub fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| home.is_absolute())
}

/// Starts a program that people watch: in our process group, with our surroundings, both outputs piped.
pub fn start_watched(program: &Path, arguments: &[String], folder: &Path) -> std::io::Result<Child> {
    let mut command = std::process::Command::new(program);
    command.args(arguments).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// The program `name`: as it stands when it holds a `/`, else the first executable on `path`
/// (written as in `PATH`).
pub fn find_program(name: &str, path: Option<&OsStr>) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|p| is_executable(p));
    }
    std::env::split_paths(path?).filter(|folder| folder.is_absolute()).map(|folder| folder.join(name)).find(|p| is_executable(p))
}

fn is_executable(path: &Path) -> bool {
    path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        Command::new(Path::new("/bin/sh")).arg("-c").arg(script)
    }

    /// Whether a process runs (a zombie that nobody waits for does not).
    fn alive(pid: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
    }

    #[test]
    fn outputs_status_and_input() {
        let run = shell("cat; echo err >&2; exit 3").input(b"in".to_vec()).run(&Cancel::default()).unwrap();
        assert_eq!((run.stdout.as_slice(), run.stderr.as_slice(), run.status.code()), (&b"in"[..], &b"err\n"[..], Some(3)));
    }

    #[test]
    fn a_full_pipe_does_not_hang_and_the_cap_holds() {
        let run = shell("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2").cap(1000).run(&Cancel::default()).unwrap();
        assert_eq!((run.stdout.len(), run.stderr.len(), run.truncated), (1000, 1000, true));
    }

    #[test]
    fn input_that_nobody_reads_does_not_hang() {
        assert!(shell("exit 0").input(vec![b'x'; 1 << 20]).run(&Cancel::default()).unwrap().status.success());
    }

    #[test]
    fn the_environment_is_clean_and_the_folder_set() {
        let run = shell("env; pwd").variable("MINE", "1").folder(Path::new("/")).run(&Cancel::default()).unwrap();
        let text = String::from_utf8(run.stdout).unwrap();
        assert!(text.contains("MINE=1\n") && text.contains("LC_ALL=C\n") && text.ends_with("/\n"));
        assert!(!text.contains("CARGO"), "{text}");
    }

    #[test]
    fn the_deadline_ends_the_whole_group() {
        let folder = tempfile::tempdir().unwrap();
        let pids = folder.path().join("pids");
        let script = format!("trap '' TERM; sleep 60 & echo $! > {0}; echo $$ >> {0}; while :; do sleep 1; done", pids.display());
        let start = Instant::now();
        let error = shell(&script).limit(Duration::from_millis(400)).run(&Cancel::default()).unwrap_err();
        assert_eq!(error.code, Code::EnvTimeout);
        assert!(start.elapsed() < Duration::from_secs(5));
        let pids = std::fs::read_to_string(pids).unwrap();
        assert_eq!(pids.lines().count(), 2);
        sleep(Duration::from_millis(50));
        assert!(pids.lines().all(|pid| !alive(pid)), "{pids}");
    }

    #[test]
    fn cancelling_is_noticed_at_once() {
        let cancel = Cancel::default();
        let below = cancel.child();
        let other = cancel.clone();
        let thread = std::thread::spawn(move || {
            sleep(Duration::from_millis(200));
            other.cancel();
        });
        let start = Instant::now();
        let error = shell("sleep 60").run(&below).unwrap_err();
        thread.join().unwrap();
        assert_eq!(error.code, Code::EnvInterrupted);
        assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
    }

    #[test]
    fn a_background_child_does_not_hold_the_caller() {
        let start = Instant::now();
        let run = shell("echo out; sleep 30 & exit 0").run(&Cancel::default()).unwrap();
        assert_eq!(run.stdout, b"out\n");
        assert!(start.elapsed() < LINGER + Duration::from_secs(3));
    }

    #[test]
    fn a_missing_program_is_an_error() {
        assert_eq!(Command::new(Path::new("/no/such")).run(&Cancel::default()).unwrap_err().code, Code::EnvCommand);
        assert_eq!(find_program("sh", Some(OsStr::new("relative:/nowhere:/bin"))), Some(PathBuf::from("/bin/sh")));
        assert_eq!(find_program("sh", None), None);
        assert_eq!(find_program("/no/such", Some(OsStr::new("/bin"))), None);
    }
}
