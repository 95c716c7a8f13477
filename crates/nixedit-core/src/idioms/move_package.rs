//! `move-package NAME --from-host A --to-host B`: out of one list, into another, in one edit.
//!
//! ```text
//! A: [                B: [        =>   A: [     B: [
//!   fd                  jq               fd        jq
//!   ripgrep # find    ]                ]           ripgrep # find
//! ]                                              ]
//! ```
//! Refuses: A does not have it, or only through a file that others share.

use super::{add_package, remove_package};
use crate::diagnostic::{Code, Diagnostic, Result, Way};
use crate::operation::{AddPackage, Hosts, MovePackage, RemovePackage};
use crate::plan::{Note, Plan, Step};
use crate::project::Project;
use crate::syntax::{commented, node_at};
use crate::text::shell_word;

pub(super) fn plan(project: &Project, args: &MovePackage) -> Result<Plan> {
    if args.to_host.as_deref() == Some(args.from_host.as_str()) {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("{} has {} already", args.from_host, args.name))
            .help("name another host with --to-host"));
    }
    let one = |name: &str| Hosts { names: vec![name.to_owned()], ..Hosts::default() };
    let names = vec![args.name.clone()];
    let (hosts, to) = match &args.to_host {
        Some(host) => (one(host), host.clone()),
        None => (Hosts { all: true, ..Hosts::default() }, "all hosts".to_owned()),
    };
    let mut addition = AddPackage { hosts, slot: args.slot.clone(), names: names.clone(), ..AddPackage::default() };
    let there = add_package::plan(project, &addition).map_err(|refusal| of_move(args, refusal))?.steps.is_empty();
    let removal = RemovePackage { hosts: one(&args.from_host), slot: args.slot.clone(), names, strict: true, ..RemovePackage::default() };
    let removed = match remove_package::plan(project, &removal) {
        Ok(removed) => removed,
        Err(error) if there => {
            let remains = Note { code: "package-remains".to_owned(), message: error.message };
            let notes = if error.code == Code::ItemMissing { Vec::new() } else { vec![remains] };
            return Ok(Plan { summary: format!("{} is there for {to} already", args.name), notes, ..Plan::default() });
        }
        Err(error) if error.code == Code::ItemMissing => {
            let message = format!("{} has no {} to move", args.from_host, args.name);
            return Err(Diagnostic::new(Code::ItemMissing, message)
                .help(format!("see what it has: nixedit get home.packages --host {}", args.from_host)));
        }
        Err(error) => return Err(error),
    };
    addition.force = true;
    addition.comment = comment_of(project, &removed)?;
    let added = add_package::plan(project, &addition)?;
    let mut plan = Plan { summary: format!("moved {} from {} to {to}", args.name, args.from_host), ..Plan::default() };
    let mut targets = removed.targets;
    targets.retain(|target| args.to_host.is_some() || target.host.as_deref() != Some(args.from_host.as_str()));
    plan.steps = removed.steps.into_iter().chain(added.steps).collect();
    let moved_on_spot =
        |target: &crate::plan::Target| args.to_host.is_none() && target.host.as_deref() == Some(args.from_host.as_str()) && !target.forced;
    targets.extend(added.targets.into_iter().filter(|target| !moved_on_spot(target)));
    plan.targets = targets;
    plan.hosts = std::iter::once(args.from_host.clone()).chain(added.hosts).collect();
    plan.hosts.dedup();
    plan.notes = removed.notes.into_iter().chain(added.notes).collect();
    Ok(plan)
}

/// A refusal of the addition alone, with ways that move.
fn of_move(args: &MovePackage, mut refusal: Box<Diagnostic>) -> Box<Diagnostic> {
    let to = args.to_host.as_ref().map_or_else(|| "--to shared".to_owned(), |host| format!("--to-host {}", shell_word(host)));
    let list = |way: &Way| ["system", "home"].into_iter().find(|slot| way.command.contains(&format!("--to {slot}")));
    let moved =
        |slot: &str| format!("nixedit move-package {} --from-host {} {to} --in-list {slot}", args.name, shell_word(&args.from_host));
    refusal.help = refusal.help.map(|help| help.replace("--to ", "--in-list "));
    for way in &mut refusal.ways {
        if let Some(slot) = list(way) {
            way.command = moved(slot);
        }
    }
    refusal
}

/// The comment on the line of what is removed: it comes along.
fn comment_of(project: &Project, removed: &Plan) -> Result<Option<String>> {
    for step in &removed.steps {
        let Step::RemoveElements { file, elements, .. } = step else { continue };
        let source = project.source(file)?;
        if let Some(node) = elements.first().and_then(|at| node_at(&source.root, *at)) {
            return Ok(commented::beside(&node));
        }
    }
    Ok(None)
}
