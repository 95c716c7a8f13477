//! What text must not be before the parser sees it: nested, unbroken or signed without end, with a
//! NUL byte or a byte-order mark.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::text::Span;
use std::sync::Arc;

/// Brackets nested deeper than this are refused; the deepest real file seen has 257 levels.
const MAX_DEPTH: usize = 2000;
/// Longest run of characters without a blank that is handed to the tokenizer, which is quadratic
/// in it. The longest in 4 500 real files is 372.
const MAX_RUN: usize = 4096;

/// What a byte counts for, as bits.
const OPENS: u8 = 1;
const CLOSES: u8 = 2;
const RUNS: u8 = 4;
const SIGN: u8 = 8;
const BLANK: u8 = 16;
const NUL: u8 = 32;

/// One look-up a byte: the scan goes over every file before the parser does.
const COUNTS: [u8; 256] = {
    let mut counts = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        counts[byte] = match byte as u8 {
            0 => NUL,
            b'(' | b'[' | b'{' => OPENS,
            b')' | b']' | b'}' => CLOSES,
            b'-' | b'!' => RUNS | SIGN,
            b'.' | b'_' | b'+' | b'/' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => RUNS,
            b' ' | b'\t' | b'\n' | b'\r' | 0xc => BLANK,
            _ => 0,
        };
        byte += 1;
    }
    counts
};

/// Fails with `file.too-deep` or `file.encoding` where the text is what the parser cannot take.
pub(super) fn check(path: &str, text: &Arc<str>) -> Result<()> {
    let (mut depth, mut run, mut signs) = (0usize, 0usize, 0usize);
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        let counts = COUNTS[usize::from(byte)];
        run = if counts & RUNS != 0 { run + 1 } else { 0 };
        if counts & (SIGN | BLANK) == 0 {
            signs = 0;
        }
        match counts {
            OPENS => depth += 1,
            CLOSES => depth = depth.saturating_sub(1),
            NUL => return Err(nul(path, text, at)),
            _ if counts & SIGN != 0 => signs += 1,
            _ => {}
        }
        if depth > MAX_DEPTH || run > MAX_RUN || signs > MAX_RUN {
            return Err(too_deep(path, text, at, depth, run));
        }
    }
    if text.starts_with('\u{feff}') {
        return Err(Diagnostic::new(Code::FileEncoding, format!("{path} starts with a byte-order mark, which Nix refuses"))
            .help("save the file as UTF-8 without a byte-order mark"));
    }
    Ok(())
}

fn nul(path: &str, text: &Arc<str>, at: usize) -> Box<Diagnostic> {
    Diagnostic::new(Code::FileEncoding, format!("{path} has a NUL byte"))
        .at(path, text, Span::new(at, at + 1), "here")
        .help("remove it; Nix stops reading there")
}

fn too_deep(path: &str, text: &Arc<str>, at: usize, depth: usize, run: usize) -> Box<Diagnostic> {
    let what = match (depth > MAX_DEPTH, run > MAX_RUN) {
        (true, _) => format!("{MAX_DEPTH} nested brackets"),
        (_, true) => format!("{MAX_RUN} characters without a blank"),
        _ => format!("{MAX_RUN} signs in a row"),
    };
    Diagnostic::new(Code::FileTooDeep, format!("{path} has more than {what}"))
        .at(path, text, Span::at(at), "here")
        .help("no real configuration looks like this; edit the file by hand")
}
