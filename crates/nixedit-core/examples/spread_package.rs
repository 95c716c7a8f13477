//! Adds a package to every list that has another one, shows what that changes and proves it.
//!
//!     cargo run --example spread_package -- FLAKE htop btop            shows and proves
//!     cargo run --example spread_package -- FLAKE htop btop --write    lands it too

#![allow(clippy::print_stdout, clippy::print_stderr)] // a program for a terminal

use nixedit_core::proof::Progress;
use nixedit_core::view::PackageListRow;
use nixedit_core::{Caller, Diagnostic, Event, Hosts, Operation, Options, Report, Result, Workspace};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        [flake, there, wanted] => spread(Path::new(flake), there, wanted, Options::dry_run()),
        [flake, there, wanted, "--write"] => spread(Path::new(flake), there, wanted, Options::default()),
        _ => {
            eprintln!("spread_package FLAKE THERE WANTED [--write]");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(report) => {
            println!("{}{}", report.changes.unified_diff(), report.proof_lines().join("\n"));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}", told(&error));
            ExitCode::FAILURE
        }
    }
}

/// Adds `wanted` to every package list of the flake that has `there` and not yet `wanted`, as one edit.
pub fn spread(flake: &Path, there: &str, wanted: &str, options: Options) -> Result<Report> {
    let workspace = Workspace::open(flake)?.with_options(options).with_caller(Arc::new(Terminal));
    let has = |list: &PackageListRow, name: &str| list.packages().any(|package| package.name == name);
    let lists = workspace.packages(Hosts::all())?.into_iter().filter(|list| has(list, there) && !has(list, wanted));
    let operations = lists.map(|list| beside(&list, wanted)).collect::<Result<Vec<_>>>()?;
    workspace.edit("spread", &operations)
}

/// Adds a package to this very list.
fn beside(list: &PackageListRow, wanted: &str) -> Result<Operation> {
    let add = Operation::add_package([wanted], Hosts::named(&list.hosts));
    add.in_file(&list.file)?.with("path", &list.slot)?.with("at", list.start.line)
}

/// A failure with its place, what it could have meant, and the way out.
fn told(error: &Diagnostic) -> String {
    let place = error.labels.first().map(|label| format!("{}: ", label.file_line())).unwrap_or_default();
    let help = error.help.iter().map(|help| format!("\n  {help}")).collect::<String>();
    format!("{place}{error}{help}{}", error.candidates.iter().map(|name| format!("\n  {name}")).collect::<String>())
}

struct Terminal;

impl Caller for Terminal {
    fn note(&self, event: &Event) {
        if let Event::Proving(Progress::Started { host, .. }) = event {
            eprintln!("evaluating {}", host.as_deref().unwrap_or("the flake"));
        }
    }
}
