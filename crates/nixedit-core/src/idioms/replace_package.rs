//! `replace-package OLD NEW`: put another package in the place of one; position and comments stay.
//!
//! ```text
//! [ fd htop # top ]   =>   [ fd dust # top ]
//! ```
//! Refuses: OLD is in no list; NEW is already there; a list that other hosts share.

use super::package_lists::{self, PackageList};
use super::{candidates, host_modules, list_replace, proof, spelling};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{ReplacePackage, Slot};
use crate::plan::{Expect, Plan, Step};
use crate::project::{Host, Project};
use crate::syntax::{SyntaxNode, span};

pub(super) fn plan(project: &Project, args: &ReplacePackage) -> Result<Plan> {
    if args.hosts.is_empty() && args.target.file.is_some() {
        let old = spelling::attribute(&spelling::checked_in_file(&args.old)?);
        return in_file(project, args, &old, &spelling::checked_in_file(&args.new)?);
    }
    let old = spelling::attribute(&spelling::checked(&args.old)?);
    let new = spelling::checked(&args.new)?;
    let hosts = host_modules::hosts(project, &args.hosts)?;
    let mut plan = Plan { summary: format!("replaced {} by {}", args.old, args.new), ..Plan::default() };
    let mut already = false;
    for host in &hosts {
        already |= for_host(project, args, host, &hosts, &old, &new, &mut plan)?;
    }
    if plan.steps.is_empty() {
        if !already {
            let names: Vec<&str> = hosts.iter().map(|h| h.name.as_str()).collect();
            return Err(Diagnostic::new(Code::ItemMissing, format!("no package list of {} has {}", names.join(", "), args.old)));
        }
        plan.summary = match spelling::attribute(&new) == old {
            true => format!("{} is there", args.new),
            false => format!("{} is there, and {} is not", args.new, args.old),
        };
    }
    Ok(plan)
}

fn in_file(project: &Project, args: &ReplacePackage, old: &str, new: &[String]) -> Result<Plan> {
    let source = project.source(args.target.file.as_deref().unwrap_or_default())?;
    let lists = package_lists::of_file(&source, &args.target)?;
    let found = list_replace::elements(lists.iter().map(|p| &p.list), old);
    let summary = format!("replaced {} by {} in {}", args.old, args.new, source.path);
    match found.as_slice() {
        [] if lists.iter().any(|p| super::list_add::contains(&p.list, &spelling::attribute(new))) => {
            Ok(Plan { summary: format!("{} has {} and no {}", source.path, args.new, args.old), ..Plan::default() })
        }
        [] => Err(Diagnostic::new(Code::ItemMissing, format!("no package list in {} has {}", source.path, args.old))),
        [_, ..] if spelling::attribute(new) == old => Ok(Plan { summary: format!("{} has {}", source.path, args.new), ..Plan::default() }),
        [only] => Ok(Plan { steps: vec![step(&source.path, only, new)?], summary, ..Plan::default() }),
        several => Err(candidates::several(
            &source,
            &format!("{} stands {} times in {}", args.old, several.len(), source.path),
            Code::ItemAmbiguous,
            several.iter(),
        )),
    }
}

/// The replacement, written as the old element was: with or without `pkgs.`. Where the list has the
/// new package already, the old one goes.
fn step(file: &str, element: &SyntaxNode, new: &[String]) -> Result<Step> {
    let list = element.parent().unwrap_or_else(|| element.clone());
    let attribute = spelling::attribute(new);
    if super::list_add::contains(&list, &attribute) {
        return Ok(Step::RemoveElements { file: file.to_owned(), list: span(&list), elements: vec![span(element)] });
    }
    let text = element.text().to_string();
    let with = if text.starts_with("pkgs.") && !spelling::is_of_another_set(&list, new) {
        crate::syntax::fragment::Fragment::parse(&format!("pkgs.{attribute}"))?
    } else {
        spelling::element(&list, new)?
    };
    Ok(Step::Replace { file: file.to_owned(), at: span(element), with })
}

/// Adds what replaces the package in one host's lists; whether the new one is there already.
fn for_host(
    project: &Project,
    args: &ReplacePackage,
    host: &Host,
    asked: &[Host],
    old: &str,
    new: &[String],
    plan: &mut Plan,
) -> Result<bool> {
    let slots: Vec<Slot> = match args.slot {
        Slot::Default if host.users.is_empty() => vec![Slot::System],
        Slot::Default => vec![Slot::Home, Slot::System],
        ref slot => vec![slot.clone()],
    };
    let mut already = false;
    for slot in slots {
        let (side, path) = package_lists::slot_path(project, &slot)?;
        let lists = package_lists::of_host(project, host, side, &path)?;
        already |= lists.iter().any(|l| l.element(&spelling::attribute(new)).is_some());
        for list in lists.iter().filter(|l| l.element(old).is_some()) {
            check_shared(list, asked, old)?;
            let Some(element) = list.element(old) else { continue };
            if spelling::attribute(new) == old {
                continue;
            }
            let replacement = step(&list.source.path, &element, new)?;
            if !plan.steps.contains(&replacement) {
                plan.steps.push(replacement);
            }
            plan.targets.extend(proof::names(host, side, &path, &Expect::Changed));
            if !plan.hosts.contains(&host.name) {
                plan.hosts.push(host.name.clone());
            }
        }
    }
    Ok(already)
}

fn check_shared(list: &PackageList, asked: &[Host], old: &str) -> Result<()> {
    let foreign: Vec<&String> = list.shared_with.iter().filter(|name| !asked.iter().any(|h| h.name == **name)).collect();
    if foreign.is_empty() {
        return Ok(());
    }
    let at = list.element(old).map_or(span(&list.place.list), |e| span(&e));
    let names: Vec<&str> = foreign.iter().map(|n| n.as_str()).collect();
    Err(list
        .source
        .error(
            Code::FileShared,
            format!("{old} stands in {}, which {} also have", list.source.file_line(at.start), names.join(", ")),
            at,
            "here",
        )
        .help("replace it for all of them with --all"))
}
