//! `nixedit discover`.

use crate::cli::{Format, Global};
use crate::render::json;
use crate::render::width::{fitted, remarked, words};
use nixedit_core::diagnostic::Result;
use nixedit_core::inspect::discover::{self, Discovered, OptionFound, Package};
use nixedit_core::operation::Hosts;
use nixedit_core::workspace::Workspace;
use std::io::Write;
use std::process::ExitCode;

/// Ask what a name means on a host: a package, an option, or what was meant
///
/// The host's own package set is asked, with the flake's lock, overlays and settings: whether the
/// name exists there, was renamed or removed, and may be used; and the options of that path.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  nixedit discover ripgrep --host nxiz
  nixedit discover services.openssh.enable --host nxiz
  nixedit discover du-dust --host adeck --format json")]
pub struct Args {
    /// The host [default: the only one]
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,
    /// A package, or the path of an option
    #[arg(value_name = "NAME")]
    pub name: String,
}

pub fn run(args: &Args, global: &Global) -> Result<ExitCode> {
    let found = found(&crate::run::workspace(global, None)?, &args.name, args.host.as_deref())?;
    match global.format {
        Format::Json => {
            let mut out = serde_json::json!({ "schema": "nixedit/1", "command": "discover", "status": "unchanged" });
            json::extend(&mut out, &found);
            json::print(&out);
        }
        // Writing to a closed pipe is no reason to fail.
        Format::Human => drop(write!(anstream::stdout().lock(), "{}", text(&found))),
    }
    Ok(ExitCode::SUCCESS)
}

/// What Nix says about the name on a host (without one: on the only one). Refused with the names that were meant.
pub fn found(workspace: &Workspace, name: &str, host: Option<&str>) -> Result<Discovered> {
    let wanted = Hosts::named(host);
    let project = workspace.with_hosts(workspace.project()?, &wanted.names)?;
    let host = discover::host(&project, &wanted)?;
    let asker = workspace.required_asker(project.settings())?;
    discover::by_asking(&asker, &host, name)?.or_refuse()
}

/// The same as people read it.
pub fn text(found: &Discovered) -> String {
    let mut out = found.package.as_ref().map(|package| package_text(package, found)).unwrap_or_default();
    match &found.no_package {
        Some(other) if other.kind == "set" => {
            out.push_str(&format!("{}  no package but a set of {} attributes\n", found.name, other.members))
        }
        Some(other) => out.push_str(&format!("{}  no package but a {}\n", found.name, other.kind)),
        None => {}
    }
    out.extend(found.options.iter().map(|option| option_text(option, found)));
    if !found.members.is_empty() {
        out.push_str(&format!("{} holds options\n{}", found.name, words("    ", &found.members)));
    }
    if !found.modules.is_empty() {
        out.push_str(&format!("modules of that name\n{}", words("    ", &found.modules)));
    }
    out
}

fn package_text(package: &Package, found: &Discovered) -> String {
    let mut remarks: Vec<String> = package.main_program.iter().map(|program| format!("command {program}")).collect();
    for (holds, word) in [
        (package.unfree, "unfree"),
        (package.broken, "broken"),
        (package.insecure, "insecure"),
        (package.unsupported, "not for this platform"),
    ] {
        remarks.extend(holds.then(|| word.to_owned()));
    }
    let mut out = remarked(&format!("{}  {}", found.name, package.name.as_deref().unwrap_or("?")), &remarks);
    if let Some(description) = &package.description {
        out.push_str(&(fitted("    ", description) + "\n"));
    }
    match &package.refusal {
        Some(refusal) => out.push_str(&format!("    not usable: {}\n", refusal.lines().next().unwrap_or_default())),
        None if package.usable => out.push_str(&format!("    nixedit add-package --host {} {}\n", found.host, found.name)),
        None => {}
    }
    out
}

fn option_text(option: &OptionFound, found: &Discovered) -> String {
    let user = option.user.as_ref().map(|user| format!(" of {user}")).unwrap_or_default();
    let mut remarks: Vec<String> = option.kind.iter().cloned().collect();
    for (name, value) in [("default", &option.default), ("example", &option.example)] {
        remarks.extend((!value.is_null()).then(|| format!("{name} {}", super::r#where::said(value))));
    }
    let mut out = remarked(&format!("{}  {}{user}", found.name, option.side), &remarks);
    if let Some(description) = &option.description {
        out.push_str(&(fitted("    ", description) + "\n"));
    }
    out.extend(option.declared_in.iter().map(|file| fitted("    declared in ", file) + "\n"));
    out
}
