//! `module import FILE…`: add module files to `imports`, with the path as the importing file sees it.
//!
//! ```text
//! imports = [ ./a.nix ];   =>   imports = [ ./a.nix ../../modules/b.nix ];
//! ```
//! Refuses: a file that is not there; a list that other hosts share; no list of imports.

use super::host_modules::{self, HostModule};
use super::{candidates, host_question, module_of_input};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::ModuleImport;
use crate::plan::{Expect, Note, Place, Plan, Step, Target};
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, span};
use crate::text::{join_path, parent_path, relative_path};

pub(super) fn plan(project: &Project, args: &ModuleImport) -> Result<Plan> {
    let (of_inputs, files): (Vec<String>, Vec<String>) = args.modules.iter().cloned().partition(|module| module.contains('#'));
    let mut all = Plan::default();
    if !files.is_empty() {
        all = of_files(project, &ModuleImport { modules: files, ..args.clone() })?;
    }
    for module in of_inputs {
        super::add_package::merge(&mut all, module_of_input::plan(project, args, &module)?);
    }
    Ok(all)
}

fn of_files(project: &Project, args: &ModuleImport) -> Result<Plan> {
    for module in args.modules.iter().filter(|module| !project.exists(&clean(module))) {
        if project.flake().is_ok_and(|flake| flake.input(module).is_some()) {
            let error = Diagnostic::new(Code::ModuleMissing, format!("there is no file {module}, but an input of that name"));
            return Err(error.help(format!("say which of its modules: {module}#nixosModules.default")));
        }
    }
    if args.hosts.is_empty()
        && let Some(file) = &args.target.file
    {
        return into_file(project, args, &project.source(file)?);
    }
    let mut all = Plan::default();
    for host in host_modules::hosts(project, &args.hosts)? {
        super::add_package::merge(&mut all, for_host(project, args, &host)?);
    }
    Ok(all)
}

fn for_host(project: &Project, args: &ModuleImport, host: &Host) -> Result<Plan> {
    let first = args.modules.first().map(String::as_str).unwrap_or_default();
    let side = side_of(project, host, first)?;
    let files = project.files_of(host, side);
    let known = |module: &&String| files.contains(&clean(module)) || files.contains(&format!("{}/default.nix", clean(module)));
    let present: Vec<&String> = args.modules.iter().filter(known).collect();
    let mut plan = Plan { hosts: vec![host.name.clone()], ..Plan::default() };
    for module in &present {
        plan.notes.push(Note { code: "module-imported".to_owned(), message: format!("{module} is already part of {}", host.name) });
    }
    if present.len() == args.modules.len() {
        plan.summary = format!("{} already imported by {}", args.modules.join(", "), host.name);
        return Ok(plan);
    }
    let module = match &args.target.file {
        Some(file) => host_modules::modules(project, host, side)?.into_iter().find(|m| m.source.path == *file),
        None => Some(host_modules::entry(project, host, side)?),
    };
    let module: HostModule =
        module.ok_or_else(|| Diagnostic::new(Code::OptionNotImported, format!("that file is not part of host '{}'", host.name)))?;
    let wanted: Vec<String> = args.modules.iter().filter(|m| !present.contains(m)).cloned().collect();
    let one = into_file(project, &ModuleImport { modules: wanted, ..args.clone() }, &module.source)?;
    plan.steps = one.steps;
    plan.summary = one.summary;
    if !plan.steps.is_empty() {
        plan.targets.extend([evaluates(host, side), host_question::whole(host)]);
    }
    Ok(plan)
}

/// The module system has no question "is this file imported"; that its options still merge is shown
/// by the smallest attribute that reads all modules of a side.
pub(super) fn evaluates(host: &Host, side: Side) -> Target {
    let question = match (side, host.users.first()) {
        (Side::Home, Some(user)) => {
            format!("builtins.length {}.home.packages", host.config_of(user))
        }
        _ => "c.config.system.stateVersion".to_owned(),
    };
    Target {
        host: Some(host.name.clone()),
        output: host.output(),
        label: "modules".to_owned(),
        question,
        expect: Expect::Evaluates,
        forced: false,
    }
}

