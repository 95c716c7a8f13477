//! How far an edit is proven before it lands.

use crate::diagnostic::{Code, Diagnostic};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How far an edit is proven: a ladder of checks, each of which includes those below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing is checked here.
    None,
    /// The touched files parse.
    Parse,
    /// No name became unbound and no attribute was defined twice.
    Scope,
    /// The attributes that read the edit evaluate and changed as meant.
    Target,
    /// What was added can also be used: paths of packages, files of secrets.
    Outputs,
    /// The whole system of every host that was asked for evaluates.
    Host,
    /// The whole system of every host evaluates, and the flake's own checks do.
    All,
}

impl Level {
    /// Every level, lowest first.
    pub const ALL: [Self; 7] = [Self::None, Self::Parse, Self::Scope, Self::Target, Self::Outputs, Self::Host, Self::All];

    /// Its name, as in `--validate` and `nixedit.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Parse => "parse",
            Self::Scope => "scope",
            Self::Target => "target",
            Self::Outputs => "outputs",
            Self::Host => "host",
            Self::All => "all",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Level {
    type Err = Box<Diagnostic>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|level| level.as_str() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str);
            let message = format!("there is no validation level {text:?}; there are {}", names.join(", "));
            Diagnostic::new(Code::UsageInvalid, message).candidates(names)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways_and_levels_are_ordered() {
        for level in Level::ALL {
            assert_eq!(level.to_string().parse::<Level>().unwrap(), level);
            assert_eq!(serde_json::to_string(&level).unwrap(), format!("\"{level}\""));
        }
        assert!(Level::ALL.is_sorted());
        assert_eq!("hots".parse::<Level>().unwrap_err().code, Code::UsageInvalid);
    }
}
