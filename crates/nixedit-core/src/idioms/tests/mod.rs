//! Operations on the fixtures.

mod overlays;
mod perhost;
mod places;
mod reads;
mod secrets;
