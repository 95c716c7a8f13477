//! A read-only picture of the flake: its files, hosts and modules.

mod answers;
mod configurations;
pub mod declarations;
mod evaluate;
pub mod flake;
mod flake_parts;
mod formatter;
mod frameworks;
mod functions;
mod home;
pub mod hosts;
mod imports;
mod input_arguments;
mod input_uses;
mod list_files;
mod options;
mod outputs;
pub mod overlays;
pub mod questions;
pub mod secrets;
mod sets;
pub mod snapshot;
pub mod tables;
mod text_parts;
mod value;

#[cfg(test)]
mod tests;

pub use answers::{Files, HostAnswer};
pub use declarations::Declaration;
pub use flake::{Flake, Follow, Input, OutputsHead, Stated};
pub use hosts::{Class, Evidence, HomeUser, Host, HostMap, ListFile, Module, ModulePlace, Side, SpecialArgs};
pub use overlays::{Overlay, OverlayKind, OverlayList, Overlays};
pub use secrets::{Entry, Place, Recipient, Rule, Rules, Secrets};
pub use snapshot::Project;
