//! Which file an operation works on, when its caller names a file or a host.

use super::host_modules::{self, HostModule};
use super::host_question;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{Hosts, Target};
use crate::plan::{Expect, Plan, Target as Question};
use crate::project::{HomeUser, Host, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::parse::Source;

/// The attribute path of the target; `None` for `.`, the file's own expression.
pub(super) fn path(target: &Target) -> Option<&AttrPath> {
    target.path.as_ref()
}

/// What people call the target.
pub(super) fn name(target: &Target) -> String {
    target.path.as_ref().map_or_else(|| "the list".to_owned(), ToString::to_string)
}

/// The file named, or the file of the host that defines the path, or the host's own file.
pub(super) fn source(project: &Project, hosts: &Hosts, target: &Target) -> Result<Source> {
    match &target.path {
        Some(path) => file(project, hosts, target.file.as_deref(), path),
        None => named(project, target.file.as_deref()),
    }
}

fn named(project: &Project, file: Option<&str>) -> Result<Source> {
    match file {
        Some(file) if host_modules::is_protected(project, file) => {
            Err(Diagnostic::new(Code::FileProtected, format!("{file} is protected")).help("take it out of flake.protected in nixedit.toml"))
        }
        Some(file) => project.source(file),
        None => Err(Diagnostic::new(Code::HostRequired, "which file or host?").help("name it with --file FILE or --host HOST")),
    }
}

/// The file named, or the file of the hosts named that defines `path`, or the one host's own file. A
/// definition that hosts have which are not meant is refused.
pub(super) fn file(project: &Project, hosts: &Hosts, file: Option<&str>, path: &AttrPath) -> Result<Source> {
    if file.is_some() || hosts.is_empty() {
        return named(project, file);
    }
    let all = host_modules::hosts(project, hosts)?;
    let one_at_a_time = || {
        Diagnostic::new(Code::HostAmbiguous, "one host at a time, or one file")
            .help("name one host, or the file that all of them have with --file")
    };
    let [host, others @ ..] = all.as_slice() else { return Err(one_at_a_time()) };
    let side = side_of(project, host, path)?;
    let modules = host_modules::modules(project, host, side)?;
    let of_all = |m: &&HostModule| m.is_file && others.iter().all(|other| m.shared_with.contains(&other.name));
    let defining = modules.iter().filter(of_all).find(|m| !m.find(path).definitions.is_empty());
    let near = || beside(modules.iter().filter(of_all), path);
    match (defining, others.is_empty()) {
        (Some(module), _) => meant(module, &all, &format!("{path} is set")),
        (None, false) => near().map_or_else(|| Err(one_at_a_time()), |(near, module)| meant(module, &all, &beside_text(path, &near))),
        (None, true) => match (host_modules::entry(project, host, side), near()) {
            (Ok(entry), _) => Ok(entry.source),
            (Err(error), Some((near, module))) if error.code == Code::FileShared => meant(module, &all, &beside_text(path, &near)),
            (Err(error), _) => Err(error),
        },
    }
}

fn beside_text(path: &AttrPath, near: &AttrPath) -> String {
    format!("{path} belongs beside {near}")
}

/// The hosts named, else those that have the file: an option that is bound there counts on each.
pub(super) fn asked(project: &Project, hosts: &Hosts, file: &str) -> Hosts {
    if !hosts.is_empty() {
        return hosts.clone();
    }
    Hosts { names: project.hosts_importing(file).unwrap_or_default(), ..Hosts::default() }
}

/// The module's file, where no host has it that is not among `hosts`.
fn meant(module: &HostModule, hosts: &[Host], what: &str) -> Result<Source> {
    let named = |name: &&String| hosts.iter().any(|host| host.name == **name);
    let others: Vec<&str> = module.shared_with.iter().filter(|name| !named(name)).map(String::as_str).collect();
    let file = &module.source.path;
    if others.is_empty() {
        return Ok(module.source.clone());
    }
    let verb = if others.len() == 1 { "has" } else { "have" };
    Err(Diagnostic::new(Code::FileShared, format!("{what} in {file}, which {} {verb} too", others.join(", ")))
        .help(format!("change it for all of them with --file {file}"))
        .candidates([file.clone()]))
}

/// The longest beginning of the path, of two names at least, that a shared file sets.
fn beside<'m>(modules: impl Iterator<Item = &'m HostModule> + Clone, path: &AttrPath) -> Option<(AttrPath, &'m HostModule)> {
    beginnings(path).find_map(|near| {
        let module = modules.clone().find(|m| sets(m, &near))?;
        Some((near, module))
    })
}

