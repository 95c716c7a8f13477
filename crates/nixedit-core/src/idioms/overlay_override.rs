//! `overlay override PACKAGE --set NAME=VALUE`: change a package by `overrideAttrs` in an overlay.
//!
//! ```text
//! [ (final: prev: { … }) ]   =>   [ (final: prev: { … })
//!                                   (_final: prev: {
//!                                     vlc = prev.vlc.overrideAttrs (_old: {
//!                                       doCheck = false;
//!                                     });
//!                                   }) ]
//! ```
//! With `merge`, the override that exists gets the attributes.
//!
//! Refuses: the package is overridden already (unless merged, or already so); several places in
//! equal standing; a definition that is no `overrideAttrs`; a patch file that is not there.

use super::attr_changes::{self, Change, Names};
use super::{host_question, overlay_sites, registry};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::OverlayOverride;
use crate::plan::{Expect, Place, Plan, Step, Target};
use crate::project::overlays::{Defined, OverlayFunction, Override, Parameter};
use crate::project::{Overlay, Overlays, Project};
use crate::syntax::attr_path::{AttrPath, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, span};
use overlay_sites::Site;

pub(super) fn plan(project: &Project, args: &OverlayOverride) -> Result<Plan> {
    check_name(&args.package)?;
    let overlays = overlay_sites::read(project, &args.target)?;
    let known = overlay_sites::definitions(project, &overlays, &args.package, args.target.at)?;
    let mut plan = match known.as_slice() {
        [] => added(project, args, &overlays)?,
        [(overlay, defined)] => merged(project, args, overlay, defined)?,
        several => {
            let message = format!("'{}' is defined by {} overlays", args.package, several.len());
            let places = several.iter().map(|(overlay, defined)| (overlay.file.as_str(), &defined.binding));
            return Err(overlay_sites::several(project, Code::OverlayExists, &message, places)?);
        }
    };
    let all = project.hosts().unwrap_or_default();
    plan.hosts = all.into_iter().map(|host| host.name).filter(|name| plan.hosts.contains(name)).collect();
    Ok(plan)
}

/// One attribute of the package set.
fn check_name(name: &str) -> Result<()> {
    match AttrPath::parse(name) {
        Ok(path) if path.names().len() == 1 && !name.contains("${") => Ok(()),
        Ok(path) => Err(Diagnostic::new(Code::ShapeUnsupported, format!("'{path}' lies in a package set of its own"))
            .help("an overlay overrides one attribute of pkgs; packages inside a set need that set's own override")),
        Err(_) => {
            Err(Diagnostic::new(Code::PackageName, format!("'{name}' is not a package name"))
                .help("name one attribute of pkgs, such as vlc"))
        }
    }
}

/// A new entry.
fn added(project: &Project, args: &OverlayOverride, overlays: &Overlays) -> Result<Plan> {
    let site = overlay_sites::choose(project, overlays, &args.target)?;
    let file = site.file().to_owned();
    let changes = attr_changes::read(project, args, &file)?;
    let comment = args.comment.clone();
    let mut plan = Plan { summary: format!("overrode {} in {file}", args.package), hosts: site.hosts().to_vec(), ..Plan::default() };
    match &site {
        Site::List(list) => {
            let (last, previous) = overlay_sites::usual_names(overlays, list);
            let (names, last_parameter) = fresh_names(&changes, last, previous);
            let package = package_text(&args.package, &changes, &names)?;
            let text = format!("({last_parameter}: {}: {{\n  {}\n}})", names.previous, package.replace('\n', "\n  "));
            let elements = vec![Fragment::parse(&text)?];
            plan.steps.push(Step::InsertElements { file, list: span(&list.node), elements, place: Place::Last, comment });
        }
        Site::Function(overlay, function) => {
            let uses = Uses { last: changes.iter().any(Change::needs_last), previous: true, old: false };
            let (mut names, steps) = names_of(&overlay.file, function, None, uses)?;
            names.old = if changes.iter().any(Change::needs_old) { "old".to_owned() } else { "_old".to_owned() };
            plan.steps.extend(steps);
            let value = package_value(&args.package, &changes, &names)?;
            let path = AttrPath::parse(&quoted_name(&args.package))?;
            plan.steps.push(Step::InsertBinding { file, set: span(&function.set), path, value, place: Place::Fitting, comment });
        }
    }
    let why = args.why.as_deref().or(args.comment.as_deref());
    let row = registry::Row { hold: &args.package, file: site.file(), hosts: &plan.hosts, why, until: args.until.as_deref() };
    plan.steps.extend(registry::added(project, &row)?);
    plan.targets = targets(project, &args.package, &changes, &plan.hosts);
    Ok(plan)
}

