//! What is asked of a flake that begins.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The settings file with what is found; it says nothing more.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Init {}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct New {
    /// What the flake holds.
    pub template: Template,
    /// What the flake says it is.
    pub description: Option<String>,
    /// The first host of a mesh.
    pub host: String,
    /// Its user.
    pub user: String,
    /// The platform.
    pub system: String,
}

/// What a new flake holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Template {
    /// nixpkgs, a formatter and a shell.
    #[default]
    Minimal,
    /// The same with a set of packages and a check.
    Project,
    /// Hosts with Home Manager, made by one function.
    Mesh,
}
