//! What is asked of flake outputs that belong to no host, and of the modules that tie a home to a system.

use super::Hosts;
use crate::syntax::attr_path::AttrPath;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct FormatterSet {
    /// The package of nixpkgs.
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ShellInputsFrom {
    /// The development shell.
    pub shell: String,
    /// Nix expressions of packages.
    pub items: Vec<String>,
    /// Take them out instead.
    #[serde(default)]
    pub remove: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ShellHook {
    /// The development shell.
    pub shell: String,
    /// Lines of a shell script.
    pub text: String,
    /// Leave `${…}` to Nix.
    #[serde(default)]
    pub raw_nix: bool,
    /// Take them out instead.
    #[serde(default)]
    pub remove: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct CheckAdd {
    /// The check's name.
    pub name: String,
    /// The package of nixpkgs whose program checks.
    pub tool: String,
    /// The command line; null for what is usual for the tool. `{src}` stands for the flake's files.
    pub run: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct CheckRemove {
    /// The check's name.
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct HmSet {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// Below `home-manager`: `useGlobalPkgs`, `extraSpecialArgs.isMesh`.
    pub path: AttrPath,
    /// The value, as typed: `true`, `3`, a word.
    pub value: String,
    /// Take the value as a Nix expression, verbatim.
    #[serde(default)]
    pub nix: bool,
}
