//! The first package of a host's slot: a new list in the host's own file.

use super::host_modules::{self, HostModule};
use super::package_elements::of_input;
use super::{arguments, spelling};
use crate::diagnostic::{Code, Result};
use crate::operation::AddPackage;
use crate::plan::{Place, Plan, Step};
use crate::project::Host;
use crate::syntax::attr_path::{AttrPath, is_identifier};
use crate::syntax::body::Wrapper;
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::SetPlace;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxNode, body, span};
use crate::text::one_line;

/// Binds `path` to a list of the packages. Refuses where the module binds it to something that is
/// no list. With a condition the list counts only where that holds.
pub(super) fn list(
    module: &HostModule,
    args: &AddPackage,
    names: &[&Vec<String>],
    path: &AttrPath,
    what: &str,
    host: &Host,
    condition: Option<&str>,
) -> Result<Plan> {
    check_unbound(module, path)?;
    let value = value(module, args, names, condition)?;
    let mut steps = arguments::needed(Some(host), &module.source, &module_body(&module.node), &value)?;
    let found = module.find(path);
    let sets = found.deepest();
    let conditional = |place: &SetPlace| place.wrappers.iter().any(|wrapper| matches!(wrapper, Wrapper::Condition(_)));
    let best = sets.iter().find(|place| !conditional(place)).or(sets.first());
    let Some(set) = best.map(|place| (span(&place.set), place.rest.clone())) else {
        let message = format!("{} is not an attribute set", module.source.path);
        return Err(module.source.error(Code::ShapeUnsupported, message, span(&module.node), "here"));
    };
    steps.push(Step::InsertBinding {
        file: module.source.path.clone(),
        set: set.0,
        path: AttrPath::from_names(set.1).unwrap_or_else(|| path.clone()),
        value,
        place: Place::Fitting,
        comment: args.comment.clone(),
    });
    Ok(Plan { steps, summary: format!("started {what} with {}", args.names.join(", ")), ..Plan::default() })
}

fn check_unbound(module: &HostModule, path: &AttrPath) -> Result<()> {
    let Some(found) = module.find(path).definitions.into_iter().next() else { return Ok(()) };
    let text: String = one_line(&found.value.text().to_string()).chars().take(60).collect();
    let at = span(&found.value);
    let message = format!("{path} is '{text}' ({}); cannot insert", module.source.file_line(at.start));
    Err(module.source.error(Code::ListNotLiteral, message, at, "no list is written here"))
}

fn value(module: &HostModule, args: &AddPackage, names: &[&Vec<String>], condition: Option<&str>) -> Result<Fragment> {
    let element = |parts: &&Vec<String>| match &args.from {
        None if parts.iter().all(|part| is_identifier(part)) => spelling::attribute(parts),
        None => format!("pkgs.{}", spelling::attribute(parts)),
        Some(input) => of_input(&module.source, input, parts),
    };
    let elements: Vec<String> = names.iter().map(element).collect();
    let with = if args.from.is_none() { "with pkgs; " } else { "" };
    let heading = if let Place::NewGroup(text) = &args.place { format!("  # {text}\n") } else { String::new() };
    let list = format!("{with}[\n{heading}  {}\n]", elements.join("\n  "));
    match condition {
        None => Fragment::parse(&list),
        Some(condition) if with.is_empty() => Fragment::parse(&format!("lib.optionals ({condition}) {list}")),
        Some(condition) => Fragment::parse(&format!("lib.optionals ({condition}) ({list})")),
    }
}

/// Whether a new list could use `pkgs`, as the module stands or as an argument of it.
pub(super) fn may_have_packages(module: &HostModule, host: &Host) -> bool {
    let is_module_file = || host_modules::has_module_file(host, &module.source.path);
    module.is_file
        || is_module_file()
        || host_modules::in_place_around(host, &module.source, &module.node).is_some()
        || matches!(scope::meaning(&module_body(&module.node), "pkgs"), Meaning::Lexical(_))
}

/// Any node inside the module's function, to ask what is bound there.
fn module_body(node: &SyntaxNode) -> SyntaxNode {
    let set = body::sets(node).into_iter().next();
    set.map_or_else(|| node.clone(), |reached| reached.node)
}
