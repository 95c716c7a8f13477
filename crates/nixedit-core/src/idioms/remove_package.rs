//! `remove-package NAME…`: take packages out of the lists of a host or file.
//!
//! ```text
//! home.packages = with pkgs; [ fd ripgrep ];   =>   home.packages = with pkgs; [ fd ];
//! ```
//! With `comment_out` the elements become comments, which `add-package` brings back.
//!
//! Refuses: a list that other hosts share; a name that only a derivation written in place has.
//! A package that is not there is no error, unless `strict`.

use super::host_block;
use super::host_modules;
use super::list_remove;
use super::package_lists::{self, PackageList};
use super::{add_package, package_in_all, package_mentions, package_outputs, proof, spelling};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{RemovePackage, Slot};
use crate::plan::{Expect, Note, Plan, Step};
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::plain_name;
use crate::syntax::{SyntaxNode, span};
use crate::text::shell_word;

pub(super) fn plan(project: &Project, args: &RemovePackage) -> Result<Plan> {
    let mut plan = removal(project, args)?;
    if args.comment_out {
        return Ok(commented_out(plan));
    }
    plan.steps = host_block::without_emptied(project, plan.steps)?;
    Ok(plan)
}

/// The same with comments in the place of what goes.
fn commented_out(mut plan: Plan) -> Plan {
    for step in &mut plan.steps {
        if let Step::RemoveElements { file, list, elements } = step {
            *step = Step::CommentOutElements { file: std::mem::take(file), list: *list, elements: std::mem::take(elements) };
        }
    }
    plan.summary = plan.summary.replacen("removed ", "commented out ", 1);
    plan
}

fn removal(project: &Project, args: &RemovePackage) -> Result<Plan> {
    if args.hosts.is_empty() && args.target.file.is_some() {
        return in_file(project, args);
    }
    let names = args.names.iter().map(|name| spelling::checked(name)).collect::<Result<Vec<_>>>()?;
    if let Slot::Env(output) | Slot::Devshell(output) = &args.slot {
        let list = package_outputs::list(project, &args.slot)?;
        let kind = if matches!(args.slot, Slot::Env(_)) { "packages" } else { "devShells" };
        let mut plan = from_lists(&[list], args, &names, &format!("{kind}.{output}"))?;
        if !plan.steps.is_empty() {
            plan.targets.push(proof::flake_output(kind, &package_in_all::platform(project), output));
        }
        return Ok(plan);
    }
    let mut plan = Plan::default();
    for host in host_modules::hosts(project, &args.hosts)? {
        add_package::merge(&mut plan, for_host(project, args, &host, &names)?);
    }
    Ok(plan)
}

fn in_file(project: &Project, args: &RemovePackage) -> Result<Plan> {
    let source = project.source(args.target.file.as_deref().unwrap_or_default())?;
    let lists = package_lists::of_file(&source, &args.target)?;
    let items = args.names.iter().map(|name| Ok(spelling::attribute(&spelling::checked_in_file(name)?))).collect::<Result<Vec<_>>>()?;
    let what = args.target.path.as_ref().map_or_else(|| "packages".to_owned(), ToString::to_string);
    let steps = list_remove::steps(&source, &lists, &items, args.strict, &what)?;
    let (gone, missing): (Vec<String>, Vec<String>) =
        items.into_iter().partition(|item| list_remove::holders(&lists, item).next().is_some());
    let mut plan = Plan { steps, ..Plan::default() };
    let place = format!("{what} in {}", source.path);
    for name in &missing {
        // Said, not refused: beside it the plain name may have stood that an edit like this took away.
        match package_mentions::of_lists(&lists, name).map(|node| package_mentions::as_written(&source, &node, name)) {
            Some(message) => plan.notes.push(Note { code: "package-remains".to_owned(), message }),
            None if gone.is_empty() => {}
            None => plan.notes.push(Note { code: "package-missing".to_owned(), message: format!("{place} has no {name}") }),
        }
    }
    plan.summary = if gone.is_empty() {
        format!("{place} has no {}", missing.join(", "))
    } else {
        format!("removed {} from {place}", gone.join(", "))
    };
    Ok(plan)
}

