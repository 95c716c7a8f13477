//! A text given on the command line, from a file or on standard input.

use clap::Args;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use std::io::Read;

/// Largest text that is read, in bytes.
const MAX_TEXT: u64 = 1 << 20;

/// Where the text comes from.
#[derive(Debug, Args, Clone, Default)]
pub struct TextArgs {
    /// The text
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "text_file")]
    pub text: Option<String>,
    /// A file that holds the text; - is standard input
    #[arg(long, value_name = "FILE")]
    pub text_file: Option<String>,
    /// Leave ${…} in the text to Nix instead of escaping it
    #[arg(long)]
    pub raw_nix: bool,
}

impl TextArgs {
    /// The text. Refuses where none is given, and one that is no text.
    pub fn read(&self) -> Result<String> {
        let bytes = match (&self.text, self.text_file.as_deref()) {
            (Some(text), _) => return Ok(text.clone()),
            (None, Some("-")) => read_some(std::io::stdin().lock(), "standard input")?,
            (None, Some(path)) => {
                let unreadable = |error| Diagnostic::new(Code::FileIo, format!("{path} cannot be read: {error}"));
                read_some(std::fs::File::open(path).map_err(unreadable)?, path)?
            }
            (None, None) => {
                return Err(Diagnostic::new(Code::UsageInvalid, "which text?").help("give it with --text, or a file with --text-file"));
            }
        };
        String::from_utf8(bytes).map_err(|_| Diagnostic::new(Code::FileEncoding, "the text is not UTF-8"))
    }
}

fn read_some(from: impl Read, name: &str) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let read = from.take(MAX_TEXT + 1).read_to_end(&mut out);
    read.map_err(|error| Diagnostic::new(Code::FileIo, format!("{name} cannot be read: {error}")))?;
    if out.len() as u64 > MAX_TEXT {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("the text in {name} is larger than 1 MiB"))
            .help("put it into a file of the flake and name that: nixedit file source"));
    }
    Ok(out)
}
