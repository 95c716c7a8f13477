//! Formatters as programs: text in, text out, with a deadline.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::settings::Formatter;
use crate::system::command::{Cancel, Command, find_program, variable};
use std::path::Path;
use std::time::Duration;

/// How long a formatter may take for one file.
const LIMIT: Duration = Duration::from_secs(20);

/// What the program of that formatter on `PATH` makes of a text. Fails with `env.command` where there
/// is none or it refuses the text, `env.timeout` at the deadline. The output is not checked.
pub(super) fn format(formatter: Formatter, text: &str) -> Result<String> {
    let name = formatter.name();
    let Some(program) = find_program(name, variable("PATH").as_deref()) else {
        return Err(Diagnostic::new(Code::EnvCommand, format!("there is no {name} on PATH"))
            .help(format!("run it in a shell that has it: nix shell nixpkgs#{name}")));
    };
    format_with(&program, formatter, text)
}

fn format_with(program: &Path, formatter: Formatter, text: &str) -> Result<String> {
    let name = formatter.name();
    let arguments: &[&str] = if formatter == Formatter::Alejandra { &["--quiet", "-"] } else { &[] };
    let run = Command::new(program).args(arguments).input(text.as_bytes().to_vec()).limit(LIMIT).run(&Cancel::default())?;
    let failed = |why: &str| Diagnostic::new(Code::EnvCommand, format!("{name} failed: {why}"));
    if !run.status.success() {
        let text = run.stderr_text();
        return Err(failed(text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing")));
    }
    if run.truncated {
        return Err(failed("its output is too long"));
    }
    String::from_utf8(run.stdout).map_err(|_| failed("its output is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn with_script(script: &str) -> Result<String> {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("alejandra");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        format_with(&program, Formatter::Alejandra, "{ a = 1; }")
    }

    #[test]
    fn a_program_is_asked_with_its_own_flags() {
        assert_eq!(with_script("echo \"$*\"; cat").unwrap(), "--quiet -\n{ a = 1; }");
    }

    #[test]
    fn a_refusal_and_bytes_that_are_no_text_are_errors() {
        let error = with_script("echo; echo 'bad input' >&2; exit 1").unwrap_err();
        assert_eq!((error.code, error.message.as_str()), (Code::EnvCommand, "alejandra failed: bad input"));
        assert!(with_script("printf '\\377'").unwrap_err().message.contains("not UTF-8"));
    }
}
