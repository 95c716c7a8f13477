//! Packages for some hosts in a file that others have too: `++ lib.optionals (host == …) [ … ]`.
//!
//! ```text
//! [ fd ];   =>   [ fd ] ++ lib.optionals (config.networking.hostName == "nxiz") [
//!                  # nxiz-only
//!                  mangohud
//!                ];
//! ```

use super::candidates::{self, ListPlace};
use super::host_modules::{self, HostModule};
use super::package_lists::PackageList;
use super::{host_condition, package_start, spelling};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::AddPackage;
use crate::plan::{Place, Plan, Step};
use crate::project::{Class, Host, Project};
use crate::syntax::attr_path::{AttrPath, quoted_string};
use crate::syntax::body::Wrapper;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, SyntaxToken, body, comment_text, node_at, span};
use crate::text::Span;

pub(super) fn plan(
    project: &Project,
    module: &HostModule,
    lists: &[PackageList],
    args: &AddPackage,
    names: &[&Vec<String>],
    path: &AttrPath,
    hosts: &[Host],
) -> Result<Plan> {
    let [host] = hosts else {
        return Err(Diagnostic::new(Code::FileShared, format!("{} is shared with {}", module.source.path, module.shared_with.join(", ")))
            .help("name one host, or --all-hosts"));
    };
    let what = format!("{path} of {}", host.name);
    let summary = format!("added {} to {what}", names.iter().map(|n| spelling::attribute(n)).collect::<Vec<_>>().join(", "));
    let own = |list: &&PackageList| list.host_condition == Some(true) && list.only_host_conditions && list.shared_with.is_empty();
    let steps = match lists.iter().find(own) {
        Some(block) => vec![into_block(block, args, names)?],
        None => {
            if let Some(step) = one_more_host(module, lists, names, host)? {
                return Ok(Plan { steps: vec![step], summary, ..Plan::default() });
            }
            if let Some(step) = beside_single(module, names, path, host)? {
                return Ok(Plan { steps: vec![step], summary, ..Plan::default() });
            }
            let name = subject_name(project, host, module)?;
            if args.target.at.is_none() && module.find(path).definitions.is_empty() {
                let condition = format!("{} == {}", usual_subject(module), quoted_string(&name));
                return package_start::list(module, args, names, path, &what, host, Some(&condition));
            }
            new_block(module, lists, args, names, path, (host, &name))?
        }
    };
    Ok(Plan { steps, summary, ..Plan::default() })
}

fn into_block(block: &PackageList, args: &AddPackage, names: &[&Vec<String>]) -> Result<Step> {
    let elements = names.iter().map(|parts| spelling::element(&block.place.list, parts)).collect::<Result<Vec<_>>>()?;
    Ok(Step::InsertElements {
        file: block.source.path.clone(),
        list: span(&block.place.list),
        elements,
        place: args.place.clone(),
        comment: args.comment.clone(),
    })
}

/// The file's list for the hosts that were asked for, or beside which theirs goes: not one that a
/// condition keeps from them, where there is one other.
pub(super) fn list_for(module: &HostModule, lists: &[PackageList], args: &AddPackage, path: &AttrPath) -> Result<ListPlace> {
    let meant: Vec<ListPlace> = lists.iter().filter(|list| list.host_condition != Some(false)).map(|list| list.place.clone()).collect();
    match candidates::best_lists(&meant).as_slice() {
        [only] if args.target.at.is_none() => Ok((*only).clone()),
        _ => candidates::list_for_insert(&module.source, Some(path), args.target.at),
    }
}

/// A block of just these packages for other hosts that it lists by name gets one name more.
fn one_more_host(module: &HostModule, lists: &[PackageList], names: &[&Vec<String>], host: &Host) -> Result<Option<Step>> {
    let has_all = |list: &&PackageList| {
        let named = names.iter().all(|parts| list.element(&spelling::attribute(parts)).is_some());
        list.host_condition == Some(false) && named && list.place.list.children().count() == names.len()
    };
    for list in lists.iter().filter(has_all) {
        let [Wrapper::Condition(condition)] =
            list.place.wrappers.iter().filter(|w| matches!(w, Wrapper::Condition(_))).collect::<Vec<_>>()[..]
        else {
            continue;
        };
        let (callee, arguments) = body::call(&body::without_parens(condition));
        let [_, hosts] = arguments.as_slice() else { continue };
        if body::last_name(&callee) == "elem" && hosts.kind() == SyntaxKind::NODE_LIST {
            let elements = vec![Fragment::parse(&quoted_string(&host.attr))?];
            let file = module.source.path.clone();
            return Ok(Some(Step::InsertElements { file, list: span(hosts), elements, place: Place::Last, comment: None }));
        }
    }
    Ok(None)
}

