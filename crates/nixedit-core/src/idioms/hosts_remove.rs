//! `hosts remove NAME`: a host, with all that is its alone.
//!
//! ```text
//! zrrh = mkHost "zrrh" { };   =>   zrrh = mkHost "zrrh" { };
//! seed = mkHost "seed" { };
//! ```
//! The flake's output and the host's own files; its row in the map from host to overlays; its rows in the
//! host tables; its name in conditions and lists that name others too; the value of the option that takes
//! the names of hosts.
//!
//! Refuses: a secret that nobody else can decrypt; hosts that are computed; the last host.

use super::host_output::{self, Output};
use super::{host_alike, host_enum, host_files, host_left, host_secrets, hosts_add, overlay_map, perhost_remove_host};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{HostsRemove, PerhostRemoveHost};
use crate::plan::{Note, Plan, Step};
use crate::project::{Host, Project, Side};
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, node_at, span};
use crate::text::{Span, shell_word};

/// The plan of one part; `None` behind the last.
pub(super) fn part(project: &Project, args: &HostsRemove, index: usize) -> Result<Option<Plan>> {
    Ok(Some(match index {
        0 => output_and_files(project, args)?,
        1 => rows(project, args)?,
        2 => conditions(project, args)?,
        3 => host_enum::without(project, &args.name),
        _ => return Ok(None),
    }))
}

fn output_and_files(project: &Project, args: &HostsRemove) -> Result<Plan> {
    let mut plan = Plan { hosts: vec![args.name.clone()], ..Plan::default() };
    let hosts = project.hosts()?;
    let Some(host) = hosts.iter().find(|host| host.name == args.name) else {
        if mentioned(project, &args.name)? {
            plan.summary = format!("removed what was left of {}", args.name);
            return Ok(plan);
        }
        let names: Vec<&str> = hosts.iter().map(|host| host.name.as_str()).collect();
        plan.summary = format!("nothing to do: the flake has no host {} (hosts: {})", args.name, names.join(", "));
        return Ok(plan);
    };
    if hosts.len() == 1 {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("{} is the only host of this flake", host.name)));
    }
    host_secrets::check_not_only(project, &host.name)?;
    plan.summary = format!("removed host {}", host.name);
    plan.steps = vec![removed(project, host)?];
    plan.steps.extend(overlays(project, host)?);
    for own in host_files::own(project, host, "")? {
        plan.lines.push(format!("deleted {}", own.file));
        plan.steps.push(Step::DeleteFile { file: own.file });
    }
    plan.next = host_secrets::recipients_to_remove(project, &host.name)?;
    for side in [Side::System, Side::Home] {
        let left = host_left::by_name(project, host, side, "")?.into_iter();
        plan.next.extend(left.map(|left| format!("git rm {}   # nothing reads it any more", shell_word(&left.file))));
    }
    plan.next.extend(inputs_left(project, host)?);
    plan.notes.extend(modules_left(project, host)?);
    plan.targets = hosts_add::same_systems(project, &host.name)?;
    Ok(plan)
}

/// Inputs that nothing but the host's part of the flake reads.
fn inputs_left(project: &Project, host: &Host) -> Result<Vec<String>> {
    let (source, Output::Binding(binding)) = host_output::of(project, host)? else { return Ok(Vec::new()) };
    let in_pattern = |at: Span| {
        let entry = node_at(&source.root, at).and_then(|node| node.ancestors().find(|node| node.kind() == SyntaxKind::NODE_PAT_ENTRY));
        entry.is_some()
    };
    let mut out = Vec::new();
    for input in project.flake().map(|flake| flake.inputs).unwrap_or_default() {
        let uses = project.input_uses(&input.name)?;
        let mut here = uses.iter().filter(|place| place.file == source.path && span(&binding).contains(place.span)).peekable();
        let only = uses.iter().all(|place| place.file == source.path && (span(&binding).contains(place.span) || in_pattern(place.span)));
        if here.peek().is_some() && only {
            out.push(format!("nixedit input remove {} --prune-uses   # nothing reads it any more", shell_word(&input.name)));
        }
    }
    Ok(out)
}

/// Modules that no other host has.
fn modules_left(project: &Project, host: &Host) -> Result<Option<Note>> {
    let mut files = project.files_of(host, Side::System);
    files.extend(project.files_of(host, Side::Home));
    let mut left: Vec<String> = Vec::new();
    for file in files.into_iter().filter(|file| !host.is_named_in(file)) {
        if !left.contains(&file) && project.others_with(host, &file)?.is_empty() {
            left.push(file);
        }
    }
    let message = format!("no host imports {} any more", left.join(", "));
    Ok((!left.is_empty()).then(|| Note { code: "module-left".to_owned(), message }))
}

/// Whether something still speaks of a host that the flake does not have.
fn mentioned(project: &Project, name: &str) -> Result<bool> {
    let rows = project.tables(None)?.iter().any(|table| table.row(name).is_some());
    Ok(rows || !host_enum::without(project, name).steps.is_empty())
}

/// What says that the host exists, taken out.
fn removed(project: &Project, host: &Host) -> Result<Step> {
    let (source, output) = host_output::of(project, host)?;
    let file = source.path.clone();
    let of_list = |element: &SyntaxNode| element.parent().map(|list| span(&list));
    match output {
        Output::Binding(binding) => Ok(Step::RemoveBindings { file, bindings: vec![span(&binding)] }),
        Output::Element(element) => {
            let list = of_list(&element).unwrap_or_else(|| span(&element));
            Ok(Step::RemoveElements { file, list, elements: vec![span(&element)] })
        }
        Output::Files => {
            let at = host.evidence.span;
            let message = format!("{} is made at {} of the names of files", host.name, source.file_line(at.start));
            let error = source.error(Code::ShapeUnsupported, message, at, "here");
            let files: Vec<String> = host_files::own(project, host, "")?.into_iter().map(|own| shell_word(&own.file)).collect();
            let name = shell_word(&host.name);
            Err(error.help(format!("git rm {}; then: nixedit perhost remove-host {name}", files.join(" "))))
        }
    }
}

fn overlays(project: &Project, host: &Host) -> Result<Option<Step>> {
    let overlays = project.overlays()?;
    let Some((source, value)) = overlay_map::row(project, &overlays, &host.name)? else { return Ok(None) };
    let binding = value.parent().filter(|binding| lookup::binding_parts(binding).is_some());
    Ok(binding.map(|binding| Step::RemoveBindings { file: source.path.clone(), bindings: vec![span(&binding)] }))
}

fn rows(project: &Project, args: &HostsRemove) -> Result<Plan> {
    if !project.tables(None)?.iter().any(|table| table.row(&args.name).is_some()) {
        return Ok(Plan::default());
    }
    let mut plan = perhost_remove_host::plan(project, &PerhostRemoveHost { name: args.name.clone(), ..PerhostRemoveHost::default() })?;
    // The next part takes it out of lists.
    plan.notes.retain(|note| note.code != "host-still-named");
    Ok(plan)
}

fn conditions(project: &Project, args: &HostsRemove) -> Result<Plan> {
    let (mut plan, left) = host_alike::parted(project, &args.name)?;
    if !left.is_empty() {
        let message = format!("{} is still named at {}", args.name, left.join(", "));
        plan.notes.push(Note { code: "host-still-named".to_owned(), message });
    }
    Ok(plan)
}