fn fresh_names(changes: &[Change], last: String, previous: String) -> (Names, String) {
    let old = if changes.iter().any(Change::needs_old) { "old" } else { "_old" };
    let parameter = if changes.iter().any(Change::needs_last) { last.clone() } else { format!("_{last}") };
    (Names { last, previous, old: old.to_owned() }, parameter)
}

/// `vlc = prev.vlc.overrideAttrs (_old: { … });`
fn package_text(package: &str, changes: &[Change], names: &Names) -> Result<String> {
    Ok(format!("{} = {};", quoted_name(package), package_value(package, changes, names)?.text()))
}

fn package_value(package: &str, changes: &[Change], names: &Names) -> Result<Fragment> {
    let mut lines = Vec::new();
    for change in changes {
        lines.push(format!("  {} = {};\n", change.path, change.fresh(names)?.text().replace('\n', "\n  ")));
    }
    let text = format!("{}.{}.overrideAttrs ({}: {{\n{}}})", names.previous, quoted_name(package), names.old, lines.concat());
    Fragment::parse(&text)
}

/// More attributes for the override that exists.
fn merged(project: &Project, args: &OverlayOverride, overlay: &Overlay, defined: &Defined) -> Result<Plan> {
    let source = project.source(&overlay.file)?;
    let line = source.file_line(span(&defined.binding).start);
    let exists = |what: &str| {
        let message = format!("overlay for '{}' already exists at {line}{what}", args.package);
        source.error(Code::OverlayExists, message, span(&defined.binding), "here")
    };
    let (Some(function), Some(own)) = (overlay.function(), &defined.overridden) else {
        return Err(exists("").help("it is no overrideAttrs, so nothing can be merged into it; edit it by hand"));
    };
    let changes = attr_changes::read(project, args, &overlay.file)?;
    let steps = merge_steps(&source, function, own, &changes)?;
    let mut plan = Plan { hosts: overlay.hosts.clone(), ..Plan::default() };
    if steps.is_empty() {
        plan.summary = format!("{} is already so at {line}", args.package);
        return Ok(plan);
    }
    if !args.merge {
        return Err(exists(" (use --merge)").help("--merge adds the attributes to that override"));
    }
    plan.summary = format!("merged into the override of {} at {line}", args.package);
    plan.targets = targets(project, &args.package, &changes, &plan.hosts);
    plan.steps = steps;
    Ok(plan)
}

fn merge_steps(source: &Source, function: &OverlayFunction, own: &Override, changes: &[Change]) -> Result<Vec<Step>> {
    let previous = changes.iter().any(|change| !change.remove.is_empty());
    let uses = Uses { last: changes.iter().any(Change::needs_last), previous, old: changes.iter().any(Change::needs_old) };
    let (names, renames) = names_of(&source.path, function, Some(own), uses)?;
    let mut steps = Vec::new();
    let mut fresh = Vec::new();
    for change in changes {
        let found = crate::syntax::lookup::find_in(&own.set, &change.path);
        match found.definitions.first() {
            Some(known) => steps.extend(change.upon(source, &known.value, &names)?),
            None => fresh.push((change.path.clone(), change.fresh(&names)?)),
        }
    }
    if uses.old && own.old.is_none() && !(fresh.is_empty() && steps.is_empty()) {
        return with_parameter(source, own, steps, &fresh);
    }
    for (path, value) in fresh {
        steps.push(Step::InsertBinding { file: source.path.clone(), set: span(&own.set), path, value, place: Place::Last, comment: None });
    }
    if !steps.is_empty() {
        steps.splice(0..0, renames);
    }
    Ok(steps)
}

