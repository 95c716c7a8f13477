//! New packages as elements of a list that is there: how each is written, what it needs bound.

use super::package_lists::PackageList;
use super::{host_modules, list_add, spelling};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::AddPackage;
use crate::plan::{Place, Plan, Step};
use crate::project::Host;
use crate::syntax::attr_path::{is_identifier, quoted_name};
use crate::syntax::commented;
use crate::syntax::fragment::{Fragment, plain_name};
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, span};

/// What becomes of a list: elements that come back from comments, those that are new, and the
/// arguments that these need.
#[derive(Default)]
struct Growth {
    restored: Vec<Step>,
    elements: Vec<Fragment>,
    arguments: Vec<String>,
    /// Names of what was not there.
    added: Vec<String>,
}

/// Inserts what is not there yet. `what` names the list for people; with `host`, that what the
/// elements use reaches the host's modules is checked.
pub(super) fn into_list(list: &PackageList, args: &AddPackage, names: &[&Vec<String>], what: &str, host: Option<&Host>) -> Result<Plan> {
    let Growth { restored, elements, mut arguments, added } = growth(list, args, names, host)?;
    if added.is_empty() {
        return Ok(Plan { summary: format!("{} already in {what}", args.names.join(", ")), ..Plan::default() });
    }
    let mut plan = Plan { summary: format!("added {} to {what}", added.join(", ")), ..Plan::default() };
    arguments.sort_unstable();
    arguments.dedup();
    let file = || list.source.path.clone();
    let module = host.and_then(|host| host_modules::in_place_around(host, &list.source, &list.place.list));
    plan.steps.extend(arguments.into_iter().map(|name| Step::AddArgument { file: file(), module, name }));
    plan.steps.extend(restored);
    if !elements.is_empty() {
        let (at, place, comment) = (span(&list.place.list), args.place.clone(), args.comment.clone());
        plan.steps.push(Step::InsertElements { file: file(), list: at, elements, place, comment });
    }
    Ok(plan)
}

fn growth(list: &PackageList, args: &AddPackage, names: &[&Vec<String>], host: Option<&Host>) -> Result<Growth> {
    let mut out = Growth::default();
    for parts in names {
        let element = written(list, args, parts)?;
        if list_add::contains(&list.place.list, element.text()) || out.elements.contains(&element) {
            continue;
        }
        out.added.push(spelling::attribute(parts));
        match restoration(list, args, &element) {
            Some(step) => out.restored.push(step),
            None => {
                out.arguments.extend(missing_arguments(list, &element, host)?);
                out.elements.push(element);
            }
        }
    }
    Ok(out)
}

/// Whether all of these are commented out in the list, and can come back there.
pub(super) fn has_all_commented_out(list: &PackageList, args: &AddPackage, names: &[&Vec<String>]) -> bool {
    let comes_back = |parts: &&Vec<String>| written(list, args, parts).is_ok_and(|element| restoration(list, args, &element).is_some());
    !names.is_empty() && names.iter().all(comes_back)
}

/// The step that brings an element back which is commented out in the list, unless it is wanted in
/// a place or with a comment of its own, or would mean nothing as it is written there.
fn restoration(list: &PackageList, args: &AddPackage, element: &Fragment) -> Option<Step> {
    if args.place != Place::Fitting || args.comment.is_some() {
        return None;
    }
    let found = commented::element(&list.place.list, &plain_name(element.text()))?;
    let node = Fragment::parse(found.text.split('#').next()?).ok()?.node();
    let bound = |(name, _): &(String, _)| scope::meaning(&list.place.list, name) != Meaning::Unbound;
    let step = || Step::RestoreElement { file: list.source.path.clone(), at: found.at, text: found.text.clone() };
    scope::free_variables(&node).iter().all(bound).then(step)
}

fn written(list: &PackageList, args: &AddPackage, parts: &[String]) -> Result<Fragment> {
    match &args.from {
        None => spelling::element(&list.place.list, parts),
        Some(input) if list.is_of_input(input) && parts.iter().all(|part| is_identifier(part)) => {
            Fragment::parse(&spelling::attribute(parts))
        }
        Some(input) => Fragment::parse(&of_input(&list.source, input, parts)),
    }
}

/// A package of an input, as the file writes others: `inputs.x.packages.${…}.y`.
pub(super) fn of_input(source: &Source, input: &str, parts: &[String]) -> String {
    format!("inputs.{}.packages.{}.{}", quoted_name(input), system_part(source), spelling::attribute(parts))
}

/// How the file writes the platform in `inputs.x.packages.PLATFORM.y`.
fn system_part(source: &Source) -> String {
    let selects = source.root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_SELECT && n.text().to_string().starts_with("inputs."));
    let mut parts = selects.filter_map(|select| {
        let attrs: Vec<SyntaxNode> = select.children().find(|c| c.kind() == SyntaxKind::NODE_ATTRPATH)?.children().collect();
        let at = attrs.iter().position(|attr| attr.text() == "packages" || attr.text() == "legacyPackages")?;
        attrs.get(at + 1).map(|attr| attr.text().to_string())
    });
    parts.next().unwrap_or_else(|| "${pkgs.stdenv.hostPlatform.system}".to_owned())
}

/// The names that an element uses and that are not bound where it will stand.
fn missing_arguments(list: &PackageList, element: &Fragment, host: Option<&Host>) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for (name, _) in scope::free_variables(&element.node()) {
        let bound = matches!(scope::meaning(&list.place.list, &name), Meaning::Lexical(_) | Meaning::Global);
        if bound || !["pkgs", "inputs", "lib", "config"].contains(&name.as_str()) {
            continue;
        }
        if name == "inputs"
            && let Some(host) = host
        {
            check_passed(host, &list.source.path)?;
        }
        missing.push(name);
    }
    Ok(missing)
}

/// Refuses where `inputs` does not reach the modules of the side that a file belongs to.
pub(super) fn check_passed(host: &Host, file: &str) -> Result<()> {
    let user = host.users.iter().find(|user| user.modules.iter().any(|m| m.place.file() == Some(file)));
    let (args, setting) = match user {
        Some(user) => (&user.special_args, "home-manager.extraSpecialArgs"),
        None => (&host.special_args, "specialArgs"),
    };
    if args.passes("inputs") == Some(false) {
        let message = format!("'inputs' is not passed to {file} on {}", host.name);
        return Err(
            Diagnostic::new(Code::ArgumentUnbound, message).help(format!("pass it in flake.nix: {setting} = {{ inherit inputs; }};"))
        );
    }
    Ok(())
}
