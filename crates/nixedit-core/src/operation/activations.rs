//! What is asked of activation scripts.

use super::Hosts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ActivationAdd {
    pub hosts: Hosts,
    pub file: Option<String>,
    /// A script of the system, not of the home.
    pub system: bool,
    pub name: String,
    pub text: String,
    /// Leave `${…}` of the text to Nix.
    pub raw_nix: bool,
    /// What the script runs after; of the system, what it depends on.
    pub after: Vec<String>,
    /// What the script runs before; of the home only.
    pub before: Vec<String>,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ActivationRemove {
    pub hosts: Hosts,
    pub file: Option<String>,
    /// A script of the system, not of the home.
    pub system: bool,
    pub name: String,
}
