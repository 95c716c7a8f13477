//! What is asked of flake inputs.

use crate::plan::Place;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputAdd {
    pub file: Option<String>,
    pub name: String,
    pub url: String,
    /// `NAME` or `NAME=TARGET`.
    pub follows: Vec<String>,
    pub no_flake: bool,
    /// Its own inputs never follow ours; says so above it.
    pub never_follow: bool,
    /// A comment line above it.
    pub comment: Option<String>,
    /// Leave flake.lock as it is.
    pub no_lock: bool,
    /// Behind other source trees that are no flakes, where there are some and no place is told.
    pub with_sources: bool,
    pub place: Place,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputRemove {
    pub file: Option<String>,
    pub name: String,
    /// Take the uses out too, where they are elements of lists or names of a pattern.
    pub prune_uses: bool,
    /// Leave flake.lock as it is.
    pub no_lock: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputFollow {
    pub file: Option<String>,
    pub name: String,
    /// The input's own input.
    pub of: String,
    /// What it follows.
    pub target: String,
    /// Even where a comment or the settings say not to.
    pub force: bool,
    /// Leave flake.lock as it is.
    pub no_lock: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputFollowAuto {
    pub file: Option<String>,
    /// The inputs of this input only.
    pub name: Option<String>,
    /// Leave flake.lock as it is.
    pub no_lock: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputUnfollow {
    pub file: Option<String>,
    pub name: String,
    /// The input's own input, `a/b` for a deeper one; all of them without.
    pub of: Option<String>,
    /// Leave flake.lock as it is.
    pub no_lock: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputSetUrl {
    pub file: Option<String>,
    pub name: String,
    /// The new flake reference; without it the present one is pinned elsewhere.
    pub url: Option<String>,
    /// A branch or tag.
    pub reference: Option<String>,
    /// A revision, all 40 digits.
    pub rev: Option<String>,
    /// Why it is held there, and when that is over: for the registry.
    pub why: Option<String>,
    pub until: Option<String>,
    /// Leave flake.lock as it is.
    pub no_lock: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct InputLock {
    pub file: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Update {
    pub file: Option<String>,
    /// The inputs to lock anew; all without.
    pub inputs: Vec<String>,
}
