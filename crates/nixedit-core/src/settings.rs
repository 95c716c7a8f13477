//! Plain data that a flake's owner may state when it cannot be inferred. No file is read here.
//!
//! The shape is that of `nixedit.toml`; every key is optional.

use serde::{Deserialize, Serialize};
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
    /// nix-eval-jobs and what it is always given; an empty list forbids it.
    pub eval_jobs: Option<Vec<String>>,
    /// MiB at which one of its workers is begun anew.
    pub eval_jobs_memory: u32,
}

impl Default for ValidateSettings {
    fn default() -> Self {
        Self {
            level: None,
            timeout: "120s".to_owned(),
            jobs: 2,
            override_inputs: BTreeMap::new(),
            nix: None,
            eval_jobs: None,
            eval_jobs_memory: 4096,
        }
    }
}

/// A program that lays out Nix code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Formatter {
    /// The official one.
    Nixfmt,
    /// Its predecessor in nixpkgs.
    NixpkgsFmt,
    /// The uncompromising one.
    Alejandra,
}

impl Formatter {
    /// All that are known.
    pub const ALL: [Self; 3] = [Self::Nixfmt, Self::NixpkgsFmt, Self::Alejandra];

    /// The name of its package and program.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nixfmt => "nixfmt",
            Self::NixpkgsFmt => "nixpkgs-fmt",
            Self::Alejandra => "alejandra",
        }
    }

    /// The formatter that a package of this name runs on a file; the names that nixfmt had and has.
    pub fn of_package(name: &str) -> Option<Self> {
        match name {
            "nixfmt" | "nixfmt-rfc-style" | "nixfmt-tree" => Some(Self::Nixfmt),
            "nixpkgs-fmt" => Some(Self::NixpkgsFmt),
            "alejandra" => Some(Self::Alejandra),
            _ => None,
        }
    }
}

/// How new code is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NewCode {
    /// By nixpkgs-fmt where the flake names it for itself, else as it was given or as its neighbours
    /// are. The other two redraw rows and lists that people write on one line (of the mesh fixture's
    /// golden cases seven came out unlike their neighbours), so they are for files that are theirs.
    #[default]
    Flake,
    /// By nixfmt.
    Nixfmt,
    /// By nixpkgs-fmt.
    NixpkgsFmt,
    /// By alejandra, where it is on `PATH`.
    Alejandra,
    /// As it was given.
    None,
}

/// Whether an edited file is formatted whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WholeFile {
    /// Where its formatter left it alone before the edit and would not after.
    #[default]
    IfClean,
    /// Never.
    Never,
}

/// How code is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FormatSettings {
    /// Fragments that an edit inserts: `flake`, `nixfmt`, `nixpkgs-fmt`, `alejandra` or `none`.
    pub new_code: NewCode,
    /// Files that an edit touches: `if-clean` or `never`.
    pub whole_file: WholeFile,
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
