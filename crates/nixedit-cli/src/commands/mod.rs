//! One file per command: its arguments, whose documentation is its help, and what it asks for.

pub mod add_package;
pub mod get;
pub mod input;
pub mod list;
pub mod module;
pub mod move_package;
pub mod option;
pub mod overlay;
pub mod place;
pub mod remove_package;
pub mod replace_package;
