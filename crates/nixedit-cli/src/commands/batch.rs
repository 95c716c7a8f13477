//! `nixedit batch`.

use crate::cli::Global;
use crate::{edit, run as runs};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::{self, Operation};
use serde_json::{Deserializer, Value};
use std::io::{ErrorKind, Read};
use std::process::ExitCode;

/// Largest batch that is read, in bytes.
const MAX_BATCH: u64 = 16 << 20;

/// Do several operations as one edit: all or none, one proof, one undo
///
/// Each line is an operation as JSON: its name and its arguments, as `nixedit schema operations` describes them. Files in
/// it are relative to the flake's root. Later ones see the files as earlier ones left them; each host is evaluated once,
/// for all of them. What is refused names its operation, and then nothing is done. Empty lines and lines that begin with #
/// are passed over; one list of operations will do as well. Values of secrets are never read from a batch.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit batch edits.jsonl
  nixedit batch edits.jsonl --dry-run --format json
  echo '{\"operation\": \"add-package\", \"hosts\": {\"names\": [\"nxiz\"]}, \"names\": [\"ripgrep\"]}' | nixedit batch -")]
pub struct Args {
    /// The file of operations; - is standard input
    #[arg(value_name = "FILE")]
    pub file: String,
}

/// Does the operations of a file as one edit.
pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let (lines, operations): (Vec<usize>, Vec<Operation>) = args.operations()?.into_iter().unzip();
    let workspace = runs::workspace(global, None)?;
    edit::in_workspace(&workspace, "batch", &operations, global).map_err(|mut error| {
        // The same command line again would not hold what is to be corrected: that is in the file.
        error.ways.retain(|way| !way.command.starts_with("nixedit batch"));
        let line = error.operation.and_then(|number| lines.get(number - 1));
        if let Some(line) = line {
            error.message = format!("{}:{line}: {}", args.file, error.message);
        }
        error
    })
}

impl Args {
    /// The operations, each with its 1-based line. Refuses the first that is none, with its line.
    fn operations(&self) -> Result<Vec<(usize, Operation)>> {
        let text = self.text()?;
        let mut values = Deserializer::from_str(&text).into_iter::<Value>();
        let (mut out, mut lines) = (Vec::new(), Lines::new(&text));
        loop {
            let line = lines.of_next(values.byte_offset());
            let read = |value| operation::parse_value(value).map(|operation| (line, operation)).map_err(|error| self.at(line, error));
            match values.next() {
                None if out.is_empty() => {
                    let error = Diagnostic::new(Code::UsageInvalid, format!("{} holds no operation", self.file));
                    return Err(error.help("one JSON object a line"));
                }
                None => return Ok(out),
                Some(Ok(Value::Array(items))) => out.extend(items.into_iter().map(read).collect::<Result<Vec<_>>>()?),
                Some(Ok(value)) => out.push(read(value)?),
                Some(Err(error)) => return Err(self.no_json(&error)),
            }
        }
    }

    fn at(&self, line: usize, mut error: Box<Diagnostic>) -> Box<Diagnostic> {
        error.message = format!("{}:{line}: {}", self.file, error.message);
        error
    }

    fn no_json(&self, error: &serde_json::Error) -> Box<Diagnostic> {
        let text = error.to_string();
        let what = text.split(" at line ").next().unwrap_or(&text);
        let message = format!("{}:{}: this is no JSON: {what} (column {})", self.file, error.line(), error.column());
        Diagnostic::new(Code::UsageInvalid, message).help("one JSON object a line, without commas between them; or all in one list")
    }

    /// The text, remarks blanked out so that lines stay where they are.
    fn text(&self) -> Result<String> {
        let mut bytes = Vec::new();
        match self.file.as_str() {
            "-" => std::io::stdin().lock().take(MAX_BATCH + 1).read_to_end(&mut bytes),
            path => std::fs::File::open(path).and_then(|file| file.take(MAX_BATCH + 1).read_to_end(&mut bytes)),
        }
        .map_err(|error| self.unreadable(&error))?;
        if bytes.len() as u64 > MAX_BATCH {
            let error = Diagnostic::new(Code::UsageInvalid, format!("{} is larger than {} MiB", self.file, MAX_BATCH >> 20));
            return Err(error.help("give it in parts: each is one edit"));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let read = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = read.iter().filter(|byte| **byte == b'\n').count() + 1;
            Diagnostic::new(Code::UsageInvalid, format!("{}:{line}: this is no UTF-8", self.file)).help("save the file as UTF-8")
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let lines = text.split('\n').map(|line| if line.trim_start().starts_with('#') { "" } else { line });
        Ok(lines.collect::<Vec<_>>().join("\n"))
    }

    fn unreadable(&self, error: &std::io::Error) -> Box<Diagnostic> {
        let message = match error.kind() {
            ErrorKind::NotFound => format!("there is no file {}", self.file),
            ErrorKind::IsADirectory => format!("{} is a folder", self.file),
            _ => format!("{} cannot be read: {error}", self.file),
        };
        Diagnostic::new(Code::UsageInvalid, message).help("give a file of operations, one JSON object a line; or - to read standard input")
    }
}

/// Line numbers of ever later places, each byte counted once.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1 }
    }

    /// The 1-based line of what comes next behind a byte offset, blanks passed over.
    fn of_next(&mut self, offset: usize) -> usize {
        let rest = &self.text[offset..];
        let next = offset + (rest.len() - rest.trim_start().len());
        self.line += self.text[self.at..next].bytes().filter(|byte| *byte == b'\n').count();
        self.at = next;
        self.line
    }
}
