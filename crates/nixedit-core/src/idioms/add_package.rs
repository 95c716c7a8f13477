//! `add-package NAME…`: put packages into a package list of a host, file or flake output.
//!
//! ```text
//! home.packages = with pkgs; [ fd ];   =>   home.packages = with pkgs; [ fd ripgrep ];
//! ```
//! Refuses: unknown host; no list literal; a file that other hosts have, without a condition on
//! the host; an argument that cannot be bound; a name that is none.

use super::host_modules::{self, HostModule};
use super::package_lists::{self, PackageList};
use super::{candidates, proof, spelling};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{AddPackage, Slot};
use crate::plan::{Expect, Note, Place, Plan, Step};
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, span};

pub(super) fn plan(project: &Project, args: &AddPackage) -> Result<Plan> {
    let names = args.names.iter().map(|name| spelling::checked(name)).collect::<Result<Vec<_>>>()?;
    if args.hosts.is_empty() && args.target.file.is_some() {
        return in_file(project, args, &names);
    }
    if matches!(args.slot, Slot::Env(_) | Slot::Devshell(_)) {
        return in_output(project, args, &names);
    }
    let hosts = host_modules::hosts(project, &args.hosts)?;
    match &args.target.file {
        Some(file) => in_host_file(project, args, &hosts, file, &names),
        None if hosts.len() > 1 && args.hosts.all && !args.hosts.each => in_shared_file(project, args, &hosts, &names),
        None => {
            let mut plan = Plan::default();
            for host in &hosts {
                merge(&mut plan, for_host(project, args, host, &names)?);
            }
            Ok(plan)
        }
    }
}

/// Puts the plan for one more host behind those before it.
pub(super) fn merge(all: &mut Plan, one: Plan) {
    // Hosts that share a file share the step.
    all.steps.extend(one.steps.into_iter().filter(|step| !all.steps.contains(step)).collect::<Vec<_>>());
    all.targets.extend(one.targets);
    all.notes.extend(one.notes);
    all.next.extend(one.next);
    all.hosts.extend(one.hosts);
    if !all.summary.is_empty() {
        all.summary.push_str("; ");
    }
    all.summary.push_str(&one.summary);
}

fn in_file(project: &Project, args: &AddPackage, names: &[Vec<String>]) -> Result<Plan> {
    let file = args.target.file.as_deref().unwrap_or_default();
    let source = project.source(file)?;
    let path = match (&args.target.path, &args.slot) {
        (Some(path), _) => Some(path.clone()),
        (None, Slot::System) => Some(AttrPath::parse("environment.systemPackages")?),
        (None, Slot::Home) => Some(AttrPath::parse("home.packages")?),
        (None, _) => usual_path(&source)?,
    };
    let place = candidates::list_for_insert(&source, path.as_ref(), args.target.at)?;
    let list = PackageList { source, place, shared_with: Vec::new(), host_condition: None, only_host_conditions: true };
    let everywhere = candidates::lists(&list.source, path.as_ref());
    let known = |name: &str| everywhere.iter().any(|place| super::list_add::contains(&place.list, name)) && args.target.at.is_none();
    let new: Vec<&Vec<String>> = names.iter().filter(|parts| !known(&spelling::attribute(parts))).collect();
    let what = path.map_or_else(|| file.to_owned(), |path| format!("{path} in {file}"));
    into_list(&list, args, &new, &what, None)
}

