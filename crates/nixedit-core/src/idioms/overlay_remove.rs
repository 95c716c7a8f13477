//! `overlay remove NAME` or `overlay remove INPUT#OVERLAY --host HOST`: remove an overlay.
//!
//! ```text
//! [ (_final: prev: { a = …; }) (_final: prev: { b = …; }) ]   =>   [ (_final: prev: { a = …; }) ]
//! ```
//! The whole element goes with its comment, and with the file that it imports; where it defines more
//! than the name, only the name goes. Its row in the registry that the settings name, and what nothing reads any more (`let` bindings, arguments) goes along.
//!
//! Refuses: hosts that were not named get it too; several overlays define it; the name is one of
//! several in an `inherit`.

use super::overlay_spelling::Wanted;
use super::{host_modules, host_question, overlay_sites, prune, registry};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::OverlayRemove;
use crate::plan::{Expect, Note, Plan, Step, Target};
use crate::project::overlays::{Defined, Holder, OverlayFunction};
use crate::project::{Overlay, OverlayKind, Overlays, Project, Side};
use crate::syntax::attr_path::{is_identifier, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, span};
use crate::text::Span;

pub(super) fn plan(project: &Project, args: &OverlayRemove) -> Result<Plan> {
    let asked = match args.hosts.is_empty() {
        true => None,
        false => Some(host_modules::systems(project, &args.hosts)?.into_iter().map(|host| host.name).collect::<Vec<_>>()),
    };
    match args.name.split_once('#') {
        Some((input, name)) => of_input(project, args, &Wanted { input: input.to_owned(), name: name.to_owned() }, asked.as_deref()),
        None => of_name(project, args, asked.as_deref()),
    }
}

fn of_input(project: &Project, args: &OverlayRemove, wanted: &Wanted, asked: Option<&[String]>) -> Result<Plan> {
    let overlays = overlay_sites::read(project, &args.target)?;
    let concerns = |overlay: &&Overlay| asked.is_none_or(|asked| overlay.hosts.iter().any(|host| asked.contains(host)));
    let found: Vec<&Overlay> = overlays.all.iter().filter(|o| o.is_from(&wanted.input, &wanted.name)).filter(concerns).collect();
    let mut plan = Plan { summary: format!("removed {wanted}"), ..Plan::default() };
    if found.is_empty() {
        plan.summary = format!("no overlay list has {wanted}");
        return Ok(plan);
    }
    for overlay in found {
        check_shared(project, overlay, asked)?;
        let source = project.source(&overlay.file)?;
        let Holder::List(list) = &overlay.holder else {
            return Err(source.error(Code::ShapeUnsupported, format!("{wanted} is not an element of a list"), overlay.span(), "here"));
        };
        let step = without_element(&source, list, overlay.span());
        plan.steps.extend(prune::unused(&source, &[overlay.span()]));
        plan.steps.push(step);
        join(&mut plan.hosts, &overlay.hosts);
    }
    plan.targets = plan.hosts.iter().map(|host| overlays_changed(project, host)).collect();
    Ok(plan)
}

fn of_name(project: &Project, args: &OverlayRemove, asked: Option<&[String]>) -> Result<Plan> {
    let overlays = overlay_sites::read(project, &args.target)?;
    let mut found = overlay_sites::definitions(project, &overlays, &args.name, args.target.at)?;
    found.dedup_by(|a, b| a.0.node == b.0.node && a.0.file == b.0.file);
    let mut plan = Plan { summary: format!("removed the overlay of {}", args.name), ..Plan::default() };
    let (overlay, function) = match found.as_slice() {
        [] => {
            check_no_input(&overlays, &args.name)?;
            plan.summary = format!("no overlay defines {}", args.name);
            return Ok(plan);
        }
        [(overlay, _)] => match overlay.function() {
            Some(function) => (*overlay, function),
            None => return Ok(plan),
        },
        several => {
            let message = format!("'{}' is defined by {} overlays", args.name, several.len());
            let places = several.iter().map(|(overlay, defined)| (overlay.file.as_str(), &defined.binding));
            return Err(overlay_sites::several(project, Code::ItemAmbiguous, &message, places)?);
        }
    };
    check_shared(project, overlay, asked)?;
    let source = project.source(&overlay.file)?;
    let (own, others): (Vec<&Defined>, Vec<&Defined>) = function.defines.iter().partition(|defined| defined.name == args.name);
    let whole = matches!((&overlay.holder, others.is_empty()), (Holder::List(_), true));
    plan.hosts = overlay.hosts.clone();
    if others.is_empty() && is_imported_file(overlay) {
        plan.steps.extend(without_file(project, overlay, &mut plan.notes)?);
        plan.targets = plan.hosts.iter().map(|host| overlays_changed(project, host)).collect();
    } else if let (Holder::List(list), true) = (&overlay.holder, whole) {
        let gone = overlay.span();
        plan.steps.extend(prune::unused(&source, &[gone]));
        plan.steps.push(Step::RemoveElements { file: source.path.clone(), list: span(list), elements: vec![gone] });
        plan.targets = plan.hosts.iter().map(|host| overlays_changed(project, host)).collect();
    } else {
        let gone = bindings(&source, &own, &others)?;
        plan.steps.extend(prune::unused(&source, &gone));
        plan.steps.extend(bare_parameters(&source, function, &gone)?);
        plan.steps.push(Step::RemoveBindings { file: source.path.clone(), bindings: gone });
        plan.targets = plan.hosts.iter().map(|host| package_changed(project, host, &args.name)).collect();
    }
    for host in plan.hosts.clone() {
        plan.targets.extend(still_read(project, &host, &args.name)?);
    }
    plan.steps.extend(registry::removed(project, &args.name)?);
    Ok(plan)
}

