//! Text to tree: the one place that knows what the parser cannot take.
//!
//! rnix recurses without a limit on lists, unary operators and right-associative chains, and a
//! stack overflow cannot be caught. So the text is scanned first (bracket depth, length of runs of
//! path characters, encoding), and parsing happens on a thread with a large stack:
//! [`with_large_stack`].

use super::limits;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::text::Span;
use rnix::SyntaxNode;
use std::sync::Arc;

/// Files above this size (bytes) are refused.
pub const MAX_FILE: usize = 64 << 20;
/// Stack of the thread that parses, walks and drops trees, in bytes (reserved, not committed).
const STACK: usize = 256 << 20;

/// One file's text and its tree.
#[derive(Clone, Debug)]
pub struct Source {
    /// Path relative to the flake's root, with `/`.
    pub path: String,
    /// The whole text.
    pub text: Arc<str>,
    /// The root of the syntax tree; lossless.
    pub root: SyntaxNode,
}

impl Source {
    /// Parses `text`. Fails with `file.parse` at the first syntax error.
    pub fn parse(path: &str, text: Arc<str>) -> Result<Self> {
        limits::check(path, &text)?;
        let parsed = rnix::Root::parse(&text);
        if let Some(error) = parsed.errors().first() {
            return Err(syntax_error(path, &text, error));
        }
        check_beyond_parser(path, &text, &parsed.syntax())?;
        Ok(Self { path: path.to_owned(), text, root: parsed.syntax() })
    }

    /// A diagnostic that points at `span` in this file.
    pub fn error(&self, code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) -> Box<Diagnostic> {
        Diagnostic::new(code, message).at(&self.path, &self.text, span, label)
    }

    /// `file:line` of a byte offset, as people and editors write it.
    pub fn file_line(&self, offset: usize) -> String {
        format!("{}:{}", self.path, crate::text::position(&self.text, offset).line)
    }

    /// The text of a range.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.start..span.end]
    }
}

/// Decodes a file's bytes. Nix takes any bytes; nixedit refuses what it could not write back.
pub fn decode(path: &str, bytes: &[u8]) -> Result<Arc<str>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => checked_size(path, text.into()),
        Err(error) => {
            let at = error.valid_up_to();
            let line = 1 + bytes[..at].iter().filter(|&&b| b == b'\n').count();
            Err(Diagnostic::new(Code::FileEncoding, format!("{path}:{line}: not UTF-8 at byte {at}"))
                .help("convert the file to UTF-8 first; nixedit writes no byte it cannot read"))
        }
    }
}

/// The text, or `file.too-large`.
pub fn checked_size(path: &str, text: Arc<str>) -> Result<Arc<str>> {
    if text.len() <= MAX_FILE {
        return Ok(text);
    }
    let message = format!("{path} is {} MiB; files above {} MiB are refused", text.len() >> 20, MAX_FILE >> 20);
    Err(Diagnostic::new(Code::FileTooLarge, message).help("split the file, or edit it by hand"))
}

/// What Nix refuses and the parser lets pass: blanks that are not ASCII, a carriage return alone.
fn check_beyond_parser(path: &str, text: &Arc<str>, root: &SyntaxNode) -> Result<()> {
    let suspicious = |c: char| c == '\u{b}' || c == '\u{c}' || (c.is_whitespace() && !c.is_ascii());
    let lone_return = |bytes: &[u8], at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    let bytes = text.as_bytes();
    if bytes.is_ascii() && !bytes.iter().any(|b| matches!(b, 0xb | 0xc | b'\r')) {
        return Ok(());
    }
    for token in root.descendants_with_tokens().filter_map(|e| e.into_token()) {
        let span = super::token_span(&token);
        let bad = match token.kind() {
            rnix::SyntaxKind::TOKEN_WHITESPACE => token.text().char_indices().find(|&(_, c)| suspicious(c)).map(|(i, _)| i),
            rnix::SyntaxKind::TOKEN_COMMENT if token.text().starts_with('#') => {
                (span.start..span.end.saturating_sub(1)).find(|&at| lone_return(bytes, at)).map(|at| at - span.start)
            }
            _ => None,
        };
        if let Some(at) = bad {
            let at = Span::at(span.start + at);
            return Err(Diagnostic::new(Code::FileEncoding, format!("{path} has a blank that Nix does not take for one"))
                .at(path, text, at, "here")
                .help("replace it by a plain space or line break"));
        }
    }
    Ok(())
}

