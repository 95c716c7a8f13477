//! `nixedit batch`.

use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::Operation;
use nixedit_core::similar_names::near;
use std::io::Read;

/// Largest batch that is read, in bytes.
const MAX_BATCH: u64 = 16 << 20;

/// Do several operations as one edit: all or none, one proof, one undo
///
/// Each line is an operation as JSON: its name and its arguments, as the JSON of the library has them. Later ones see
/// the files as earlier ones left them. Empty lines and lines that begin with # are passed over.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit batch edits.jsonl
  echo '{\"operation\": \"add-package\", \"hosts\": {\"names\": [\"nxiz\"]}, \"names\": [\"ripgrep\"]}' | nixedit batch -")]
pub struct Args {
    /// The file of operations; - is standard input
    #[arg(value_name = "FILE")]
    pub file: String,
}

impl Args {
    /// The operations. Refuses the first line that is none, with its number.
    pub fn operations(&self) -> Result<Vec<Operation>> {
        let mut text = String::new();
        let failed = |error: std::io::Error| Diagnostic::new(Code::FileIo, format!("{} cannot be read: {error}", self.file));
        match self.file.as_str() {
            "-" => std::io::stdin().lock().take(MAX_BATCH).read_to_string(&mut text),
            path => std::fs::File::open(path).and_then(|file| file.take(MAX_BATCH).read_to_string(&mut text)),
        }
        .map_err(failed)?;
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
        let operations = lines.map(|(index, line)| self.operation(index + 1, line)).collect::<Result<Vec<_>>>()?;
        if operations.is_empty() {
            return Err(Diagnostic::new(Code::UsageInvalid, format!("{} holds no operation", self.file)).help("one JSON object a line"));
        }
        Ok(operations)
    }

    fn operation(&self, line: usize, text: &str) -> Result<Operation> {
        serde_json::from_str(text).map_err(|error| {
            let why = error.to_string();
            let why = why.split(" at line ").next().unwrap_or(&why);
            let Some((wrong, known)) = why.strip_prefix("unknown variant `").and_then(|rest| rest.split_once('`')) else {
                return Diagnostic::new(Code::UsageInvalid, format!("{}:{line}: {why}", self.file))
                    .help("an operation is its name and its arguments: {\"operation\": \"add-package\", …}");
            };
            let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
            let near = near(wrong, known.iter().copied());
            let question = near.first().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            let error = Diagnostic::new(Code::UsageInvalid, format!("{}:{line}: there is no '{wrong}'{question}", self.file));
            error.candidates(if near.is_empty() { known.into_iter().map(str::to_owned).collect() } else { near })
        })
    }
}
