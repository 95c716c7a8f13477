//! What is asked of derivations that are written in a host's own files.

use super::{Hosts, Slot};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a new derivation is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// As others in the file are, else in the list.
    #[default]
    AsFound,
    /// Bound by the file's `let`, its name in the list.
    Let,
    /// In the list itself.
    Inline,
}

/// Which package list it goes into, and how.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
#[allow(missing_docs)]
pub struct DerivationPlace {
    pub hosts: Hosts,
    pub slot: Slot,
    pub form: Form,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct DerivationAddScript {
    #[serde(flatten)]
    pub place: DerivationPlace,
    pub name: String,
    pub text: String,
    /// Leave `${…}` of the text to Nix.
    pub raw_nix: bool,
    /// Packages whose programs the script runs.
    pub runtime: Vec<String>,
    /// What a linter has to say about the text; told along.
    pub findings: Vec<String>,
}

/// The hash of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Hash {
    /// None is given.
    #[default]
    Missing,
    /// `lib.fakeHash`: the build will fail and tell the right one.
    Fake,
    /// As Nix writes it: `sha256-…=`.
    Sri(String),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct DerivationAddPrebuilt {
    #[serde(flatten)]
    pub place: DerivationPlace,
    pub name: String,
    pub version: String,
    pub url: String,
    pub hash: Hash,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct DerivationAddGo {
    #[serde(flatten)]
    pub place: DerivationPlace,
    pub name: String,
    /// What the revision says where it is a version, else the beginning of the revision.
    pub version: Option<String>,
    /// `owner/repository` on GitHub.
    pub github: String,
    pub rev: String,
    pub hash: Hash,
    pub vendor_hash: Hash,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct DerivationBump {
    pub hosts: Hosts,
    pub file: Option<String>,
    pub name: String,
    pub version: Option<String>,
    pub rev: Option<String>,
    pub hash: Hash,
    pub vendor_hash: Hash,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct DerivationPromote {
    pub hosts: Hosts,
    pub name: String,
    /// The new file, relative to the flake's root; beside the host's other modules without it.
    pub module: Option<String>,
}