/// Where a module of the host reads `pkgs.NAME`, that must still be there: another overlay or nixpkgs may have it too.
fn still_read(project: &Project, host: &str, name: &str) -> Result<Option<Target>> {
    let known = project.host(host)?;
    let files = [Side::System, Side::Home].into_iter().flat_map(|side| project.files_of(&known, side));
    let reads = |node: &SyntaxNode| {
        node.kind() == SyntaxKind::NODE_SELECT && {
            let text = node.text().to_string();
            text.strip_prefix("pkgs.").and_then(|rest| rest.split('.').next()) == Some(name)
        }
    };
    for file in files {
        let Ok(source) = project.source(&file) else { continue };
        if let Some(reader) = source.text.contains(name).then(|| source.root.descendants().find(reads)).flatten() {
            let place = source.file_line(span(&reader).start);
            let question = format!("c.pkgs ? {0} || throw \"pkgs.{0} is gone, and {place} reads it\"", quoted_name(name));
            return Ok(Some(host_question::of_host(project, host, format!("pkgs.{name}"), question, Expect::Evaluates)));
        }
    }
    Ok(None)
}

/// Refuses the name of an input some of whose overlays are there: which is meant must be said.
fn check_no_input(overlays: &Overlays, name: &str) -> Result<()> {
    let of_input = |overlay: &&Overlay| matches!(&overlay.kind, OverlayKind::Input(input, _) if input == name);
    let mut names: Vec<String> = overlays.all.iter().filter(of_input).map(Overlay::name).collect();
    names.sort();
    names.dedup();
    let Some(first) = names.first() else { return Ok(()) };
    let message = format!("no overlay defines '{name}'; it is an input, with {}", names.join(", "));
    Err(Diagnostic::new(Code::OverlayMissing, message).help(format!("nixedit overlay remove {first}")).candidates(names))
}

/// Whether the overlay is all that its file is, and lists import that file.
fn is_imported_file(overlay: &Overlay) -> bool {
    use SyntaxKind::*;
    let mut around = overlay.node.ancestors().map(|node| node.kind());
    !overlay.imported_by.is_empty() && around.all(|kind| matches!(kind, NODE_LAMBDA | NODE_PAREN | NODE_LET_IN | NODE_ROOT))
}

/// Takes the elements that import the overlay's file out of their lists, and the file with them unless
/// something else reads it.
fn without_file(project: &Project, overlay: &Overlay, notes: &mut Vec<Note>) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for import in &overlay.imported_by {
        let source = project.source(&import.file)?;
        let gone = span(&import.element);
        steps.extend(prune::unused(&source, &[gone]));
        steps.push(without_element(&source, &import.list, gone));
    }
    let name = overlay.file.rsplit('/').next().unwrap_or(&overlay.file);
    let sources = project.nix_files().into_iter().filter_map(|file| project.source(&file).ok());
    let read: usize = sources.map(|source| source.text.matches(name).count()).sum();
    if read > overlay.imported_by.len() {
        let message = format!("{} stays: something else may read it", overlay.file);
        notes.push(Note { code: "file-kept".to_owned(), message });
    } else {
        steps.push(Step::DeleteFile { file: overlay.file.clone() });
    }
    Ok(steps)
}

