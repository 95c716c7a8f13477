//! The nix program: where it is, which it is, and the command lines it is given.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::settings::ValidateSettings;
use crate::system::command::{Cancel, Command, Finished, find_program, home, variable};
use crate::system::disk;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What makes an evaluation pure, quiet, cheap and unable to build, ask or write a lock file.
/// `--no-update-lock-file` must stand alone: together with `--no-write-lock-file` nix silently
/// accepts a stale lock, and without it nix writes `flake.lock` in the work tree.
const FLAGS: &[&str] = &["--no-update-lock-file", "--offline", "--log-format", "internal-json", "--show-trace"];
const OPTIONS: &[(&str, &str)] = &[
    ("eval-cache", "false"),
    ("allow-import-from-derivation", "false"),
    ("use-registries", "false"),
    ("accept-flake-config", "false"),
    ("warn-dirty", "false"),
    ("max-jobs", "0"),
    ("builders", ""),
];

/// What keeps a run that locks quiet, and short where there is no network.
const LOCK_OPTIONS: &[(&str, &str)] =
    &[("accept-flake-config", "false"), ("warn-dirty", "false"), ("download-attempts", "2"), ("connect-timeout", "15")];
/// Shortest deadline of a run that fetches inputs.
const FETCH: Duration = Duration::from_secs(900);

/// A nix program and how evaluations are run with it.
#[derive(Clone, Debug)]
pub struct Nix {
    /// The program.
    pub program: PathBuf,
    /// Deadline of one run.
    pub limit: Duration,
    overrides: BTreeMap<String, String>,
    store: Option<PathBuf>,
}

/// Where a nix program is looked for besides the settings: the values of the variables.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// `NIXEDIT_NIX`.
    pub named: Option<OsString>,
    /// `PATH`.
    pub path: Option<OsString>,
    /// Programs to try last, such as one inside the flake.
    pub candidates: Vec<PathBuf>,
}

impl Surroundings {
    /// The values that this process has, and these candidates.
    pub fn of_process(candidates: Vec<PathBuf>) -> Self {
        Self { named: variable("NIXEDIT_NIX"), path: variable("PATH"), candidates }
    }
}

/// What came of one evaluation.
#[derive(Clone, Debug)]
pub enum Evaluation {
    /// The JSON value.
    Value(Value),
    /// Nix ended with an error; this is its whole standard error, in the internal-json format.
    Failed(String),
}

impl Nix {
    /// The program named in the settings, else by `NIXEDIT_NIX`, else on `PATH`, else the first
    /// candidate that exists; `None` when there is none. A program that is named but not there
    /// is `env.no-nix`.
    pub fn find(settings: &ValidateSettings, around: &Surroundings) -> Result<Option<Self>> {
        let named = settings.nix.clone().map(|name| (name, "[validate] nix"));
        let named = named.or_else(|| Some((around.named.as_ref()?.to_string_lossy().into_owned(), "NIXEDIT_NIX")));
        let found = |name: &str| find_program(name, around.path.as_deref());
        let program = match named {
            Some((name, by)) => {
                Some(found(&name).ok_or_else(|| Diagnostic::new(Code::EnvNoNix, format!("{by} names {name}, which is no program")))?)
            }
            None => found("nix").or_else(|| around.candidates.iter().find_map(|path| found(&path.to_string_lossy()))),
        };
        let Some(program) = program else { return Ok(None) };
        let overrides = settings.override_inputs.clone();
        Ok(Some(Self { program, limit: parse_duration(&settings.timeout)?, overrides, store: own_store() }))
    }

    /// The same with a deadline that is no longer than this.
    pub fn at_most(&self, limit: Duration) -> Self {
        Self { limit: self.limit.min(limit), ..self.clone() }
    }

    /// What an answer depends on besides the question and the flake.
    pub fn identity(&self) -> String {
        format!("{} {:?}", self.program.display(), self.overrides)
    }

