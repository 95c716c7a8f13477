//! `init`: write `nixedit.toml` with what reading found.
//!
//! ```text
//! hosts/nxiz/configuration.nix, hosts/zrrh/configuration.nix
//!   =>   system_entry = "hosts/{host}/configuration.nix"
//! ```
//! A file that says something stays as it is.

use super::{host_modules, input_apart, overlay_map};
use crate::diagnostic::Result;
use crate::operation::Init;
use crate::plan::{Plan, Step};
use crate::project::{Project, Side};
use crate::syntax::lookup;

const FILE: &str = "nixedit.toml";

pub(super) fn plan(project: &Project, _: &Init) -> Result<Plan> {
    project.flake()?;
    let known = project.bytes(FILE)?.unwrap_or_default();
    let known = String::from_utf8_lossy(&known);
    if known.lines().map(str::trim).any(|line| !line.is_empty() && !line.starts_with('#')) {
        return Ok(Plan { summary: format!("nothing to do: {FILE} is there already"), ..Plan::default() });
    }
    let sections = [flake(project)?, tables(project)?, overlays(project)?, secrets(project)?, inputs(project)?];
    let body: Vec<String> = sections.into_iter().flatten().collect();
    let head = "# What was found in this flake. Lines may go or change: what is not said here is looked for again.\n";
    let contents = format!("{head}\n{}", body.join("\n"));
    let lines = contents.lines().filter(|line| line.contains(" = ")).map(str::to_owned).collect();
    let steps = vec![Step::CreateFile { file: FILE.to_owned(), contents: contents.into_bytes() }];
    Ok(Plan { summary: format!("wrote {FILE} with what was found"), steps, lines, ..Plan::default() })
}

/// A section of those keys that have a value.
fn section(name: &str, keys: Vec<(&str, Option<String>)>) -> Option<String> {
    let lines: String = keys.into_iter().filter_map(|(key, value)| Some(format!("{key} = {}\n", value?))).collect();
    (!lines.is_empty()).then(|| format!("[{name}]\n{lines}"))
}

fn text(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A list of texts; nothing for an empty one.
fn texts(values: &[String]) -> Option<String> {
    let quoted: Vec<String> = values.iter().map(|value| text(value)).collect();
    (!quoted.is_empty()).then(|| format!("[{}]", quoted.join(", ")))
}

fn flake(project: &Project) -> Result<Option<String>> {
    let hosts = project.hosts()?;
    let user = |host: &crate::project::Host| match host.users.as_slice() {
        [only] => Some(only.name.clone()),
        _ => None,
    };
    let first = hosts.first().and_then(user);
    let user = first.filter(|name| !name.contains("${") && hosts.iter().all(|host| user(host).as_ref() == Some(name)));
    let system = entry(project, Side::System)?;
    let folder = system.as_ref().and_then(|pattern| pattern.split_once("/{host}")).map(|(folder, _)| text(folder));
    Ok(section(
        "flake",
        vec![
            ("hosts_dir", folder),
            ("system_entry", system.map(|pattern| text(&pattern))),
            ("home_entry", entry(project, Side::Home)?.map(|pattern| text(&pattern))),
            ("user", user.map(|name| text(&name))),
        ],
    ))
}

/// Where every host's own file of a side is, with `{host}` for its name.
fn entry(project: &Project, side: Side) -> Result<Option<String>> {
    let mut patterns: Vec<String> = Vec::new();
    for host in project.hosts()? {
        let Ok(module) = host_modules::entry(project, &host, side) else { return Ok(None) };
        patterns.push(super::host_copy::renamed_path(&module.source.path, &host.attr, "{host}"));
    }
    patterns.dedup();
    Ok(match patterns.as_slice() {
        [only] if only.contains("{host}") => Some(only.clone()),
        _ => None,
    })
}

fn tables(project: &Project) -> Result<Option<String>> {
    let (mut names, mut selectors): (Vec<String>, Vec<String>) = Default::default();
    for table in project.tables(None)? {
        // One that is selected in place is called by its option, and needs no name.
        let bound = (!table.name.contains('.')).then(|| table.name.clone());
        names.extend(bound.filter(|name| !names.contains(name)));
        for selector in table.selectors.into_iter().filter(|selector| selector.contains('.')) {
            if !selectors.contains(&selector) {
                selectors.push(selector);
            }
        }
    }
    Ok(section("perhost", vec![("names", texts(&names)), ("selector", texts(&selectors))]))
}

fn overlays(project: &Project) -> Result<Option<String>> {
    let overlays = project.overlays()?;
    let Some(host) = project.hosts()?.into_iter().next() else { return Ok(None) };
    let map = overlay_map::row(project, &overlays, &host.name)?.and_then(|(source, value)| {
        let full = lookup::full_path(&value);
        let path = crate::syntax::attr_path::AttrPath::from_names(full[..full.len().checked_sub(1)?].to_vec())?;
        Some(text(&format!("{}#{path}", source.path)))
    });
    Ok(section("overlays", vec![("host_map", map)]))
}

fn secrets(project: &Project) -> Result<Option<String>> {
    let secrets = project.secrets()?;
    let mut files: Vec<&str> = secrets.entries.iter().map(|entry| entry.file.as_str()).collect();
    files.dedup();
    let module = if let [only] = files.as_slice() { Some(text(only)) } else { None };
    Ok(section("secrets", vec![("rules", secrets.rules.map(|rules| text(&rules.file))), ("module", module)]))
}

fn inputs(project: &Project) -> Result<Option<String>> {
    let source = project.source("flake.nix")?;
    let apart = project.flake()?.inputs.into_iter().filter(|input| input_apart::why(project, &source, input).is_some());
    let names: Vec<String> = apart.map(|input| input.name).collect();
    Ok(section("inputs", vec![("never_follow", texts(&names))]))
}
