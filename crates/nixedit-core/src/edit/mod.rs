//! From a structural change to text edits: layout, and nothing but layout.
//!
//! Nothing here knows hosts or packages. A place is a value ([`sequence::Sequence`] and an index)
//! before it becomes text.

pub mod binding;
pub mod check;
pub mod comment;
pub mod comment_out;
pub mod formal;
pub mod inherit;
pub mod insert;
pub mod kin;
pub mod order;
pub mod place;
pub mod place_binding;
pub mod place_told;
pub mod place_units;
pub mod remove;
pub mod render;
pub mod replace;
pub mod sequence;
pub mod text_edit;
mod twice;
pub mod wrap;

pub use text_edit::TextEdit;
