//! `overlay add --host HOST INPUT#NAME`: give hosts an overlay that an input provides.
//!
//! ```text
//! { nixpkgs.hostPlatform = system; }   =>   {
//!                                             nixpkgs.hostPlatform = system;
//!                                             nixpkgs.overlays = [ inputs.x.overlays.default ];
//!                                           }
//! ```
//! It goes into the list that just these hosts get; else into their row of the map from host to
//! overlays; else into a binding of their own.
//!
//! Refuses: no such input; an overlay that excludes it is there; modules do not get `inputs`.

use super::overlay_spelling::{self, Wanted};
use super::{host_modules, host_question, overlay_map};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::OverlayAdd;
use crate::plan::{Expect, Place, Plan, Step, Target};
use crate::project::{Host, Module, ModulePlace, OverlayList, Overlays, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::body::{self, Wrapper};
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, node_at, span};
use crate::text::Span;

pub(super) fn plan(project: &Project, args: &OverlayAdd) -> Result<Plan> {
    let wanted = Wanted { input: args.input.clone(), name: args.overlay.clone().unwrap_or_else(|| "default".to_owned()) };
    check_input(project, &wanted.input, &format!("add it first: nixedit input add {} URL", wanted.input))?;
    let hosts = host_modules::systems(project, &args.hosts)?;
    let overlays = project.overlays()?;
    let lacks = |host: &&Host| !overlays.of_host(&host.name).any(|overlay| overlay.is_from(&wanted.input, &wanted.name));
    let without: Vec<Host> = hosts.iter().filter(lacks).cloned().collect();
    for host in &without {
        check_exclusive(project, &overlays, host, &wanted)?;
    }
    let names: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    let mut plan = Plan { summary: format!("gave {wanted} to {}", names.join(", ")), hosts: names.clone(), ..Plan::default() };
    if without.is_empty() {
        plan.summary = format!("{wanted} is already among the overlays of {}", names.join(", "));
        return Ok(plan);
    }
    plan.steps = steps(project, &overlays, &wanted, &without)?;
    plan.targets = targets(project, &without)?;
    Ok(plan)
}

/// Refuses a name that the flake has no input of.
pub(super) fn check_input(project: &Project, name: &str, help: &str) -> Result<()> {
    let flake = project.flake()?;
    if flake.input(name).is_some() {
        return Ok(());
    }
    let names: Vec<String> = flake.inputs.iter().map(|input| input.name.clone()).collect();
    Err(Diagnostic::new(Code::InputMissing, format!("there is no input '{name}'; inputs: {}", names.join(", ")))
        .help(help)
        .candidates(names))
}

fn check_exclusive(project: &Project, overlays: &Overlays, host: &Host, wanted: &Wanted) -> Result<()> {
    let text = wanted.to_string();
    for group in project.settings().overlays.exclusive.iter().filter(|group| group.contains(&text)) {
        let other = overlays.of_host(&host.name).find(|overlay| group.contains(&overlay.name()));
        if let Some(other) = other {
            let source = project.source(&other.file)?;
            let message =
                format!("host '{}' has {} ({}), which excludes {text}", host.name, other.name(), source.file_line(other.span().start));
            return Err(source.error(Code::OverlayConflict, message, other.span(), "here").help(format!(
                "remove it first: nixedit overlay remove {} --host {}",
                other.name(),
                host.name
            )));
        }
    }
    Ok(())
}

/// One step for each list, row or module that some of the hosts share with no other host.
fn steps(project: &Project, overlays: &Overlays, wanted: &Wanted, hosts: &[Host]) -> Result<Vec<Step>> {
    let mut left: Vec<&Host> = hosts.iter().collect();
    let mut out = Vec::new();
    while let Some(list) = best_list(project, overlays, wanted, &left)? {
        let source = project.source(&list.file)?;
        let (element, steps) = overlay_spelling::spell(project, &source, &list.node, wanted, &list.hosts)?;
        out.extend(steps);
        out.push(into_list(&source, &list.node, element));
        left.retain(|host| !list.hosts.contains(&host.name));
    }
    while let Some(host) = left.first().copied() {
        let (steps, served) = own_place(project, overlays, wanted, host, &left)?;
        out.extend(steps);
        left.retain(|host| !served.contains(&host.name));
    }
    Ok(out)
}

fn into_list(source: &Source, list: &SyntaxNode, element: Fragment) -> Step {
    Step::InsertElements { file: source.path.clone(), list: span(list), elements: vec![element], place: Place::Last, comment: None }
}

/// The list that most of the hosts and no others get, and that can name the overlay.
fn best_list<'a>(project: &Project, overlays: &'a Overlays, wanted: &Wanted, left: &[&Host]) -> Result<Option<&'a OverlayList>> {
    let all_asked =
        |list: &&OverlayList| !list.hosts.is_empty() && list.hosts.iter().all(|name| left.iter().any(|host| host.name == *name));
    let mut best: Option<&OverlayList> = None;
    for list in overlays.lists.iter().filter(all_asked) {
        let source = project.source(&list.file)?;
        let can = overlay_spelling::spell(project, &source, &list.node, wanted, &list.hosts).is_ok();
        if can && best.is_none_or(|best| list.hosts.len() > best.hosts.len()) {
            best = Some(list);
        }
    }
    Ok(best)
}

