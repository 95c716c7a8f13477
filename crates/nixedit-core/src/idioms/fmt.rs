//! `fmt FILE…`: lay out whole files by the flake's own formatter.
//!
//! ```text
//! { a=[1 2]; }   =>   {
//!                       a = [
//!                         1
//!                         2
//!                       ];
//!                     }
//! ```
//! Refuses: no formatter is named by the flake or the call; a file that was not laid out so when it was
//! last committed (unless forced), for all of its lines would change; a protected file.

use super::host_modules;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::Fmt;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::settings::Formatter;

pub(super) fn plan(project: &Project, args: &Fmt) -> Result<Plan> {
    if let Some(file) = args.files.iter().find(|file| host_modules::is_protected(project, file)) {
        return Err(
            Diagnostic::new(Code::FileProtected, format!("{file} is protected")).help("take it out of flake.protected in nixedit.toml")
        );
    }
    if args.files.is_empty() {
        return Ok(Plan { summary: "nothing to do: no file was named, and none has changed".to_owned(), ..Plan::default() });
    }
    let formatter = args.formatter.or_else(|| project.formatter()).ok_or_else(|| unknown(&args.files))?;
    let step = |file: &String| Step::Format { file: file.clone(), formatter, force: args.force };
    Ok(Plan {
        steps: args.files.iter().map(step).collect(),
        summary: format!("laid out {} with {}", args.files.join(", "), formatter.name()),
        ..Plan::default()
    })
}

fn unknown(files: &[String]) -> Box<Diagnostic> {
    Diagnostic::new(Code::FormatUnknown, "flake.nix names no formatter that is known")
        .help(format!("name it: nixedit fmt --formatter nixfmt {}", files.join(" ")))
        .candidates(Formatter::ALL.map(Formatter::name))
}