    /// The same with what names the version, for answers that outlive the program: `nix (Nix) 2.34.8`. `None`
    /// where inputs are replaced: what is in their place may change without the flake.
    pub fn lasting_identity(&self, cancel: &Cancel) -> Option<String> {
        let version = self.banner(cancel).ok().filter(|_| !self.replaces_inputs())?;
        Some(format!("{} {version}", self.identity()))
    }

    /// Whether inputs are replaced by others, which may change without the flake.
    pub fn replaces_inputs(&self) -> bool {
        !self.overrides.is_empty()
    }

    /// The folder that is given to nix as its store, where the machine's own cannot be used.
    pub fn store(&self) -> Option<&Path> {
        self.store.as_deref()
    }

    /// Major and minor version, asked once per program and process.
    pub fn version(&self, cancel: &Cancel) -> Result<(u32, u32)> {
        let text = self.banner(cancel)?;
        parse_version(&text)
            .ok_or_else(|| Diagnostic::new(Code::EnvCommand, format!("{} --version says {:?}", self.program.display(), text.trim())))
    }

    /// What `nix --version` prints.
    fn banner(&self, cancel: &Cancel) -> Result<String> {
        static KNOWN: Mutex<BTreeMap<PathBuf, String>> = Mutex::new(BTreeMap::new());
        if let Some(known) = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&self.program) {
            return Ok(known.clone());
        }
        let run = Command::new(&self.program).arg("--version").limit(self.limit).run(cancel)?;
        let text = String::from_utf8_lossy(&run.stdout).into_owned();
        KNOWN.lock().unwrap_or_else(PoisonError::into_inner).insert(self.program.clone(), text.clone());
        Ok(text)
    }

    /// Fails with `env.old-nix` when the program knows no flakes.
    pub fn check_version(&self, cancel: &Cancel) -> Result<()> {
        let (major, minor) = self.version(cancel)?;
        if (major, minor) >= (2, 4) {
            return Ok(());
        }
        let message = format!("{} is nix {major}.{minor}, which knows no flakes", self.program.display());
        Err(Diagnostic::new(Code::EnvOldNix, message).help("nix 2.4 or later is needed; name one with NIXEDIT_NIX"))
    }

    /// Evaluates `apply` (a Nix function) on the flake's output `output` (an attribute path as Nix
    /// writes it). `reference` is a flake reference without `#`.
    pub fn eval(&self, reference: &str, output: &str, apply: &str, cancel: &Cancel) -> Result<Evaluation> {
        let installable = format!("{reference}#{}", percent_encode(output, b"\"'$^*"));
        let command = self.flake_command(&["eval", "--json"]).arg(installable).args(["--apply", apply]);
        let run = command.run(cancel)?;
        if !run.status.success() {
            return Ok(Evaluation::Failed(self.failure(run, cancel)?));
        }
        match serde_json::from_slice(&run.stdout) {
            Ok(value) => Ok(Evaluation::Value(value)),
            Err(error) => Err(Diagnostic::new(Code::EnvCommand, format!("nix eval printed no JSON: {error}"))),
        }
    }

    /// Runs `nix flake check --no-build`; `None` when all is well, else its standard error.
    pub fn flake_check(&self, reference: &str, cancel: &Cancel) -> Result<Option<String>> {
        let run = self.flake_command(&["flake", "check", "--no-build"]).arg(reference).run(cancel)?;
        if run.status.success() { Ok(None) } else { self.failure(run, cancel).map(Some) }
    }

    /// What `nix flake metadata --json` says about a flake; `path` is the flake's store path.
    pub fn metadata(&self, reference: &str, cancel: &Cancel) -> Result<Value> {
        let run = self.flake_command(&["flake", "metadata", "--json"]).arg(reference).run(cancel)?;
        let failed = || Diagnostic::new(Code::EnvCommand, format!("nix flake metadata failed for {reference}"));
        if !run.status.success() {
            return Err(failed());
        }
        serde_json::from_slice(&run.stdout).map_err(|_| failed())
    }

    /// Brings the `flake.lock` beside a flake that may be written to up to date: locks what is missing or
    /// changed; with `update` also these inputs anew, or all where none is named. The only run that may
    /// fetch. `None` when all is well, else its standard error.
    pub fn lock(&self, reference: &str, update: Option<&[String]>, cancel: &Cancel) -> Result<Option<String>> {
        // Since 2.19 `flake update` takes inputs, and the flake through --flake.
        let by_name = update.is_some() && self.version(cancel)? >= (2, 19);
        let command = match update {
            Some(inputs) if by_name => self.command(&["flake", "update"]).args(inputs).args(["--flake", reference]),
            Some([]) => self.command(&["flake", "update", reference]),
            Some(inputs) => inputs
                .iter()
                .fold(self.command(&["flake", "lock", reference]), |command, input| command.args(["--update-input", input.as_str()])),
            None => self.command(&["flake", "lock", reference]),
        };
        let command = command.args(["--log-format", "internal-json", "--show-trace"]).limit(self.limit.max(FETCH));
        let run = LOCK_OPTIONS.iter().fold(command, |command, (name, value)| command.args(["--option", name, value])).run(cancel)?;
        if run.status.success() { Ok(None) } else { self.failure(run, cancel).map(Some) }
    }

    /// Deletes a path from the store; says whether nix did it (it refuses what is in use).
    ///
    /// After it nix also looks through all of the store's hard links, which on a large store
    /// takes far longer than an evaluation.
    pub fn store_delete(&self, path: &str, cancel: &Cancel) -> Result<bool> {
        let run = self.command(&["store", "delete"]).arg(path).run(cancel)?;
        Ok(run.status.success())
    }

    fn flake_command(&self, subcommand: &[&str]) -> Command {
        let mut command = self.command(subcommand).args(FLAGS);
        for (name, value) in OPTIONS {
            command = command.args(["--option", name, value]);
        }
        for (input, reference) in &self.overrides {
            command = command.args(["--override-input", input, reference]);
        }
        command
    }

    /// What makes an evaluation by another program built on Nix as pure, quiet and cheap as one by this nix,
    /// as far as that knows the same words.
    pub(super) fn evaluation_words(&self) -> Vec<String> {
        let offline = [
            ("extra-experimental-features", "nix-command flakes"),
            ("substitute", "false"),
            ("download-attempts", "1"),
            ("connect-timeout", "1"),
        ];
        let option = |(name, value): &(&str, &str)| ["--option", name, value].map(str::to_owned);
        let mut words: Vec<String> = OPTIONS.iter().chain(&offline).flat_map(option).collect();
        words.extend(self.overrides.iter().flat_map(|(input, at)| ["--override-input".to_owned(), input.clone(), at.clone()]));
        if let Some(store) = &self.store {
            words.extend(["--option".to_owned(), "store".to_owned(), store.display().to_string()]);
        }
        words
    }

    pub(super) fn command(&self, subcommand: &[&str]) -> Command {
        let command = Command::new(&self.program).limit(self.limit);
        let command = command.args(["--extra-experimental-features", "nix-command flakes"]).args(subcommand);
        match &self.store {
            Some(store) => command.arg("--store").arg(store),
            None => command,
        }
    }

    /// A failed run's standard error. Only here is the version worth a look: a nix that knows no
    /// flakes fails without one event.
    pub(super) fn failure(&self, run: Finished, cancel: &Cancel) -> Result<String> {
        let stderr = run.stderr_text();
        if !stderr.contains("@nix {") {
            self.check_version(cancel)?;
        }
        Ok(stderr)
    }
}

