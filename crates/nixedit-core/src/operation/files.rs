//! What is asked of the files of a home.

use super::Hosts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct FileLink {
    pub hosts: Hosts,
    pub file: Option<String>,
    /// The file of the home, relative to it.
    pub target: String,
    /// What it links to: an absolute path.
    pub source: String,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct FileText {
    pub hosts: Hosts,
    pub file: Option<String>,
    /// The file of the home, relative to it.
    pub target: String,
    pub text: String,
    /// Leave `${…}` of the text to Nix.
    pub raw_nix: bool,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct FileSource {
    pub hosts: Hosts,
    pub file: Option<String>,
    /// The file of the home, relative to it.
    pub target: String,
    /// The file of the flake, relative to its root.
    pub source: String,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct FileRemove {
    pub hosts: Hosts,
    pub file: Option<String>,
    /// The file of the home, relative to it.
    pub target: String,
}
