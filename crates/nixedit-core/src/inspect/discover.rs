//! What a name means on a host: a package of its own package set, an option, or what was meant.

use super::effective::{declared_in, sides, strings};
use super::modules::side_name;
use crate::ask::{Asker, functions};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::idioms::host_modules;
use crate::operation::Hosts;
use crate::project::{Host, Project};
use crate::similar_names::near_or_longer;
use crate::syntax::attr_path::AttrPath;
use crate::system::nix_output::renamed;
use serde::Serialize;
use serde_json::Value;

/// All that a name means on a host.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Discovered {
    /// The name asked about.
    pub name: String,
    /// The host.
    pub host: String,
    /// The package of that name.
    pub package: Option<Package>,
    /// What the name is in the package set, where it is no package.
    pub no_package: Option<NoPackage>,
    /// What Nix says where the name is there only to tell that it is gone.
    pub gone: Option<String>,
    /// The name that a package has now.
    pub renamed_to: Option<String>,
    /// The options of exactly that path.
    pub options: Vec<OptionFound>,
    /// Options below that path.
    pub members: Vec<String>,
    /// Modules of that name: `programs.git (home of zk)`.
    pub modules: Vec<String>,
    /// Names that could have been meant, the likeliest first.
    pub near: Vec<String>,
}

/// Something in the package set that is no package.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct NoPackage {
    /// Its type: `set`, `lambda`, `path`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// The number of its attributes.
    pub members: u64,
}

/// A package.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Package {
    /// Name with version, as Nix has it.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// The command that it is for.
    pub main_program: Option<String>,
    /// Whether the host may use it.
    pub usable: bool,
    /// Why not, in Nix's words.
    pub refusal: Option<String>,
    /// What stands against it, whether or not the host allows it.
    pub unfree: bool,
    /// See `unfree`.
    pub broken: bool,
    /// See `unfree`.
    pub insecure: bool,
    /// See `unfree`.
    pub unsupported: bool,
}

/// An option.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct OptionFound {
    /// `system` or `home`.
    pub side: &'static str,
    /// The Home Manager user whose option it is.
    pub user: Option<String>,
    /// Its type in words.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its default; an expression where the option tells it so.
    pub default: Value,
    /// A value for it.
    pub example: Value,
    /// Where it is declared.
    pub declared_in: Vec<String>,
}

/// The host that is meant; none named is right only where the flake has one.
pub fn host(project: &Project, wanted: &Hosts) -> Result<Host> {
    let mut hosts = host_modules::hosts(project, wanted).map_err(|error| match error.code {
        Code::HostRequired => error.help("name it with --host HOST"),
        _ => error,
    })?;
    if hosts.is_empty() { project.host("") } else { Ok(hosts.remove(0)) }
}

/// Asks what `name` means on a host.
pub fn by_asking(asker: &Asker, host: &Host, name: &str) -> Result<Discovered> {
    let path = AttrPath::parse(name)?;
    let answer = asker.ask_host(host, &functions::discover(path.names()))?;
    let mut out = Discovered { name: name.to_owned(), host: host.name.clone(), ..Discovered::default() };
    read_package(asker, host, &path, answer.get("package").unwrap_or(&Value::Null), &mut out)?;
    let mut near_options = Vec::new();
    for (side, user, answer) in sides(host, &answer) {
        let whose = user.as_ref().map(|user| format!(" of {user}")).unwrap_or_default();
        out.modules.extend(strings(answer.get("modules")).iter().map(|module| format!("{module} ({}{whose})", side_name(side))));
        let Some(found) = answer.get("found") else { continue };
        let rest = strings(found.get("rest"));
        if let Some(option) = found.get("option").filter(|_| rest.is_empty()) {
            out.options.push(option_found(side_name(side), user, option));
        }
        out.members.extend(strings(found.get("members")).iter().map(|name| path.child(name).to_string()));
        near_options.extend(options_near(&path, found));
    }
    out.members.sort_unstable();
    out.members.dedup();
    if out.is_nothing() {
        out.near = packages_near(asker, host, &path);
        out.near.extend(near_options.into_iter().filter(|_| path.names().len() > 1));
        out.near.dedup();
    }
    Ok(out)
}

impl Discovered {
    /// Whether nothing has that name.
    fn is_nothing(&self) -> bool {
        self.package.is_none() && self.no_package.is_none() && self.gone.is_none() && self.options.is_empty() && self.members.is_empty()
    }

