//! Proof by evaluation.

mod level;

pub use level::Level;
