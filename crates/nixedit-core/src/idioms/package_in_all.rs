//! Packages for all hosts at once, in one file that all of them have; and packages of a flake
//! output that belongs to no host.

use super::add_package::InFile;
use super::package_elements::into_list;
use super::package_lists::{self, PackageList};
use super::{package_outputs, proof, ways};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{AddPackage, Slot};
use crate::plan::Plan;
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::AttrPath;
use std::collections::BTreeSet;

/// All hosts; also gives the side and the file that were chosen.
pub(super) fn plan(project: &Project, args: &AddPackage, hosts: &[Host], names: &[Vec<String>]) -> Result<InFile> {
    let (side, path) = slot(project, args, hosts)?;
    let all: Vec<&str> = hosts.iter().map(|h| h.name.as_str()).collect();
    let list = shared_list(project, hosts, side, &path, &all.join(", ")).map_err(|error| match error.code {
        Code::ListMissing => error.way(ways::command(args, &all.join(","), &[]), "into each host's own list"),
        _ => error,
    })?;
    into(list, args, hosts, names, (side, path))
}

/// Some hosts that share a list with one another and with no other host; `None` where they do not.
pub(super) fn of_these(project: &Project, args: &AddPackage, hosts: &[Host], names: &[Vec<String>]) -> Result<Option<InFile>> {
    let (side, path) = slot(project, args, hosts)?;
    let asked = |name: &String| hosts.iter().any(|host| host.name == *name);
    let mut lists = everywhere(project, hosts, side, &path)?;
    lists.retain(|list| list.shared_with.iter().all(asked));
    for list in &mut lists {
        // To those hosts together the file is what its own file is to one.
        list.shared_with.clear();
        (list.near, list.is_own_file) = (true, true);
    }
    let chosen = package_lists::choose(&lists, &args.place)?;
    chosen.map(|list| into(list, args, hosts, names, (side, path))).transpose()
}

fn slot(project: &Project, args: &AddPackage, hosts: &[Host]) -> Result<(Side, AttrPath)> {
    match hosts.first() {
        Some(host) => package_lists::slot_of(project, host, &args.slot, args.target.path.as_ref()),
        None => package_lists::slot_path(project, &args.slot),
    }
}

fn into(list: PackageList, args: &AddPackage, hosts: &[Host], names: &[Vec<String>], (side, path): (Side, AttrPath)) -> Result<InFile> {
    let all: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    let what = format!("{path} of {}", all.join(", "));
    let mut plan = into_list(&list, args, &names.iter().collect::<Vec<_>>(), &what, hosts.first())?;
    plan.hosts = all;
    Ok(InFile { plan, side, path, file: list.source.path })
}

/// The list that every host has without condition; the one in the stated shared file where there is
/// one.
fn shared_list(project: &Project, hosts: &[Host], side: Side, path: &AttrPath, all: &str) -> Result<PackageList> {
    let mut lists = everywhere(project, hosts, side, path)?;
    match &project.settings().packages.shared_file {
        Some(stated) => lists.retain(|list| list.source.path == *stated),
        None => check_one_file(&lists, path, all)?,
    }
    let first = (!lists.is_empty()).then(|| lists.swap_remove(0));
    first.ok_or_else(|| {
        let shared = shared_files(project, hosts, side);
        let those = if shared.is_empty() { String::new() } else { format!("; without a list: {}", shared.join(", ")) };
        let message = format!("no file with a package list is imported by all of {all}{those}");
        Diagnostic::new(Code::ListMissing, message)
            .help("start a list in a file that all of them import, or take each host's own:")
            .candidates(shared)
    })
}

/// The lists that are surely part of every host.
fn everywhere(project: &Project, hosts: &[Host], side: Side, path: &AttrPath) -> Result<Vec<PackageList>> {
    let Some((first, rest)) = hosts.split_first() else { return Ok(Vec::new()) };
    let mut lists = package_lists::of_host(project, first, side, path)?;
    let everywhere = |list: &PackageList| rest.iter().all(|host| project.files_of(host, side).contains(&list.source.path));
    lists.retain(|list| list.place.is_unconditional() && !list.place.is_argument() && everywhere(list));
    Ok(lists)
}

fn check_one_file(lists: &[PackageList], path: &AttrPath, all: &str) -> Result<()> {
    let files: BTreeSet<&str> = lists.iter().map(|list| list.source.path.as_str()).collect();
    if files.len() < 2 {
        return Ok(());
    }
    let names = files.iter().copied().collect::<Vec<_>>().join(", ");
    Err(Diagnostic::new(Code::ListAmbiguous, format!("{} files with {path} are imported by all of {all}: {names}", files.len()))
        .help("name one with --file, or edit each host's own file with --each-host")
        .candidates(files))
}

fn shared_files(project: &Project, hosts: &[Host], side: Side) -> Vec<String> {
    let Some((first, rest)) = hosts.split_first() else { return Vec::new() };
    let mut files = project.files_of(first, side);
    files.retain(|file| file != "flake.nix" && rest.iter().all(|host| project.files_of(host, side).contains(file)));
    files
}

/// An environment or a development shell of the flake.
pub(super) fn of_output(project: &Project, args: &AddPackage, names: &[Vec<String>]) -> Result<Plan> {
    if !args.hosts.is_empty() {
        package_lists::slot_path(project, &args.slot)?;
    }
    let list = package_outputs::list(project, &args.slot)?;
    let (kind, name) = match &args.slot {
        Slot::Env(name) => ("packages", name),
        Slot::Devshell(name) => ("devShells", name),
        _ => ("packages", &args.names[0]),
    };
    let mut plan = into_list(&list, args, &names.iter().collect::<Vec<_>>(), &format!("{kind}.{name}"), None)?;
    if !plan.steps.is_empty() {
        plan.targets.push(proof::flake_output(kind, &platform(project), name));
    }
    Ok(plan)
}

/// The platform to ask about: that of the first host that states one.
pub(super) fn platform(project: &Project) -> String {
    let hosts = project.hosts().unwrap_or_default();
    hosts.iter().find_map(|host| host.system.clone()).unwrap_or_else(|| "x86_64-linux".to_owned())
}
