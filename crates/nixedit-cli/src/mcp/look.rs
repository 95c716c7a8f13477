//! The tools that look: text that people would read, in the portion that was asked for.

use super::answer::Answer;
use crate::commands::{discover, explain, hosts};
use crate::place::root_relative;
use crate::render::overview;
use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use nixedit_core::inspect;
use nixedit_core::operation;
use nixedit_core::similar_names::near;
use nixedit_core::workspace::Workspace;
use serde::Deserialize;

/// What `inspect` takes.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Inspect {
    subject: Option<String>,
    section: Option<String>,
}

/// What `discover` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discover {
    name: String,
    host: Option<String>,
}

/// The hosts; a host or file in sections; one section whole.
pub fn inspect(workspace: &Workspace, wanted: &Inspect) -> Result<Answer> {
    let project = workspace.project()?;
    let Some(subject) = &wanted.subject else {
        let project = workspace.with_names(project)?;
        return Ok(Answer::lines("hosts", &hosts::lines(&*project.host_map()?), "name a host"));
    };
    let known = project.hosts().is_ok_and(|hosts| hosts.iter().any(|host| host.name == *subject));
    let file = root_relative(workspace.root(), subject).ok().filter(|path| !known && workspace.root().join(path).is_file());
    let text = match file {
        Some(path) => overview::file(&inspect::file::by_reading(&project, &path)?),
        None => {
            let project = workspace.with_hosts(project, std::slice::from_ref(subject))?;
            overview::host(&inspect::host::by_reading(&project, subject)?)
        }
    };
    sections(subject, &text, wanted.section.as_deref())
}

/// The head and how long each section is; with `wanted` that section.
fn sections(subject: &str, text: &str, wanted: Option<&str>) -> Result<Answer> {
    let mut parts = text.split("\n\n").map(|part| part.lines().map(str::to_owned).collect::<Vec<String>>());
    let mut head = parts.next().unwrap_or_default();
    let parts: Vec<Vec<String>> = parts.filter(|part| !part.is_empty()).collect();
    let Some(wanted) = wanted else {
        head.extend(parts.iter().map(|part| format!("{}: {} lines", part[0], part.len() - 1)));
        head.push("section shows one whole".to_owned());
        return Ok(Answer::lines(subject, &head, "name a section"));
    };
    match parts.iter().find(|part| part[0] == wanted) {
        Some(part) => Ok(Answer::lines(&format!("{subject} {wanted}"), &part[1..], "inspect one of its files")),
        None => {
            let known: Vec<&str> = parts.iter().map(|part| part[0].as_str()).collect();
            let mean = near(wanted, known.iter().copied()).first().map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
            let error = Diagnostic::new(Code::UsageInvalid, format!("{subject} has no section '{wanted}'{mean}"));
            Err(error.candidates(known))
        }
    }
}

/// What a name means on a host.
pub fn discover(workspace: &Workspace, wanted: &Discover) -> Result<Answer> {
    let found = discover::found(workspace, &wanted.name, wanted.host.as_deref())?;
    let lines: Vec<String> = discover::text(&found).lines().map(str::to_owned).collect();
    Ok(Answer::lines(&wanted.name, &lines, "ask for one of them"))
}

/// What an error code means, or what an operation takes.
pub fn explain(topic: &str) -> Result<Answer> {
    let text = match operation::names().iter().any(|name| name == topic) {
        true => super::arguments::of_operation(topic),
        false => explain::explained(explain::parse(topic)?),
    };
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    Ok(Answer::lines(topic, &lines, ""))
}
