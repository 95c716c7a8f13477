//! What is asked of hosts as a whole.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct HostsAdd {
    /// The new host's name.
    pub name: String,
    /// The host that it is made like; the flake's last one without.
    pub copy_from: Option<String>,
    /// The platform, such as `x86_64-linux`; the model's without.
    pub system: Option<String>,
    /// Without Home Manager.
    #[serde(default)]
    pub no_hm: bool,
    /// Only what every host imports, and none of the model's own settings.
    #[serde(default)]
    pub minimal: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct HostsRemove {
    /// The host's name.
    pub name: String,
}
