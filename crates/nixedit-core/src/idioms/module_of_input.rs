//! `module import INPUT#OUTPUT`: give hosts a module that an input provides.
//!
//! ```text
//! modules = [ ./desk.nix agenix.nixosModules.default ];
//!   =>   modules = [ ./desk.nix jovian.nixosModules.default agenix.nixosModules.default ];
//! ```
//! It goes into the list of modules that just these hosts get; else into the list that the host passes
//! to the function that makes it; else into `imports` of the host's own file.
//!
//! Refuses: no such input; modules do not get `inputs`.

use super::module_lists::{self, ModuleList, Passed};
use super::{host_modules, host_question, inputs_changed, module_import, overlay_spelling};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::ModuleImport;
use crate::plan::{Note, Place, Plan, Step};
use crate::project::{Class, Host, Module, ModulePlace, Project, Side};
use crate::syntax::attr_path::{AttrPath, quoted_name};
use crate::syntax::fragment::{Fragment, plain_name};
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, span};

/// What is wanted: an input and the path of an output of it, as Nix writes it.
pub(super) struct Wanted {
    input: String,
    output: String,
}

impl Wanted {
    /// Reads `INPUT#OUTPUT`.
    pub fn parse(project: &Project, text: &str) -> Result<Self> {
        let (input, output) = text.split_once('#').unwrap_or((text, ""));
        let flake = project.flake()?;
        let known = inputs_changed::names(&flake);
        if !known.iter().any(|name| name == input) {
            let error = inputs_changed::unknown(input, &known);
            return Err(match error.help.as_deref().filter(|help| !help.starts_with("did you mean")).map(str::to_owned) {
                Some(named) => error.help(format!("{named}; add it first with: nixedit input add {input} URL")),
                None => error,
            });
        }
        let output = AttrPath::parse(output).ok().filter(|path| path.names().len() > 1).ok_or_else(|| {
            Diagnostic::new(Code::UsageInvalid, format!("which module of '{input}'?")).help(format!("such as {input}#nixosModules.default"))
        })?;
        Ok(Self { input: input.to_owned(), output: output.to_string() })
    }

    /// As [`ModulePlace::Input`] has it.
    pub fn text(&self) -> String {
        format!("{}.{}", self.input, self.output)
    }

    /// Home Manager's modules go to users, all others to systems.
    pub fn side(&self, host: &Host) -> Side {
        let of_home = self.output.starts_with("home") || host.class == Class::Home;
        if of_home { Side::Home } else { Side::System }
    }

    /// The host's modules that are this one.
    pub fn among<'h>(&self, host: &'h Host) -> Vec<&'h Module> {
        let quoted = format!("{}.{}", quoted_name(&self.input), self.output);
        let same = |place: &ModulePlace| matches!(place, ModulePlace::Input(text) if *text == self.text() || *text == quoted);
        host.modules_of(self.side(host)).filter(|module| same(&module.place)).collect()
    }

    fn is_in(&self, host: &Host) -> bool {
        self.among(host).iter().any(|module| !module.conditional)
    }
}

pub(super) fn plan(project: &Project, args: &ModuleImport, module: &str) -> Result<Plan> {
    let wanted = Wanted::parse(project, module)?;
    if let (true, Some(file)) = (args.hosts.is_empty(), &args.target.file) {
        return into_file(project, args, &wanted, file, &project.hosts_importing(file)?);
    }
    let hosts = host_modules::hosts(project, &args.hosts)?;
    let mut plan = Plan { hosts: hosts.iter().map(|host| host.name.clone()).collect(), ..Plan::default() };
    let (there, without): (Vec<&Host>, Vec<&Host>) = hosts.iter().partition(|host| wanted.is_in(host));
    for host in &there {
        plan.notes.push(Note { code: "module-imported".to_owned(), message: format!("{module} is already part of {}", host.name) });
    }
    plan.summary = match without.is_empty() {
        true => format!("{module} already imported by {}", plan.hosts.join(", ")),
        false => format!("imported {module} in {}", names(&without).join(", ")),
    };
    let mut left = without.clone();
    while let Some(host) = left.first().copied() {
        let (steps, served) = steps(project, args, &wanted, host, &left)?;
        plan.steps.extend(steps);
        left.retain(|host| !served.contains(&host.name));
    }
    for host in without {
        plan.targets.extend([module_import::evaluates(host, wanted.side(host)), host_question::whole(host)]);
    }
    Ok(plan)
}

fn names(hosts: &[&Host]) -> Vec<String> {
    hosts.iter().map(|host| host.name.clone()).collect()
}

/// The steps for one host, with all that get the module by them: in the list that most of those asked
/// for and no others have.
fn steps(project: &Project, args: &ModuleImport, wanted: &Wanted, host: &Host, left: &[&Host]) -> Result<(Vec<Step>, Vec<String>)> {
    let own = std::slice::from_ref(&host.name);
    if let Some(file) = &args.target.file {
        let plan = into_file(project, args, wanted, file, own)?;
        return Ok((plan.steps, names(left)));
    }
    let lists = module_lists::of_side(project, wanted.side(host))?;
    let asked = |name: &String| left.iter().any(|host| host.name == *name);
    let fitting = lists.iter().filter(|list| list.hosts.contains(&host.name) && list.hosts.iter().all(asked));
    if let Some(list) = fitting.max_by_key(|list| (list.hosts.len(), list.node.children().count())) {
        return Ok((into_list(project, args, wanted, list)?, list.hosts.clone()));
    }
    if let Some(passed) = module_lists::passed(project, host, &lists)?.filter(|_| wanted.side(host) == Side::System) {
        return Ok((into_call(project, wanted, &passed, own)?, own.to_vec()));
    }
    let entry = host_modules::entry(project, host, wanted.side(host))?;
    Ok((into_file(project, args, wanted, &entry.source.path, own)?.steps, own.to_vec()))
}