/// `overrideAttrs { … }` becomes `overrideAttrs (old: { … })`.
fn with_parameter(source: &Source, own: &Override, steps: Vec<Step>, fresh: &[(AttrPath, Fragment)]) -> Result<Vec<Step>> {
    if !steps.is_empty() || own.set != own.argument {
        return Err(source
            .error(Code::ShapeUnsupported, "this override does not name the attributes before", span(&own.argument), "here")
            .help("write it as overrideAttrs (old: { … }) and try again"));
    }
    let set = Fragment::of(source, &own.set);
    let inner = set.text().trim_start_matches('{').trim_end_matches('}').trim();
    let mut text = String::from("(old: {\n");
    if !inner.is_empty() {
        text.push_str(&format!("  {inner}\n"));
    }
    for (path, value) in fresh {
        text.push_str(&format!("  {path} = {};\n", value.text().replace('\n', "\n  ")));
    }
    text.push_str("})");
    Ok(vec![Step::Replace { file: source.path.clone(), at: span(&own.argument), with: Fragment::parse(&text)? }])
}

/// Which parameters the new text reads.
#[derive(Clone, Copy)]
struct Uses {
    last: bool,
    previous: bool,
    old: bool,
}

/// The names of existing functions' parameters; those called `_…` lose the sign where they are read.
fn names_of(file: &str, function: &OverlayFunction, own: Option<&Override>, uses: Uses) -> Result<(Names, Vec<Step>)> {
    let mut steps = Vec::new();
    let mut name = |parameter: &Parameter, used: bool, usual: &str| -> Result<String> {
        if !used || !parameter.name.starts_with('_') {
            return Ok(parameter.name.clone());
        }
        let bare = parameter.name.trim_start_matches('_');
        let new = if bare.is_empty() { usual } else { bare };
        steps.push(Step::Replace { file: file.to_owned(), at: span(&parameter.node), with: Fragment::parse(new)? });
        Ok(new.to_owned())
    };
    let last = name(&function.last, uses.last, "final")?;
    let previous = name(&function.previous, uses.previous, "prev")?;
    let old = match own.and_then(|own| own.old.as_ref()) {
        Some(parameter) => name(parameter, uses.old, "old")?,
        None => "old".to_owned(),
    };
    Ok((Names { last, previous, old }, steps))
}

/// What each host's package must be.
fn targets(project: &Project, package: &str, changes: &[Change], hosts: &[String]) -> Vec<Target> {
    let package = format!("c.pkgs.{}", quoted_name(package));
    let label = package.trim_start_matches("c.");
    let mut out = Vec::new();
    for host in hosts {
        let ask = |label: String, question: String, expect| host_question::of_host(project, host, label, question, expect);
        for change in changes {
            let (value, label) = (format!("{package}.{}", change.path), format!("{label}.{}", change.path));
            let there = format!("{value} or null");
            match change.set.as_ref().map(json) {
                Some(Some(json)) => {
                    // Of several attributes one may be so already; where all are, nothing is overridden.
                    let any = Expect::ChangedAny(package.trim_start_matches("c.").to_owned());
                    out.push(ask(label.clone(), there.clone(), any));
                    out.push(ask(label, there, Expect::Equals(json)));
                }
                Some(None) => out.push(ask(label, format!("builtins.typeOf {value}"), Expect::Evaluates)),
                None => out.push(ask(label, format!("builtins.length ({value} or [ ])"), Expect::Changed)),
            }
        }
        out.push(ask(format!("{label}.name"), format!("{package}.name"), Expect::Evaluates));
    }
    out
}

/// The JSON of a literal; `None` for anything that must be evaluated.
fn json(value: &Fragment) -> Option<String> {
    match value.kind() {
        SyntaxKind::NODE_IDENT if matches!(value.text(), "true" | "false" | "null") => Some(value.text().to_owned()),
        SyntaxKind::NODE_LITERAL => value.text().parse::<i64>().ok().map(|number| number.to_string()),
        SyntaxKind::NODE_STRING => {
            use rowan::ast::AstNode;
            let text = rnix::ast::Str::cast(value.node())?;
            serde_json::to_string(&crate::syntax::attr_path::plain_string(&text)?).ok()
        }
        _ => None,
    }
}
