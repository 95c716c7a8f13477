//! What is asked of host tables.

use super::{Hosts, Target};
use crate::syntax::attr_path::AttrPath;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct PerhostSet {
    /// The hosts it is for.
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// The table's name, where its rows or name must be told.
    pub table: Option<String>,
    /// The key of the rows.
    pub key: Option<String>,
    /// One value for every row in scope; null with no `values` is the bare form (true everywhere).
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
    /// `OPTION.PATH` or `OPTION.PATH=EXPRESSION`: options to set at the same time, so that something reads
    /// the key.
    pub wire: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct PerhostUnset {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// The table's name, where its rows or name must be told.
    pub table: Option<String>,
    /// The key of the rows.
    pub key: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct PerhostAddHost {
    /// The new host's name.
    pub name: String,
    #[serde(flatten)]
    pub target: Target,
    /// The host whose rows are the model; the last row without it.
    pub copy_from: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct PerhostWire {
    #[serde(flatten)]
    pub target: Target,
    /// The table's name, where its rows or name must be told.
    pub table: Option<String>,
    /// The key; a dot for the whole row.
    pub key: String,
    /// The option that is to read the key.
    pub option: AttrPath,
    /// What it is where a row has no such key.
    pub default: Option<String>,
    /// Take the default as a Nix expression, verbatim.
    #[serde(default)]
    pub nix: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct PerhostRemoveHost {
    /// The host's name.
    pub name: String,
    #[serde(flatten)]
    pub target: Target,
    /// The table's name, where its rows or name must be told.
    pub table: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct HostlistAdd {
    /// The list's name, or the option whose value asks for a list that has none.
    pub list: String,
    /// The hosts' names.
    pub hosts: Vec<String>,
    #[serde(flatten)]
    pub target: Target,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct HostlistRemove {
    /// The list's name, or the option whose value asks for a list that has none.
    pub list: String,
    /// The hosts' names.
    pub hosts: Vec<String>,
    #[serde(flatten)]
    pub target: Target,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct PerhostNew {
    #[serde(flatten)]
    pub target: Target,
    /// The key that the rows get.
    pub key: String,
    /// The list of hosts that the table takes the place of.
    pub from_list: Option<String>,
    /// A value for each host, where it is no list.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Take values as Nix expressions, verbatim.
    #[serde(default)]
    pub nix: bool,
    /// `OPTION.PATH` or `OPTION.PATH=EXPRESSION`: what reads the key.
    #[serde(default)]
    pub wire: Vec<String>,
    /// Allow a key that nothing reads.
    #[serde(default)]
    pub unused_ok: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct PerhostExtract {
    #[serde(flatten)]
    pub target: Target,
    /// The option whose value depends on the host's name.
    pub option: AttrPath,
    /// The key's name; else the option's last one.
    pub key: Option<String>,
    /// The value of hosts about which the condition says nothing.
    pub otherwise: Option<String>,
    /// Take that as a Nix expression, verbatim.
    #[serde(default)]
    pub nix: bool,
}
