//! Programs and disk. Nothing here knows about Nix code.

pub mod age;
mod cancel;
pub mod command;
pub mod disk;
mod drain;
pub mod eval_jobs;
pub mod git;
mod lines;
pub mod lock;
pub mod nix;
pub mod nix_output;
mod nix_tools;
pub mod stream;
