//! Looking without changing: by reading, and where that ends by asking Nix.

pub mod activations;
pub mod agents;
pub mod correction;
pub mod derivations;
pub mod discover;
pub mod effective;
pub mod file;
pub mod host;
mod inputs;
pub mod list_packages;
mod modules;
mod overlays;
pub mod own_options;
mod priority;
mod secrets;
pub mod slot;
mod values;
pub mod r#where;

pub use inputs::{InputFollows, InputRow, inputs};
pub use overlays::{OverlayRow, overlays};
pub use secrets::{SecretRow, secret_file, secrets};
pub use values::{Value, values};
