//! Everything that can be asked for: a closed enum, and the wire format of the JSON interface.
//!
//! Domain words only: no node, no offset, no blank. One variant, one file in `idioms`, one command,
//! one folder of cases, all under the same stem.

mod activations;
mod build;
mod derivations;
mod files;
mod hosts;
mod inputs;
mod modules;
mod outputs;
mod overlays;
mod packages;
mod parse;
mod programs;
mod repair;
mod schema;
mod secrets;
mod starting;
mod tables;
mod values;

pub use activations::{ActivationAdd, ActivationRemove};
pub use derivations::{
    DerivationAddGo, DerivationAddPrebuilt, DerivationAddScript, DerivationBump, DerivationPlace, DerivationPromote, Form, Hash,
};
pub use files::{FileLink, FileRemove, FileSource, FileText};
pub use hosts::{HostsAdd, HostsRemove};
pub use inputs::{InputAdd, InputFollow, InputFollowAuto, InputLock, InputRemove, InputSetUrl, InputUnfollow, Update};
pub use modules::{ModuleImport, ModuleNew, ModuleUnimport};
pub use outputs::{CheckAdd, CheckRemove, FormatterSet, HmSet, ShellHook, ShellInputsFrom};
pub use overlays::{OverlayAdd, OverlayNamespace, OverlayOverride, OverlayPin, OverlayRemove};
pub use packages::{AddPackage, MovePackage, OfOverlay, RemovePackage, ReplacePackage, Slot};
pub use parse::{parse, parse_value};
pub use programs::{McpServerDisable, McpServerEnable, ProgramDisable, ProgramEnable, SkillDisable, SkillEnable};
pub use schema::{SCHEMA_ID, names, schema, schema_of};
pub use secrets::{SecretAdd, SecretRecipients, SecretRemove};
pub use starting::{Init, New, Template};
pub use tables::{
    HostlistAdd, HostlistRemove, PerhostAddHost, PerhostExtract, PerhostNew, PerhostRemoveHost, PerhostSet, PerhostUnset, PerhostWire,
};
pub use values::{ListAdd, ListRemove, ListReplace, OptionDeclare, OptionEnumAdd, OptionSet, OptionUnset};

