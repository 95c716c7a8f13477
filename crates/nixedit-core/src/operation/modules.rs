//! What is asked of imports.

use super::{Hosts, Target};
use crate::plan::Place;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ModuleImport {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// Where it goes among its neighbours.
    #[serde(default)]
    pub place: Place,
    /// Module files, relative to the flake's root; or `INPUT#OUTPUT`.
    pub modules: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ModuleNew {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// Where it goes among its neighbours.
    #[serde(default)]
    pub place: Place,
    /// The new file, relative to the flake's root.
    pub module: String,
    /// Bindings to begin with, each `PATH=EXPRESSION`.
    #[serde(default)]
    pub set: Vec<String>,
    /// A comment line above the module.
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ModuleUnimport {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// Module files, relative to the flake's root; or `INPUT#OUTPUT`.
    pub modules: Vec<String>,
}