/// The package list of a file that names none: the one of the two usual paths that it has; the
/// file's own expression where that is a list.
fn usual_path(source: &Source) -> Result<Option<AttrPath>> {
    for usual in ["home.packages", "environment.systemPackages"] {
        let path = AttrPath::parse(usual)?;
        if !candidates::definitions(source, &path).is_empty() {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Inserts what is not there yet into a list that is there.
fn into_list(list: &PackageList, args: &AddPackage, names: &[&Vec<String>], what: &str, host: Option<&Host>) -> Result<Plan> {
    let mut elements = Vec::new();
    let mut added = Vec::new();
    let mut arguments = Vec::new();
    for parts in names {
        let element = written(list, args, parts)?;
        if !super::list_add::contains(&list.place.list, element.text()) && !elements.contains(&element) {
            arguments.extend(missing_arguments(list, &element, host)?);
            elements.push(element);
            added.push(spelling::attribute(parts));
        }
    }
    let mut plan = Plan { summary: format!("{} already in {what}", args.names.join(", ")), ..Plan::default() };
    if !elements.is_empty() {
        plan.summary = format!("added {} to {what}", added.join(", "));
        arguments.sort_unstable();
        arguments.dedup();
        let file = || list.source.path.clone();
        plan.steps.extend(arguments.into_iter().map(|name| Step::AddArgument { file: file(), name }));
        let at = span(&list.place.list);
        plan.steps.push(Step::InsertElements {
            file: file(),
            list: at,
            elements,
            place: args.place.clone(),
            comment: args.comment.clone(),
        });
    }
    Ok(plan)
}

fn written(list: &PackageList, args: &AddPackage, parts: &[String]) -> Result<Fragment> {
    match &args.from {
        None => spelling::element(&list.place.list, parts),
        Some(input) => Fragment::parse(&format!(
            "inputs.{}.packages.{}.{}",
            crate::syntax::attr_path::quoted_name(input),
            system_part(&list.source),
            spelling::attribute(parts)
        )),
    }
}

/// How the file writes the platform in `inputs.x.packages.PLATFORM.y`.
fn system_part(source: &Source) -> String {
    let selects = source.root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_SELECT && n.text().to_string().starts_with("inputs."));
    let parts = selects.filter_map(|select| {
        let attrs: Vec<SyntaxNode> = select.children().find(|c| c.kind() == SyntaxKind::NODE_ATTRPATH)?.children().collect();
        let at = attrs.iter().position(|attr| attr.text() == "packages" || attr.text() == "legacyPackages")?;
        attrs.get(at + 1).map(|attr| attr.text().to_string())
    });
    parts.into_iter().next().unwrap_or_else(|| "${pkgs.stdenv.hostPlatform.system}".to_owned())
}

/// The names that an element uses and that are not bound where it will stand.
fn missing_arguments(list: &PackageList, element: &Fragment, host: Option<&Host>) -> Result<Vec<String>> {
    let mut missing = Vec::new();
    for (name, _) in scope::free_variables(&element.node()) {
        let bound = matches!(scope::meaning(&list.place.list, &name), Meaning::Lexical(_) | Meaning::Global);
        if bound || !["pkgs", "inputs", "lib", "config"].contains(&name.as_str()) {
            continue;
        }
        if name == "inputs"
            && let Some(host) = host
        {
            check_passed(host, &list.source.path)?;
        }
        missing.push(name);
    }
    Ok(missing)
}

/// Refuses where `inputs` does not reach the modules of the side that a file belongs to.
fn check_passed(host: &Host, file: &str) -> Result<()> {
    let user = host.users.iter().find(|user| user.modules.iter().any(|m| m.place.file() == Some(file)));
    let (args, setting) = match user {
        Some(user) => (&user.special_args, "home-manager.extraSpecialArgs"),
        None => (&host.special_args, "specialArgs"),
    };
    if args.passes("inputs") == Some(false) {
        let message = format!("'inputs' is not passed to {file} on {}", host.name);
        return Err(
            Diagnostic::new(Code::ArgumentUnbound, message).help(format!("pass it in flake.nix: {setting} = {{ inherit inputs; }};"))
        );
    }
    Ok(())
}

fn in_output(project: &Project, args: &AddPackage, names: &[Vec<String>]) -> Result<Plan> {
    if !args.hosts.is_empty() {
        package_lists::slot_path(project, &args.slot)?;
    }
    let list = package_lists::of_output(project, &args.slot)?;
    let (kind, name) = match &args.slot {
        Slot::Env(name) => ("packages", name),
        Slot::Devshell(name) => ("devShells", name),
        _ => ("packages", &args.names[0]),
    };
    let mut plan = into_list(&list, args, &names.iter().collect::<Vec<_>>(), &format!("{kind}.{name}"), None)?;
    if !plan.steps.is_empty() {
        plan.targets.push(proof::flake_output(kind, &platform(project), name));
    }
    Ok(plan)
}

/// The platform to ask about: that of the first host that states one.
pub(super) fn platform(project: &Project) -> String {
    let hosts = project.hosts().unwrap_or_default();
    hosts.iter().find_map(|host| host.system.clone()).unwrap_or_else(|| "x86_64-linux".to_owned())
}

/// One host, in a file of its own.
fn for_host(project: &Project, args: &AddPackage, host: &Host, names: &[Vec<String>]) -> Result<Plan> {
    let (side, path) = package_lists::slot_path(project, &args.slot)?;
    check_home(host, side)?;
    check_input(project, args)?;
    let lists = package_lists::of_host(project, host, side, &path)?;
    let mut plan = Plan { hosts: vec![host.name.clone()], ..Plan::default() };
    let new = not_yet_there(&lists, args, host, names, &mut plan.notes);
    let what = format!("{path} of {}", host.name);
    if new.is_empty() {
        plan.summary = format!("{} already in {what}", args.names.join(", "));
        return Ok(plan);
    }
    let chosen = package_lists::choose(&lists, &args.place).map_err(|error| grouped(error, &what))?;
    let one = match chosen {
        Some(list) => into_list(&list, args, &new, &what, Some(host))?,
        None => new_list(&host_modules::entry(project, host, side)?, args, &new, &path, &what, host, &lists)?,
    };
    let file = one.steps.iter().map(|step| step.file().to_owned()).next();
    plan.steps = one.steps;
    plan.summary = one.summary;
    plan.targets = targets(project, std::slice::from_ref(host), side, file.as_deref(), args, &new)?;
    Ok(plan)
}

fn grouped(mut error: Box<Diagnostic>, what: &str) -> Box<Diagnostic> {
    error.message = error.message.replacen("';", &format!("' in {what};"), 1);
    error
}

fn check_home(host: &Host, side: Side) -> Result<()> {
    if side == Side::Home && host.users.is_empty() {
        let message = format!("no home.packages list for host '{}' (Home Manager is not enabled there)", host.name);
        return Err(Diagnostic::new(Code::HostNoHomeManager, message).help("use --to system"));
    }
    Ok(())
}

fn check_input(project: &Project, args: &AddPackage) -> Result<()> {
    let Some(input) = &args.from else { return Ok(()) };
    let flake = project.flake()?;
    if flake.input(input).is_none() {
        let known: Vec<String> = flake.inputs.iter().map(|i| i.name.clone()).collect();
        return Err(Diagnostic::new(Code::InputMissing, format!("this flake has no input '{input}'; it has: {}", known.join(", ")))
            .help(format!("add it first: nixedit input add {input} URL"))
            .candidates(known));
    }
    Ok(())
}

/// The names that no list of the host has; a note for each that another file brings.
fn not_yet_there<'n>(
    lists: &[PackageList],
    args: &AddPackage,
    host: &Host,
    names: &'n [Vec<String>],
    notes: &mut Vec<Note>,
) -> Vec<&'n Vec<String>> {
    let mut new = Vec::new();
    for parts in names {
        let name = spelling::attribute(parts);
        let holder = lists.iter().filter(|list| list.host_condition != Some(false)).find_map(|list| list.element(&name).map(|e| (list, e)));
        match holder {
            Some((list, element)) if args.from.is_none() && !args.force => {
                let message = format!("{name} is already installed for {} by {}", host.name, list.file_line(&element));
                notes.push(Note { code: "package-present".to_owned(), message });
            }
            _ => new.push(parts),
        }
    }
    new
}

