//! nixedit-core

pub mod apply;
pub mod change_set;
pub mod compile;
pub mod diagnostic;
pub mod edit;
pub mod idioms;
pub mod inspect;
pub mod operation;
pub mod place;
pub mod plan;
pub mod project;
pub mod settings;
pub mod similar_names;
pub mod syntax;
pub mod system;
pub mod text;
pub mod transaction;
pub mod validate;