/// A single package behind `lib.optional` for just this host becomes a list with the new ones.
fn beside_single(module: &HostModule, names: &[&Vec<String>], path: &AttrPath, host: &Host) -> Result<Option<Step>> {
    let definitions = module.find(path).definitions;
    let applied = definitions.iter().flat_map(|d| d.value.descendants()).filter(|node| node.kind() == SyntaxKind::NODE_APPLY);
    for node in applied {
        let (callee, arguments) = body::call(&node);
        let [condition, single] = arguments.as_slice() else { continue };
        let holds = |name: &str| host_condition::holds(&body::without_parens(condition), &module.names(name));
        let only_here = holds(&host.name) == Some(true) && module.shared_with.iter().all(|other| holds(other) == Some(false));
        if body::last_name(&callee) != "optional" || !only_here {
            continue;
        }
        let new = names.iter().map(|parts| spelling::element(&node, parts)).collect::<Result<Vec<_>>>()?;
        let new: Vec<&str> = new.iter().map(Fragment::text).collect();
        let with = Fragment::parse(&format!("{callee}s {condition} [ {single} {} ]", new.join(" ")))?;
        return Ok(Some(Step::Replace { file: module.source.path.clone(), at: span(&node), with }));
    }
    Ok(None)
}

fn new_block(
    module: &HostModule,
    lists: &[PackageList],
    args: &AddPackage,
    names: &[&Vec<String>],
    path: &AttrPath,
    (host, name): (&Host, &str),
) -> Result<Vec<Step>> {
    let file = || module.source.path.clone();
    let place = list_for(module, lists, args, path)?;
    let around = place.list.ancestors().take_while(|n| n.kind() != SyntaxKind::NODE_ATTRPATH_VALUE);
    // The block stands behind the whole chain, which may be outside of the list's `with`.
    let beside = around.filter(is_concatenation).last().unwrap_or_else(|| place.list.clone());
    let elements = names.iter().map(|parts| spelling::element(&beside, parts)).collect::<Result<Vec<_>>>()?;
    let subject = known_subject(module, &place.list, &host.attr).unwrap_or_else(|| usual_subject(module).to_owned());
    let name = if subject.ends_with("hostName") { name } else { &host.attr };
    let heading = match &args.place {
        Place::NewGroup(text) => text.clone(),
        _ => args.comment.clone().unwrap_or_else(|| format!("{}-only", host.name)),
    };
    let lines: Vec<&str> = elements.iter().map(Fragment::text).collect();
    let lines = lines.join("\n  ");
    let operand = Fragment::parse(&format!("lib.optionals ({subject} == {}) [\n  # {heading}\n  {lines}\n]", quoted_string(name)))?;
    let unbound = |name: &&str| {
        let used = scope::free_variables(&operand.node()).iter().any(|(free, _)| free == name);
        used && !matches!(scope::meaning(&place.list, name), Meaning::Lexical(_))
    };
    let arguments = ["config", "osConfig", "lib"].into_iter().filter(unbound);
    let in_place = host_modules::in_place_around(host, &module.source, &place.list);
    let mut steps: Vec<Step> = arguments.map(|name| Step::AddArgument { file: file(), module: in_place, name: name.to_owned() }).collect();
    steps.push(Step::AppendOperand { file: file(), at: span(&beside), operator: "++", operand });
    Ok(steps)
}

/// The steps that also take a block away of which nothing remains: the way back from a block that this
/// made. One with words of its own, beside the heading that it was given, stays.
pub(super) fn without_emptied(project: &Project, steps: Vec<Step>) -> Result<Vec<Step>> {
    let mut out = Vec::new();
    for step in steps {
        let whole = match &step {
            Step::RemoveElements { file, list, elements } => emptied(&project.source(file)?, *list, elements.len()),
            _ => None,
        };
        out.push(whole.unwrap_or(step));
    }
    Ok(out)
}

