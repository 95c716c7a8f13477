//! Plain data that a flake's owner may state when it cannot be inferred. No file is read here.
//!
//! The shape is that of `nixedit.toml`; every key is optional.

use serde::Deserialize;
use std::collections::BTreeMap;

/// All settings, with the defaults that fit a mesh flake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Settings {
    pub flake: FlakeSettings,
    pub perhost: PerHostSettings,
    pub packages: PackageSettings,
    pub overlays: OverlaySettings,
    pub secrets: SecretSettings,
    pub inputs: InputSettings,
    pub registry: RegistrySettings,
    pub validate: ValidateSettings,
    pub format: FormatSettings,
    pub apply: ApplySettings,
}

/// Where hosts live.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FlakeSettings {
    /// Folder of the host folders.
    pub hosts_dir: String,
    /// A host's system module; `{host}` stands for its name.
    pub system_entry: Option<String>,
    /// A host's Home Manager module; `{host}` stands for its name.
    pub home_entry: Option<String>,
    /// The Home Manager user to edit when a host has several.
    pub user: Option<String>,
    /// Patterns of files that are never edited (`*` within a folder, `**` across folders).
    pub protected: Vec<String>,
}

impl Default for FlakeSettings {
    fn default() -> Self {
        Self {
            hosts_dir: "hosts".to_owned(),
            system_entry: None,
            home_entry: None,
            user: None,
            protected: vec!["**/hardware-configuration.nix".to_owned()],
        }
    }
}

/// What a host table looks like.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PerHostSettings {
    /// Names of bindings to treat as host tables besides those recognised by their use.
    pub names: Vec<String>,
    /// Expressions that select a row besides those ending in `host`, `hostName`, `hostname`, `name`.
    pub selector: Vec<String>,
    /// What `perhost set KEY` without a value does.
    pub bare_set: BareSet,
}

impl Default for PerHostSettings {
    fn default() -> Self {
        Self { names: vec!["perHost".to_owned()], selector: Vec::new(), bare_set: BareSet::True }
    }
}

/// What `perhost set KEY` without a value does with a boolean key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BareSet {
    /// Sets it to true on every host in scope.
    True,
    /// Asks for the value (as `refuse` does where nobody can answer).
    Ask,
    /// Refuses.
    Refuse,
}

/// Where packages go.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PackageSettings {
    /// The list that packages of a host go to when the caller does not say.
    pub default_slot: HostSlot,
    /// Where a new package goes in its list when the caller does not say.
    pub order: PackageOrder,
    /// The file that holds the packages of every host.
    pub shared_file: Option<String>,
}

impl Default for PackageSettings {
    fn default() -> Self {
        Self { default_slot: HostSlot::Home, order: PackageOrder::Keep, shared_file: None }
    }
}

/// One of a host's two package lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HostSlot {
    /// `home.packages` of its user.
    Home,
    /// `environment.systemPackages`.
    System,
}

/// Where a new package goes in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PackageOrder {
    /// In order where the list is in order, else beside its kin or at the end.
    Keep,
    /// By name in the list's largest group, whether that is in order or not.
    Sorted,
    /// At the end of the list.
    Append,
}

/// Where overlays live.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OverlaySettings {
    /// The file that new overlays go to.
    pub file: Option<String>,
    /// `FILE#ATTR` of the map from host to overlay list.
    pub host_map: Option<String>,
    /// Pairs of overlays (`INPUT#NAME`) that exclude each other.
    pub exclusive: Vec<Vec<String>>,
}

/// Where agenix secrets live.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecretSettings {
    /// The rules file.
    pub rules: Option<String>,
    /// The module that new `age.secrets` entries go to.
    pub module: Option<String>,
    /// Attributes of a new entry when its neighbours show none; `{name}` stands for its name.
    pub defaults: BTreeMap<String, String>,
}

/// How inputs are treated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InputSettings {
    /// Inputs whose own inputs never follow ours.
    pub never_follow: Vec<String>,
}

/// A Markdown table that lists held-back packages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegistrySettings {
    /// The file with the table.
    pub file: Option<String>,
}

/// How edits are proven.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ValidateSettings {
    /// `parse`, `scope`, `target`, `outputs`, `host`, `all`.
    pub level: Option<String>,
    /// Deadline of one evaluation, such as `120s` or `5m`.
    pub timeout: String,
    /// Evaluations that may run at the same time.
    pub jobs: usize,
    /// Inputs replaced for evaluation: name to flake reference.
    pub override_inputs: BTreeMap<String, String>,
    /// The nix program.
    pub nix: Option<String>,
}

impl Default for ValidateSettings {
    fn default() -> Self {
        Self { level: None, timeout: "120s".to_owned(), jobs: 2, override_inputs: BTreeMap::new(), nix: None }
    }
}

/// How new code is laid out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FormatSettings {
    /// `nixpkgs-fmt`, `nixfmt` or `none`; fragments only.
    pub new_code: String,
    /// `never` or `if-clean`.
    pub whole_file: String,
}

impl Default for FormatSettings {
    fn default() -> Self {
        Self { new_code: "none".to_owned(), whole_file: "if-clean".to_owned() }
    }
}

/// How a host is deployed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApplySettings {
    /// The command; `{host}` stands for the host's name.
    pub command: Vec<String>,
    /// The command that changes nothing.
    pub dry_command: Vec<String>,
    /// Ask before running it on a terminal.
    pub confirm: bool,
}

impl Default for ApplySettings {
    fn default() -> Self {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect();
        Self { command: words("zcli deploy {host}"), dry_command: words("zcli deploy {host} --dry"), confirm: true }
    }
}
