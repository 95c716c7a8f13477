//! Operations from Rust and from JSON. The argument structs grow with every version; what is here, and the
//! wire format, only ever gains.

use super::{AddPackage, Hosts, InputAdd, ListAdd, ListRemove, ModuleImport, Operation, OptionSet, OptionUnset, PerhostSet};
use super::{RemovePackage, ReplacePackage, SecretAdd, Target, parse, parse_value};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::similar_names::near;
use crate::syntax::attr_path::AttrPath;
use serde::Serialize;
use serde_json::Value;
use std::str::FromStr;

fn strings<S: Into<String>>(words: impl IntoIterator<Item = S>) -> Vec<String> {
    words.into_iter().map(Into::into).collect()
}

fn target(path: &str) -> Result<Target> {
    Ok(Target { path: Some(AttrPath::parse(path)?), ..Target::default() })
}

/// Operations that are asked for often. Each takes what it cannot do without; [`Operation::in_file`] and
/// [`Operation::with`] say more.
impl Operation {
    /// Puts packages into the package list of hosts: `home.packages`, or what the settings or `slot` say.
    ///
    /// ```
    /// # use nixedit_core::{Hosts, Operation};
    /// let one = Operation::add_package(["ripgrep"], "nxiz");
    /// let all = Operation::add_package(["ripgrep", "fd"], Hosts::all());
    /// let system = Operation::add_package(["ripgrep"], "nxiz").with("slot", "system")?;
    /// # Ok::<(), Box<nixedit_core::Diagnostic>>(())
    /// ```
    pub fn add_package<S: Into<String>>(names: impl IntoIterator<Item = S>, hosts: impl Into<Hosts>) -> Self {
        Self::AddPackage(AddPackage { hosts: hosts.into(), names: strings(names), ..AddPackage::default() })
    }

    /// Takes packages out of the package lists of hosts; one that is not there is no failure without `strict`.
    ///
    /// ```
    /// # use nixedit_core::Operation;
    /// let operation = Operation::remove_package(["htop"], "nxiz").with("strict", true)?;
    /// # Ok::<(), Box<nixedit_core::Diagnostic>>(())
    /// ```
    pub fn remove_package<S: Into<String>>(names: impl IntoIterator<Item = S>, hosts: impl Into<Hosts>) -> Self {
        Self::RemovePackage(RemovePackage { hosts: hosts.into(), names: strings(names), ..RemovePackage::default() })
    }

    /// Puts a package in the place of another.
    ///
    /// ```
    /// # use nixedit_core::Operation;
    /// let operation = Operation::replace_package("htop", "btop", "nxiz");
    /// # assert_eq!(operation.name(), "replace-package");
    /// ```
    pub fn replace_package(old: impl Into<String>, new: impl Into<String>, hosts: impl Into<Hosts>) -> Self {
        Self::ReplacePackage(ReplacePackage { hosts: hosts.into(), old: old.into(), new: new.into(), ..ReplacePackage::default() })
    }

    /// Gives an option a value. It is taken for what the option takes (`true`, `7`, a text); with `nix` it is an
    /// expression, verbatim. Fails with `path.syntax`.
    ///
    /// ```
    /// # use nixedit_core::Operation;
    /// let plain = Operation::option_set("services.openssh.enable", "true", "nxiz")?;
    /// let nix = Operation::option_set("boot.kernelPackages", "pkgs.linuxPackages_latest", "nxiz")?.with("nix", true)?;
    /// # Ok::<(), Box<nixedit_core::Diagnostic>>(())
    /// ```
    pub fn option_set(path: &str, value: impl Into<String>, hosts: impl Into<Hosts>) -> Result<Self> {
        Ok(Self::OptionSet(OptionSet { hosts: hosts.into(), ..OptionSet::new(AttrPath::parse(path)?, value) }))
    }

