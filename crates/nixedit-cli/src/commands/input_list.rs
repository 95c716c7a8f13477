//! `nixedit input list`.

use super::input::Command;
use crate::cli::{Format, Global};
use crate::render::json;
use nixedit_core::diagnostic::Result;
use nixedit_core::inspect::{self, InputRow};
use std::io::Write;
use std::process::ExitCode;

/// List the inputs: where each comes from, what it is locked at, what its own inputs follow
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit input list
  nixedit input list --format json")]
pub struct List {
    /// The flake file
    #[arg(long, value_name = "FILE")]
    pub file: Option<String>,
}

pub fn run(command: &Command, global: &Global) -> Result<ExitCode> {
    let Command::List(args) = command else { return Ok(ExitCode::SUCCESS) };
    let (place, project) = crate::run::open(global, args.file.as_deref())?;
    let file = args.file.as_deref().map(|file| crate::place::root_relative(place.root(), file)).transpose()?;
    let rows = inspect::inputs(&project, file.as_deref().unwrap_or("flake.nix"))?;
    match global.format {
        // Writing to a closed pipe is no reason to fail.
        Format::Human => drop(write!(anstream::stdout().lock(), "{}", text(&rows))),
        Format::Json => json::found("input list", "inputs", &rows),
    }
    Ok(ExitCode::SUCCESS)
}

/// A line for each input, in columns.
fn text(rows: &[InputRow]) -> String {
    let width = |of: &dyn Fn(&InputRow) -> usize| rows.iter().map(of).max().unwrap_or(0);
    let (names, addresses) = (width(&|row| row.name.chars().count()), width(&|row| address(row).chars().count()));
    let pins = width(&|row| pin(row).chars().count());
    let line = |row: &InputRow| {
        let line = format!("{:names$}  {:addresses$}  {:pins$}  {}", row.name, address(row), pin(row), remarks(row));
        line.trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

fn address(row: &InputRow) -> String {
    match (&row.url, &row.follows) {
        (Some(url), _) => url.clone(),
        (None, Some(follows)) => format!("follows {follows}"),
        (None, None) => "from the registry".to_owned(),
    }
}

fn pin(row: &InputRow) -> String {
    row.locked.as_ref().map_or_else(|| "not locked".to_owned(), |pin| pin.words())
}

fn remarks(row: &InputRow) -> String {
    let flake = (!row.flake).then(|| "no flake".to_owned());
    let follows = row.inputs.iter().map(|inner| match inner.follows.is_empty() {
        true => format!("{} dropped", inner.input),
        false if inner.input == inner.follows => format!("follows {}", inner.follows),
        false => format!("{} follows {}", inner.input, inner.follows),
    });
    flake.into_iter().chain(follows).collect::<Vec<_>>().join(", ")
}
