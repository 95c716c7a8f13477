//! Operations on the fixtures.

mod overlays;
mod perhost;
mod secrets;