    /// Removes an option's binding, so that its default holds again. Fails with `path.syntax`.
    ///
    /// ```
    /// # use nixedit_core::Operation;
    /// let operation = Operation::option_unset("services.openssh.enable", "nxiz")?;
    /// # Ok::<(), Box<nixedit_core::Diagnostic>>(())
    /// ```
    pub fn option_unset(path: &str, hosts: impl Into<Hosts>) -> Result<Self> {
        Ok(Self::OptionUnset(OptionUnset { hosts: hosts.into(), file: None, at: None, path: AttrPath::parse(path)? }))
    }

    /// Puts elements into a list. They are taken as texts, with `nix` as expressions. Fails with `path.syntax`.
    ///
    /// ```
    /// # use nixedit_core::{Hosts, Operation};
    /// let host = Operation::list_add("boot.kernelParams", ["quiet"], "nxiz")?;
    /// let file = Operation::list_add("boot.kernelParams", ["quiet"], Hosts::none())?.in_file("modules/boot.nix")?;
    /// # Ok::<(), Box<nixedit_core::Diagnostic>>(())
    /// ```
    pub fn list_add<S: Into<String>>(path: &str, items: impl IntoIterator<Item = S>, hosts: impl Into<Hosts>) -> Result<Self> {
        Ok(Self::ListAdd(ListAdd { hosts: hosts.into(), target: target(path)?, items: strings(items), ..ListAdd::default() }))
    }

    /// Takes elements out of a list. Fails with `path.syntax`.
    ///
    /// ```
    /// # use nixedit_core::Operation;
    /// let operation = Operation::list_remove("boot.kernelParams", ["quiet"], "nxiz")?;
    /// # Ok::<(), Box<nixedit_core::Diagnostic>>(())
    /// ```
    pub fn list_remove<S: Into<String>>(path: &str, items: impl IntoIterator<Item = S>, hosts: impl Into<Hosts>) -> Result<Self> {
        Ok(Self::ListRemove(ListRemove { hosts: hosts.into(), target: target(path)?, items: strings(items), ..ListRemove::default() }))
    }

    /// Sets a key of a host table (`perHost`) in the rows of hosts.
    ///
    /// ```
    /// # use nixedit_core::{Hosts, Operation};
    /// let operation = Operation::perhost_set("resolvedDns", "true", Hosts::named(["nxiz", "zrrh"]));
    /// # assert_eq!(operation.name(), "perhost-set");
    /// ```
    pub fn perhost_set(key: impl Into<String>, value: impl Into<String>, hosts: impl Into<Hosts>) -> Self {
        let (key, value) = (Some(key.into()), Some(value.into()));
        Self::PerhostSet(PerhostSet { hosts: hosts.into(), key, value, ..PerhostSet::default() })
    }

    /// Adds a flake input, and locks it.
    ///
    /// ```
    /// # use nixedit_core::Operation;
    /// let operation = Operation::input_add("disko", "github:nix-community/disko").with("follows", ["nixpkgs"])?;
    /// # Ok::<(), Box<nixedit_core::Diagnostic>>(())
    /// ```
    pub fn input_add(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self::InputAdd(InputAdd { name: name.into(), url: url.into(), ..InputAdd::default() })
    }

    /// Encrypts a value as an agenix secret of hosts, for whom most of their secrets are. The value is in no JSON, log
    /// or history; no wire format carries it.
    ///
    /// ```
    /// # use nixedit_core::Operation;
    /// let operation = Operation::secret_add("wifi", "the password", "nxiz").with("owner", "root")?;
    /// assert!(!format!("{operation:?}").contains("password"));
    /// # Ok::<(), Box<nixedit_core::Diagnostic>>(())
    /// ```
    pub fn secret_add(name: impl Into<String>, value: impl Into<Vec<u8>>, hosts: impl Into<Hosts>) -> Self {
        Self::SecretAdd(SecretAdd { hosts: hosts.into(), name: name.into(), value: Some(value.into()), ..SecretAdd::default() })
    }

