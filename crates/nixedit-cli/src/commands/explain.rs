//! `nixedit explain`.

use crate::cli::{Format, Global};
use crate::error::exit_code;
use crate::render::json;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::similar_names::near;
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;

/// Say what an error code means and what settles it
///
/// The code of an error is in its JSON; with -v people see it too. Without a code all of them are
/// listed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit explain effect.spill
  nixedit explain --format json")]
pub struct Args {
    /// The code, such as host.unknown
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let code = args.code.as_deref().map(parse).transpose()?;
    match global.format {
        Format::Json => {
            let codes: Vec<Value> = code.as_ref().map_or(Code::ALL, std::slice::from_ref).iter().map(|code| as_json(*code)).collect();
            json::found("explain", "codes", &codes);
        }
        Format::Human => {
            let text = code.map_or_else(|| Code::ALL.iter().map(|code| format!("{code}\n")).collect(), explained);
            // Writing to a closed pipe is no reason to fail.
            let _ = write!(anstream::stdout().lock(), "{text}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The code of this name; refused with those near.
pub fn parse(text: &str) -> Result<Code> {
    Code::parse(text).ok_or_else(|| {
        let near = near(text, Code::ALL.iter().map(|code| code.as_str()));
        let mean = near.first().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        Diagnostic::new(Code::UsageInvalid, format!("there is no code '{text}'{mean}"))
            .help("nixedit explain  # lists all codes")
            .candidates(near)
    })
}

fn as_json(code: Code) -> Value {
    json!({ "code": code, "exit": exit_code(code.kind()), "meaning": code.meaning(), "remedy": code.remedy() })
}

/// The code, its exit status, and two paragraphs.
pub fn explained(code: Code) -> String {
    let exit = exit_code(code.kind());
    let plain = |text: String| wrapped(&text, 80);
    format!("{code} (exit {exit})\n\n{}\n\n{}\n", plain(code.meaning()), plain(code.remedy()))
}

/// Lines of at most so many characters, broken at blanks outside of backticks.
fn wrapped(text: &str, width: usize) -> String {
    let (mut out, mut column, mut quoted) = (String::new(), 0, false);
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 {
            let breaks = !quoted && column + 1 + length > width;
            out.push(if breaks { '\n' } else { ' ' });
            column = if breaks { 0 } else { column + 1 };
        }
        quoted ^= word.matches('`').count() % 2 == 1;
        out.push_str(word);
        column += length;
    }
    out
}