use crate::settings::Formatter;
use crate::syntax::attr_path::AttrPath;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One request: what can be asked for, in domain words.
///
/// The frequent ones have a function each, such as [`Operation::add_package`]; every one can be written in its
/// wire format ([`Operation::from_json`]), the JSON of schema `nixedit/1` that `nixedit batch` reads too. That
/// format only ever gains fields, and so does what stands behind each variant: match on a variant, but let its
/// content be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
#[schemars(description = "One request.")]
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
    /// Remove a host's rows from the host tables.
    PerhostRemoveHost(PerhostRemoveHost),
    /// Let an option read a key of a host table.
    PerhostWire(PerhostWire),
    /// Start a host table.
    PerhostNew(PerhostNew),
    /// Turn what an option makes of the host's name into a key of a host table.
    PerhostExtract(PerhostExtract),
    /// Name hosts in a list of hosts.
    HostlistAdd(HostlistAdd),
    /// Take hosts out of a list of hosts.
    HostlistRemove(HostlistRemove),
    /// Change a package by `overrideAttrs` in an overlay.
    OverlayOverride(OverlayOverride),
    /// Give hosts an overlay that an input provides.
    OverlayAdd(OverlayAdd),
    /// Make parts of an input's source tree attributes of a set of packages.
    OverlayNamespace(OverlayNamespace),
    /// Take a package from another input.
    OverlayPin(OverlayPin),
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
    /// Declare an option.
    OptionDeclare(OptionDeclare),
    /// Let an option that takes one of several values take others.
    OptionEnumAdd(OptionEnumAdd),
    /// Put elements into a list.
    ListAdd(ListAdd),
    /// Take elements out of a list.
    ListRemove(ListRemove),
    /// Put another element in the place of one.
    ListReplace(ListReplace),
    /// Import modules.
    ModuleImport(ModuleImport),
    /// Write a new module and import it.
    ModuleNew(ModuleNew),
    /// Drop imports of modules.
    ModuleUnimport(ModuleUnimport),
    /// Add a flake input.
    InputAdd(InputAdd),
    /// Remove a flake input.
    InputRemove(InputRemove),
    /// Let an input's own input follow one of ours.
    InputFollow(InputFollow),
    /// Let inputs of inputs follow ours of the same name and origin.
    InputFollowAuto(InputFollowAuto),
    /// Let an input have its own inputs again.
    InputUnfollow(InputUnfollow),
    /// Let an input point elsewhere.
    InputSetUrl(InputSetUrl),
    /// Lock inputs that are missing from the lock file.
    InputLock(InputLock),
    /// Lock inputs anew.
    Update(Update),
    /// Run a script when a home or system is activated.
    ActivationAdd(ActivationAdd),
    /// Drop an activation script.
    ActivationRemove(ActivationRemove),
    /// Let a file of the home be a link to one outside the store.
    FileLink(FileLink),
    /// Let a file of the home hold a text.
    FileText(FileText),
    /// Let a file of the home be a copy of one of the flake.
    FileSource(FileSource),
    /// Leave a file of the home alone.
    FileRemove(FileRemove),
    /// Make a shell script a package of a host.
    DerivationAddScript(DerivationAddScript),
    /// Make a downloaded program a package of a host.
    DerivationAddPrebuilt(DerivationAddPrebuilt),
    /// Make a Go program a package of a host.
    DerivationAddGo(DerivationAddGo),
    /// Change the version of what a host's files build.
    DerivationBump(DerivationBump),
    /// Make a module of what a host's files build.
    DerivationPromote(DerivationPromote),
    /// Choose what `nix fmt` runs.
    FormatterSet(FormatterSet),
    /// Change whose build inputs a development shell has.
    ShellInputsFrom(ShellInputsFrom),
    /// Change what a development shell runs when it starts.
    ShellHook(ShellHook),
    /// Add a check of the flake.
    CheckAdd(CheckAdd),
    /// Drop a check of the flake.
    CheckRemove(CheckRemove),
    /// Change how Home Manager is part of hosts.
    HmSet(HmSet),
    /// Lay out whole files.
    Fmt(Fmt),
    /// Add a host like one that is there.
    HostsAdd(HostsAdd),
    /// Remove a host with all that is its alone.
    HostsRemove(HostsRemove),
    /// Give agents of a home skills.
    SkillEnable(SkillEnable),
    /// Take skills from the agents of a home.
    SkillDisable(SkillDisable),
    /// Give agents of a home an MCP server.
    McpServerEnable(McpServerEnable),
    /// Take an MCP server from the agents of a home.
    McpServerDisable(McpServerDisable),
    /// Enable a program's module for a host.
    ProgramEnable(ProgramEnable),
    /// Enable a program's module for a host no more.
    ProgramDisable(ProgramDisable),
    /// Write the settings file with what is found.
    Init(Init),
    /// Start a flake in an empty folder.
    New(New),
}

impl Operation {
    /// The stem, as the wire format writes it: `add-package`.
    pub fn name(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value.get("operation").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
    }

    #[doc(hidden)]
    /// Packages of an overlay's set, read as attributes of pkgs; `None` for anything else.
    pub fn in_pkgs_itself(&self) -> Option<Self> {
        match self {
            Self::AddPackage(args) if matches!(args.of_overlay, OfOverlay::Below(_)) => {
                Some(Self::AddPackage(AddPackage { of_overlay: OfOverlay::Itself, ..args.clone() }))
            }
            _ => None,
        }
    }

    #[doc(hidden)]
    /// A program that Home Manager may not know, as one of the system; `None` for anything else.
    pub fn on_the_system(&self) -> Option<Self> {
        match self {
            Self::ProgramEnable(args) if args.to == Slot::Default => {
                Some(Self::ProgramEnable(ProgramEnable { to: Slot::System, ..args.clone() }))
            }
            _ => None,
        }
    }