/// The side that a module belongs to: where another host has it, else by the options it sets.
pub(super) fn side_of(project: &Project, host: &Host, module: &str) -> Result<Side> {
    let file = clean(module);
    for other in project.hosts()? {
        for side in [Side::Home, Side::System] {
            if project.files_of(&other, side).contains(&file) {
                return Ok(side);
            }
        }
    }
    let inside = format!("{file}/default.nix");
    let named = if project.exists(&inside) { &inside } else { &file };
    let source = project.source(named).map_err(|error| missing(error, &file))?;
    let names = lookup::find(&source.root, &AttrPath::parse("home")?);
    let sets_home = !names.definitions.is_empty() || !names.below.is_empty() || file.contains("home/");
    Ok(if sets_home && !host.users.is_empty() { Side::Home } else { Side::System })
}

fn missing(error: Box<Diagnostic>, file: &str) -> Box<Diagnostic> {
    if error.code != Code::FileMissing {
        return error;
    }
    Diagnostic::new(Code::ModuleMissing, format!("there is no file {file}")).help("paths are relative to the flake's folder")
}

fn clean(module: &str) -> String {
    join_path("", module).unwrap_or_else(|| module.to_owned())
}

fn into_file(project: &Project, args: &ModuleImport, source: &Source) -> Result<Plan> {
    let path = AttrPath::parse("imports")?;
    let mut elements = Vec::new();
    let lists = candidates::lists(source, Some(&path));
    for module in &args.modules {
        let file = clean(module);
        if !project.exists(&file) && !project.exists(&format!("{file}/default.nix")) {
            return Err(Diagnostic::new(Code::ModuleMissing, format!("there is no file {file}"))
                .help("paths are relative to the flake's folder; create it first"));
        }
        if file == source.path {
            return Err(Diagnostic::new(Code::UsageInvalid, format!("{file} cannot import itself")));
        }
        if lists.iter().all(|place| import_of(source, &place.list, &file).is_none()) {
            elements.push(Fragment::parse(&relative_path(parent_path(&source.path), &file))?);
        }
    }
    let mut plan = Plan { summary: format!("{} already imported by {}", args.modules.join(", "), source.path), ..Plan::default() };
    if elements.is_empty() {
        return Ok(plan);
    }
    plan.summary = format!("imported {} in {}", args.modules.join(", "), source.path);
    plan.steps.push(into_imports(source, elements, args)?);
    Ok(plan)
}

/// Elements into a file's `imports`, which it may lack.
pub(super) fn into_imports(source: &Source, elements: Vec<Fragment>, args: &ModuleImport) -> Result<Step> {
    let path = AttrPath::parse("imports")?;
    if candidates::lists(source, Some(&path)).is_empty() {
        return new_list(source, &elements);
    }
    let place = candidates::list_for_insert(source, Some(&path), args.target.at)?;
    let beside = beside_folder(&place.list, &elements)
        .map_or_else(|| args.place.clone(), |name| if args.place == Place::Fitting { Place::After(name) } else { args.place.clone() });
    Ok(Step::InsertElements { file: source.path.clone(), list: span(&place.list), elements, place: beside, comment: None })
}

/// The last import from the same folder, to stand behind.
fn beside_folder(list: &SyntaxNode, elements: &[Fragment]) -> Option<String> {
    let folder = elements.first().map(|e| parent_path(e.text()).to_owned())?;
    let paths: Vec<String> = list.children().filter(|e| e.kind() == SyntaxKind::NODE_PATH_REL).map(|e| e.text().to_string()).collect();
    paths.into_iter().rfind(|path| parent_path(path) == folder)
}

fn new_list(source: &Source, elements: &[Fragment]) -> Result<Step> {
    let path = AttrPath::parse("imports")?;
    let found = lookup::find(&source.root, &path);
    let Some(place) = found.places.first() else {
        return Err(source.error(Code::ShapeUnsupported, format!("{} is not an attribute set", source.path), span(&source.root), "here"));
    };
    let lines: Vec<&str> = elements.iter().map(Fragment::text).collect();
    let value = Fragment::parse(&format!("[ {} ]", lines.join(" ")))?;
    Ok(Step::InsertBinding { file: source.path.clone(), set: span(&place.set), path, value, place: Place::First, comment: None })
}

/// The element of an import list that means `file` (root-relative); a folder means its default.nix.
pub(super) fn import_of(source: &Source, list: &SyntaxNode, file: &str) -> Option<SyntaxNode> {
    list.children().find(|element| {
        let text = element.text().to_string();
        let target = join_path(parent_path(&source.path), &text).unwrap_or_default();
        element.kind() == SyntaxKind::NODE_PATH_REL
            && (target == file || format!("{target}/default.nix") == file || format!("{file}/default.nix") == target)
    })
}