/// Removing for some hosts what others get too would be a change nobody asked for.
fn check_shared(project: &Project, overlay: &Overlay, asked: Option<&[String]>) -> Result<()> {
    let Some(asked) = asked else { return Ok(()) };
    let others: Vec<&str> = overlay.hosts.iter().filter(|host| !asked.contains(host)).map(String::as_str).collect();
    if others.is_empty() {
        return Ok(());
    }
    let source = project.source(&overlay.file)?;
    let message = format!("{} at {} is also for {}", overlay.name(), source.file_line(overlay.span().start), others.join(", "));
    Err(source.error(Code::FileShared, message, overlay.span(), "here").help("leave --host away to remove it for all of them"))
}

/// The bindings that define the name and nothing else.
fn bindings(source: &Source, own: &[&Defined], others: &[&Defined]) -> Result<Vec<Span>> {
    let mut out = Vec::new();
    for defined in own {
        if others.iter().any(|other| other.binding == defined.binding) {
            let message = format!("'{}' is one of several names of an inherit", defined.name);
            return Err(source
                .error(Code::ShapeUnsupported, message, span(&defined.binding), "here")
                .help("take the name out of it by hand"));
        }
        out.push(span(&defined.binding));
    }
    out.dedup();
    Ok(out)
}

/// Parameters that only the removed bindings read get a `_`.
fn bare_parameters(source: &Source, function: &OverlayFunction, gone: &[Span]) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for parameter in [&function.last, &function.previous] {
        let Some(lambda) = parameter.node.parent() else { continue };
        if !parameter.name.starts_with('_') && prune::read_only_in(source, &parameter.name, &lambda, gone) {
            let with = Fragment::parse(&format!("_{}", parameter.name))?;
            steps.push(Step::Replace { file: source.path.clone(), at: span(&parameter.node), with });
        }
    }
    Ok(steps)
}

/// The list without an element; where it was the only one, what the list stood for goes too.
fn without_element(source: &Source, list: &SyntaxNode, element: Span) -> Step {
    let file = source.path.clone();
    let parent = list.parent().filter(|_| list.children().count() == 1);
    match parent {
        Some(parent) if parent.kind() == SyntaxKind::NODE_BIN_OP => {
            let other = parent.children().find(|operand| operand != list);
            match other {
                Some(other) => Step::Replace { file, at: span(&parent), with: Fragment::of(source, &other) },
                None => Step::RemoveElements { file, list: span(list), elements: vec![element] },
            }
        }
        Some(parent) if lookup::binding_parts(&parent).is_some_and(|(path, _)| path.last() == "overlays") => {
            without_binding(source, &parent)
        }
        _ => Step::RemoveElements { file, list: span(list), elements: vec![element] },
    }
}

/// A set in a module list that has one plain binding left is written on one line.
fn without_binding(source: &Source, binding: &SyntaxNode) -> Step {
    let file = source.path.clone();
    let removal = Step::RemoveBindings { file: file.clone(), bindings: vec![span(binding)] };
    let Some(set) = binding.parent().filter(|set| set.parent().is_some_and(|p| p.kind() == SyntaxKind::NODE_LIST)) else { return removal };
    let left: Vec<SyntaxNode> = set.children().filter(|child| child != binding).collect();
    let commented = set.children_with_tokens().any(|e| e.kind() == SyntaxKind::TOKEN_COMMENT);
    match left.as_slice() {
        [only] if !commented && !only.text().contains_char('\n') => match Fragment::parse(&format!("{{ {} }}", only.text())) {
            Ok(with) => Step::Replace { file, at: span(&set), with },
            Err(_) => removal,
        },
        _ => removal,
    }
}

fn join(hosts: &mut Vec<String>, more: &[String]) {
    hosts.extend(more.iter().filter(|host| !hosts.contains(host)).cloned().collect::<Vec<_>>());
}

fn overlays_changed(project: &Project, host: &str) -> Target {
    host_question::of_host(project, host, "nixpkgs.overlays", "builtins.length c.config.nixpkgs.overlays", Expect::Changed)
}

/// Gone, or another derivation than before.
fn package_changed(project: &Project, host: &str, name: &str) -> Target {
    let attr = if is_identifier(name) { name.to_owned() } else { quoted_name(name) };
    let question = format!("if c.pkgs ? {attr} then c.pkgs.{attr}.drvPath or \"there\" else \"gone\"");
    host_question::of_host(project, host, format!("pkgs.{attr}"), question, Expect::Changed)
}
