//! Operations on the fixtures.

mod inputs;
mod overlays;
mod perhost;
mod places;
mod reads;
mod secrets;
