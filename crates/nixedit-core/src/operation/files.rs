//! What is asked of the files of a home.

use super::Hosts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct FileLink {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The file of the home, relative to it.
    pub target: String,
    /// What it links to: an absolute path.
    pub source: String,
    /// A line of comment to write above it, without `#`.
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct FileText {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The file of the home, relative to it.
    pub target: String,
    /// What the file holds.
    pub text: String,
    /// Leave `${…}` of the text to Nix.
    #[serde(default)]
    pub raw_nix: bool,
    /// A line of comment to write above it, without `#`.
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct FileSource {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The file of the home, relative to it.
    pub target: String,
    /// The file of the flake, relative to its root.
    pub source: String,
    /// A line of comment to write above it, without `#`.
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct FileRemove {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The file of the home, relative to it.
    pub target: String,
}
