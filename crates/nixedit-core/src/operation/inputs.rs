//! What is asked of flake inputs.

use crate::plan::Place;
use serde::{Deserialize, Serialize};

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
