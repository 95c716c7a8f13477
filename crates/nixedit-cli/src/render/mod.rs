//! Reports and errors as people or programs read them.

pub mod diff;
pub mod human;
pub mod json;
pub mod snippet;
