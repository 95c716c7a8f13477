//! How an overlay of an input is written at a place: by a name that the file has for it, through
//! the file's own set of such names, or as `inputs.x.overlays.y`.

use super::host_modules;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Place, Step};
use crate::project::Project;
use crate::syntax::attr_path::{AttrPath, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, span};
use std::fmt;

/// `INPUT#NAME`.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub input: String,
    pub name: String,
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.input, self.name)
    }
}

/// The element for a list at `node`, and the steps that it needs elsewhere in the file. `hosts` are
/// those that have the file as a module.
pub(super) fn spell(
    project: &Project,
    source: &Source,
    node: &SyntaxNode,
    wanted: &Wanted,
    hosts: &[String],
) -> Result<(Fragment, Vec<Step>)> {
    let direct = direct(project, source, node, &wanted.input, &format!("overlays.{}", quoted_name(&wanted.name)), hosts);
    let names = own_names(source, node);
    let ending = format!(".overlays.{}", quoted_name(&wanted.name));
    let means_it =
        |text: &str| text.strip_suffix(&ending).is_some_and(|input| input.rsplit('.').next() == Some(&quoted_name(&wanted.input)));
    for (set_name, set) in &names {
        let mut rows = set.children().filter_map(|entry| lookup::binding_parts(&entry));
        if let Some((path, _)) = rows.find(|(_, value)| means_it(&value.text().to_string())) {
            return Ok((Fragment::parse(&format!("{set_name}.{path}"))?, Vec::new()));
        }
    }
    let (value, mut steps) = direct?;
    let Some((set_name, set)) = names.into_iter().next() else { return Ok((value, steps)) };
    let name = free_name(&set, wanted);
    let path = AttrPath::parse(&quoted_name(&name))?;
    let element = Fragment::parse(&format!("{set_name}.{path}"))?;
    steps.push(Step::InsertBinding { file: source.path.clone(), set: span(&set), path, value, place: Place::Fitting, comment: None });
    Ok((element, steps))
}

/// `let`-bound sets that hold overlays of inputs and nothing else, with their names, as far as they
/// are visible at `node`.
fn own_names(source: &Source, node: &SyntaxNode) -> Vec<(String, SyntaxNode)> {
    let mut out = Vec::new();
    for scope_node in source.root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_LET_IN) {
        for (path, value) in scope_node.children().filter_map(|entry| lookup::binding_parts(&entry)) {
            let [name] = path.names() else { continue };
            let visible = scope::meaning(node, name) == Meaning::Lexical(scope_node.clone());
            if visible && value.kind() == SyntaxKind::NODE_ATTR_SET && names_overlays(&value) {
                out.push((name.clone(), value));
            }
        }
    }
    out
}

fn names_overlays(set: &SyntaxNode) -> bool {
    let is_overlay = |entry: SyntaxNode| {
        lookup::binding_parts(&entry).is_some_and(|(path, value)| {
            path.names().len() == 1 && value.kind() == SyntaxKind::NODE_SELECT && value.text().to_string().contains(".overlays.")
        })
    };
    set.children().count() > 0 && set.children().all(is_overlay)
}

/// `nix-cachyos-kernel` as `nixCachyosKernel`; with the overlay's name where that is taken.
fn free_name(set: &SyntaxNode, wanted: &Wanted) -> String {
    let plain = camel_case(&wanted.input);
    let taken = set.children().filter_map(|entry| lookup::binding_parts(&entry)).any(|(path, _)| path.names()[0] == plain);
    if taken { camel_case(&format!("{}-{}", wanted.input, wanted.name)) } else { plain }
}

fn camel_case(name: &str) -> String {
    let mut out = String::new();
    for (index, word) in name.split(['-', '_', '.']).filter(|word| !word.is_empty()).enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if index > 0 => out.extend(first.to_uppercase()),
            Some(first) => out.push(first),
            None => {}
        }
        out.push_str(letters.as_str());
    }
    out
}

/// `inputs.x.overlays.y` (`output` is what comes behind the input), with the argument that the file may
/// lack.
pub(super) fn direct(
    project: &Project,
    source: &Source,
    node: &SyntaxNode,
    input: &str,
    output: &str,
    hosts: &[String],
) -> Result<(Fragment, Vec<Step>)> {
    let (text, steps) = input_itself(project, source, node, input, hosts)?;
    Ok((Fragment::parse(&format!("{text}.{output}"))?, steps))
}

/// An input as it is written at a node, `inputs.x`, with the argument that the file may lack.
pub(super) fn input_itself(
    project: &Project,
    source: &Source,
    node: &SyntaxNode,
    input: &str,
    hosts: &[String],
) -> Result<(String, Vec<Step>)> {
    let bound = |name: &str| matches!(scope::meaning(node, name), Meaning::Lexical(_));
    if source.path == "flake.nix" {
        return Ok((in_flake(project, input, bound)?, Vec::new()));
    }
    let text = format!("inputs.{}", quoted_name(input));
    if bound("inputs") {
        return Ok((text, Vec::new()));
    }
    for host in hosts {
        if project.host(host)?.special_args.passes("inputs") == Some(false) {
            return Err(Diagnostic::new(Code::ArgumentUnbound, format!("the modules of host '{host}' do not get 'inputs'"))
                .help("pass it in flake.nix: specialArgs = { inherit inputs; };"));
        }
    }
    let known = hosts.first().map(|host| project.host(host)).transpose()?;
    let module = known.and_then(|host| host_modules::in_place_around(&host, source, node));
    if module.is_none() && project.hosts_importing(&source.path)?.is_empty() {
        return Err(source.error(Code::ArgumentUnbound, format!("'inputs' is not bound in {}", source.path), span(node), "needed here"));
    }
    Ok((text, vec![Step::AddArgument { file: source.path.clone(), module, name: "inputs".to_owned() }]))
}

/// An input as the outputs of flake.nix reach it.
fn in_flake(project: &Project, input: &str, bound: impl Fn(&str) -> bool) -> Result<String> {
    let head = project.flake()?.outputs;
    if let Some(whole) = head.as_ref().and_then(|head| head.whole.clone()).filter(|whole| bound(whole)) {
        return Ok(format!("{whole}.{}", quoted_name(input)));
    }
    head.and_then(|head| head.reach(input)).ok_or_else(|| {
        Diagnostic::new(Code::InputClosedPattern, format!("outputs of flake.nix does not name the input '{input}'"))
            .help("write its head as { self, … }@inputs:")
    })
}

#[cfg(test)]
mod tests {
    use super::camel_case;

    #[test]
    fn names_of_inputs_become_attributes() {
        assert_eq!((camel_case("llm-agents").as_str(), camel_case("nix-cachyos-kernel").as_str()), ("llmAgents", "nixCachyosKernel"));
    }
}
