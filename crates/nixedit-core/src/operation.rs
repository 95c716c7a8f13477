//! Everything that can be asked for: a closed enum, and the wire format of the JSON interface.
//!
//! Domain words only: no node, no offset, no blank. One variant, one file in `idioms`, one command,
//! one folder of cases, all under the same stem.

use crate::plan::Place;
use crate::settings::Formatter;
use crate::syntax::attr_path::AttrPath;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "kebab-case")]
pub enum Operation {
    /// Put packages into a package list.
    AddPackage(AddPackage),
    /// Take packages out of the package lists of a host or file.
    RemovePackage(RemovePackage),
    /// Put another package in the place of one.
    ReplacePackage(ReplacePackage),
    /// Take a package from one host's list and put it into another.
    MovePackage(MovePackage),
    /// Set a key of a host table.
    PerhostSet(PerhostSet),
    /// Remove a key of a host table.
    PerhostUnset(PerhostUnset),
    /// Add a row for a new host to the host tables.
    PerhostAddHost(PerhostAddHost),
    /// Change a package by `overrideAttrs` in an overlay.
    OverlayOverride(OverlayOverride),
    /// Give hosts an overlay that an input provides.
    OverlayAdd(OverlayAdd),
    /// Remove an overlay.
    OverlayRemove(OverlayRemove),
    /// Declare an agenix secret: rule, encrypted file, `age.secrets` entry.
    SecretAdd(SecretAdd),
    /// Change who can decrypt a secret.
    SecretRecipients(SecretRecipients),
    /// Remove an agenix secret.
    SecretRemove(SecretRemove),
    /// Give an attribute a value.
    OptionSet(OptionSet),
    /// Remove an attribute's binding.
    OptionUnset(OptionUnset),
    /// Put elements into a list.
    ListAdd(ListAdd),
    /// Take elements out of a list.
    ListRemove(ListRemove),
    /// Put another element in the place of one.
    ListReplace(ListReplace),
    /// Import modules.
    ModuleImport(ModuleImport),
    /// Drop imports of modules.
    ModuleUnimport(ModuleUnimport),
    /// Add a flake input.
    InputAdd(InputAdd),
    /// Remove a flake input.
    InputRemove(InputRemove),
    /// Let an input's own input follow one of ours.
    InputFollow(InputFollow),
    /// Lay out whole files.
    Fmt(Fmt),
}

impl Operation {
    /// The files that the operation names.
    pub fn files_mut(&mut self) -> Vec<&mut String> {
        let file = match self {
            Self::Fmt(a) => return a.files.iter_mut().collect(),
            Self::AddPackage(a) => &mut a.target.file,
            Self::RemovePackage(a) => &mut a.target.file,
            Self::ReplacePackage(a) => &mut a.target.file,
            Self::PerhostSet(a) => &mut a.target.file,
            Self::PerhostUnset(a) => &mut a.target.file,
            Self::PerhostAddHost(a) => &mut a.target.file,
            Self::OverlayOverride(a) => &mut a.target.file,
            Self::OverlayRemove(a) => &mut a.target.file,
            Self::OptionSet(a) => &mut a.file,
            Self::OptionUnset(a) => &mut a.file,
            Self::ListAdd(a) => &mut a.target.file,
            Self::ListRemove(a) => &mut a.target.file,
            Self::ListReplace(a) => &mut a.target.file,
            Self::ModuleImport(a) => &mut a.target.file,
            Self::ModuleUnimport(a) => &mut a.target.file,
            Self::InputAdd(a) => &mut a.file,
            Self::InputRemove(a) => &mut a.file,
            Self::InputFollow(a) => &mut a.file,
            Self::MovePackage(_) | Self::OverlayAdd(_) | Self::SecretAdd(_) | Self::SecretRecipients(_) | Self::SecretRemove(_) => {
                return Vec::new();
            }
        };
        file.iter_mut().collect()
    }
}

/// Which hosts are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hosts {
    /// Their names.
    pub names: Vec<String>,
    /// Every host of the flake.
    pub all: bool,
    /// One edit in each host's own file instead of one in a shared file.
    pub each: bool,
}

impl Hosts {
    /// Whether no host was named.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && !self.all
    }
}

/// Where to look when the host's own files are not to be searched, or several places qualify.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Target {
    /// This file only, relative to the flake's root.
    pub file: Option<String>,
    /// The attribute path of the list or value; `None` stands for the usual one.
    pub path: Option<AttrPath>,
    /// A 1-based line inside the list or set meant.
    pub at: Option<usize>,
}

