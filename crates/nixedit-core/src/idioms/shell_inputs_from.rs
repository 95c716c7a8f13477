//! `shell inputs-from add|remove PACKAGE…`: whose build inputs a development shell has too.
//!
//! ```text
//! inputsFrom = [ self.packages.x.default ];   =>   inputsFrom = [ self.packages.x.default pkgs.statix ];
//! ```
//! Refuses: no such shell; a value that is no list.

use super::shells;
use crate::diagnostic::{Code, Result};
use crate::operation::ShellInputsFrom;
use crate::plan::{Place, Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::indented::canonical;
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, body, lookup, span};

/// What a stand-in shows, and what only the derivation of a real shell shows.
const QUESTION: &str = "{ inputsFrom = map (p: p.name or \"?\") (c.inputsFrom or [ ]); path = \"${c.drvPath} ${c.outPath}\"; }";

pub(super) fn plan(project: &Project, args: &ShellInputsFrom) -> Result<Plan> {
    let (source, set) = shells::set_of(project, &args.shell)?;
    let items = args.items.iter().map(|item| written(item, &set)).collect::<Result<Vec<_>>>()?;
    let path = AttrPath::parse("inputsFrom")?;
    let known = lookup::find_in(&set, &path).definitions.into_iter().next().map(|found| found.value);
    let step = match known {
        Some(value) => in_list(&source, &value, &items, args.remove)?,
        None if args.remove => None,
        None => {
            let texts: Vec<&str> = items.iter().map(Fragment::text).collect();
            let value = Fragment::parse(&format!("[ {} ]", texts.join(" ")))?;
            let packages = ["nativeBuildInputs", "buildInputs", "packages"].into_iter().find(|name| lookup::has_binding(&set, name));
            let place = packages.map_or(Place::Fitting, |name| Place::After(name.to_owned()));
            Some(Step::InsertBinding { file: source.path.clone(), set: span(&set), path, value, place, comment: None })
        }
    };
    let (names, shell) = (args.items.join(", "), format!("inputsFrom of devShells.{}", args.shell));
    let summary = match (step.is_some(), args.remove) {
        (true, false) => format!("added {names} to {shell}"),
        (true, true) => format!("removed {names} from {shell}"),
        (false, false) => format!("{names} already in {shell}"),
        (false, true) => format!("{names} not in {shell}"),
    };
    let mut plan = Plan { summary, ..Plan::default() };
    if let Some(step) = step {
        plan.steps.push(step);
        plan.targets.push(shells::target(project, &args.shell, QUESTION));
    }
    Ok(plan)
}

/// An item as it is typed; a name that nothing binds there is a package.
fn written(item: &str, set: &SyntaxNode) -> Result<Fragment> {
    let fragment = Fragment::parse(item)?.as_element();
    let unbound = fragment.kind() == SyntaxKind::NODE_IDENT && scope::meaning(set, item) == Meaning::Unbound;
    if unbound { Fragment::parse(&format!("pkgs.{item}")) } else { Ok(fragment) }
}

fn in_list(source: &Source, value: &SyntaxNode, items: &[Fragment], remove: bool) -> Result<Option<Step>> {
    let lists = body::lists(value);
    let Some(list) = lists.first().map(|reached| reached.node.clone()) else {
        return Err(source
            .error(Code::ShapeUnsupported, "inputsFrom is not written as a list", span(value), "here")
            .help("write it as [ … ] first"));
    };
    let elements = || lists.iter().flat_map(|reached| reached.node.children());
    let is_there = |item: &Fragment| elements().any(|element| canonical(&element) == canonical(&item.node()));
    let (file, at) = (source.path.clone(), span(&list));
    if remove {
        let is_meant = |element: &SyntaxNode| items.iter().any(|item| canonical(element) == canonical(&item.node()));
        let gone: Vec<_> = list.children().filter(is_meant).map(|element| span(&element)).collect();
        return Ok((!gone.is_empty()).then_some(Step::RemoveElements { file, list: at, elements: gone }));
    }
    let elements: Vec<Fragment> = items.iter().filter(|item| !is_there(item)).cloned().collect();
    Ok((!elements.is_empty()).then_some(Step::InsertElements { file, list: at, elements, place: Place::Last, comment: None }))
}