fn beginnings(path: &AttrPath) -> impl Iterator<Item = AttrPath> {
    (2..path.names().len()).rev().filter_map(|count| AttrPath::from_names(path.names()[..count].to_vec()))
}

fn sets(module: &HostModule, path: &AttrPath) -> bool {
    let found = module.find(path);
    !found.definitions.is_empty() || !found.below.is_empty()
}

/// The side that an option belongs to: where one of the host's modules sets it, or else something that
/// begins as it does and only one side sets; else by its first name.
pub(super) fn side_of(project: &Project, host: &Host, path: &AttrPath) -> Result<Side> {
    let (system, home) = (host_modules::modules(project, host, Side::System)?, host_modules::modules(project, host, Side::Home)?);
    for (side, modules) in [(Side::System, &system), (Side::Home, &home)] {
        if modules.iter().any(|module| sets(module, path)) {
            return Ok(side);
        }
    }
    let by = |modules: &[HostModule], near: &AttrPath| modules.iter().any(|module| sets(module, near));
    let near = beginnings(path).map(|near| (by(&system, &near), by(&home, &near))).find(|(system, home)| system != home);
    if let Some((_, home)) = near {
        return Ok(if home { Side::Home } else { Side::System });
    }
    Ok(if path.names()[0] == "home" || path.names()[0] == "xdg" { Side::Home } else { Side::System })
}

/// The side of a host that has `path` in `file`: a system file may hold Home Manager modules too.
pub(super) fn side_of_file(project: &Project, host: &Host, file: &str, path: &AttrPath) -> Result<Option<Side>> {
    let has = |side| project.files_of(host, side).iter().any(|f| f == file);
    Ok(match (has(Side::System), has(Side::Home)) {
        (true, true) => Some(side_of(project, host, path)?),
        (true, false) => Some(Side::System),
        (false, true) => Some(Side::Home),
        (false, false) => None,
    })
}

/// Adds what proves an edit of the target's list: its elements changed on the hosts asked for. Imports
/// are no option: there the hosts must still evaluate as a whole.
pub(super) fn prove(project: &Project, hosts: &Hosts, target: &Target, file: &str, plan: &mut Plan) -> Result<()> {
    let Some(path) = target.path.as_ref().filter(|_| !plan.steps.is_empty() && !hosts.is_empty()) else { return Ok(()) };
    plan.hosts.clone_from(&hosts.names);
    if path.names() == ["imports"] {
        plan.targets.extend(host_modules::hosts(project, hosts)?.iter().map(host_question::whole));
        return Ok(());
    }
    plan.targets.extend(questions(project, hosts, file, path)?.into_iter().map(host_question::with_names));
    Ok(())
}

/// What proves that the value of `path` changed on the hosts asked for, and on no other that has
/// the file.
pub(super) fn questions(project: &Project, hosts: &Hosts, file: &str, path: &AttrPath) -> Result<Vec<Question>> {
    if hosts.is_empty() {
        return Ok(Vec::new());
    }
    let mut out = super::host_selector::questions(project, file, path)?;
    let wanted = hosts.names.iter().map(|name| project.host(name)).collect::<Result<Vec<_>>>()?;
    for host in project.hosts()? {
        let Some(side) = side_of_file(project, &host, file, path)? else { continue };
        let asked = hosts.all || wanted.iter().any(|known| known.name == host.name);
        if !asked && wanted.iter().any(|known| known.is_same_machine(&host)) {
            continue;
        }
        let has = |user: &&HomeUser| user.modules.iter().any(|module| module.place.file() == Some(file));
        let base = match (side, host.users.iter().find(has)) {
            (Side::Home, Some(user)) => host.config_of(user),
            _ => "c.config".to_owned(),
        };
        out.push(Question {
            host: Some(host.name.clone()),
            output: host.output(),
            label: path.to_string(),
            // Where the edit adds or removes the only definition, the attribute may be there on one side.
            question: format!("{base}.{path} or null"),
            expect: if asked { Expect::Changed } else { Expect::Same },
            forced: false,
        });
    }
    Ok(out)
}
