//! Operations on the fixtures.

mod overlays;
mod secrets;
