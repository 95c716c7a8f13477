//! One file per command: its arguments, whose documentation is its help, and what it asks for.

pub mod activation;
pub mod add_package;
pub mod apply;
pub mod batch;
pub mod check;
pub mod completions;
pub mod derivation;
pub mod diff;
pub mod discover;
pub mod explain;
pub mod file;
pub mod fmt;
pub mod formatter;
pub mod gc;
pub mod get;
pub mod hm;
pub mod hostlist;
pub mod hosts;
pub mod init;
pub mod input;
pub mod input_list;
mod input_operation;
pub mod inspect;
pub mod lint;
pub mod list;
pub mod list_packages;
pub mod log;
pub mod man;
pub mod mcp;
pub mod mcp_server;
pub mod module;
pub mod move_package;
pub mod new;
pub mod option;
pub mod overlay;
mod overlay_operation;
pub mod perhost;
pub mod perhost_look;
pub mod perhost_rework;
pub mod place;
pub mod profile;
pub mod program;
pub mod redo;
pub mod remove_package;
pub mod replace_package;
pub mod rollback;
pub mod schema;
pub mod secret;
pub mod shell;
pub mod show;
pub mod skill;
pub mod text;
pub mod undo;
pub mod update;
pub mod validate;
pub mod r#where;

/// Where the history is that is meant: of the flake, or of the current folder outside any flake.
pub fn history(global: &crate::cli::Global) -> nixedit_core::diagnostic::Result<nixedit_core::workspace::Workspace> {
    let here = || std::env::current_dir().unwrap_or_default();
    crate::run::workspace_at(&crate::place::root(global.flake.as_deref(), None).unwrap_or_else(|_| here()), global)
}

/// Its folder.
pub fn history_root(global: &crate::cli::Global) -> std::path::PathBuf {
    history(global).map_or_else(|_| std::env::current_dir().unwrap_or_default(), |workspace| workspace.root().to_owned())
}