fn into_list(project: &Project, args: &ModuleImport, wanted: &Wanted, list: &ModuleList) -> Result<Vec<Step>> {
    let (element, mut steps) = spell(project, wanted, list, &list.hosts)?;
    let place = if args.place == Place::Fitting { place_in(&list.node) } else { args.place.clone() };
    let file = list.source.path.clone();
    steps.push(Step::InsertElements { file, list: span(&list.node), elements: vec![element], place, comment: None });
    Ok(steps)
}

/// By the name that the pattern of `outputs` has for the input, where it has one; else through the name
/// for all inputs.
fn spell(project: &Project, wanted: &Wanted, list: &ModuleList, hosts: &[String]) -> Result<(Fragment, Vec<Step>)> {
    let head = if list.source.path == inputs_changed::FLAKE { project.flake()?.outputs } else { None };
    if let Some(head) = head {
        if let Some(reach) = head.reach(&wanted.input) {
            return Ok((Fragment::parse(&format!("{reach}.{}", wanted.output))?, Vec::new()));
        }
        let name = Step::AddParameter { file: list.source.path.clone(), function: head.function, name: wanted.input.clone() };
        return Ok((Fragment::parse(&wanted.text())?, vec![name]));
    }
    overlay_spelling::direct(project, &list.source, &list.node, &wanted.input, &wanted.output, hosts)
}

/// In front of the first module of an input where a file is in front of that; behind the first run of
/// such modules where the list begins with them; else last.
fn place_in(list: &SyntaxNode) -> Place {
    let elements: Vec<SyntaxNode> = list.children().collect();
    let of_input = |node: &SyntaxNode| node.kind() == SyntaxKind::NODE_SELECT;
    let Some(first) = elements.iter().position(of_input) else { return Place::Last };
    let before = first.checked_sub(1).map(|at| &elements[at]).filter(|node| node.kind() == SyntaxKind::NODE_PATH_REL);
    let run = elements[first..].iter().take_while(|node| of_input(node)).last();
    before.or(run).map_or(Place::Last, |node| Place::After(plain_name(&node.text().to_string())))
}

/// Into the list that the host's call passes, which it may lack.
fn into_call(project: &Project, wanted: &Wanted, passed: &Passed, own: &[String]) -> Result<Vec<Step>> {
    let list = ModuleList { source: passed.source.clone(), node: passed.set.clone(), hosts: own.to_vec() };
    let (element, mut steps) = spell(project, wanted, &list, own)?;
    let (file, set) = (passed.source.path.clone(), span(&passed.set));
    let known =
        passed.set.children().filter_map(|entry| lookup::binding_parts(&entry)).find(|(path, _)| path.names() == [passed.name.as_str()]);
    steps.push(match known {
        Some((_, value)) if value.kind() == SyntaxKind::NODE_LIST => {
            Step::InsertElements { file, list: span(&value), elements: vec![element], place: Place::Last, comment: None }
        }
        Some((_, value)) => {
            let message = format!("'{}' of host '{}' is no list that is written down", passed.name, own.join(", "));
            return Err(passed.source.error(Code::ListNotLiteral, message, span(&value), "here"));
        }
        None => {
            let value = Fragment::parse(&format!("[ {} ]", element.text()))?;
            let path = AttrPath::parse(&quoted_name(&passed.name))?;
            Step::InsertBinding { file, set, path, value, place: Place::Fitting, comment: None }
        }
    });
    Ok(steps)
}

/// Into `imports` of a module file.
fn into_file(project: &Project, args: &ModuleImport, wanted: &Wanted, file: &str, hosts: &[String]) -> Result<Plan> {
    let source = project.source(file)?;
    let module = format!("{}#{}", wanted.input, wanted.output);
    let mut plan = Plan { summary: format!("{module} already imported by {file}"), ..Plan::default() };
    if file == inputs_changed::FLAKE {
        return Err(Diagnostic::new(Code::HostRequired, "flake.nix has a list of modules for each host").help("say which: --host HOST"));
    }
    let imports = lookup::find(&source.root, &AttrPath::parse("imports")?);
    let written = format!("inputs.{}.{}", quoted_name(&wanted.input), wanted.output);
    let there = |node: SyntaxNode| node.kind() == SyntaxKind::NODE_SELECT && node.text() == written.as_str();
    if imports.definitions.iter().any(|definition| definition.value.descendants().any(there)) {
        return Ok(plan);
    }
    let around = imports.definitions.first().map_or_else(|| imports.places.first().map(|p| p.set.clone()), |d| Some(d.value.clone()));
    let node = around.unwrap_or_else(|| source.root.clone());
    let (element, steps) = overlay_spelling::direct(project, &source, &node, &wanted.input, &wanted.output, hosts)?;
    plan.summary = format!("imported {module} in {file}");
    plan.steps = steps;
    plan.steps.push(module_import::into_imports(&source, vec![element], args)?);
    if args.hosts.is_empty() {
        for host in hosts.iter().filter_map(|host| project.host(host).ok()) {
            plan.targets.extend([module_import::evaluates(&host, wanted.side(&host)), host_question::whole(&host)]);
        }
    }
    Ok(plan)
}
