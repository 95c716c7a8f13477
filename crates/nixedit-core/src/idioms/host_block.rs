//! Packages for some hosts in a file that others have too: `++ lib.optionals (host == …) [ … ]`.
//!
//! ```text
//! [ fd ];   =>   [ fd ] ++ lib.optionals (config.networking.hostName == "nxiz") [
//!                  # nxiz-only
//!                  mangohud
//!                ];
//! ```

use super::host_modules::HostModule;
use super::package_lists::PackageList;
use super::{candidates, package_start, spelling};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::AddPackage;
use crate::plan::{Place, Plan, Step};
use crate::project::{Class, Host, Project};
use crate::syntax::attr_path::{AttrPath, quoted_string};
use crate::syntax::fragment::Fragment;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, span};

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
            let name = subject_name(project, host, module)?;
            if args.target.at.is_none() && module.find(path).definitions.is_empty() {
                let condition = format!("{} == {}", usual_subject(module), quoted_string(&name));
                return package_start::list(module, args, names, path, &what, host, Some(&condition));
            }
            new_block(module, args, names, path, host, &name)?
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

fn new_block(
    module: &HostModule,
    args: &AddPackage,
    names: &[&Vec<String>],
    path: &AttrPath,
    host: &Host,
    name: &str,
) -> Result<Vec<Step>> {
    let file = || module.source.path.clone();
    let place = candidates::list_for_insert(&module.source, Some(path), args.target.at)?;
    let elements = names.iter().map(|parts| spelling::element(&place.list, parts)).collect::<Result<Vec<_>>>()?;
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
    let mut steps: Vec<Step> = arguments.map(|name| Step::AddArgument { file: file(), name: name.to_owned() }).collect();
    let around = place.list.ancestors().take_while(|n| n.kind() != SyntaxKind::NODE_ATTRPATH_VALUE);
    let at = around.filter(is_concatenation).last().map_or_else(|| span(&place.list), |node| span(&node));
    steps.push(Step::AppendOperand { file: file(), at, operator: "++", operand });
    Ok(steps)
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
