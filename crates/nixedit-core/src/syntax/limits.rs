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
    if is_suspicious(text.as_bytes()) {
        walk(path, text)?;
    }
    if text.starts_with('\u{feff}') {
        return Err(Diagnostic::new(Code::FileEncoding, format!("{path} starts with a byte-order mark, which Nix refuses"))
            .help("save the file as UTF-8 without a byte-order mark"));
    }
    Ok(())
}

/// Whether a closer look is due: a NUL, deep brackets, or a stretch without an end to runs or signs.
/// This goes over every file before the parser does, so it asks as little of a byte as it can.
fn is_suspicious(bytes: &[u8]) -> bool {
    bytes.contains(&0) || is_deep(bytes) || has_stretch(bytes, RUNS) || has_stretch(bytes, SIGN | BLANK)
}

fn is_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut deepest) = (0i32, 0i32);
    for &byte in bytes {
        let counts = COUNTS[usize::from(byte)];
        depth += i32::from(counts & OPENS != 0) - i32::from(counts & CLOSES != 0);
        depth = depth.max(0);
        deepest = deepest.max(depth);
    }
    deepest > MAX_DEPTH as i32
}

/// Whether more than [`MAX_RUN`] bytes of a kind stand in a row: one of them stands at a multiple of it.
fn has_stretch(bytes: &[u8], kind: u8) -> bool {
    let is_kind = |byte: &u8| COUNTS[usize::from(*byte)] & kind != 0;
    (0..bytes.len()).step_by(MAX_RUN).filter(|&at| is_kind(&bytes[at])).any(|at| {
        let before = bytes[..at].iter().rev().take(MAX_RUN).take_while(|byte| is_kind(byte)).count();
        let after = bytes[at..].iter().take(MAX_RUN + 1).take_while(|byte| is_kind(byte)).count();
        before + after > MAX_RUN
    })
}

/// The first place where a limit is passed.
fn walk(path: &str, text: &Arc<str>) -> Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_look_misses_nothing_that_the_walk_finds() {
        let run = |length: usize, byte: &str, before: usize| format!("{}{}\"{}", "\"".repeat(before), byte.repeat(length), "\"".repeat(9));
        for before in [0, 1, 2000, 4095, 4096, 4097, 9000] {
            for byte in ["a", "-", "!"] {
                assert!(is_suspicious(run(MAX_RUN + 1, byte, before).as_bytes()), "{byte} behind {before}");
                assert!(walk("a.nix", &run(MAX_RUN + 1, byte, before).into()).is_err());
                assert!(walk("a.nix", &run(MAX_RUN, byte, before).into()).is_ok());
            }
            assert!(is_suspicious(run(MAX_RUN + 1, "- ", before).as_bytes()));
            assert!(!is_suspicious(run(MAX_RUN - 1, "a", before).as_bytes()), "a run as long as may be");
            assert!(is_suspicious(run(MAX_DEPTH + 1, "{", before).as_bytes()));
            assert!(!is_suspicious(run(MAX_DEPTH, "{", before).as_bytes()));
        }
        assert!(is_suspicious(b"a\0") && !is_suspicious(&b"[ ]".repeat(MAX_DEPTH * 2)));
    }
}
