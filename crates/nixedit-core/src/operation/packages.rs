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
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct AddPackage {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// The package list.
    #[serde(default)]
    pub slot: Slot,
    /// Where it goes among its neighbours.
    #[serde(default)]
    pub place: Place,
    /// A comment line above the first package.
    pub comment: Option<String>,
    /// The flake input that provides the packages.
    pub from: Option<String>,
    /// Whether an overlay brings them.
    #[serde(default)]
    pub of_overlay: OfOverlay,
    /// Add even where a shared module already brings it.
    #[serde(default)]
    pub force: bool,
    /// Leave a name that Nix does not know as it is told, without looking for the one that was meant.
    #[serde(default)]
    pub no_discover: bool,
    /// Attribute names of the packages: `ripgrep`, `nodePackages.prettier`.
    pub names: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RemovePackage {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// The package list.
    #[serde(default)]
    pub slot: Slot,
    /// Refuse where a package is not there.
    #[serde(default)]
    pub strict: bool,
    /// Make comments of the packages instead, which `add-package` brings back.
    #[serde(default)]
    pub comment_out: bool,
    /// Attribute names of the packages.
    pub names: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ReplacePackage {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// The package list.
    #[serde(default)]
    pub slot: Slot,
    /// The package that goes.
    pub old: String,
    /// The package that takes its place.
    pub new: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct MovePackage {
    /// The package.
    pub name: String,
    /// The host that has it now.
    pub from_host: String,
    /// A host's name; null with `to_shared`.
    pub to_host: Option<String>,
    /// Move to the file that all hosts share.
    #[serde(default)]
    pub to_shared: bool,
    /// The package list.
    #[serde(default)]
    pub slot: Slot,
}
