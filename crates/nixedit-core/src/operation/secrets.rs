//! What is asked of agenix secrets.

use super::Hosts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct SecretAdd {
    pub hosts: Hosts,
    pub name: String,
    /// Names bound in the rules file; `None` copies those of `like` or of most secrets that the same hosts
    /// can decrypt.
    pub recipients: Option<Vec<String>>,
    /// The secret whose recipients and attributes are the model.
    pub like: Option<String>,
    pub owner: Option<String>,
    pub group: Option<String>,
    pub mode: Option<String>,
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
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct SecretRecipients {
    pub name: String,
    pub add: Vec<String>,
    pub remove: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct SecretRemove {
    pub name: String,
}