    /// The same, or a refusal that says what to take instead.
    pub fn or_refuse(self) -> Result<Self> {
        let there = |name: &str| format!("nixedit discover {name} --host {}", self.host);
        if let Some(gone) = self.gone.as_ref().filter(|_| self.options.is_empty()) {
            return Err(match &self.renamed_to {
                Some(new) => Diagnostic::new(Code::PackageRenamed, format!("'{}' has been renamed to '{new}'", self.name))
                    .help(there(new))
                    .candidates([new.clone()]),
                None => Diagnostic::new(Code::PackageMissing, gone.clone()),
            });
        }
        if !self.is_nothing() || !self.modules.is_empty() {
            return Ok(self);
        }
        let near: Vec<String> = self.near.iter().take(3).map(|near| format!("'{near}'")).collect();
        let mean = if near.is_empty() { String::new() } else { format!("; did you mean {}?", near.join(" or ")) };
        let what = if self.name.contains('.') { "neither a package nor an option" } else { "no package" };
        let error = Diagnostic::new(Code::PackageMissing, format!("'{}' is {what} of {}{mean}", self.name, self.host));
        let error = error.candidates(self.near.clone());
        Err(match self.near.first() {
            Some(near) => error.help(there(near)),
            None => error,
        })
    }
}

fn read_package(asker: &Asker, host: &Host, path: &AttrPath, answer: &Value, out: &mut Discovered) -> Result<()> {
    let flag = |name: &str| answer.get(name).and_then(Value::as_bool);
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    if flag("throws") == Some(true) {
        let said = said_by(asker, host, path, "type")?.unwrap_or_else(|| format!("'{}' cannot be evaluated", out.name));
        out.renamed_to = renamed(&said).map(|(_, new)| new.to_owned());
        out.gone = Some(said);
    }
    match flag("package") {
        Some(false) => {
            let members = answer.get("members").and_then(Value::as_u64).unwrap_or(0);
            out.no_package = Some(NoPackage { kind: text("type").unwrap_or_default(), members });
        }
        Some(true) => {
            let usable = flag("usable") != Some(false);
            out.package = Some(Package {
                name: text("name"),
                version: text("version"),
                description: text("description"),
                main_program: text("mainProgram"),
                usable,
                refusal: if usable { None } else { said_by(asker, host, path, "outPath")? },
                unfree: flag("unfree") == Some(true),
                broken: flag("broken") == Some(true),
                insecure: flag("insecure") == Some(true),
                unsupported: flag("unsupported") == Some(true),
            });
        }
        None => {}
    }
    Ok(())
}

/// What Nix says when it is made to look at an attribute of a package; `None` where it has nothing
/// against it.
fn said_by(asker: &Asker, host: &Host, path: &AttrPath, attribute: &str) -> Result<Option<String>> {
    match asker.ask_host(host, &functions::forced(path.names(), attribute)) {
        Ok(_) => Ok(None),
        Err(error) if error.code.as_str().starts_with("nix.") => Ok(Some(error.message.clone())),
        Err(error) => Err(error),
    }
}

fn option_found(side: &'static str, user: Option<String>, option: &Value) -> OptionFound {
    let text = |name: &str| option.get(name).and_then(Value::as_str).map(str::to_owned);
    OptionFound {
        side,
        user,
        kind: text("type"),
        description: text("description"),
        default: option.get("default").cloned().unwrap_or_default(),
        example: option.get("example").cloned().unwrap_or_default(),
        declared_in: declared_in(option),
    }
}

/// Paths with a near name in the place of the first that is missing.
pub(super) fn options_near(path: &AttrPath, found: &Value) -> Vec<String> {
    let missing = strings(found.get("missing")).len();
    let known = path.names().len().saturating_sub(missing);
    let Some(wanted) = path.names().get(known).filter(|_| missing > 0) else { return Vec::new() };
    let names = strings(found.get("near"));
    let near = near_or_longer(wanted, names.iter().map(String::as_str));
    let full = |name: &String| {
        let (before, after) = (&path.names()[..known], &path.names()[known + 1..]);
        AttrPath::from_names(before.iter().chain([name]).chain(after).cloned()).map(|path| path.to_string())
    };
    near.iter().filter_map(full).collect()
}

/// Names of the package set (or of the set that the name leads into) that could have been meant.
fn packages_near(asker: &Asker, host: &Host, path: &AttrPath) -> Vec<String> {
    let (wanted, set) = (path.last(), &path.names()[..path.names().len() - 1]);
    // A set that is not there either is no package set; then an option was meant.
    let names = asker.ask_host(host, &functions::package_names(set)).map(|names| strings(Some(&names))).unwrap_or_default();
    let near = near_or_longer(wanted, names.iter().map(String::as_str));
    let full = |name: &String| AttrPath::from_names(set.iter().chain([name]).cloned()).map(|path| path.to_string());
    near.iter().filter_map(full).collect()
}
