//! Which hosts there are and which files each is made of, where reading left that open.

use super::{Asker, file_of, functions};
use crate::diagnostic::{Code, Result};
use crate::project::{Class, Files, Host, HostAnswer, Project};
use serde_json::Value;

/// Whether a refusal may come from what could not be read, so that Nix may know better.
pub fn may_settle(project: &Project, code: Code) -> bool {
    let about_places = matches!(
        code,
        Code::HostUnknown | Code::HostNoHomeManager | Code::FileShared | Code::ListMissing | Code::OptionMissing | Code::OptionNotImported
    );
    about_places && project.host_map().is_ok_and(|map| map.leaves_open())
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
    for answer in &mut answers {
        let meant = |host: &&Host| host.class == answer.class && host.attr == answer.attr && (only.is_empty() || only.contains(&host.name));
        if let Some(host) = hosts.iter().find(meant).filter(|host| host.leaves_open()) {
            answer.files = failing_is_none(files(asker, host))?;
        }
    }
    Ok(project.with_answers(answers))
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
