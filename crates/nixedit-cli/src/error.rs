//! What went wrong, as an exit status.

use nixedit_core::diagnostic::Kind;

/// The exit status of a kind of failure.
pub fn exit_code(kind: Kind) -> u8 {
    match kind {
        Kind::Internal => 1,
        Kind::Usage => 2,
        Kind::Refused => 3,
        Kind::Invalid => 4,
        Kind::Environment => 5,
        Kind::Busy => 6,
        Kind::Apply => 7,
    }
}

/// The exit status of `--check` when something would change.
pub const WOULD_CHANGE: u8 = 8;
