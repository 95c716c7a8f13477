//! Proof by evaluation.

mod candidate;
mod folder_copy;
mod level;
mod side_repository;

pub use candidate::{Candidate, Source};
pub use level::Level;

#[cfg(test)]
mod tests;
