//! Programs and disk. Nothing here knows about Nix code.

pub mod disk;
pub mod nix_output;
