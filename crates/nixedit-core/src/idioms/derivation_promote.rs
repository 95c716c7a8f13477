//! `derivation promote NAME`: a derivation of one host becomes a module, `programs.NAME`, that any host can enable.
//!
//! ```text
//! let x = pkgs.buildGoModule { … }; in { home.packages = [ x ]; }
//!   =>   imports = [ ../../modules/home/x.nix ];  programs.x.enable = true;
//! ```
//! What the host gets stays the same, to the derivation. Refuses: a derivation that reads what others read too;
//! a file of that name; a system package.

use super::derivation_text::{self, Moved};
use super::derivations::{self, Derivation, Form};
use super::host_modules::HostModule;
use super::{candidates, host_modules, module_import, option_set, package_lists, proof, prune};
use crate::change_set::{ChangeSet, FileChange};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{DerivationPromote, Hosts, ModuleImport, OptionSet, Target as Named};
use crate::plan::{Expect, Place, Plan, Step, Target};
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::{AttrPath, is_identifier, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, lookup, span};
use crate::text::{join_path, parent_path};

pub(super) fn plan(project: &Project, args: &DerivationPromote) -> Result<Plan> {
    let hosts = host_modules::hosts(project, &args.hosts)?;
    let [host] = hosts.as_slice() else {
        return Err(Diagnostic::new(Code::HostAmbiguous, "one host at a time").help("other hosts enable the module once it is there"));
    };
    let enable_of = |name: &str| AttrPath::parse(&format!("programs.{}.enable", quoted_name(name)));
    let modules = host_modules::modules(project, host, Side::Home)?;
    let option = enable_of(&args.name)?;
    if modules.iter().any(|module| !module.find(&option).definitions.is_empty()) {
        return Ok(Plan { summary: format!("{} is a module of {} already", args.name, host.name), ..Plan::default() });
    }
    let found = modules.iter().find_map(|module| {
        let derivation = derivations::of(&module.source).into_iter().find(|derivation| derivation.is_called(&args.name));
        derivation.map(|derivation| (module, derivation))
    });
    let Some((module, derivation)) = found else { return Err(missing(&modules, args, host)) };
    let (name, enable) = (&derivation.name, enable_of(&derivation.name)?);
    if *name != args.name {
        return Err(Diagnostic::new(Code::DerivationMissing, format!("what {} binds there is called {name}", args.name))
            .help("promote it by its own name:")
            .way(format!("nixedit derivation promote {name} --host {}", host.name), format!("as programs.{name}")));
    }
    if !module.is_own() {
        let message = format!("{} is built in {}, which {} has too", args.name, module.source.path, module.shared_with.join(", "));
        return Err(Diagnostic::new(Code::FileShared, message).help("it is shared already; move it by hand"));
    }
    let file = new_file(project, args, name, host, &module.source)?;
    let moved = derivation_text::moved(&module.source, &derivation, &file)?;
    let contents = contents(name, &moved)?;
    let mut plan = Plan { summary: format!("promoted {name} to {file}"), hosts: vec![host.name.clone()], ..Plan::default() };
    plan.steps = taken_out(&module.source, &derivation, &moved, host, project)?;
    plan.steps.extend(imported(project, host, &module.source, &file, &contents)?);
    let set = OptionSet::of(enable.clone());
    plan.steps.extend(option_set::steps(&module.source, &set, Fragment::parse("true")?)?);
    plan.steps.push(Step::CreateFile { file, contents: contents.into_bytes() });
    plan.targets = targets(project, host, &module.source, &derivation, &enable)?;
    Ok(plan)
}

fn missing(modules: &[HostModule], args: &DerivationPromote, host: &Host) -> Box<Diagnostic> {
    let known = modules.iter().flat_map(|module| derivations::of(&module.source)).map(|derivation| derivation.name);
    Diagnostic::new(Code::DerivationMissing, format!("the home of {} builds nothing called {}", host.name, args.name))
        .help("see what there is: nixedit derivation list")
        .candidates(known)
}

/// Where the module goes: as told, else beside the modules that the host's home imports most of.
fn new_file(project: &Project, args: &DerivationPromote, name: &str, host: &Host, source: &Source) -> Result<String> {
    let file = match &args.module {
        Some(file) => join_path("", file).unwrap_or_else(|| file.clone()),
        None => {
            let mut folders: Vec<String> = project.files_of(host, Side::Home).iter().map(|file| parent_path(file).to_owned()).collect();
            folders.retain(|folder| folder != parent_path(&source.path) && !folder.is_empty());
            let count = |folder: &String| folders.iter().filter(|other| *other == folder).count();
            let best = folders.iter().max_by_key(|folder| (count(folder), std::cmp::Reverse((*folder).clone())));
            let folder = best.cloned().unwrap_or_else(|| parent_path(&source.path).to_owned());
            if folder.is_empty() { format!("{name}.nix") } else { format!("{folder}/{name}.nix") }
        }
    };
    if project.exists(&file) {
        return Err(Diagnostic::new(Code::ModuleMissing, format!("{file} is there already")).help("name another file with --module FILE"));
    }
    Ok(file)
}

