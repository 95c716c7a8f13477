//! What is asked of overlays.

use super::{Hosts, Target};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct OverlayOverride {
    #[serde(flatten)]
    pub target: Target,
    /// The package, as an attribute of pkgs.
    pub package: String,
    /// `NAME=EXPRESSION`, in order.
    #[serde(default)]
    pub set: Vec<String>,
    /// `NAME=EXPRESSION`: appended to the list of that name.
    #[serde(default)]
    pub append: Vec<String>,
    /// `NAME=EXPRESSION`: taken out of the list of that name.
    #[serde(default)]
    pub remove: Vec<String>,
    /// Patch files, relative to the flake's root.
    #[serde(default)]
    pub patch: Vec<String>,
    /// A line of comment to write above it, without `#`.
    pub comment: Option<String>,
    /// Why, and when that is over: for the registry.
    pub why: Option<String>,
    /// When that is over, in words or as a date: for the registry.
    pub until: Option<String>,
    /// Add to the override that exists.
    #[serde(default)]
    pub merge: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct OverlayAdd {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The input that provides the overlay.
    pub input: String,
    /// Its name under `overlays`; `default` without it.
    pub overlay: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct OverlayRemove {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// The package or namespace that the overlay defines, or `INPUT#OVERLAY`.
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct OverlayNamespace {
    #[serde(flatten)]
    pub target: Target,
    /// The attribute of pkgs that the entries go into.
    pub name: String,
    /// The input whose source tree has them; null for that of the namespace's other entries.
    pub input: Option<String>,
    /// `NAME=/PATH`, the path within the input.
    pub entries: Vec<String>,
    /// A line of comment to write above it, without `#`.
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct OverlayPin {
    #[serde(flatten)]
    pub target: Target,
    /// The package, as an attribute of pkgs.
    pub package: String,
    /// The input that has the package as it is to stay.
    pub input: String,
    /// Why it is held back.
    pub why: Option<String>,
    /// When that is over.
    pub until: Option<String>,
}