    /// The files that the operation names, relative to the root; to be changed in place.
    pub fn files_mut(&mut self) -> Vec<&mut String> {
        let file = match self {
            Self::Fmt(a) => return a.files.iter_mut().collect(),
            Self::AddPackage(a) => &mut a.target.file,
            Self::RemovePackage(a) => &mut a.target.file,
            Self::ReplacePackage(a) => &mut a.target.file,
            Self::PerhostSet(a) => &mut a.target.file,
            Self::PerhostUnset(a) => &mut a.target.file,
            Self::PerhostAddHost(a) => &mut a.target.file,
            Self::PerhostRemoveHost(a) => &mut a.target.file,
            Self::PerhostWire(a) => &mut a.target.file,
            Self::PerhostNew(a) => &mut a.target.file,
            Self::PerhostExtract(a) => &mut a.target.file,
            Self::HostlistAdd(a) => &mut a.target.file,
            Self::HostlistRemove(a) => &mut a.target.file,
            Self::OverlayOverride(a) => &mut a.target.file,
            Self::OverlayRemove(a) => &mut a.target.file,
            Self::OverlayNamespace(a) => &mut a.target.file,
            Self::OverlayPin(a) => &mut a.target.file,
            Self::OptionSet(a) => &mut a.file,
            Self::OptionUnset(a) => &mut a.file,
            Self::OptionDeclare(a) => &mut a.file,
            Self::OptionEnumAdd(a) => &mut a.file,
            Self::ListAdd(a) => &mut a.target.file,
            Self::ListRemove(a) => &mut a.target.file,
            Self::ListReplace(a) => &mut a.target.file,
            Self::ModuleImport(a) => &mut a.target.file,
            Self::ModuleNew(a) => &mut a.target.file,
            Self::ModuleUnimport(a) => &mut a.target.file,
            Self::ActivationAdd(a) => &mut a.file,
            Self::ActivationRemove(a) => &mut a.file,
            Self::FileLink(a) => &mut a.file,
            Self::FileText(a) => &mut a.file,
            Self::FileSource(a) => &mut a.file,
            Self::FileRemove(a) => &mut a.file,
            Self::DerivationBump(a) => &mut a.file,
            Self::DerivationPromote(a) => &mut a.module,
            Self::DerivationAddScript(_) | Self::DerivationAddPrebuilt(_) | Self::DerivationAddGo(_) => return Vec::new(),
            Self::InputAdd(a) => &mut a.file,
            Self::InputRemove(a) => &mut a.file,
            Self::InputFollow(a) => &mut a.file,
            Self::InputFollowAuto(a) => &mut a.file,
            Self::InputUnfollow(a) => &mut a.file,
            Self::InputSetUrl(a) => &mut a.file,
            Self::InputLock(a) => &mut a.file,
            Self::Update(a) => &mut a.file,
            Self::HostsAdd(_)
            | Self::HostsRemove(_)
            | Self::SkillEnable(_)
            | Self::SkillDisable(_)
            | Self::McpServerEnable(_)
            | Self::McpServerDisable(_)
            | Self::ProgramEnable(_)
            | Self::ProgramDisable(_)
            | Self::Init(_)
            | Self::New(_) => return Vec::new(),
            Self::FormatterSet(_) | Self::ShellInputsFrom(_) | Self::ShellHook(_) => return Vec::new(),
            Self::CheckAdd(_) | Self::CheckRemove(_) | Self::HmSet(_) => return Vec::new(),
            Self::MovePackage(_) | Self::OverlayAdd(_) | Self::SecretAdd(_) | Self::SecretRecipients(_) | Self::SecretRemove(_) => {
                return Vec::new();
            }
        };
        file.iter_mut().collect()
    }
}

/// Which hosts are meant: `"nxiz".into()`, [`Hosts::named`], [`Hosts::all`], or [`Hosts::none`] where a file is named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
#[schemars(description = "Which hosts are meant.")]
#[serde(default, deny_unknown_fields)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Target {
    /// This file only, relative to the flake's root.
    pub file: Option<String>,
    /// The attribute path of the list or value; null stands for the usual one.
    pub path: Option<AttrPath>,
    /// A 1-based line inside the list or set meant.
    pub at: Option<usize>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Fmt {
    /// The files to lay out, relative to the flake's root.
    pub files: Vec<String>,
    /// Instead of the one that the flake names.
    pub formatter: Option<Formatter>,
    /// Lay out files that were not laid out so before.
    #[serde(default)]
    pub force: bool,
}