fn syntax_error(path: &str, text: &Arc<str>, error: &rnix::ParseError) -> Box<Diagnostic> {
    use rnix::ParseError as E;
    let end = Span::at(text.len());
    let range = |r: rnix::TextRange| Span::new(r.start().into(), r.end().into());
    let (span, message) = match error {
        E::Unexpected(r) | E::UnexpectedExtra(r) => (range(*r), "unexpected text".to_owned()),
        E::UnexpectedWanted(got, r, wanted) => (range(*r), format!("unexpected {}, expecting {}", kind_name(*got), kind_names(wanted))),
        E::UnexpectedDoubleBind(r) => (range(*r), "the pattern is bound twice".to_owned()),
        E::DuplicatedArgs(r, name) => (range(*r), format!("the argument '{name}' stands twice in the pattern")),
        E::UnexpectedEOF => (end, "unexpected end of file".to_owned()),
        E::UnexpectedEOFWanted(wanted) => (end, format!("unexpected end of file, expecting {}", kind_names(wanted))),
        E::RecursionLimitExceeded => (end, "nested deeper than the parser follows (512 levels, or 512 'else if')".to_owned()),
        other => (end, other.to_string()),
    };
    let code = if matches!(error, E::RecursionLimitExceeded) { Code::FileTooDeep } else { Code::FileParse };
    Diagnostic::new(code, format!("{path} does not parse: {message}"))
        .at(path, text, span, "the parser stopped here")
        .help("nothing was changed; repair the file first")
}

fn kind_names(kinds: &[rnix::SyntaxKind]) -> String {
    kinds.iter().map(|&k| kind_name(k)).collect::<Vec<_>>().join(" or ")
}

fn kind_name(kind: rnix::SyntaxKind) -> String {
    use rnix::SyntaxKind::*;
    let sign = match kind {
        TOKEN_SEMICOLON => ";",
        TOKEN_ASSIGN => "=",
        TOKEN_R_BRACE => "}",
        TOKEN_R_BRACK => "]",
        TOKEN_R_PAREN => ")",
        TOKEN_L_BRACE => "{",
        TOKEN_L_BRACK => "[",
        TOKEN_L_PAREN => "(",
        TOKEN_COMMA => ",",
        TOKEN_COLON => ":",
        TOKEN_DOT => ".",
        TOKEN_IN => "in",
        TOKEN_THEN => "then",
        TOKEN_ELSE => "else",
        TOKEN_IDENT => return "a name".to_owned(),
        TOKEN_STRING_END => return "the end of the string".to_owned(),
        TOKEN_INTERPOL_END => "}",
        other => return format!("{other:?}").trim_start_matches("TOKEN_").to_lowercase().replace('_', " "),
    };
    format!("'{sign}'")
}

thread_local! {
    /// Set while [`with_large_stack`] works on this thread.
    static LARGE_STACK: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Bytes of stack that recursive work may take on this thread: half of what it surely has.
pub fn stack_budget() -> usize {
    if LARGE_STACK.get() { STACK / 2 } else { 1 << 20 }
}

/// Runs `work` on a stack that is large enough for every tree that [`Source::parse`] lets through, debug builds
/// included. The thread stays the same: on another one the C library's heap grows by a page and a call of the kernel
/// at a time.
pub fn with_large_stack<T>(work: impl FnOnce() -> T) -> T {
    struct Before(bool);
    impl Drop for Before {
        fn drop(&mut self) {
            LARGE_STACK.set(self.0);
        }
    }
    stacker::grow(STACK, || {
        let _before = Before(LARGE_STACK.replace(true));
        work()
    })
}

/// Runs `work` here where the stack is large enough already, else on one of its own.
pub fn on_large_stack<T>(work: impl FnOnce() -> T) -> T {
    if LARGE_STACK.get() { work() } else { with_large_stack(work) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(text: &str) -> Option<Code> {
        Source::parse("a.nix", text.into()).err().map(|d| d.code)
    }

    #[test]
    fn refuses_what_would_overflow_or_hang() {
        with_large_stack(|| {
            assert_eq!(code_of(&"(".repeat(10_000)), Some(Code::FileTooDeep));
            assert_eq!(code_of(&"a".repeat(5_000)), Some(Code::FileTooDeep));
            assert_eq!(code_of(&format!("{}1{}", "[".repeat(1_900), "]".repeat(1_900))), None);
            assert_eq!(code_of(&format!("{}1{}", "(".repeat(600), ")".repeat(600))), Some(Code::FileTooDeep));
        });
    }

    #[test]
    fn refuses_what_nix_would_read_otherwise() {
        assert_eq!(code_of("{ a = 1;\0 }"), Some(Code::FileEncoding));
        assert_eq!(code_of("\u{feff}{ }"), Some(Code::FileEncoding));
        assert_eq!(code_of("{ a =\u{a0}1; }"), Some(Code::FileEncoding));
        assert_eq!(code_of("{ # a\rb\n }"), Some(Code::FileEncoding));
        assert_eq!(code_of("{ a = ''\u{a0}''; # ö\r\n }"), None);
        assert!(decode("a", b"{\xff").is_err());
    }

    #[test]
    fn a_syntax_error_has_its_place() {
        let error = Source::parse("a.nix", "{\n  a = 1\n  b = 2;\n}".into()).unwrap_err();
        assert_eq!((error.code, error.labels[0].position().line), (Code::FileParse, 3));
    }
}