/// A new list in the host's own file.
fn new_list(
    module: &HostModule,
    args: &AddPackage,
    names: &[&Vec<String>],
    path: &AttrPath,
    what: &str,
    host: &Host,
    others: &[PackageList],
) -> Result<Plan> {
    let definition = crate::syntax::lookup::find(&module.node, path).definitions.into_iter().next();
    if let Some(found) = definition {
        let text: String = found.value.text().to_string().split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
        let at = span(&found.value);
        return Err(module.source.error(
            Code::ListNotLiteral,
            format!("{path} is '{text}' ({}); cannot insert", module.source.file_line(at.start)),
            at,
            "no list is written here",
        ));
    }
    let _ = others;
    let mut elements = Vec::new();
    for parts in names {
        elements.push(match &args.from {
            None if parts.iter().all(|p| crate::syntax::attr_path::is_identifier(p)) => spelling::attribute(parts),
            None => format!("pkgs.{}", spelling::attribute(parts)),
            Some(input) => format!("inputs.{input}.packages.{}.{}", system_part(&module.source), spelling::attribute(parts)),
        });
    }
    let with = if args.from.is_none() { "with pkgs; " } else { "" };
    let heading = if let Place::NewGroup(text) = &args.place { format!("  # {text}\n") } else { String::new() };
    let value = Fragment::parse(&format!("{with}[\n{heading}  {}\n]", elements.join("\n  ")))?;
    let mut steps = Vec::new();
    for name in ["pkgs", "inputs"] {
        let used = scope::free_variables(&value.node()).iter().any(|(free, _)| free == name);
        let body = module_body(&module.node);
        if used && !matches!(scope::meaning(&body, name), Meaning::Lexical(_)) {
            if name == "inputs" {
                check_passed(host, &module.source.path)?;
            }
            steps.push(Step::AddArgument { file: module.source.path.clone(), name: name.to_owned() });
        }
    }
    let found = crate::syntax::lookup::find(&module.node, path);
    let Some(set) = found.deepest().first().map(|place| (span(&place.set), place.rest.clone())) else {
        return Err(module.source.error(
            Code::ShapeUnsupported,
            format!("{} is not an attribute set", module.source.path),
            span(&module.node),
            "here",
        ));
    };
    let rest = AttrPath::from_names(set.1).unwrap_or_else(|| path.clone());
    steps.push(Step::InsertBinding {
        file: module.source.path.clone(),
        set: set.0,
        path: rest,
        value,
        place: Place::Fitting,
        comment: args.comment.clone(),
    });
    Ok(Plan { steps, summary: format!("started {what} with {}", args.names.join(", ")), ..Plan::default() })
}

