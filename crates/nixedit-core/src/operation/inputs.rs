//! What is asked of flake inputs.

use crate::plan::Place;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputAdd {
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The name it gets in `inputs`.
    pub name: String,
    /// Its flake reference: `github:owner/repository`.
    pub url: String,
    /// `NAME` or `NAME=TARGET`.
    #[serde(default)]
    pub follows: Vec<String>,
    /// It is a source tree that is no flake (`flake = false`).
    #[serde(default)]
    pub no_flake: bool,
    /// Its own inputs never follow ours; says so above it.
    #[serde(default)]
    pub never_follow: bool,
    /// A comment line above it.
    pub comment: Option<String>,
    /// Leave flake.lock as it is.
    #[serde(default)]
    pub no_lock: bool,
    /// Behind other source trees that are no flakes, where there are some and no place is told.
    #[serde(default)]
    pub with_sources: bool,
    /// Where it goes among its neighbours.
    #[serde(default)]
    pub place: Place,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputRemove {
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The input's name.
    pub name: String,
    /// Take the uses out too, where they are elements of lists or names of a pattern.
    #[serde(default)]
    pub prune_uses: bool,
    /// Leave flake.lock as it is.
    #[serde(default)]
    pub no_lock: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputFollow {
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The input whose own input follows.
    pub name: String,
    /// The input's own input.
    pub of: String,
    /// What it follows.
    pub target: String,
    /// Even where a comment or the settings say not to.
    #[serde(default)]
    pub force: bool,
    /// Leave flake.lock as it is.
    #[serde(default)]
    pub no_lock: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputFollowAuto {
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The inputs of this input only.
    pub name: Option<String>,
    /// Leave flake.lock as it is.
    pub no_lock: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputUnfollow {
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The input that is to have its own inputs again.
    pub name: String,
    /// The input's own input, `a/b` for a deeper one; all of them without.
    pub of: Option<String>,
    /// Leave flake.lock as it is.
    #[serde(default)]
    pub no_lock: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputSetUrl {
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The input's name.
    pub name: String,
    /// The new flake reference; without it the present one is pinned elsewhere.
    pub url: Option<String>,
    /// A branch or tag.
    pub reference: Option<String>,
    /// A revision, all 40 digits.
    pub rev: Option<String>,
    /// Why it is held there, and when that is over: for the registry.
    pub why: Option<String>,
    /// When that is over, in words or as a date: for the registry.
    pub until: Option<String>,
    /// Leave flake.lock as it is.
    #[serde(default)]
    pub no_lock: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputLock {
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Update {
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The inputs to lock anew; all without.
    pub inputs: Vec<String>,
}
