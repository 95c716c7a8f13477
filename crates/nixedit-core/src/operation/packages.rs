//! What is asked of package lists.

use super::{Hosts, Target};
use crate::plan::Place;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which package list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// The settings' default: the user's, unless stated otherwise.
    #[default]
    Default,
    /// `home.packages` in Home Manager.
    Home,
    /// `environment.systemPackages`.
    System,
    /// The development shell of this name.
    Devshell(String),
    /// The `buildEnv` package of this name.
    Env(String),
}

/// Whether an overlay brings the packages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OfOverlay {
    /// They are packages as any other.
    #[default]
    No,
    /// Bare names are attributes of this attribute of pkgs.
    Below(String),
    /// They are attributes of pkgs, and not the same without it.
    Itself,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct AddPackage {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    pub slot: Slot,
    pub place: Place,
    /// A comment line above the first package.
    pub comment: Option<String>,
    /// The flake input that provides the packages.
    pub from: Option<String>,
    pub of_overlay: OfOverlay,
    /// Add even where a shared module already brings it.
    pub force: bool,
    /// Leave a name that Nix does not know as it is told, without looking for the one that was meant.
    pub no_discover: bool,
    pub names: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RemovePackage {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    pub slot: Slot,
    /// Refuse where a package is not there.
    pub strict: bool,
    /// Make comments of the packages instead, which `add-package` brings back.
    pub comment_out: bool,
    pub names: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ReplacePackage {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    pub slot: Slot,
    pub old: String,
    pub new: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct MovePackage {
    pub name: String,
    pub from_host: String,
    /// A host's name; `None` with `to_shared`.
    pub to_host: Option<String>,
    /// Move to the file that all hosts share.
    pub to_shared: bool,
    pub slot: Slot,
}