/// A host's row of the overlay map, else a binding in a module that only hosts asked for have; with
/// the hosts that get it.
fn own_place(project: &Project, overlays: &Overlays, wanted: &Wanted, host: &Host, left: &[&Host]) -> Result<(Vec<Step>, Vec<String>)> {
    if let Some((source, value)) = overlay_map::row(project, overlays, &host.name)? {
        let own = std::slice::from_ref(&host.name);
        let (element, mut steps) = overlay_spelling::spell(project, &source, &value, wanted, own)?;
        steps.push(into_value(&source, &value, element)?);
        return Ok((steps, own.to_vec()));
    }
    let (source, node, served) = own_module(project, host, left)?;
    let path = AttrPath::parse("nixpkgs.overlays")?;
    let found = lookup::find(&node, &path);
    let (element, mut steps) = overlay_spelling::spell(project, &source, &node, wanted, &served)?;
    if let Some(known) = found.definitions.first() {
        steps.push(into_value(&source, &known.value, element)?);
        return Ok((steps, served));
    }
    let deepest =
        found.deepest().into_iter().find(|place| !place.wrappers.iter().any(|w| matches!(w, Wrapper::Condition(_) | Wrapper::Call(_))));
    let set = deepest.ok_or_else(|| source.error(Code::ShapeUnsupported, "this module is not an attribute set", span(&node), "here"))?;
    let path = AttrPath::from_names(set.rest.clone()).unwrap_or(path);
    let value = Fragment::parse(&format!("[ {} ]", element.text()))?;
    steps.push(Step::InsertBinding { file: source.path.clone(), set: span(&set.set), path, value, place: Place::Fitting, comment: None });
    Ok((steps, served))
}

/// Into the list literal that a value begins with, else `[ … ] ++ value`.
fn into_value(source: &Source, value: &SyntaxNode, element: Fragment) -> Result<Step> {
    let own = body::lists(value).into_iter().find(|reached| reached.wrappers.iter().all(|w| *w == Wrapper::Operand));
    if let Some(list) = own {
        return Ok(into_list(source, &list.node, element));
    }
    let old = Fragment::of(source, value);
    use SyntaxKind::*;
    let plain = matches!(old.kind(), NODE_IDENT | NODE_SELECT | NODE_LIST | NODE_PAREN | NODE_APPLY | NODE_BIN_OP);
    let old = if plain { old.text().to_owned() } else { format!("({})", old.text()) };
    let with = Fragment::parse(&format!("[ {} ] ++ {old}", element.text()))?;
    Ok(Step::Replace { file: source.path.clone(), at: span(value), with })
}

/// A module that only hosts asked for have: one in place that speaks of nixpkgs, else the host's
/// own file.
fn own_module(project: &Project, host: &Host, left: &[&Host]) -> Result<(Source, SyntaxNode, Vec<String>)> {
    let in_place = host.modules.iter().filter(|module| module.depth == 0 && matches!(module.place, ModulePlace::Inline { .. }));
    for module in in_place {
        let ModulePlace::Inline { file, span: at } = &module.place else { continue };
        let sharers = sharers(project, module)?;
        let source = project.source(file)?;
        let node = whole_module(&source, *at);
        let speaks = node.as_ref().is_some_and(speaks_of_nixpkgs);
        if let Some(node) = node.filter(|_| speaks && sharers.iter().all(|name| left.iter().any(|host| host.name == *name))) {
            return Ok((source, node, sharers));
        }
    }
    let entry = host_modules::entry(project, host, Side::System)?;
    Ok((entry.source, entry.node, vec![host.name.clone()]))
}

fn sharers(project: &Project, module: &Module) -> Result<Vec<String>> {
    let all = project.hosts()?;
    Ok(all.into_iter().filter(|host| host.modules.iter().any(|other| other.place == module.place)).map(|host| host.name).collect())
}

/// The set or function at a place; for a set that is written dotted, the set with its bindings.
fn whole_module(source: &Source, at: Span) -> Option<SyntaxNode> {
    let node = node_at(&source.root, at)?;
    matches!(node.kind(), SyntaxKind::NODE_ATTR_SET | SyntaxKind::NODE_LAMBDA | SyntaxKind::NODE_PAREN).then_some(node)
}

fn speaks_of_nixpkgs(node: &SyntaxNode) -> bool {
    let path = AttrPath::from_names(["nixpkgs"]);
    path.is_some_and(|path| {
        let found = lookup::find(node, &path);
        !found.definitions.is_empty() || !found.below.is_empty()
    })
}

/// One overlay more on these hosts, none on the others.
fn targets(project: &Project, hosts: &[Host]) -> Result<Vec<Target>> {
    let question = "builtins.length c.config.nixpkgs.overlays";
    let expect = |host: &Host| if hosts.iter().any(|own| own.name == host.name) { Expect::Changed } else { Expect::Same };
    Ok(project
        .hosts()?
        .iter()
        .map(|host| host_question::of_host(project, &host.name, "nixpkgs.overlays", question, expect(host)))
        .collect())
}
