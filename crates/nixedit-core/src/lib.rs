//! Find, change and prove places in Nix source: the library behind `nixedit`.
//!
//! An edit is asked for as an [`operation::Operation`], in domain words. [`apply::propose`] finds
//! the place in a [`project::Project`] (a read-only snapshot of a flake's files, or of a folder
//! without one) and gives the bytes of every touched file before and after, with the questions to
//! Nix that would prove the edit. Nothing is written. [`validate::validate`] asks these questions on
//! the flake with and without the edit; [`transaction::commit`] lands it, all files or none.
//!
//! ```
//! use nixedit_core::operation::{ListAdd, Operation, Target};
//! use nixedit_core::{apply, project::Project, settings::Settings, syntax::attr_path::AttrPath};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = std::env::temp_dir().join(format!("nixedit-doc-{}", std::process::id()));
//! std::fs::create_dir_all(&folder)?;
//! std::fs::write(folder.join("boot.nix"), "{\n  boot.kernelParams = [\n    \"quiet\"\n  ];\n}\n")?;
//!
//! let project = Project::new(&folder, Settings::default());
//! let target = Target { file: Some("boot.nix".into()), path: Some(AttrPath::parse("boot.kernelParams")?), at: None };
//! let add = Operation::ListAdd(ListAdd { target, items: vec!["splash".into()], ..ListAdd::default() });
//! let proposal = apply::propose(&project, &[add])?;
//!
//! let change = proposal.changes.get("boot.nix").ok_or("no change")?;
//! let after = "{\n  boot.kernelParams = [\n    \"quiet\"\n    \"splash\"\n  ];\n}\n";
//! assert_eq!(change.after.as_deref(), Some(after.as_bytes()));
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok(())
//! # }
//! ```
//!
//! Offsets are bytes, lines and columns are 1-based (columns count bytes), times are stated in the
//! name or type. Every failure is a [`diagnostic::Diagnostic`] with a stable code, a place and the
//! way out; this crate never prints.
//!
//! # Limits
//!
//! Files are UTF-8, at most 64 MiB, nested at most 512 levels. Trees are walked by recursion:
//! untrusted text belongs on the thread that [`syntax::parse::with_large_stack`] provides. What a
//! flake computes in ways that reading cannot follow is marked unknown, never guessed.

pub mod apply;
pub mod ask;
pub mod change_set;
pub mod compile;
pub mod deploy;
pub mod diagnostic;
pub mod edit;
pub mod flake_lock;
pub mod format;
pub mod idioms;
pub mod inspect;
pub mod lint;
pub mod new_paths;
pub mod operation;
pub mod place;
pub mod plan;
pub mod project;
pub mod relock;
pub mod settings;
pub mod similar_names;
pub mod syntax;
pub mod system;
pub mod text;
pub mod transaction;
pub mod validate;
pub mod workspace;
