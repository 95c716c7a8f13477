//! What is asked of activation scripts.

use super::Hosts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ActivationAdd {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// A script of the system, not of the home.
    #[serde(default)]
    pub system: bool,
    /// The script's name.
    pub name: String,
    /// What it runs: lines of a shell script.
    pub text: String,
    /// Leave `${…}` of the text to Nix.
    #[serde(default)]
    pub raw_nix: bool,
    /// What the script runs after; of the system, what it depends on.
    #[serde(default)]
    pub after: Vec<String>,
    /// What the script runs before; of the home only.
    #[serde(default)]
    pub before: Vec<String>,
    /// A line of comment to write above it, without `#`.
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ActivationRemove {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// A script of the system, not of the home.
    #[serde(default)]
    pub system: bool,
    /// The script's name.
    pub name: String,
}