/// Taking the chain `… ++ lib.optionals CONDITION [ … ]` back to what is left of the block.
fn emptied(source: &Source, list: Span, removed: usize) -> Option<Step> {
    let list = node_at(&source.root, list).filter(|list| list.children().count() == removed)?;
    let call = list.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_APPLY)?;
    let chain = call.parent().filter(is_concatenation)?;
    let left = chain.first_child().filter(|left| *left != call)?;
    let (callee, arguments) = body::call(&call);
    let is_block = body::last_name(&callee) == "optionals" && arguments.len() == 2;
    let tokens = chain.descendants_with_tokens().filter_map(|element| element.into_token());
    let goes = |token: &SyntaxToken| !left.text_range().contains_range(token.text_range());
    let mut comments = tokens.filter(|token| token.kind() == SyntaxKind::TOKEN_COMMENT && goes(token));
    let is_ours = comments.all(|comment| comment_text(comment.text()).ends_with("-only"));
    let step = || Step::Replace { file: source.path.clone(), at: span(&chain), with: Fragment::of(source, &left) };
    (is_block && is_ours).then(step)
}

/// What a condition calls the host. Refuses where it would hold on another host too that has the
/// module, or where there is no system to ask.
pub(super) fn subject_name(project: &Project, host: &Host, module: &HostModule) -> Result<String> {
    let name = host.host_name.as_ref().unwrap_or(&host.attr);
    let others: Vec<Host> = module.shared_with.iter().filter_map(|other| project.host(other).ok()).collect();
    let all = || std::iter::once(host).chain(&others);
    let refusal =
        |why: String| Diagnostic::new(Code::FileShared, format!("no condition on {} in {}: {why}", host.name, module.source.path));
    if let Some(home) = all().find(|host| host.class == Class::Home) {
        return Err(
            refusal(format!("{} has it without a system", home.name)).help("name a file that the host alone has, or all that have it")
        );
    }
    match others.iter().find(|other| other.host_name.as_ref().unwrap_or(&other.attr) == name) {
        Some(other) => Err(refusal(format!("{} calls itself '{name}' too", other.name)).help("give each its networking.hostName")),
        None => Ok(name.clone()),
    }
}

/// What names the host where the file says nothing of it: Home Manager's modules have the system's
/// configuration as `osConfig`.
fn usual_subject(module: &HostModule) -> &'static str {
    if module.user.is_some() { "osConfig.networking.hostName" } else { "config.networking.hostName" }
}

/// What the file compares with the names of hosts already, as far as it means the same at `list`.
fn known_subject(module: &HostModule, list: &SyntaxNode, host: &str) -> Option<String> {
    let is_host = |node: &SyntaxNode| {
        let text = node.text().to_string();
        node.kind() == SyntaxKind::NODE_STRING
            && module.shared_with.iter().map(String::as_str).chain([host]).any(|h| quoted_string(h) == text)
    };
    let comparisons = module.node.descendants().filter(|node| {
        let compares = |kind| matches!(kind, SyntaxKind::TOKEN_EQUAL | SyntaxKind::TOKEN_NOT_EQUAL);
        node.kind() == SyntaxKind::NODE_BIN_OP && node.children_with_tokens().any(|e| compares(e.kind()))
    });
    let subjects = comparisons.filter_map(|node| {
        let sides: Vec<SyntaxNode> = node.children().collect();
        let subject = sides.iter().find(|side| !is_host(side))?;
        sides.iter().any(is_host).then(|| subject.clone())
    });
    let same_there = |subject: &SyntaxNode| {
        scope::free_variables(subject).iter().all(|(name, _)| scope::meaning(subject, name) == scope::meaning(list, name))
    };
    subjects.filter(same_there).map(|subject| subject.text().to_string()).next()
}

fn is_concatenation(node: &SyntaxNode) -> bool {
    node.kind() == SyntaxKind::NODE_BIN_OP && node.children_with_tokens().any(|e| e.kind() == SyntaxKind::TOKEN_CONCAT)
}
