//! Which list of hosts an operation means, and what proves a change of it.

use super::{host_question, table_proof};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::Target;
use crate::plan::{Expect, Note, Plan};
use crate::project::Project;
use crate::project::tables::HostList;
use crate::similar_names::near;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::span;
use crate::text::{Span, position};

/// The one list of that name, or that decides the option of that path.
pub(super) fn choose(project: &Project, target: &Target, name: &str) -> Result<HostList> {
    let all = project.host_lists(target.file.as_deref())?;
    let option = AttrPath::parse(name).ok();
    let decides = |list: &HostList| option.as_ref().is_some_and(|option| list.feeds.contains(option));
    let at = |list: &HostList| target.at.is_none_or(|line| covers(list, line));
    let mut found: Vec<&HostList> = all.iter().filter(|list| list.name.as_deref() == Some(name) && at(list)).collect();
    if found.is_empty() {
        found = all.iter().filter(|list| decides(list) && at(list)).collect();
    }
    match found.as_slice() {
        [only] => Ok((*only).clone()),
        [] => Err(none(target, name, &all)),
        several => {
            let message = format!("{} lists of hosts are meant by '{name}'", several.len());
            let one_file = several.iter().all(|list| list.source.path == several[0].source.path);
            let mut out = Diagnostic::new(Code::ListAmbiguous, message).help(match one_file {
                true => "say which one with --at LINE".to_owned(),
                false => format!("say which one with --file {}", several[0].source.path),
            });
            for list in several {
                let place = span(&list.list);
                out = out.candidates([place_of(list)]).at(&list.source.path, &list.source.text, Span::at(place.start), "one is here");
            }
            Err(out)
        }
    }
}

fn covers(list: &HostList, line: usize) -> bool {
    let lines = |offset| position(&list.source.text, offset).line;
    let at = span(&list.list);
    lines(at.start) <= line && line <= lines(at.end)
}

/// `desktopHosts (modules/services.nix:5)`.
fn place_of(list: &HostList) -> String {
    format!("{} ({})", list.title(), list.source.file_line(span(&list.list).start))
}

fn none(target: &Target, name: &str, all: &[HostList]) -> Box<Diagnostic> {
    let place = target.file.as_deref().unwrap_or("this flake");
    let titles: Vec<String> = all.iter().map(HostList::title).collect();
    let near = near(name, titles.iter().map(String::as_str)).first().map(|near| format!("; did you mean '{near}'?")).unwrap_or_default();
    let help = match all {
        [] => "a list of hosts is a list of names that builtins.elem config.my.host LIST or the like reads".to_owned(),
        all => format!("lists of hosts: {}", all.iter().map(place_of).collect::<Vec<_>>().join(", ")),
    };
    Diagnostic::new(Code::ListMissing, format!("{place} has no list of hosts '{name}'{near}")).help(help).candidates(titles)
}

/// Refuses names that no host has and no host table knows.
pub(super) fn check_known(project: &Project, names: &[String]) -> Result<()> {
    let mut known = project.table_hosts();
    known.extend(project.tables(None)?.iter().flat_map(|table| table.hosts().into_iter().map(str::to_owned)));
    known.sort();
    known.dedup();
    let Some(name) = names.iter().find(|name| !known.contains(name)) else { return Ok(()) };
    let near = near(name, known.iter().map(String::as_str)).first().map(|near| format!(" (did you mean '{near}'?)")).unwrap_or_default();
    Err(Diagnostic::new(Code::HostUnknown, format!("unknown host '{name}' — hosts of this flake: {}{near}", known.join(", ")))
        .help("take one of them; a new host needs its row or its output first")
        .candidates(known))
}

/// What the list decides changes on these hosts and on no other.
pub(super) fn prove(project: &Project, list: &HostList, changed: &[String], plan: &mut Plan) {
    let group = format!("the list {}", list.title());
    for host in project.hosts().unwrap_or_default() {
        for option in &list.feeds {
            let expect = match (changed.contains(&host.name), list.feeds.len()) {
                (false, _) => Expect::Same,
                (true, 1) => Expect::Changed,
                (true, _) => Expect::ChangedAny(group.clone()),
            };
            let asked = table_proof::question(project, &host, &list.source.path, option, expect);
            plan.targets.extend(asked.map(host_question::with_names));
        }
    }
}

/// The lists that name a host all the same.
pub(super) fn still_named(project: &Project, host: &str) -> Option<Note> {
    let lists = project.host_lists(None).unwrap_or_default();
    let places: Vec<String> = lists.iter().filter(|list| list.element(host).is_some()).map(place_of).collect();
    let message = format!("{host} is still named in {}", places.join(", "));
    (!places.is_empty()).then(|| Note { code: "host-still-named".to_owned(), message })
}
