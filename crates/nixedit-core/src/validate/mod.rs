//! Proof by evaluation.

mod candidate;
mod folder_copy;
mod level;
pub mod locate;
mod side_repository;

pub use candidate::{Candidate, Source};
pub use level::Level;

#[cfg(test)]
mod tests;
