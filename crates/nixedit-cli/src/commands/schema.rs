//! `nixedit schema`.

use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::similar_names::near_or_longer;
use nixedit_core::{operation, report};
use serde_json::Value;
use std::io::Write;
use std::process::ExitCode;

/// Print the JSON Schema of operations or of results
///
/// Operations are what batch reads, results what --format json prints. A name gives one of them alone: the name of an
/// operation; edit, failure or finding of the results.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit schema operations
  nixedit schema operations add-package
  nixedit schema results edit")]
pub struct Args {
    /// What it is of
    #[arg(value_name = "OF", value_enum, default_value_t = Of::Operations)]
    pub of: Of,
    /// One operation or result
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

/// What a schema is of.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Of {
    /// What batch reads
    Operations,
    /// What --format json prints
    Results,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let schema = match (args.of, args.name.as_deref()) {
        (Of::Operations, None) => operation::schema(),
        (Of::Results, None) => report::schema(),
        (Of::Operations, Some(name)) => operation::schema_of(name).ok_or_else(|| unknown("operation", name, &operation::names()))?,
        (Of::Results, Some(name)) => {
            report::schema_of(name).ok_or_else(|| unknown("result", name, &report::RESULT_NAMES.map(str::to_owned)))?
        }
    };
    print(&schema);
    Ok(ExitCode::SUCCESS)
}

fn print(schema: &Value) {
    // Writing to a closed pipe is no reason to fail.
    let _ = writeln!(std::io::stdout().lock(), "{schema:#}");
}

fn unknown(what: &str, name: &str, known: &[String]) -> Box<Diagnostic> {
    let near = near_or_longer(name, known.iter().map(String::as_str));
    let question = near.first().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    let error = Diagnostic::new(Code::UsageInvalid, format!("there is no {what} '{name}'{question}"));
    error.candidates(if near.is_empty() { known.to_vec() } else { near })
}
