//! What is asked of options and lists by their attribute path.

use super::{Hosts, Target};
use crate::plan::Place;
use crate::syntax::SyntaxKind;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct OptionSet {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// A 1-based line inside the binding or list meant, where several qualify.
    pub at: Option<usize>,
    /// The option: `services.nginx.enable`.
    pub path: AttrPath,
    /// The value, as typed: `true`, `3`, a word, `[ "a" ]`.
    #[serde(default)]
    pub value: String,
    /// Take the value as a Nix expression, verbatim.
    #[serde(default)]
    pub nix: bool,
    /// Where it goes among its neighbours.
    #[serde(default)]
    pub place: Place,
    /// A line of comment to write above it, without `#`.
    pub comment: Option<String>,
    /// Instead of the value: the path of this secret, once it is decrypted.
    pub secret: Option<String>,
    /// Refuse an option that no module of the host declares, instead of importing the one that does.
    #[serde(default)]
    pub no_import: bool,
}

impl OptionSet {
    /// A request that says no more than the path; its value is an expression.
    pub fn of(path: AttrPath) -> Self {
        Self {
            hosts: Hosts::default(),
            file: None,
            at: None,
            path,
            value: String::new(),
            nix: true,
            place: Place::default(),
            comment: None,
            secret: None,
            no_import: true,
        }
    }

    /// The attribute at `path` becomes `value`, as typed.
    pub fn new(path: AttrPath, value: impl Into<String>) -> Self {
        Self {
            hosts: Hosts::default(),
            file: None,
            at: None,
            path,
            value: value.into(),
            nix: false,
            place: Place::Fitting,
            comment: None,
            secret: None,
            no_import: false,
        }
    }

    /// The same with the value read as a text, and as what Nix makes of it, where the two differ: what
    /// is left to try when an option refuses one of them for its type.
    pub fn readings(&self) -> Vec<Self> {
        let (text, literal) = (Fragment::string(&self.value), Fragment::value(&self.value));
        let as_nix = |value: Fragment| Self { value: value.text().to_owned(), nix: true, ..self.clone() };
        if self.nix || literal.kind() == SyntaxKind::NODE_STRING { Vec::new() } else { vec![as_nix(text), as_nix(literal)] }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct OptionUnset {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// A 1-based line inside the binding or list meant, where several qualify.
    pub at: Option<usize>,
    /// The option: `services.nginx.enable`.
    pub path: AttrPath,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct OptionDeclare {
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// The option's name: `services.mesh.enable`.
    pub path: AttrPath,
    /// `bool`, `int`, `listOf str`, `enum a b`, …; null with `enable`.
    pub r#type: Option<String>,
    /// The value where nobody sets it, as typed.
    pub default: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Declare it by `mkEnableOption` with this text.
    pub enable: Option<String>,
    /// Take the default as a Nix expression, verbatim.
    #[serde(default)]
    pub nix: bool,
    /// Where it goes among its neighbours.
    #[serde(default)]
    pub place: Place,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct OptionEnumAdd {
    /// The file to edit, relative to the flake's root; without it the one that fits is found.
    pub file: Option<String>,
    /// A 1-based line inside the binding or list meant, where several qualify.
    pub at: Option<usize>,
    /// The option that takes one of several values.
    pub path: AttrPath,
    /// The values that it takes besides.
    pub values: Vec<String>,
    /// The host whose row is copied where the values are hosts; the last row without it.
    pub copy_from: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ListAdd {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// Where it goes among its neighbours.
    #[serde(default)]
    pub place: Place,
    /// A line of comment to write above it, without `#`.
    pub comment: Option<String>,
    /// Take what is given as Nix expressions, verbatim; without it words become strings where a list holds strings.
    #[serde(default)]
    pub nix: bool,
    /// The elements, as typed.
    pub items: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ListRemove {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// Take what is given as Nix expressions, verbatim; without it words become strings where a list holds strings.
    #[serde(default)]
    pub nix: bool,
    /// Refuse what is not there, instead of leaving all as it is.
    #[serde(default)]
    pub strict: bool,
    /// The elements, as typed.
    pub items: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ListReplace {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    #[serde(flatten)]
    pub target: Target,
    /// Take what is given as Nix expressions, verbatim; without it words become strings where a list holds strings.
    #[serde(default)]
    pub nix: bool,
    /// The element that goes.
    pub old: String,
    /// The element that takes its place.
    pub new: String,
}
