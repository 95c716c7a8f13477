//! Which hosts there are and which files each is made of, where reading left that open.

use super::{Asker, file_of, functions};
use crate::apply::Proposal;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::project::{Class, Files, Host, HostAnswer, Project};
use serde_json::Value;

/// Whether Nix may know better than reading did: where a refusal is about places or hosts, or nothing
/// was found to be done, and some of the hosts could not be read whole.
pub fn may_settle(project: &Project, by_reading: &Result<Proposal>) -> bool {
    match by_reading {
        Err(refusal) => about_places(refusal.code) && project.host_map().is_ok_and(|map| map.leaves_open()),
        Ok(proposal) => proposal.changes.is_empty() && left_open(project, &proposal.hosts),
    }
}

fn about_places(code: Code) -> bool {
    matches!(
        code,
        Code::HostUnknown
            | Code::HostAmbiguous
            | Code::HostNoHomeManager
            | Code::FileShared
            | Code::ListMissing
            | Code::ItemMissing
            | Code::OptionMissing
            | Code::OptionNotImported
    )
}

/// Whether one of these hosts is unknown or has modules that could not be read.
pub fn left_open(project: &Project, names: &[String]) -> bool {
    let Ok(map) = project.host_map() else { return false };
    names.iter().any(|name| project.host(name).map_or_else(|_| map.leaves_open(), |host| host.leaves_open()))
}

/// The project with all hosts that Nix names, where some names could not be read.
pub fn named(asker: &Asker, project: &Project) -> Result<Project> {
    Ok(project.with_answers(names_of_all(asker, project)?))
}

/// The same with the files of the hosts named here (without any: of all) that could not be read whole.
/// A host that does not evaluate stays as it was read.
pub fn learned(asker: &Asker, project: &Project, only: &[String]) -> Result<Project> {
    let mut answers = names_of_all(asker, project)?;
    let hosts = project.with_answers(answers.clone()).hosts()?;
    let open: Vec<&Host> = hosts.iter().filter(|host| host.leaves_open() && (only.is_empty() || only.contains(&host.name))).collect();
    let jobs = project.settings().validate.jobs.max(1);
    for some in open.chunks(jobs) {
        for (host, files) in some.iter().zip(files_of(asker, some)) {
            let own = answers.iter_mut().find(|answer| answer.class == host.class && answer.attr == host.attr);
            let files = failing_is_none(files)?;
            own.into_iter().for_each(|answer| answer.files = files.clone());
        }
    }
    Ok(project.with_answers(answers))
}

/// The files of several hosts, asked for side by side.
fn files_of(asker: &Asker, hosts: &[&Host]) -> Vec<Result<Files>> {
    let panicked = |_| Err(Diagnostic::new(Code::ResultBroken, "a thread that asked Nix panicked"));
    std::thread::scope(|scope| {
        let asked: Vec<_> = hosts.iter().map(|host| scope.spawn(move || files(asker, host))).collect();
        asked.into_iter().map(|one| one.join().unwrap_or_else(panicked)).collect()
    })
}

/// Every host without its files: those that were read, and those that only Nix can name.
fn names_of_all(asker: &Asker, project: &Project) -> Result<Vec<HostAnswer>> {
    let map = project.host_map()?;
    let read = map.hosts.iter().map(|host| HostAnswer { class: host.class, attr: host.attr.clone(), files: None });
    let mut answers: Vec<HostAnswer> = read.collect();
    for class in Class::ALL {
        let open = map.hosts.is_empty() || map.unresolved.iter().any(|(_, at)| at.kind == class.output());
        for attr in if open { names(asker, class)? } else { Vec::new() } {
            if !answers.iter().any(|known| known.class == class && known.attr == attr) {
                answers.push(HostAnswer { class, attr, files: None });
            }
        }
    }
    Ok(answers)
}

/// The attribute names of an output; none where the flake has no such output.
fn names(asker: &Asker, class: Class) -> Result<Vec<String>> {
    let answer = failing_is_none(asker.ask(class.output(), "builtins.attrNames"))?;
    Ok(answer.and_then(|names| serde_json::from_value(names).ok()).unwrap_or_default())
}

/// What failed in the flake is no answer; what failed around it (no time, no nix) is an error.
fn failing_is_none<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code.as_str().starts_with("nix.") => Ok(None),
        Err(error) => Err(error),
    }
}

fn files(asker: &Asker, host: &Host) -> Result<Files> {
    let answer = asker.ask_host(host, &functions::files())?;
    let list = |value: Option<&Value>| {
        let mut out: Vec<(String, usize)> = Vec::new();
        for item in value.and_then(Value::as_array).into_iter().flatten() {
            let Some((file, true)) = item.get("file").and_then(Value::as_str).map(file_of) else { continue };
            let file = module_file(&file);
            let depth = item.get("depth").and_then(Value::as_u64).unwrap_or(1) as usize;
            // flake.nix holds the modules of all hosts; what is written in place is read, not named.
            if file != "flake.nix" && !out.iter().any(|(known, _)| *known == file) {
                out.push((file, depth));
            }
        }
        out
    };
    let users = answer.get("home").and_then(Value::as_object).into_iter().flatten();
    Ok(Files {
        complete: answer.get("complete").and_then(Value::as_bool) == Some(true),
        system: list(answer.get("system")),
        home: users.map(|(user, files)| (user.clone(), list(Some(files)))).collect(),
    })
}

/// A module that is a folder is its `default.nix`.
fn module_file(file: &str) -> String {
    if file.ends_with(".nix") { file.to_owned() } else { format!("{file}/default.nix").trim_start_matches('/').to_owned() }
}
