//! Programs and disk. Nothing here knows about Nix code.

pub mod age;
mod cancel;
pub mod command;
pub mod disk;
mod drain;
pub mod git;
pub mod nix;
pub mod nix_output;
pub mod stream;