/// Which package list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// The settings' default: the user's, unless stated otherwise.
    #[default]
    Default,
    /// `home.packages` in Home Manager.
    Home,
    /// `environment.systemPackages`.
    System,
    /// The development shell of this name.
    Devshell(String),
    /// The `buildEnv` package of this name.
    Env(String),
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct AddPackage {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    pub slot: Slot,
    pub place: Place,
    /// A comment line above the first package.
    pub comment: Option<String>,
    /// The flake input that provides the packages.
    pub from: Option<String>,
    /// Add even where a shared module already brings it.
    pub force: bool,
    pub names: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct RemovePackage {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    pub slot: Slot,
    /// Refuse where a package is not there.
    pub strict: bool,
    /// Make comments of the packages instead, which `add-package` brings back.
    pub comment_out: bool,
    pub names: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ReplacePackage {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    pub slot: Slot,
    pub old: String,
    pub new: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct MovePackage {
    pub name: String,
    pub from_host: String,
    /// A host's name; `None` with `to_shared`.
    pub to_host: Option<String>,
    /// Move to the file that all hosts share.
    pub to_shared: bool,
    pub slot: Slot,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct PerhostSet {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// The table's name, where its rows or name must be told.
    pub table: Option<String>,
    pub key: Option<String>,
    /// One value for every row in scope; `None` with no `values` is the bare form (true everywhere).
    pub value: Option<String>,
    /// A value for each named host.
    pub values: BTreeMap<String, String>,
    /// Write `h.KEY or DEFAULT` at the readers instead of adding cells.
    pub default: Option<String>,
    /// Take values as Nix expressions, verbatim.
    pub nix: bool,
    /// Allow another type than the key had.
    pub force: bool,
    /// Allow a new key that nothing reads.
    pub unused_ok: bool,
    /// `OPTION.PATH=EXPRESSION`: options to set at the same time, so that something reads the key.
    pub wire: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct PerhostUnset {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    pub table: Option<String>,
    pub key: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct PerhostAddHost {
    pub name: String,
    #[serde(flatten)]
    pub target: Target,
    /// The host whose rows are the model; the last row without it.
    pub copy_from: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct OverlayOverride {
    #[serde(flatten)]
    pub target: Target,
    pub package: String,
    /// `NAME=EXPRESSION`, in order.
    pub set: Vec<String>,
    /// `NAME=EXPRESSION`: appended to the list of that name.
    pub append: Vec<String>,
    /// `NAME=EXPRESSION`: taken out of the list of that name.
    pub remove: Vec<String>,
    /// Patch files, relative to the flake's root.
    pub patch: Vec<String>,
    pub comment: Option<String>,
    /// Add to the override that exists.
    pub merge: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct OverlayAdd {
    pub hosts: Hosts,
    /// The input that provides the overlay.
    pub input: String,
    /// Its name under `overlays`; `default` without it.
    pub overlay: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct OverlayRemove {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// The package or namespace that the overlay defines, or `INPUT#OVERLAY`.
    pub name: String,
}

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct SecretAdd {
    pub hosts: Hosts,
    pub name: String,
    /// Names bound in the rules file; `None` copies those of `like` or of the last rule.
    pub recipients: Option<Vec<String>>,
    /// The secret whose recipients and attributes are the model.
    pub like: Option<String>,
    pub owner: Option<String>,
    pub group: Option<String>,
    pub mode: Option<String>,
    pub path: Option<String>,
    /// The value to encrypt. Never serialised: it does not travel in logs or JSON.
    #[serde(skip)]
    pub value: Option<Vec<u8>>,
}

impl std::fmt::Debug for SecretAdd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretAdd").field("name", &self.name).field("recipients", &self.recipients).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct SecretRecipients {
    pub name: String,
    pub add: Vec<String>,
    pub remove: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct SecretRemove {
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OptionSet {
    #[serde(default)]
    pub hosts: Hosts,
    pub file: Option<String>,
    pub at: Option<usize>,
    pub path: AttrPath,
    pub value: String,
    /// Take the value as a Nix expression, verbatim.
    #[serde(default)]
    pub nix: bool,
    #[serde(default)]
    pub place: Place,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct OptionUnset {
    #[serde(default)]
    pub hosts: Hosts,
    pub file: Option<String>,
    pub at: Option<usize>,
    pub path: AttrPath,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ListAdd {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    pub place: Place,
    pub comment: Option<String>,
    pub nix: bool,
    pub items: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ListRemove {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    pub nix: bool,
    pub strict: bool,
    pub items: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ListReplace {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    pub nix: bool,
    pub old: String,
    pub new: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ModuleImport {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    pub place: Place,
    /// Module files, relative to the flake's root.
    pub modules: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct ModuleUnimport {
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    pub modules: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct InputAdd {
    pub file: Option<String>,
    pub name: String,
    pub url: String,
    /// `NAME` or `NAME=TARGET`.
    pub follows: Vec<String>,
    pub no_flake: bool,
    pub place: Place,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct InputRemove {
    pub file: Option<String>,
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct InputFollow {
    pub file: Option<String>,
    pub name: String,
    /// The input's own input.
    pub of: String,
    /// What it follows.
    pub target: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Fmt {
    pub files: Vec<String>,
    /// Instead of the one that the flake names.
    pub formatter: Option<Formatter>,
    /// Lay out files that were not laid out so before.
    pub force: bool,
}
