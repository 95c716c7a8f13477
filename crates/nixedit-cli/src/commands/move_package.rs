//! `nixedit move-package`.

use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::operation::{MovePackage, Operation};

/// Take a package from one host's list and put it into another's
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit move-package ripgrep --from-host nxiz --to-host zrrh
  nixedit move-package ripgrep --from-host nxiz --to shared")]
pub struct Args {
    /// Attribute name of the package
    #[arg(value_name = "NAME")]
    pub name: String,
    /// The host that has it
    #[arg(long, value_name = "HOST")]
    pub from_host: String,
    /// The host that gets it
    #[arg(long, value_name = "HOST", conflicts_with = "to")]
    pub to_host: Option<String>,
    /// `shared`: the file that all hosts import
    #[arg(long, value_name = "WHERE", value_parser = ["shared"])]
    pub to: Option<String>,
    /// Which list: home or system
    #[arg(long = "in-list", value_name = "SLOT")]
    pub slot: Option<String>,
}

impl Args {
    pub fn operation(&self) -> Result<Operation> {
        if self.to_host.is_none() && self.to.is_none() {
            return Err(Diagnostic::new(Code::UsageInvalid, "where to?").help("name it with --to-host HOST or --to shared"));
        }
        Ok(Operation::MovePackage(MovePackage {
            name: self.name.clone(),
            from_host: self.from_host.clone(),
            to_host: self.to_host.clone(),
            to_shared: self.to.is_some(),
            slot: super::add_package::slot(self.slot.as_deref())?,
        }))
    }
}
