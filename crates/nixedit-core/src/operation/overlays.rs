//! What is asked of overlays.

use super::{Hosts, Target};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct OverlayOverride {
    #[serde(flatten)]
    pub target: Target,
    pub package: String,
    /// `NAME=EXPRESSION`, in order.
    pub set: Vec<String>,
    /// `NAME=EXPRESSION`: appended to the list of that name.
    pub append: Vec<String>,
    /// `NAME=EXPRESSION`: taken out of the list of that name.
    pub remove: Vec<String>,
    /// Patch files, relative to the flake's root.
    pub patch: Vec<String>,
    pub comment: Option<String>,
    /// Add to the override that exists.
    pub merge: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct OverlayAdd {
    pub hosts: Hosts,
    /// The input that provides the overlay.
    pub input: String,
    /// Its name under `overlays`; `default` without it.
    pub overlay: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct OverlayRemove {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// The package or namespace that the overlay defines, or `INPUT#OVERLAY`.
    pub name: String,
}
