//! What is asked of agenix secrets.

use super::Hosts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct SecretAdd {
    /// The hosts it is for.
    #[serde(default)]
    pub hosts: Hosts,
    /// The secret's name, without `.age`.
    pub name: String,
    /// Names bound in the rules file; null copies those of `like` or of most secrets that the same hosts
    /// can decrypt.
    pub recipients: Option<Vec<String>>,
    /// The secret whose recipients and attributes are the model.
    pub like: Option<String>,
    /// The user who owns the decrypted file.
    pub owner: Option<String>,
    /// The group of the decrypted file.
    pub group: Option<String>,
    /// The decrypted file's mode, octal: `0400`.
    pub mode: Option<String>,
    /// Where the decrypted file is put; without it agenix's folder.
    pub path: Option<String>,
    /// The value to encrypt. Never serialised: it does not travel in logs or JSON.
    #[serde(skip)]
    pub value: Option<Vec<u8>>,
}

impl std::fmt::Debug for SecretAdd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretAdd").field("name", &self.name).field("recipients", &self.recipients).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct SecretRecipients {
    /// The secret's name, without `.age`.
    pub name: String,
    /// Names bound in the rules file that can decrypt it from now on.
    #[serde(default)]
    pub add: Vec<String>,
    /// Names that can decrypt it no more.
    #[serde(default)]
    pub remove: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct SecretRemove {
    /// The secret's name, without `.age`.
    pub name: String,
}