    /// Imports modules: files relative to the flake's root, or `INPUT#OUTPUT`.
    ///
    /// ```
    /// # use nixedit_core::Operation;
    /// let operation = Operation::module_import(["modules/networking.nix"], "nxiz");
    /// # assert_eq!(operation.name(), "module-import");
    /// ```
    pub fn module_import<S: Into<String>>(modules: impl IntoIterator<Item = S>, hosts: impl Into<Hosts>) -> Self {
        Self::ModuleImport(ModuleImport { hosts: hosts.into(), modules: strings(modules), ..ModuleImport::default() })
    }
}

/// What every operation has.
impl Operation {
    /// The same in this file only, relative to the root, as `--file` says it. Fails with `usage.invalid` where the
    /// operation is about more than one file.
    pub fn in_file(self, file: &str) -> Result<Self> {
        self.with("file", file)
    }

    /// The same with one field of its wire format set. Fails with `usage.invalid` where the operation has no such
    /// field or the field takes no such value.
    ///
    /// ```
    /// # use nixedit_core::Operation;
    /// let operation = Operation::add_package(["ripgrep"], "nxiz").with("comment", "search")?;
    /// assert_eq!(operation.with("commment", "search").unwrap_err().candidates, ["comment"]);
    /// # Ok::<(), Box<nixedit_core::Diagnostic>>(())
    /// ```
    pub fn with(self, field: &str, value: impl Serialize) -> Result<Self> {
        let invalid = |why: String| Diagnostic::new(Code::UsageInvalid, format!("{}: {why}", self.name()));
        let json = |error: serde_json::Error| invalid(error.to_string());
        let mut all = serde_json::to_value(&self).map_err(json)?;
        match all.get_mut(field).filter(|_| field != "operation") {
            Some(place) => *place = serde_json::to_value(value).map_err(json)?,
            None => {
                let fields = all.as_object().into_iter().flat_map(|fields| fields.keys()).map(String::as_str);
                let known: Vec<&str> = fields.filter(|key| *key != "operation").collect();
                let near = near(field, known.iter().copied());
                let error = invalid(format!("there is no field '{field}'"));
                return Err(if near.is_empty() { error.candidates(known) } else { error.candidates(near) });
            }
        }
        Ok(match (self, Self::from_json(&all)?) {
            (Self::SecretAdd(own), Self::SecretAdd(told)) => Self::SecretAdd(SecretAdd { value: own.value, ..told }),
            (_, told) => told,
        })
    }

    /// An operation in its wire format: an object with its name under `operation` and its arguments beside; files in it
    /// are relative to the root. Fails with `usage.invalid`; where it is plain what was meant, with the corrected call.
    ///
    /// ```
    /// # use nixedit_core::Operation;
    /// let json = serde_json::json!({ "operation": "add-package", "hosts": { "names": ["nxiz"] }, "names": ["ripgrep"] });
    /// assert_eq!(Operation::from_json(&json)?, Operation::add_package(["ripgrep"], "nxiz"));
    /// # Ok::<(), Box<nixedit_core::Diagnostic>>(())
    /// ```
    pub fn from_json(value: &Value) -> Result<Self> {
        parse_value(value.clone())
    }
}

impl FromStr for Operation {
    type Err = Box<Diagnostic>;

    /// Reads the text of an operation's wire format. Fails with `usage.invalid`.
    fn from_str(text: &str) -> Result<Self> {
        parse(text)
    }
}

impl Hosts {
    /// These hosts.
    pub fn named<S: ToString>(names: impl IntoIterator<Item = S>) -> Self {
        Self { names: names.into_iter().map(|name| name.to_string()).collect(), ..Self::default() }
    }

    /// Every host of the flake: one edit in what they share where there is such a place.
    pub fn all() -> Self {
        Self { all: true, ..Self::default() }
    }

    /// No host: for an operation on a file that is named, or one that is about none.
    pub fn none() -> Self {
        Self::default()
    }
}

impl From<&str> for Hosts {
    /// The host of this name.
    fn from(name: &str) -> Self {
        Self::named([name])
    }
}
