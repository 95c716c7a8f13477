//! What Nix answers about options of a host: values, and everybody who defines them.

use super::modules::side_name;
use crate::ask::{Asker, file_of, functions};
use crate::diagnostic::{Diagnostic, Result};
use crate::project::{Class, Host, Side};
use crate::syntax::attr_path::AttrPath;
use serde::Serialize;
use serde_json::Value;

/// An option of a host as it is in the end.
#[derive(Clone, Debug, Serialize)]
pub struct Effective {
    /// The host.
    pub host: String,
    /// `system` or `home`.
    pub side: &'static str,
    /// The Home Manager user whose option it is.
    pub user: Option<String>,
    /// The option's type in words.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its default; an expression where the option tells it so.
    pub default: Value,
    /// Where it is declared: `file:line`, or the file.
    pub declared_in: Vec<String>,
    /// Its value, a few levels deep; packages by their names.
    pub value: Value,
    /// The priority of the definitions that count.
    pub priority: Option<u64>,
    /// The definitions that count: those that conditions and priorities left.
    pub definitions: Vec<EffectiveDefinition>,
}

/// One definition that counts.
#[derive(Clone, Debug, Serialize)]
pub struct EffectiveDefinition {
    /// The file: of the flake, or `<input>/…`.
    pub file: String,
    /// Whether it is one of the flake's own.
    pub own: bool,
    /// Its value, as `Effective::value`.
    pub value: Value,
}

/// What Nix answered about a path on a host.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The option on each side and for each user that has it.
    pub options: Vec<Effective>,
    /// Options below the path, where it is none itself.
    pub members: Vec<String>,
    /// Paths of options that could have been meant.
    pub near: Vec<String>,
}

/// Asks about the options at `path`.
pub fn option(asker: &Asker, host: &Host, path: &AttrPath) -> Result<Asked> {
    let answer = asker.ask_host(host, &functions::definitions(path))?;
    let mut out = Asked::default();
    for (side, user, answer) in sides(host, &answer) {
        if answer.get("definitions").is_some() {
            out.options.push(effective(host, side, user, answer));
        }
        let members = strings(answer.get("members"));
        out.members.extend(members.iter().map(|name| path.child(name).to_string()));
        out.near.extend(super::discover::options_near(path, answer));
    }
    out.near.dedup();
    out.members.sort_unstable();
    out.members.dedup();
    Ok(out)
}

/// The answers of both sides with the users they are about.
pub(super) fn sides<'a>(host: &Host, answer: &'a Value) -> Vec<(Side, Option<String>, &'a Value)> {
    let own = if host.class == Class::Home { Side::Home } else { Side::System };
    let mut out: Vec<(Side, Option<String>, &Value)> = answer.get("system").map(|answer| (own, None, answer)).into_iter().collect();
    let users = answer.get("home").and_then(Value::as_object);
    out.extend(users.into_iter().flatten().map(|(user, answer)| (Side::Home, Some(user.clone()), answer)));
    out
}

pub(super) fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

fn effective(host: &Host, side: Side, user: Option<String>, answer: &Value) -> Effective {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    let definition = |definition: &Value| {
        let (file, own) = file_of(definition.get("file").and_then(Value::as_str).unwrap_or_default());
        EffectiveDefinition { file, own, value: definition.get("value").cloned().unwrap_or_default() }
    };
    Effective {
        host: host.name.clone(),
        side: side_name(side),
        user,
        kind: text("type"),
        description: text("description"),
        default: answer.get("default").cloned().unwrap_or_default(),
        declared_in: declared_in(answer),
        value: answer.get("value").cloned().unwrap_or_default(),
        priority: answer.get("priority").and_then(Value::as_u64),
        definitions: answer.get("definitions").and_then(Value::as_array).into_iter().flatten().map(definition).collect(),
    }
}

/// `file:line` where Nix knows lines, else the files.
pub(super) fn declared_in(answer: &Value) -> Vec<String> {
    let positions = answer.get("positions").and_then(Value::as_array).into_iter().flatten();
    let lines: Vec<String> = positions
        .filter_map(|position| Some(format!("{}:{}", file_of(position.get("file")?.as_str()?).0, position.get("line")?.as_u64()?)))
        .collect();
    if lines.is_empty() { strings(answer.get("declarations")).iter().map(|file| file_of(file).0).collect() } else { lines }
}

/// The packages that one file gives a host.
#[derive(Clone, Debug, Serialize)]
pub struct EffectivePackages {
    /// The host.
    pub host: String,
    /// `environment.systemPackages` or `home.packages`.
    pub slot: &'static str,
    /// The Home Manager user who gets them.
    pub user: Option<String>,
    /// The file: of the flake, or `<input>/…`.
    pub file: String,
    /// Whether it is one of the flake's own.
    pub own: bool,
    /// Their names, with versions.
    pub names: Vec<String>,
}

/// Asks which packages a host has, and from which file. Where one side does not evaluate, what Nix says
/// against it goes to `failures`, and the other is still told.
pub fn packages(asker: &Asker, host: &Host, failures: &mut Vec<Box<Diagnostic>>) -> Result<Vec<EffectivePackages>> {
    match asker.ask_host(host, &functions::packages(None)) {
        Ok(answer) => return Ok(package_rows(host, &answer)),
        Err(error) if !error.code.as_str().starts_with("nix.") => return Err(error),
        Err(_) => {}
    }
    let mut out = Vec::new();
    let mut failed = Vec::new();
    for side in ["system", "home"] {
        match asker.ask_host(host, &functions::packages(Some(side))) {
            Ok(answer) => out.extend(package_rows(host, &answer)),
            Err(error) => failed.push(error),
        }
    }
    if failed.len() > 1 {
        return Err(failed.swap_remove(0));
    }
    failures.extend(failed);
    Ok(out)
}

fn package_rows(host: &Host, answer: &Value) -> Vec<EffectivePackages> {
    let mut out = Vec::new();
    for (side, user, lists) in sides(host, answer) {
        let slot = if side == Side::Home { "home.packages" } else { "environment.systemPackages" };
        for list in lists.as_array().into_iter().flatten() {
            let (file, own) = file_of(list.get("file").and_then(Value::as_str).unwrap_or_default());
            let names = strings(list.get("names"));
            if !names.is_empty() {
                out.push(EffectivePackages { host: host.name.clone(), slot, user: user.clone(), file, own, names });
            }
        }
    }
    out
}
