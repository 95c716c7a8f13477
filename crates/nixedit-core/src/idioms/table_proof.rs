//! The questions that prove an edit of a host table: the options that its readers feed.

use super::host_question;
use crate::plan::{Expect, Target};
use crate::project::tables::{Reader, Table, ValueKind, value_kind};
use crate::project::{Host, ModulePlace, Project};
use crate::syntax::SyntaxNode;
use crate::syntax::attr_path::AttrPath;

/// The options that the readers feed, each once.
pub(super) fn options<'r>(readers: impl Iterator<Item = &'r Reader>) -> Vec<AttrPath> {
    let mut out: Vec<AttrPath> = Vec::new();
    for option in readers.flat_map(|reader| &reader.feeds) {
        if !out.contains(option) {
            out.push(option.clone());
        }
    }
    out
}

/// A question for every option and every host that imports the table's file: on the `changed` hosts
/// at least one answer must differ, on all others none.
pub(super) fn effect(project: &Project, table: &Table, options: &[AttrPath], changed: &[String], group: &str) -> Vec<Target> {
    let mut out = Vec::new();
    for host in project.hosts().unwrap_or_default() {
        for option in options {
            let expect = match changed.contains(&host.name) {
                false => Expect::Same,
                true if options.len() == 1 => Expect::Changed,
                true => Expect::ChangedAny(group.to_owned()),
            };
            out.extend(question(project, &host, &table.source.path, option, expect));
        }
    }
    out
}

/// A question about an option that `file` sets on `host`; `None` where the host does not import it.
pub(super) fn question(project: &Project, host: &Host, file: &str, option: &AttrPath, expect: Expect) -> Option<Target> {
    let has = |place: &ModulePlace| matches!(place, ModulePlace::File(f) | ModulePlace::Inline { file: f, .. } if f == file);
    let stated = project.settings().flake.user.as_ref();
    let mut users = host.users.iter().filter(|user| user.modules.iter().any(|module| has(&module.place)));
    let user = match stated {
        Some(name) => users.clone().find(|user| user.name == *name).or_else(|| users.next()),
        None => users.next(),
    };
    let prefix = match user {
        Some(user) => host.config_of(user),
        None if host.modules.iter().any(|module| has(&module.place)) => "c.config".to_owned(),
        None => return None,
    };
    Some(Target {
        host: Some(host.name.clone()),
        output: host.output(),
        label: option.to_string(),
        question: format!("{prefix}.{option}"),
        expect,
        forced: false,
    })
}

/// The same for an option that `file` may not set yet: without the edit it may have no value at all.
pub(super) fn new_question(project: &Project, host: &Host, file: &str, option: &AttrPath, expect: Expect) -> Option<Target> {
    let asked = question(project, host, file, option, expect)?;
    Some(host_question::with_names(Target { question: format!("{} or null", asked.question), ..asked }))
}

/// A value that a row states, as JSON, where it is one that no other definition can add to.
pub(super) fn stated(value: &SyntaxNode) -> Option<String> {
    let whole = value.text().to_string();
    let plain = match value_kind(value) {
        ValueKind::Boolean => true,
        ValueKind::Number => whole.chars().all(|c| c.is_ascii_digit()),
        _ => false,
    };
    plain.then_some(whole)
}

/// The hosts among `names` that are known and do not import the table's file.
pub(super) fn without_the_file(project: &Project, table: &Table, names: &[String]) -> Vec<String> {
    let hosts = project.hosts().unwrap_or_default();
    let importing = project.hosts_importing(&table.source.path).unwrap_or_default();
    let known = |name: &&String| hosts.iter().any(|host| host.name == **name);
    names.iter().filter(known).filter(|name| !importing.contains(name)).cloned().collect()
}