/// Any node inside the module's function, to ask what is bound there.
fn module_body(node: &SyntaxNode) -> SyntaxNode {
    let set = crate::syntax::body::sets(node).into_iter().next();
    set.map_or_else(|| node.clone(), |reached| reached.node)
}

/// All hosts, in one file that all of them have.
fn in_shared_file(project: &Project, args: &AddPackage, hosts: &[Host], names: &[Vec<String>]) -> Result<Plan> {
    let (side, path) = package_lists::slot_path(project, &args.slot)?;
    let mut candidates: Vec<PackageList> = Vec::new();
    if let Some(first) = hosts.first() {
        let lists = package_lists::of_host(project, first, side, &path)?;
        let everywhere = |list: &PackageList| hosts.iter().skip(1).all(|host| project.files_of(host, side).contains(&list.source.path));
        candidates.extend(lists.into_iter().filter(|list| list.place.is_unconditional() && !list.place.is_argument() && everywhere(list)));
    }
    let all: Vec<&str> = hosts.iter().map(|h| h.name.as_str()).collect();
    let files: std::collections::BTreeSet<String> = candidates.iter().map(|list| list.source.path.clone()).collect();
    let stated = project.settings().packages.shared_file.clone();
    let chosen = candidates.iter().find(|list| stated.as_ref().is_none_or(|file| list.source.path == *file));
    if files.len() > 1 && stated.is_none() {
        return Err(Diagnostic::new(
            Code::ListAmbiguous,
            format!(
                "{} files with {path} are imported by all of {}: {}",
                files.len(),
                all.join(", "),
                files.iter().cloned().collect::<Vec<_>>().join(", ")
            ),
        )
        .help("name one with --file, or edit each host's own file with --each-host")
        .candidates(files));
    }
    let Some(list) = chosen else {
        let shared = shared_files(project, hosts, side);
        return Err(Diagnostic::new(
            Code::ListMissing,
            format!("no file with a package list is imported by all of {}; candidates: {}", all.join(", "), shared.join(", ")),
        )
        .help("use --file FILE or --each-host")
        .candidates(shared));
    };
    let what = format!("{path} of {}", all.join(", "));
    let mut plan = into_list(list, args, &names.iter().collect::<Vec<_>>(), &what, hosts.first())?;
    plan.hosts = all.iter().map(|name| (*name).to_owned()).collect();
    if !plan.steps.is_empty() {
        plan.targets = targets(project, hosts, side, Some(&list.source.path), args, &names.iter().collect::<Vec<_>>())?;
    }
    Ok(plan)
}

