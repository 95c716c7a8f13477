//! Whom to ask what reading leaves open: the nix that the flags and settings allow.

use crate::cli::Global;
use crate::place::Workspace;
use crate::progress::Spinner;
use crate::prove;
use nixedit_core::ask::{Asker, hosts};
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::project::Project;
use nixedit_core::settings::Settings;
use nixedit_core::validate::Level;

/// Somebody to ask about the flake; `None` without a nix, or where nothing is to be evaluated.
pub fn asker(place: &Workspace, settings: &Settings, global: &Global) -> Result<Option<Asker>> {
    let level = global.validate.as_deref().map(str::parse::<Level>).transpose()?;
    if global.no_validate || !place.is_flake || level.is_some_and(|level| level < Level::Target) {
        return Ok(None);
    }
    let mut settings = settings.clone();
    if let Some(timeout) = &global.timeout {
        settings.validate.timeout.clone_from(timeout);
    }
    let Some(nix) = prove::find(&settings)? else { return Ok(None) };
    let quiet = global.quiet;
    let asker = Asker::new(&place.root, nix, prove::interrupt())?;
    Ok(Some(asker.telling(Box::new(move |output| Box::new(Spinner::saying(quiet, &format!("asking Nix about {output}")))))))
}

/// The same, or a refusal: what was asked for needs an answer.
pub fn required(place: &Workspace, settings: &Settings, global: &Global) -> Result<Asker> {
    if global.no_validate {
        return Err(Diagnostic::new(Code::UsageInvalid, "this needs an evaluation, which --no-eval forbids").help("leave --no-eval away"));
    }
    asker(place, settings, global)?
        .ok_or_else(|| Diagnostic::new(Code::EnvNoNix, "there is no nix to ask").help("install nix, or name one with NIXEDIT_NIX"))
}

/// The project, with what Nix knows of hosts that are asked for by name and cannot be read.
pub fn with_hosts(place: &Workspace, project: Project, named: &[String], global: &Global) -> Result<Project> {
    let unknown = named.iter().any(|name| project.host(name).is_err() && hosts::left_open(&project, std::slice::from_ref(name)));
    match asker_if(unknown, place, &project, global)? {
        Some(asker) => hosts::learned(&asker, &project, named),
        None => Ok(project),
    }
}

/// The project with all that Nix knows of its hosts; `None` where nobody can be asked.
pub fn learned(place: &Workspace, project: &Project, global: &Global) -> Result<Option<Project>> {
    asker(place, project.settings(), global)?.map(|asker| hosts::learned(&asker, project, &[])).transpose()
}

/// The project with the names of all hosts, where some cannot be read.
pub fn with_names(place: &Workspace, project: Project, global: &Global) -> Result<Project> {
    let open = project.host_map().is_ok_and(|map| map.hosts.is_empty() || !map.unresolved.is_empty());
    match asker_if(open, place, &project, global)? {
        Some(asker) => hosts::named(&asker, &project),
        None => Ok(project),
    }
}

fn asker_if(needed: bool, place: &Workspace, project: &Project, global: &Global) -> Result<Option<Asker>> {
    if needed { asker(place, project.settings(), global) } else { Ok(None) }
}
