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
use crate::syntax::attr_path::{AttrPath, quoted_string};
use crate::syntax::fragment::Fragment;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::span;

pub(super) fn plan(
    module: &HostModule,
    lists: &[PackageList],
    args: &AddPackage,
    names: &[&Vec<String>],
    path: &AttrPath,
    hosts: &[String],
) -> Result<Plan> {
    let [host] = hosts else {
        return Err(Diagnostic::new(Code::FileShared, format!("{} is shared with {}", module.source.path, module.shared_with.join(", ")))
            .help("name one host, or --all-hosts"));
    };
    let what = format!("{path} of {host}");
    let summary = format!("added {} to {what}", names.iter().map(|n| spelling::attribute(n)).collect::<Vec<_>>().join(", "));
    let file = module.source.path.clone();
    if let Some(block) = lists.iter().find(|list| list.host_condition == Some(true)) {
        let elements = names.iter().map(|parts| spelling::element(&block.place.list, parts)).collect::<Result<Vec<_>>>()?;
        let step = Step::InsertElements {
            file,
            list: span(&block.place.list),
            elements,
            place: args.place.clone(),
            comment: args.comment.clone(),
        };
        return Ok(Plan { steps: vec![step], summary, ..Plan::default() });
    }
    let place = candidates::list_for_insert(&module.source, Some(path), args.target.at)?;
    let elements = names.iter().map(|parts| spelling::element(&place.list, parts)).collect::<Result<Vec<_>>>()?;
    let mut steps = Vec::new();
    for name in ["config", "lib"] {
        if !matches!(scope::meaning(&place.list, name), Meaning::Lexical(_)) {
            steps.push(Step::AddArgument { file: file.clone(), name: name.to_owned() });
        }
    }
    let heading = match &args.place {
        Place::NewGroup(text) => text.clone(),
        _ => args.comment.clone().unwrap_or_else(|| format!("{host}-only")),
    };
    let lines: Vec<&str> = elements.iter().map(Fragment::text).collect();
    let operand =
        format!("lib.optionals (config.networking.hostName == {}) [\n  # {heading}\n  {}\n]", quoted_string(host), lines.join("\n  "));
    let last =
        place.list.ancestors().take_while(|n| n.kind() != crate::syntax::SyntaxKind::NODE_ATTRPATH_VALUE).filter(is_concatenation).last();
    let at = last.map_or_else(|| span(&place.list), |node| span(&node));
    steps.push(Step::AppendOperand { file, at, operator: "++", operand: Fragment::parse(&operand)? });
    Ok(Plan { steps, summary, ..Plan::default() })
}

fn is_concatenation(node: &crate::syntax::SyntaxNode) -> bool {
    node.kind() == crate::syntax::SyntaxKind::NODE_BIN_OP
        && node.children_with_tokens().any(|e| e.kind() == crate::syntax::SyntaxKind::TOKEN_CONCAT)
}
