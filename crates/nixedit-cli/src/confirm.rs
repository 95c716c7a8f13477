//! Asking before something changes the machine.

use crate::cli::Global;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use std::io::{BufRead, IsTerminal, Write};

/// Whether nobody can be asked and nobody said yes: then it is refused before anything is done.
pub fn check(what: &str, global: &Global) -> Result<()> {
    if global.yes || (std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
        return Ok(());
    }
    Err(Diagnostic::new(Code::NotConfirmed, format!("this would {what}; nobody is there to ask")).help("say so with --yes"))
}

/// Asks on the terminal, unless --yes is given. Fails with `not-confirmed` where the answer is not yes.
pub fn ask(what: &str, global: &Global) -> Result<()> {
    check(what, global)?;
    if global.yes {
        return Ok(());
    }
    let mut out = anstream::stderr().lock();
    let _ = write!(out, "{what}? [y/N] ");
    let _ = out.flush();
    let mut answer = String::new();
    let _ = std::io::stdin().lock().read_line(&mut answer);
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Diagnostic::new(Code::NotConfirmed, "nothing was done")),
    }
}
