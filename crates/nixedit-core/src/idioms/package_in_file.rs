//! Packages into one named file: any file, or one that is a module of some hosts.

use super::add_package::InFile;
use super::host_modules::{self, HostModule};
use super::package_elements::{has_all_commented_out, into_list};
use super::package_lists::{self, PackageList};
use super::{candidates, host_block, list_add, package_start, spelling, ways};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{AddPackage, Slot};
use crate::plan::{Place, Plan};
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::parse::Source;
use crate::text::shell_word;

/// A file alone, whoever imports it.
pub(super) fn plan(project: &Project, args: &AddPackage, names: &[Vec<String>]) -> Result<Plan> {
    let file = args.target.file.as_deref().unwrap_or_default();
    let source = project.source(file)?;
    let path = match (&args.target.path, &args.slot) {
        (Some(path), _) => Some(path.clone()),
        (None, Slot::System) => Some(usual(Side::System)?),
        (None, Slot::Home) => Some(usual(Side::Home)?),
        (None, _) => usual_path(&source, args)?,
    };
    let list = PackageList::alone(source.clone(), candidates::list_beside(&source, path.as_ref(), args.target.at, &args.place)?);
    let everywhere = candidates::lists(&list.source, path.as_ref());
    // Who names a line or a neighbour names the list.
    let told = args.target.at.is_some() || matches!(args.place, Place::After(_) | Place::Before(_));
    let known = |name: &str| !told && everywhere.iter().any(|place| list_add::contains(&place.list, name));
    let new: Vec<&Vec<String>> = names.iter().filter(|parts| !known(&spelling::attribute(parts))).collect();
    let what = path.map_or_else(|| file.to_owned(), |path| format!("{path} in {file}"));
    let mut others = everywhere.into_iter().filter(|_| !told).map(|place| PackageList::alone(source.clone(), place));
    let list = others.find(|other| has_all_commented_out(other, args, &new)).unwrap_or(list);
    into_list(&list, args, &new, &what, None)
}

fn usual(side: Side) -> Result<AttrPath> {
    let [home, system] = package_lists::USUAL_PATHS;
    AttrPath::parse(if side == Side::Home { home } else { system })
}

/// What package lists are called elsewhere than in a host: shells and derivations (nixpkgs manual, "mkShell" and
/// "Specifying dependencies"), environments ("buildEnv").
const OTHER_NAMES: [&str; 5] = ["packages", "systemPackages", "buildInputs", "nativeBuildInputs", "paths"];

/// The package list of a file that names none: the one of the two usual paths that it has; the
/// file's own expression where that is a list; else the only list with a name that such lists have.
fn usual_path(source: &Source, args: &AddPackage) -> Result<Option<AttrPath>> {
    let file = shell_word(&source.path);
    for usual in package_lists::USUAL_PATHS {
        let path = AttrPath::parse(usual)?;
        if !candidates::definitions(source, &path).is_empty() {
            return Ok(Some(path));
        }
    }
    if !candidates::lists(source, None).is_empty() {
        return Ok(None);
    }
    let named = OTHER_NAMES.into_iter().map(AttrPath::parse).collect::<Result<Vec<_>>>()?;
    let mut named: Vec<AttrPath> = named.into_iter().filter(|path| !candidates::lists(source, Some(path)).is_empty()).collect();
    match named.len() {
        0 => Err(Diagnostic::new(Code::ListMissing, format!("{} has no list of packages", source.path))
            .help("name a list of another name with --path PATH, or start one:")
            .way(format!("nixedit option set environment.systemPackages '[ ]' --nix --file {file}"), "in a module of a system")
            .way(format!("nixedit option set home.packages '[ ]' --nix --file {file}"), "in a module of Home Manager")),
        1 => Ok(named.pop()),
        _ => {
            let several =
                Diagnostic::new(Code::ListAmbiguous, format!("{} has several lists of packages", source.path)).help("say which one:");
            let names = args.names.iter().map(|name| shell_word(name)).collect::<Vec<_>>().join(" ");
            let way = |path: &AttrPath| format!("nixedit add-package --file {file} --path {path} {names}");
            Err(named.iter().fold(several, |several, path| several.way(way(path), format!("in {path}"))))
        }
    }
}

