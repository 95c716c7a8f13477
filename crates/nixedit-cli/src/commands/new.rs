//! `nixedit new`.

use crate::cli::Global;
use crate::edit;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::{self, New, Operation};
use std::path::PathBuf;
use std::process::ExitCode;

/// Start a flake in a new folder
///
/// minimal: nixpkgs, a formatter, a shell. project: packages and a check too. mesh: hosts with Home Manager
/// through one function, ready for hosts add.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit new tools
  nixedit new machines --template mesh --host nxiz --user zk")]
pub struct Args {
    /// What it holds
    #[arg(long, value_name = "NAME", value_enum, default_value_t = Template::Minimal)]
    pub template: Template,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// The first host of a mesh
    #[arg(long, value_name = "HOST", default_value = "desk")]
    pub host: String,
    /// Its user
    #[arg(long, value_name = "USER", default_value = "me")]
    pub user: String,
    /// The platform
    #[arg(long, value_name = "SYSTEM", default_value = "x86_64-linux")]
    pub system: String,
    /// The folder; it may be there, but empty
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum Template {
    Minimal,
    Project,
    Mesh,
}

impl Args {
    pub fn operation(&self) -> Operation {
        Operation::New(New {
            template: match self.template {
                Template::Minimal => operation::Template::Minimal,
                Template::Project => operation::Template::Project,
                Template::Mesh => operation::Template::Mesh,
            },
            description: self.description.clone(),
            host: self.host.clone(),
            user: self.user.clone(),
            system: self.system.clone(),
        })
    }

    pub fn run(&self, global: &Global) -> Result<ExitCode> {
        let is_new = !self.dir.is_dir();
        if is_new {
            std::fs::create_dir_all(&self.dir)
                .map_err(|error| Diagnostic::new(Code::FileIo, format!("cannot make the folder {}: {error}", self.dir.display())))?;
        }
        let outcome = edit::run("new", vec![self.operation()], &Global { flake: Some(self.dir.clone()), ..global.clone() });
        if is_new {
            // Stays where something was written: only an empty folder can be removed.
            let _ = std::fs::remove_dir(&self.dir);
        }
        outcome
    }
}
