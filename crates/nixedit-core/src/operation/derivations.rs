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
    /// The hosts it is for.
    pub hosts: Hosts,
    /// The package list.
    pub slot: Slot,
    /// Whether it is bound by a `let` or written in the list.
    pub form: Form,
    /// A line of comment to write above it, without `#`.
    pub comment: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct DerivationAddScript {
    /// Where it goes among its neighbours.
    #[serde(flatten)]
    pub place: DerivationPlace,
    /// The program's name.
    pub name: String,
    /// The script, without a line for its interpreter.
    pub text: String,
    /// Leave `${…}` of the text to Nix.
    #[serde(default)]
    pub raw_nix: bool,
    /// Packages whose programs the script runs.
    #[serde(default)]
    pub runtime: Vec<String>,
    /// What a linter has to say about the text; told along.
    #[serde(default)]
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
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct DerivationAddPrebuilt {
    /// Where it goes among its neighbours.
    #[serde(flatten)]
    pub place: DerivationPlace,
    /// The program's name.
    pub name: String,
    /// Its version, as upstream writes it.
    pub version: String,
    /// Where it is downloaded from.
    pub url: String,
    /// The hash of the source.
    #[serde(default)]
    pub hash: Hash,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct DerivationAddGo {
    /// Where it goes among its neighbours.
    #[serde(flatten)]
    pub place: DerivationPlace,
    /// The program's name.
    pub name: String,
    /// What the revision says where it is a version, else the beginning of the revision.
    pub version: Option<String>,
    /// `owner/repository` on GitHub.
    pub github: String,
    /// The revision or tag to build.
    pub rev: String,
    /// The hash of the source.
    #[serde(default)]
    pub hash: Hash,
    /// The hash of the Go modules that the source needs.
    #[serde(default)]
    pub vendor_hash: Hash,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct DerivationBump {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The derivation's name.
    pub name: String,
    /// The new version.
    pub version: Option<String>,
    /// The new revision or tag.
    pub rev: Option<String>,
    /// The hash of the source.
    #[serde(default)]
    pub hash: Hash,
    /// The hash of the Go modules that the source needs.
    #[serde(default)]
    pub vendor_hash: Hash,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct DerivationPromote {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The derivation's name.
    pub name: String,
    /// The new file, relative to the flake's root; beside the host's other modules without it.
    pub module: Option<String>,
}