/// Hosts and a file of theirs: the file's list where the hosts asked for are all that have it, else
/// a part of it that holds on those hosts only. Also gives the side that the file is of.
pub(super) fn of_hosts(project: &Project, args: &AddPackage, hosts: &[Host], file: &str, names: &[Vec<String>]) -> Result<InFile> {
    let host = hosts.first().ok_or_else(|| Diagnostic::new(Code::HostRequired, "which host?").help("name it with --host HOST"))?;
    if let Some(found) = in_list_file(project, args, hosts, file, names)? {
        return Ok(found);
    }
    let side = side_of(project, host, file, &args.slot)?;
    let path = args.target.path.clone().map_or_else(|| usual(side), Ok)?;
    let asked: Vec<String> = hosts.iter().map(|h| h.name.clone()).collect();
    let mut modules = host_modules::modules(project, host, side)?;
    modules.retain(|module| module.source.path == file);
    modules.sort_by_key(|module| !module.is_file);
    let module = modules.into_iter().next();
    let module = module
        .ok_or_else(|| Diagnostic::new(Code::FileProtected, format!("{file} is not edited (see flake.protected in nixedit.toml)")))?;
    let what = format!("{path} of {}", asked.join(", "));
    let lists = package_lists::of_module(&module, &host.name, &path);
    let there = |parts: &&Vec<String>| lists.iter().any(|list| list.is_reaching() && list.package(args.from.as_deref(), parts).is_some());
    let new: Vec<&Vec<String>> = names.iter().filter(|parts| !there(parts)).collect();
    let mut plan = if new.is_empty() {
        Plan { summary: format!("{} already in {what}", args.names.join(", ")), ..Plan::default() }
    } else if !foreign(project, &module, hosts).is_empty() {
        host_block::plan(project, &module, &lists, args, &new, &path, hosts)?
    } else if args.target.at.is_none() && module.find(&path).definitions.is_empty() {
        package_start::list(&module, args, &new, &path, &what, host, None)?
    } else {
        let best = host_block::list_for(&module, &lists, args, &path)?;
        into_list(&PackageList::alone(module.source.clone(), best), args, &new, &what, Some(host))?
    };
    plan.hosts = asked;
    Ok(InFile { plan, side, path, file: file.to_owned() })
}

/// A file that is no module: the hosts asked for must be all that have its list.
fn in_list_file(project: &Project, args: &AddPackage, hosts: &[Host], file: &str, names: &[Vec<String>]) -> Result<Option<InFile>> {
    let Some(host) = hosts.first() else { return Ok(None) };
    let list = |side| host.lists_of(side).find(|list| list.file == file).map(|list| (side, list));
    let Some((side, list)) = [Side::Home, Side::System].into_iter().find_map(list) else { return Ok(None) };
    let mut others = project.others_with(host, file)?;
    others.retain(|name| !project.host(name).is_ok_and(|other| hosts.iter().any(|host| host.is_same_machine(&other))));
    if !others.is_empty() {
        let all: Vec<&str> = hosts.iter().map(|host| &host.name).chain(&others).map(String::as_str).collect();
        return Err(Diagnostic::new(Code::FileShared, format!("{file} is a list that {} have too", others.join(", ")))
            .help("name all of them, or leave --file away:")
            .way(ways::command(args, &all.join(","), &["--file", file]), format!("on {}", all.join(", ")))
            .way(ways::command(args, &host.name, &[]), format!("in a place of {} alone", host.name)));
    }
    let asked: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    let what = format!("{} of {}", list.option, asked.join(", "));
    let path = AttrPath::parse(&list.option)?;
    let Some(list) = package_lists::of_list_file(project, host, list)?.into_iter().next() else { return Ok(None) };
    let mut plan = into_list(&list, args, &names.iter().collect::<Vec<_>>(), &what, Some(host))?;
    plan.hosts = asked;
    Ok(Some(InFile { plan, side, path, file: file.to_owned() }))
}

/// The hosts that have the module's file and were not asked for.
fn foreign<'m>(project: &Project, module: &'m HostModule, asked: &[Host]) -> Vec<&'m String> {
    let is_asked = |name: &String| project.host(name).is_ok_and(|other| asked.iter().any(|host| host.is_same_machine(&other)));
    module.shared_with.iter().filter(|name| !is_asked(name)).collect()
}

fn side_of(project: &Project, host: &Host, file: &str, slot: &Slot) -> Result<Side> {
    let has = |side: &Side| project.files_of(host, *side).iter().any(|f| f == file);
    // A file may hold modules of both.
    let sides = if *slot == Slot::System { [Side::System, Side::Home] } else { [Side::Home, Side::System] };
    if let Some(side) = sides.into_iter().find(has) {
        return Ok(side);
    }
    let importing = project.hosts_importing(file)?;
    let help = match importing.as_slice() {
        [] => format!("import it: nixedit module import {file} --host {}", host.name),
        hosts => format!("hosts that have it: {}", hosts.join(", ")),
    };
    let message = format!("{file} is not part of host '{}'", host.name);
    Err(Diagnostic::new(Code::OptionNotImported, message).help(help).candidates(importing))
}