fn for_host(project: &Project, args: &RemovePackage, host: &Host, names: &[Vec<String>]) -> Result<Plan> {
    let slots: Vec<Slot> = match args.slot {
        Slot::Default if host.users.is_empty() => vec![Slot::System],
        Slot::Default => vec![Slot::Home, Slot::System],
        ref slot => vec![slot.clone()],
    };
    let mut plan = Plan { hosts: vec![host.name.clone()], ..Plan::default() };
    let mut left: Vec<Vec<String>> = names.to_vec();
    // Every slot that has the name: what is gone from one and comes by the other is not gone.
    for slot in slots {
        let (side, path) = package_lists::slot_path(project, &slot)?;
        let lists = package_lists::of_host(project, host, side, &path)?;
        let here: Vec<Vec<String>> = names
            .iter()
            .filter(|parts| lists.iter().any(|l| l.is_reaching() && l.named(&spelling::attribute(parts)).is_some()))
            .cloned()
            .collect();
        left.retain(|parts| !here.contains(parts));
        if !here.is_empty() {
            let part = from_host(args, host, (side, &path), &lists, &here, !plan.steps.is_empty())?;
            plan.steps.extend(part.steps);
            plan.targets.extend(part.targets);
            plan.notes.extend(part.notes);
        }
    }
    for parts in &left {
        package_mentions::refuse(project, host, &spelling::attribute(parts))?;
    }
    let missing: Vec<String> = left.iter().map(|parts| spelling::attribute(parts)).collect();
    if args.strict && !missing.is_empty() {
        return Err(Diagnostic::new(Code::ItemMissing, format!("{} has no {}", host.name, missing.join(", ")))
            .help("leave --strict away to have this pass"));
    }
    let gone: Vec<String> = names.iter().map(|p| spelling::attribute(p)).filter(|n| !missing.contains(n)).collect();
    plan.summary = if gone.is_empty() {
        format!("{} is not in the package lists of {}", missing.join(", "), host.name)
    } else {
        format!("removed {} from {}", gone.join(", "), host.name)
    };
    if !gone.is_empty() && !missing.is_empty() {
        let message = format!("{} is not in the package lists of {}", missing.join(", "), host.name);
        plan.notes.push(Note { code: "package-missing".to_owned(), message });
    }
    Ok(plan)
}

/// The removal from one slot's lists of a host: from all that no other host has. One that others have
/// is refused, unless the name goes from another slot already: then a note says what remains.
fn from_host(
    args: &RemovePackage,
    host: &Host,
    (side, path): (Side, &AttrPath),
    lists: &[PackageList],
    names: &[Vec<String>],
    goes_elsewhere: bool,
) -> Result<Plan> {
    let mut plan = Plan::default();
    let asked = |other: &String| args.hosts.all || args.hosts.names.contains(other);
    for parts in names {
        let name = spelling::attribute(parts);
        let holders = lists.iter().filter(|list| list.is_reaching()).filter_map(|list| Some((list, list.named(&name)?)));
        let (own, shared): (Vec<_>, Vec<_>) = holders.partition(|(list, _)| list.shared_with.iter().all(asked));
        if let (true, false, Some((list, element))) = (own.is_empty(), goes_elsewhere, shared.first()) {
            return Err(refuse_shared(list, element, host, (&name, args)));
        }
        for (list, element) in &own {
            let text = element.text();
            let same = list.place.list.children().filter(|other| other.text() == text || plain_name(&other.text().to_string()) == name);
            add_removal(&mut plan.steps, list, same.map(|element| span(&element)).collect());
        }
        plan.notes.extend(shared.iter().map(|(list, element)| Note {
            code: "package-remains".to_owned(),
            message: format!("{name} is still installed for {} by {}", host.name, list.file_line(element)),
        }));
    }
    if !plan.steps.is_empty() {
        plan.targets.extend(proof::names(host, side, path, &Expect::Changed));
    }
    Ok(plan)
}

fn refuse_shared(list: &PackageList, element: &SyntaxNode, host: &Host, (name, args): (&str, &RemovePackage)) -> Box<Diagnostic> {
    let at = span(element);
    let others = list.shared_with.join(", ");
    let message = format!("{name} reaches {} through {}, which {others} has too", host.name, list.source.file_line(at.start));
    let message = if list.shared_with.len() > 1 { message.replace(" has too", " have too") } else { message };
    list.source
        .error(Code::FileShared, message, at, "here")
        .help(format!("take it from all of them: nixedit remove-package --all-hosts {}", as_typed(args)))
}

/// The names and what is to become of them, as they stand on a command line.
fn as_typed(args: &RemovePackage) -> String {
    let flags = [(args.comment_out, "--comment-out"), (args.strict, "--strict")];
    let slot = match &args.slot {
        Slot::Home => vec!["--from-list home".to_owned()],
        Slot::System => vec!["--from-list system".to_owned()],
        _ => Vec::new(),
    };
    let flags = flags.into_iter().filter(|(given, _)| *given).map(|(_, flag)| flag.to_owned());
    slot.into_iter().chain(args.names.iter().map(|name| shell_word(name))).chain(flags).collect::<Vec<_>>().join(" ")
}

/// Adds elements to the removal step of their list.
fn add_removal(steps: &mut Vec<Step>, list: &PackageList, new: Vec<crate::text::Span>) {
    let at = span(&list.place.list);
    for step in steps.iter_mut() {
        if let Step::RemoveElements { file, list: known, elements } = step
            && *known == at
            && *file == list.source.path
        {
            elements.extend(new);
            return;
        }
    }
    steps.push(Step::RemoveElements { file: list.source.path.clone(), list: at, elements: new });
}

fn from_lists(lists: &[PackageList], args: &RemovePackage, names: &[Vec<String>], what: &str) -> Result<Plan> {
    let Some(first) = lists.first() else { return Ok(Plan::default()) };
    let places: Vec<_> = lists.iter().map(|l| l.place.clone()).collect();
    let items: Vec<String> = names.iter().map(|parts| spelling::attribute(parts)).collect();
    let steps = list_remove::steps(&first.source, &places, &items, args.strict, what)?;
    let summary =
        if steps.is_empty() { format!("{what} has no {}", items.join(", ")) } else { format!("removed {} from {what}", items.join(", ")) };
    Ok(Plan { steps, summary, ..Plan::default() })
}
