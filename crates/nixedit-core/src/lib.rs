//! nixedit-core

pub mod change_set;
pub mod diagnostic;
pub mod edit;
pub mod plan;
pub mod project;
pub mod settings;
pub mod syntax;
pub mod system;
pub mod text;
pub mod transaction;
pub mod validate;
