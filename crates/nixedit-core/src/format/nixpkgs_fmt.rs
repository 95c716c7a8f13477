//! nixpkgs-fmt in process, with what it cannot be trusted with kept from it.

/// Largest text (bytes) that it is given: its time grows with the square, 77 ms at 100 KB.
pub const MAX: usize = 200 << 10;

/// What nixpkgs-fmt makes of a text that parses; `None` for a text with pipe operators, which it
/// tears apart, for one above [`MAX`], and where the crate is built without it.
#[cfg(feature = "nixpkgs-fmt")]
pub(super) fn format(text: &str) -> Option<String> {
    let pipes = text.contains("|>") || text.contains("<|");
    (!pipes && text.len() <= MAX).then(|| ::nixpkgs_fmt::reformat_string(text))
}

#[cfg(not(feature = "nixpkgs-fmt"))]
pub(super) fn format(_: &str) -> Option<String> {
    None
}
