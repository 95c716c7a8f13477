//! Operations on the fixtures.

mod overlays;
mod perhost;
mod reads;
mod secrets;
