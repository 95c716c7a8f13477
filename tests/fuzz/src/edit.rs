//! Text to parse to operation to text: whatever the file and whatever is asked, the laws hold.
//!
//! The input is a Nix file. A comment on its first line is also the program, four letters an
//! operation (see `program.rs`), so that a mutation changes the file, the program, or both.

#![no_main]

mod laws;
mod program;

use libfuzzer_sys::fuzz_target;
use nixedit_core::syntax::parse::{Source, with_large_stack};

/// The name that the text has in all operations.
const FILE: &str = "x.nix";

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    with_large_stack(|| {
        let mut text = text.to_owned();
        for letters in program::letters(&text) {
            let Ok(source) = Source::parse(FILE, text.as_str().into()) else { return };
            if laws::is_refused_by_nix(&source) {
                return;
            }
            let Some(wish) = program::wish(&source, letters) else { continue };
            if let Some(after) = laws::check(&text, &wish) {
                text = after;
            }
        }
    });
});
