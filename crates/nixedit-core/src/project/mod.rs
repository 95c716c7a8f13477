//! A read-only picture of the flake: its files, hosts and modules.

pub mod hosts;
pub mod snapshot;

pub use hosts::{Evidence, HomeUser, Host, Module, ModulePlace};
pub use snapshot::Project;
