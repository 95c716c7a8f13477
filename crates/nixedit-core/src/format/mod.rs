//! Formatters: keeping a formatted file formatted, laying out new code, and `fmt`.
//!
//! Law 5: a file that its formatter would leave alone before an edit is left alone after it, and a
//! file that it would not is never formatted by an edit (`keep`). New fragments are laid out by
//! the formatter that the settings name, or nixpkgs-fmt where the flake does ([`new_code`]).
//!
//! What the formatters are trusted with differs, because they fail differently (measured on some
//! 8 000 files and 154 000 mutations of them):
//! - nixfmt runs in process, as the `nixfmt_rs` crate, on anything.
//! - nixpkgs-fmt runs in process on fragments. It never reports an error, breaks pipe operators and
//!   is quadratic: never on text that does not parse, with pipes, or above [`nixpkgs_fmt::MAX`]. Whole
//!   files it only ever *answers* for (is this one yours?); what it makes of them is dropped.
//! - alejandra is a program only: as a library it takes over the allocator, its time is exponential in
//!   parentheses.
//!
//! Whatever the formatter says, its output stands only where [`guard::same`] finds nothing but blanks
//! changed.

pub mod construct;
pub mod fragment;
pub mod guard;
pub mod keep;
pub mod moved;
pub mod nixpkgs_fmt;
pub mod program;
pub mod routine;
pub mod whole;

pub use fragment::new_code;
pub use keep::keep;
pub use whole::whole;

use crate::settings::Formatter;
use crate::syntax::parse::on_large_stack;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `formatter` makes of an expression, in process: no check of the output, which a caller
/// compares or guards. `None` where the formatter refuses, cannot be trusted with the text or is a
/// program of its own. The text must parse.
fn raw(formatter: Formatter, text: &str) -> Option<String> {
    let work = || match formatter {
        // Width 100, counted without the indentation, as nixfmt 1.x does; so a part of a file is
        // laid out alone as it is in its place.
        Formatter::Nixfmt => nixfmt_rs::format(text).ok(),
        Formatter::NixpkgsFmt => nixpkgs_fmt::format(text),
        Formatter::Alejandra => None,
    };
    on_large_stack(|| catch_unwind(AssertUnwindSafe(work)).ok().flatten())
}

/// Whether `formatter` leaves a text that parses as it is.
pub fn is_fixed(formatter: Formatter, text: &str) -> bool {
    // nixfmt writes line feeds only.
    if formatter == Formatter::Nixfmt && text.contains('\r') {
        return false;
    }
    match formatter {
        Formatter::Alejandra => program::format(formatter, text).is_ok_and(|out| out == text),
        _ => raw(formatter, text).is_some_and(|out| out == text),
    }
}

/// An expression as `formatter` lays it out, with a line ending; `None` where it refuses or would
/// change more than blanks.
pub fn laid_out(formatter: Formatter, text: &str) -> Option<String> {
    let out = match formatter {
        Formatter::Alejandra => program::format(formatter, text).ok()?,
        _ => raw(formatter, text)?,
    };
    guard::same(text, &out).then_some(out)
}
