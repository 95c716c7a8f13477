//! `program enable NAME --host HOST --set OPTION=VALUE`: enable a program's module, with its settings.
//!
//! ```text
//! home.packages = with pkgs; [ bat htop ];   =>   home.packages = with pkgs; [ bat ];
//!                                                 programs.htop.enable = true;
//! ```
//! Home Manager's module where the host has one, else that of the system; a module of the flake is imported
//! if the host lacks it. With `--replace-package` the package goes, since the module brings it.
//!
//! Refuses: several hosts at once; a setting without a value; a program that no module is for (Nix says so).

use super::home_program::{self, Home};
use super::{host_modules, module_import, proof};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{Hosts, Operation, OptionSet, ProgramEnable, RemovePackage, Slot};
use crate::plan::{Expect, Plan, Target};
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::{AttrPath, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::span;

/// The plan of one part; `None` behind the last.
pub(super) fn part(project: &Project, args: &ProgramEnable, index: usize) -> Result<Option<Plan>> {
    let host = home_program::one_host(project, &args.hosts)?;
    let root = root(&args.name)?;
    if index == 0
        && let Some(place) = enabled_already(project, args, &host, &root)?
    {
        let summary = format!("nothing to do: {} is enabled for {} at {place}", args.name, host.name);
        return Ok(Some(Plan { summary, hosts: vec![host.name], ..Plan::default() }));
    }
    let side = side(project, args, &host, &root)?;
    let home = home_program::of_side(project, &host, side, &root)?;
    let parts = parts(project, args, &home, &root)?;
    let Some(operation) = parts.get(index) else { return Ok(None) };
    let mut plan = home_program::part(project, Some(operation))?;
    if matches!(operation, Operation::RemovePackage(_)) {
        plan.targets.clear();
    }
    if index == 0 {
        let where_to = if side == Side::Home { "" } else { ", on the system" };
        plan.summary = format!("enabled {} for {}{where_to}", args.name, host.name);
        plan.hosts = vec![host.name.clone()];
        plan.targets.extend(targets(args, &home, &root, side)?);
    }
    Ok(Some(plan))
}

/// `programs.NAME`.
pub(super) fn root(name: &str) -> Result<AttrPath> {
    AttrPath::parse(&format!("programs.{}", quoted_name(name.strip_prefix("programs.").unwrap_or(name))))
}

/// Where a file that other hosts have too enables the program, and nothing else is asked for.
fn enabled_already(project: &Project, args: &ProgramEnable, host: &Host, root: &AttrPath) -> Result<Option<String>> {
    if !args.set.is_empty() || args.replace_package.is_some() {
        return Ok(None);
    }
    let asked = |side: &Side| match args.to {
        Slot::Home => *side == Side::Home,
        Slot::System => *side == Side::System,
        _ => true,
    };
    for side in [Side::Home, Side::System].into_iter().filter(asked) {
        for module in host_modules::modules(project, host, side)?.iter().filter(|module| !module.is_own() && !module.conditional) {
            let found = module.find(&root.child("enable")).definitions;
            if let Some(found) = found.iter().find(|found| found.value.text() == "true") {
                return Ok(Some(module.source.file_line(span(&found.binding).start)));
            }
        }
    }
    Ok(None)
}

/// The side asked for; else the one that has a module of the flake for the program, or sets it already; else
/// the home.
fn side(project: &Project, args: &ProgramEnable, host: &Host, root: &AttrPath) -> Result<Side> {
    match args.to {
        Slot::Home => return Ok(Side::Home),
        Slot::System => return Ok(Side::System),
        _ if host.users.is_empty() => return Ok(Side::System),
        _ => {}
    }
    if let Some(declared) = project.declarations(&root.child("enable")).first() {
        return module_import::side_of(project, host, &declared.source.path);
    }
    for side in [Side::Home, Side::System] {
        if host_modules::modules(project, host, side)?.iter().any(|module| home_program::sets(module, root)) {
            return Ok(side);
        }
    }
    Ok(Side::Home)
}

/// The operations that make it up, in order.
fn parts(project: &Project, args: &ProgramEnable, home: &Home, root: &AttrPath) -> Result<Vec<Operation>> {
    let settings = settings(args)?;
    let enable = root.child("enable");
    let is_of_flake = !project.declarations(&enable).is_empty();
    let mut out = vec![match (is_of_flake, home.sets(root), settings.is_empty()) {
        (true, ..) => {
            let hosts = Hosts { names: vec![home.host.name.clone()], ..Hosts::default() };
            Operation::OptionSet(OptionSet { hosts, nix: true, ..OptionSet::new(enable, "true") })
        }
        (false, false, false) => {
            let lines: String = settings.iter().map(|(name, value)| format!("  {name} = {};\n", value.replace('\n', "\n  "))).collect();
            home.set(root.clone(), format!("{{\n  enable = true;\n{lines}}}"))
        }
        _ => home.set(enable, "true"),
    }];
    for (name, value) in settings {
        let path = name.names().iter().fold(root.clone(), |path, name| path.child(name));
        out.push(home.set(path, value));
    }
    if let Some(package) = &args.replace_package {
        let name = if package.is_empty() { args.name.clone() } else { package.clone() };
        let hosts = Hosts { names: vec![home.host.name.clone()], ..Hosts::default() };
        out.push(Operation::RemovePackage(RemovePackage { hosts, names: vec![name], ..RemovePackage::default() }));
    }
    Ok(out)
}

/// Path and value of each setting.
fn settings(args: &ProgramEnable) -> Result<Vec<(AttrPath, String)>> {
    let mut out = Vec::new();
    for pair in &args.set {
        let (path, value) = pair
            .split_once('=')
            .ok_or_else(|| Diagnostic::new(Code::UsageInvalid, format!("'{pair}' has no value")).help("write it as --set OPTION=VALUE"))?;
        let value = if args.nix { Fragment::parse(value)? } else { Fragment::value(value) };
        out.push((AttrPath::parse(path)?, value.text().to_owned()));
    }
    Ok(out)
}

/// The program is enabled, or a setting changes; what that does to the packages is told.
fn targets(args: &ProgramEnable, home: &Home, root: &AttrPath, side: Side) -> Result<Vec<Target>> {
    let mut paths = vec![root.child("enable")];
    paths.extend(settings(args)?.iter().map(|(path, _)| path.names().iter().fold(root.clone(), |root, name| root.child(name))));
    let packages = AttrPath::parse(if side == Side::Home { "home.packages" } else { "environment.systemPackages" })?;
    let group = if args.replace_package.is_some() { Expect::Reported } else { Expect::ChangedAny(root.to_string()) };
    let ask = |path: &AttrPath| home.asks(&path.to_string(), &format!("{path} or null"), group.clone());
    let mut out: Vec<Target> = paths.iter().map(ask).collect();
    if args.replace_package.is_some() {
        let path = paths[0].to_string();
        out[0] = home.asks(&path, &path, Expect::Equals("true".to_owned()));
    }
    out.extend(proof::names(&home.host, side, &packages, &Expect::Reported));
    Ok(out)
}
