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
use super::{candidates, spelling};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::AddPackage;
use crate::plan::{Place, Plan, Step};
use crate::project::Side;
use crate::syntax::attr_path::{AttrPath, quoted_string};
use crate::syntax::fragment::Fragment;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, span};

pub(super) fn plan(
    module: &HostModule,
    lists: &[PackageList],
    args: &AddPackage,
    names: &[&Vec<String>],
    path: &AttrPath,
    side: Side,
    hosts: &[String],
) -> Result<Plan> {
    let [host] = hosts else {
        return Err(Diagnostic::new(Code::FileShared, format!("{} is shared with {}", module.source.path, module.shared_with.join(", ")))
            .help("name one host, or --all-hosts"));
    };
    let what = format!("{path} of {host}");
    let summary = format!("added {} to {what}", names.iter().map(|n| spelling::attribute(n)).collect::<Vec<_>>().join(", "));
    let own = |list: &&PackageList| list.host_condition == Some(true) && list.only_host_conditions && list.shared_with.is_empty();
    let steps = match lists.iter().find(own) {
        Some(block) => vec![into_block(block, args, names)?],
        None => new_block(module, args, names, path, side, host)?,
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

fn new_block(module: &HostModule, args: &AddPackage, names: &[&Vec<String>], path: &AttrPath, side: Side, host: &str) -> Result<Vec<Step>> {
    let file = || module.source.path.clone();
    let place = candidates::list_for_insert(&module.source, Some(path), args.target.at)?;
    let elements = names.iter().map(|parts| spelling::element(&place.list, parts)).collect::<Result<Vec<_>>>()?;
    let subject = known_subject(module, &place.list, host).unwrap_or_else(|| usual_subject(side).to_owned());
    let heading = match &args.place {
        Place::NewGroup(text) => text.clone(),
        _ => args.comment.clone().unwrap_or_else(|| format!("{host}-only")),
    };
    let lines: Vec<&str> = elements.iter().map(Fragment::text).collect();
    let lines = lines.join("\n  ");
    let operand = Fragment::parse(&format!("lib.optionals ({subject} == {}) [\n  # {heading}\n  {lines}\n]", quoted_string(host)))?;
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

/// What names the host where the file says nothing of it: Home Manager's modules have the system's
/// configuration as `osConfig`.
fn usual_subject(side: Side) -> &'static str {
    match side {
        Side::Home => "osConfig.networking.hostName",
        Side::System => "config.networking.hostName",
    }
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