fn shared_files(project: &Project, hosts: &[Host], side: Side) -> Vec<String> {
    let Some((first, rest)) = hosts.split_first() else { return Vec::new() };
    let mut files = project.files_of(first, side);
    files.retain(|file| file != "flake.nix" && rest.iter().all(|host| project.files_of(host, side).contains(file)));
    files
}

/// A host and a file: the file's list where the hosts asked for are all that have it, else a part
/// of it that holds on those hosts only.
fn in_host_file(project: &Project, args: &AddPackage, hosts: &[Host], file: &str, names: &[Vec<String>]) -> Result<Plan> {
    let Some(host) = hosts.first() else { return Ok(Plan::default()) };
    let sides = [Side::Home, Side::System];
    let Some(side) = sides.into_iter().find(|&side| project.files_of(host, side).iter().any(|f| f == file)) else {
        let importing = project.hosts_importing(file)?;
        let message = format!("{file} is not part of host '{}'", host.name);
        return Err(Diagnostic::new(Code::OptionNotImported, message)
            .help(if importing.is_empty() {
                format!("import it: nixedit module import {file} --host {}", host.name)
            } else {
                format!("hosts that have it: {}", importing.join(", "))
            })
            .candidates(importing));
    };
    let path = match (&args.target.path, side) {
        (Some(path), _) => path.clone(),
        (None, Side::Home) => AttrPath::parse("home.packages")?,
        (None, Side::System) => AttrPath::parse("environment.systemPackages")?,
    };
    let asked: Vec<String> = hosts.iter().map(|h| h.name.clone()).collect();
    let module = host_modules::modules(project, host, side)?.into_iter().find(|m| m.source.path == file && m.is_file);
    let module = module
        .ok_or_else(|| Diagnostic::new(Code::FileProtected, format!("{file} is not edited (see flake.protected in nixedit.toml)")))?;
    let lists = package_lists::of_module(&module, &host.name, &path);
    let foreign: Vec<String> = module.shared_with.iter().filter(|name| !asked.contains(name)).cloned().collect();
    let what = format!("{path} of {}", asked.join(", "));
    let new: Vec<&Vec<String>> = names
        .iter()
        .filter(|parts| !lists.iter().any(|l| l.host_condition != Some(false) && l.element(&spelling::attribute(parts)).is_some()))
        .collect();
    let mut plan = if new.is_empty() {
        Plan { summary: format!("{} already in {what}", args.names.join(", ")), ..Plan::default() }
    } else if foreign.is_empty() {
        let best = candidates::list_for_insert(&module.source, Some(&path), args.target.at)?;
        into_list(
            &PackageList {
                source: module.source.clone(),
                place: best,
                shared_with: Vec::new(),

                host_condition: None,
                only_host_conditions: true,
            },
            args,
            &new,
            &what,
            Some(host),
        )?
    } else {
        super::host_block::plan(&module, &lists, args, &new, &path, &asked)?
    };
    plan.hosts = asked;
    if !plan.steps.is_empty() {
        plan.targets = targets(project, hosts, side, Some(file), args, &new)?;
    }
    Ok(plan)
}

/// The proof: the hosts asked for gain the packages, others that have the file do not change.
fn targets(
    project: &Project,
    hosts: &[Host],
    side: Side,
    file: Option<&str>,
    args: &AddPackage,
    names: &[&Vec<String>],
) -> Result<Vec<crate::plan::Target>> {
    let mut out = Vec::new();
    for host in hosts {
        out.extend(proof::names(host, side, &Expect::Changed));
        if args.from.is_none() {
            out.extend(names.iter().flat_map(|parts| proof::derivation(host, side, parts, true)));
        }
    }
    let importing = file.map(|file| project.hosts_importing(file)).transpose()?.unwrap_or_default();
    for name in importing.iter().filter(|name| file != Some("flake.nix") && !hosts.iter().any(|h| h.name == **name)) {
        out.extend(proof::names(&project.host(name)?, side, &Expect::Same));
    }
    Ok(out)
}
