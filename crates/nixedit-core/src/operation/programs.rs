//! What is asked of programs of a home, and of what agents use.

use super::{Hosts, Slot};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct SkillEnable {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// Each `SOURCE/ID`.
    pub skills: Vec<String>,
    /// The agents that get them, such as `claude`.
    #[serde(default)]
    pub targets: Vec<String>,
    /// Where the skills of the source are.
    pub source_url: Option<String>,
    /// Their folder in it.
    pub subdir: Option<String>,
    /// The flake that has the module.
    pub module_url: Option<String>,
    /// Leave flake.lock as it is.
    #[serde(default)]
    pub no_lock: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct SkillDisable {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// Each `ID` or `SOURCE/ID`.
    pub skills: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct McpServerEnable {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The server's name.
    pub server: String,
    /// Arguments of the server.
    #[serde(default)]
    pub args: Vec<String>,
    /// `NAME=VALUE` each; no credentials.
    #[serde(default)]
    pub env: Vec<String>,
    /// A file on the machine with its environment.
    pub env_file: Option<String>,
    /// The agenix secret that is this file.
    pub secret: Option<String>,
    /// The programs that use it, such as `claude-code`.
    #[serde(default)]
    pub clients: Vec<String>,
    /// The flake that has the module.
    pub module_url: Option<String>,
    /// Leave flake.lock as it is.
    #[serde(default)]
    pub no_lock: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct McpServerDisable {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The server's name.
    pub server: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ProgramEnable {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The program, as below `programs`: `git`.
    pub name: String,
    /// `OPTION=VALUE` each, below the program's own.
    #[serde(default)]
    pub set: Vec<String>,
    /// Take the values as Nix expressions, verbatim.
    #[serde(default)]
    pub nix: bool,
    /// The package of `home.packages` that the program takes the place of; empty for one of its name.
    pub replace_package: Option<String>,
    /// Home Manager's module or the system's; whichever has the program without.
    #[serde(default)]
    pub to: Slot,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ProgramDisable {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The program, as below `programs`.
    pub name: String,
}