/// The new module.
fn contents(name: &str, moved: &Moved) -> Result<String> {
    if !is_identifier(name) {
        return Err(Diagnostic::new(Code::PackageName, format!("'{name}' cannot name an option")));
    }
    let binding = |(name, text): (&str, &str)| format!("  {name} = {};\n", text.replace('\n', "\n  ").replace("\n  \n", "\n\n"));
    let others = moved.bindings.iter().map(|(name, text)| binding((name, text)) + "\n");
    let package = format!("{name}-pkg");
    Ok(format!(
        "{{\n  config,\n  lib,\n  pkgs,\n  ...\n}}:\n\nlet\n  cfg = config.programs.{name};\n\n{}{}in\n{{\n  options.programs.{name} = {{\n    enable = lib.mkEnableOption \"{name}\";\n\n    package = lib.mkOption {{\n      type = lib.types.package;\n      default = {package};\n      description = \"The {name} package to use\";\n    }};\n  }};\n\n  config = lib.mkIf cfg.enable {{\n    home.packages = [ cfg.package ];\n  }};\n}}\n",
        others.collect::<String>(),
        binding((&package, &moved.text)),
    ))
}

/// The steps that take the derivation out of the host's file: its element, its bindings, what nothing reads any more.
fn taken_out(source: &Source, derivation: &Derivation, moved: &Moved, host: &Host, project: &Project) -> Result<Vec<Step>> {
    let path = AttrPath::parse("home.packages")?;
    let element = match &derivation.form {
        Form::Element(element) => Some(element.clone()),
        Form::Bound(_) => {
            let name = derivation.bound_name().unwrap_or_default();
            let lists = package_lists::of_host(project, host, Side::Home, &path)?;
            lists.into_iter().filter(|list| list.source.path == source.path).find_map(|list| list.element(&name))
        }
    };
    let Some((element, list)) = element.and_then(|element| Some((element.clone(), element.parent()?))) else {
        let message = format!("{} is in no package list of {}", derivation.name, source.path);
        return Err(source.error(Code::ItemMissing, message, span(&derivation.node), "built here").help("move it by hand"));
    };
    let file = || source.path.clone();
    let mut steps = vec![Step::RemoveElements { file: file(), list: span(&list), elements: vec![span(&element)] }];
    let around = moved.gone.first().and_then(|binding| binding.parent());
    let left = around.iter().flat_map(|scope| scope.children()).filter(|entry| {
        (lookup::binding_parts(entry).is_some() || entry.kind() == SyntaxKind::NODE_INHERIT) && !moved.gone.contains(entry)
    });
    match (around.clone(), left.count()) {
        (Some(scope), 0) => steps.push(Step::RemoveLet { file: file(), at: span(&scope) }),
        (Some(_), _) => steps.push(Step::RemoveBindings { file: file(), bindings: moved.gone.iter().map(span).collect() }),
        (None, _) => {}
    }
    let gone: Vec<_> = moved.gone.iter().map(span).chain([span(&element)]).collect();
    steps.extend(prune::unused(source, &gone).into_iter().filter(|step| matches!(step, Step::RemoveArgument { .. })));
    Ok(steps)
}

/// The import of a file that is not there yet, beside another module that declares a program.
fn imported(project: &Project, host: &Host, source: &Source, file: &str, contents: &str) -> Result<Vec<Step>> {
    let mut changes = ChangeSet::default();
    changes.record(FileChange { path: file.to_owned(), before: None, after: Some(contents.as_bytes().into()) });
    let with_file = project.with(&changes);
    let declares = |path: &String| {
        let known = AttrPath::parse("options.programs").ok().zip(project.source(path).ok());
        known.is_some_and(|(options, source)| {
            let found = lookup::find(&source.root, &options);
            !found.below.is_empty() || !found.definitions.is_empty()
        })
    };
    let beside = project.files_of(host, Side::Home).into_iter().find(|path| parent_path(path) == parent_path(file) && declares(path));
    let place = match in_order(source) {
        true => Place::Sorted,
        false => beside.map_or(Place::Fitting, |path| Place::After(crate::text::relative_path(parent_path(&source.path), &path))),
    };
    let import = ModuleImport {
        hosts: Hosts::default(),
        target: Named { file: Some(source.path.clone()), ..Named::default() },
        place,
        modules: vec![file.to_owned()],
    };
    Ok(module_import::plan(&with_file, &import)?.steps)
}

/// Whether a file's imports are in order.
fn in_order(source: &Source) -> bool {
    let Ok(path) = AttrPath::parse("imports") else { return false };
    let lists = candidates::lists(source, Some(&path));
    let names: Vec<String> = lists.iter().flat_map(|place| place.list.children()).map(|element| element.text().to_string()).collect();
    names.len() > 2 && names.is_sorted()
}

/// The same packages as before, to the derivation; the program is enabled.
fn targets(project: &Project, host: &Host, source: &Source, derivation: &Derivation, enable: &AttrPath) -> Result<Vec<Target>> {
    let path = AttrPath::parse("home.packages")?;
    let mut out = proof::derivations_called(host, Side::Home, &path, &derivation.name, &Expect::Same);
    let sorted = |target: Target| Target { question: format!("builtins.sort builtins.lessThan ({})", target.question), ..target };
    out.extend(proof::names(host, Side::Home, &path, &Expect::Same).map(sorted));
    let asked = Hosts { names: vec![host.name.clone()], ..Hosts::default() };
    out.extend(super::place::questions(project, &asked, &source.path, enable)?);
    Ok(out)
}