/// A store in the user's cache, for a machine whose `/nix` is there but neither the user's own nor
/// served by a daemon; nix would stop there. `None` when nix can be left to itself.
fn own_store() -> Option<PathBuf> {
    let stated = ["NIX_REMOTE", "NIX_STORE_DIR", "NIX_STATE_DIR"].iter().any(|name| variable(name).is_some());
    let state = Path::new("/nix/var/nix");
    let usable = disk::check_writable(state).is_ok();
    if stated || usable || !disk::exists(Path::new("/nix")) || disk::exists(&state.join("daemon-socket/socket")) {
        return None;
    }
    let cache = variable("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| Some(home()?.join(".cache")))?;
    Some(cache.join("nixedit/store"))
}

/// `nix (Nix) 2.34.8`, and what forks print before the number.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let number = text.lines().next()?.split(' ').rev().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = number.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

/// A duration such as `120s`, `5m`, `1h` or `90` (seconds). Fails with `settings.invalid`.
pub fn parse_duration(text: &str) -> Result<Duration> {
    let text = text.trim();
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let seconds = match unit {
        "" | "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3600),
        _ => None,
    };
    let parsed = seconds.and_then(|unit| number.parse::<u64>().ok()?.checked_mul(unit)).filter(|&s| s > 0 && s <= 7 * 24 * 3600);
    parsed.map(Duration::from_secs).ok_or_else(|| Diagnostic::new(Code::SettingsInvalid, format!("{text:?} is no time; write 120s or 5m")))
}

/// `text` with every byte escaped that means something in a URL; `also` names bytes to let through
/// besides letters, digits and `-._~/`.
pub fn percent_encode(text: impl AsRef<OsStr>, also: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for &byte in text.as_ref().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) || also.contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_versions_are_read() {
        assert_eq!(parse_duration("120s").unwrap(), Duration::from_secs(120));
        assert_eq!(parse_duration("5m").unwrap(), Duration::from_secs(300));
        assert_eq!(parse_duration("90").unwrap(), Duration::from_secs(90));
        for wrong in ["", "s", "0s", "5x", "-1s", "99999999999999999999h", "1h30m"] {
            assert_eq!(parse_duration(wrong).unwrap_err().code, Code::SettingsInvalid, "{wrong}");
        }
        assert_eq!(parse_version("nix (Nix) 2.34.8\n"), Some((2, 34)));
        assert_eq!(parse_version("nix (Nix) 2.3pre123"), Some((2, 3)));
        assert_eq!(parse_version("nix (Determinate Nix 3.6.1) 2.29.0"), Some((2, 29)));
        assert_eq!(parse_version("nix (Lix, like Nix) 2.93.0"), Some((2, 93)));
        assert_eq!(parse_version("sh"), None);
    }

    #[test]
    fn a_program_is_found_in_the_stated_order() {
        let mut settings = ValidateSettings::default();
        let nowhere = Surroundings::default();
        assert!(Nix::find(&settings, &nowhere).unwrap().is_none());
        let last = Surroundings { candidates: vec!["/no/nix".into(), "/bin/sh".into()], ..Surroundings::default() };
        assert_eq!(Nix::find(&settings, &last).unwrap().unwrap().program, Path::new("/bin/sh"));
        let named = Surroundings { named: Some("/bin/cat".into()), ..last.clone() };
        assert_eq!(Nix::find(&settings, &named).unwrap().unwrap().program, Path::new("/bin/cat"));
        settings.nix = Some("/bin/ls".to_owned());
        assert_eq!(Nix::find(&settings, &named).unwrap().unwrap().program, Path::new("/bin/ls"));
        settings.nix = Some("/no/nix".to_owned());
        assert_eq!(Nix::find(&settings, &named).unwrap_err().code, Code::EnvNoNix);
    }

    #[test]
    fn urls_are_escaped() {
        assert_eq!(percent_encode("/tmp/ä b#?&%", b""), "/tmp/%C3%A4%20b%23%3F%26%25");
        assert_eq!(percent_encode("a.\"b c\"", b"\"'"), "a.\"b%20c\"");
    }
}
