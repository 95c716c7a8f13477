//! `add-package NAME…`: put packages into a package list of a host, file or flake output.
//!
//! ```text
//! home.packages = with pkgs; [ fd ];   =>   home.packages = with pkgs; [ fd ripgrep ];
//! ```
//! Refuses: unknown host; no list literal; a file that other hosts have, without a condition on
//! the host; an argument that cannot be bound; a name that is none.

use super::host_modules::{self, HostModule};
use super::package_elements::{has_all_commented_out, into_list};
use super::package_lists::{self, PackageList};
use super::{host_question, package_in_all, package_in_file, package_start, proof, spelling, ways};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{AddPackage, OfOverlay, Slot};
use crate::plan::{Expect, Note, Place, Plan, Target};
use crate::project::{Class, Host, ModulePlace, Project, Side};
use crate::settings::PackageOrder;
use crate::syntax::attr_path::{AttrPath, quoted_name};

pub(super) fn plan(project: &Project, args: &AddPackage) -> Result<Plan> {
    let args = &AddPackage { place: placed(project, &args.place), names: names_in_pkgs(args), ..args.clone() };
    if args.hosts.is_empty() && args.target.file.is_some() {
        let names = args.names.iter().map(|name| spelling::checked_in_file(name)).collect::<Result<Vec<_>>>()?;
        return package_in_file::plan(project, args, &names);
    }
    let names = args.names.iter().map(|name| spelling::checked(name)).collect::<Result<Vec<_>>>()?;
    if matches!(args.slot, Slot::Env(_) | Slot::Devshell(_)) {
        return package_in_all::of_output(project, args, &names);
    }
    check_input(project, args)?;
    let hosts = match package_lists::slot_path(project, &args.slot)? {
        (Side::System, _) => host_modules::systems(project, &args.hosts)?,
        (Side::Home, _) => host_modules::hosts(project, &args.hosts)?,
    };
    match &args.target.file {
        Some(file) => {
            let one = package_in_file::of_hosts(project, args, &hosts, file, &names)?;
            proven(project, args, &hosts, &names, one)
        }
        None if hosts.len() > 1 && args.hosts.all && !args.hosts.each => {
            let one = package_in_all::plan(project, args, &hosts, &names)?;
            proven(project, args, &hosts, &names, one)
        }
        None => match of_each(project, args, &hosts, &names) {
            // What one of them shares may be shared by just those that were asked for.
            Err(refusal) if [Code::FileShared, Code::GroupMissing].contains(&refusal.code) && hosts.len() > 1 && !args.hosts.each => {
                match package_in_all::of_these(project, args, &hosts, &names)? {
                    Some(one) => proven(project, args, &hosts, &names, one),
                    None => Err(refusal),
                }
            }
            planned => planned,
        },
    }
}

/// The names with the attribute in front that the overlay fills, where one is asked for.
fn names_in_pkgs(args: &AddPackage) -> Vec<String> {
    let OfOverlay::Below(namespace) = &args.of_overlay else { return args.names.clone() };
    let below = |name: &String| if name.contains('.') { name.clone() } else { format!("{}.{name}", quoted_name(namespace)) };
    args.names.iter().map(below).collect()
}

/// Each host by itself.
fn of_each(project: &Project, args: &AddPackage, hosts: &[Host], names: &[Vec<String>]) -> Result<Plan> {
    let mut plan = Plan::default();
    for host in hosts {
        merge(&mut plan, for_host(project, args, host, names)?);
    }
    // Where the edit for one host lies in a file that another has, that other is to change too.
    let asked = |target: &Target| hosts.iter().any(|host| Some(&host.name) == target.host.as_ref());
    plan.targets.retain(|target| target.expect != Expect::Same || !asked(target));
    Ok(plan)
}

/// The place, where the caller leaves it open, that the settings ask for.
fn placed(project: &Project, place: &Place) -> Place {
    match (place, project.settings().packages.order) {
        (Place::Fitting, PackageOrder::Sorted) => Place::Sorted,
        (Place::Fitting, PackageOrder::Append) => Place::Last,
        (place, _) => place.clone(),
    }
}

/// A plan for one file of several hosts: the list's side and path, and the file.
pub(super) struct InFile {
    pub plan: Plan,
    pub side: Side,
    pub path: AttrPath,
    pub file: String,
}

/// The plan with its proof.
fn proven(project: &Project, args: &AddPackage, hosts: &[Host], names: &[Vec<String>], one: InFile) -> Result<Plan> {
    let InFile { mut plan, side, path, file } = one;
    if !plan.steps.is_empty() {
        plan.targets = targets(project, hosts, (side, &path), Some(&file), args, &names.iter().collect::<Vec<_>>())?;
    }
    Ok(plan)
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

/// One host, in a file of its own.
fn for_host(project: &Project, args: &AddPackage, host: &Host, names: &[Vec<String>]) -> Result<Plan> {
    let (side, path) = package_lists::slot_of(project, host, &args.slot, args.target.path.as_ref())?;
    check_side(project, args, host, side)?;
    let lists = package_lists::of_host(project, host, side, &path)?;
    let mut plan = Plan { hosts: vec![host.name.clone()], ..Plan::default() };
    let mut known = lists.clone();
    if side == Side::Home && args.slot == Slot::Default && args.target.path.is_none() {
        // Where nobody asked for the home in so many words, the system's packages will do.
        known.extend(package_lists::of_host(project, host, Side::System, &package_lists::slot_path(project, &Slot::System)?.1)?);
    }
    let new = not_yet_there(&known, args, host, names, &mut plan.notes);
    let what = format!("{path} of {}", host.name);
    if new.is_empty() {
        plan.summary = format!("{} already in {what}", args.names.join(", "));
        return Ok(plan);
    }
    let of_input = |list: &&PackageList| args.from.as_ref().is_some_and(|input| list.is_of_input(input)) && list.is_possible();
    let comes_back = |list: &&PackageList| list.is_possible() && has_all_commented_out(list, args, &new);
    let chosen = match lists.iter().find(comes_back).or_else(|| lists.iter().find(of_input)) {
        Some(list) if args.place == Place::Fitting => Some(list.clone()),
        _ => package_lists::choose(&lists, &args.place).map_err(|error| grouped(error, &what))?,
    };
    let one = match chosen {
        Some(list) => into_list(&list, args, &new, &what, Some(host))?,
        None => match (start_of(project, args, host, side, &path), package_lists::only_here(&lists)) {
            (Ok(entry), _) => started(&entry, &lists, args, host, &new, &path)?,
            (Err(_), Some(list)) => into_list(list, args, &new, &what, Some(host))?,
            (Err(refusal), None) => return Err(refusal),
        },
    };
    let file = one.steps.iter().map(|step| step.file().to_owned()).next();
    plan.steps = one.steps;
    plan.summary = one.summary;
    plan.targets = targets(project, std::slice::from_ref(host), (side, &path), file.as_deref(), args, &new)?;
    Ok(plan)
}

/// The first packages of the host in its own module.
fn started(
    entry: &HostModule,
    lists: &[PackageList],
    args: &AddPackage,
    host: &Host,
    names: &[&Vec<String>],
    path: &AttrPath,
) -> Result<Plan> {
    let what = format!("{path} of {}", host.name);
    // A list under a condition is better than a second definition beside it.
    match lists.iter().find(|list| list.is_possible() && list.source.path == entry.source.path) {
        Some(list) => into_list(list, args, names, &what, Some(host)),
        None => package_start::list(entry, args, names, path, &what, host, None),
    }
}

fn grouped(mut error: Box<Diagnostic>, what: &str) -> Box<Diagnostic> {
    error.message = error.message.replacen("';", &format!("' in {what};"), 1);
    error
}

fn check_side(project: &Project, args: &AddPackage, host: &Host, side: Side) -> Result<()> {
    if side == Side::System && host.class == Class::Home {
        let message = format!("{} is a home without a system", host.name);
        return Err(Diagnostic::new(Code::ListMissing, message)
            .help("leave --to system away:")
            .way(ways::command(args, &host.name, &["--to", "home"]), "in the home"));
    }
    if side == Side::System {
        return Ok(());
    }
    if host.users.is_empty() {
        let is_there = host.modules.iter().any(|module| matches!(&module.place, ModulePlace::Input(text) if text.contains("home-manager")));
        let why = if is_there { "its users of Home Manager cannot be read" } else { "Home Manager is not enabled there" };
        let message = format!("no home.packages list for host '{}' ({why})", host.name);
        return Err(Diagnostic::new(Code::HostNoHomeManager, message)
            .help("use --to system:")
            .way(ways::command(args, &host.name, &["--to", "system"]), "for everyone on it"));
    }
    host_modules::check_one_user(project, host).map_err(|error| ways::per_user(project, args, host, error))
}

/// The module in which a host's first list is started: its own file, else a module of its own that
/// is written in place.
fn start_of(project: &Project, args: &AddPackage, host: &Host, side: Side, path: &AttrPath) -> Result<HostModule> {
    host_modules::entry(project, host, side).or_else(|refusal| {
        let modules = host_modules::modules(project, host, side)?;
        let usable = |module: &HostModule| package_start::may_have_packages(module, host) && !module.find(path).deepest().is_empty();
        let inline = |module: &HostModule| module.is_own() && !module.is_file && !module.conditional && usable(module);
        modules.into_iter().find(inline).ok_or_else(|| ways::instead(project, args, host, side, path, refusal))
    })
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
        let reaching = lists.iter().filter(|list| list.is_reaching());
        let holder = { reaching }.find_map(|list| Some((list, list.package(args.from.as_deref(), parts)?)));
        match holder {
            Some((list, element)) if !args.force => {
                let message = format!("{name} is already installed for {} by {}", host.name, list.file_line(&element));
                notes.push(Note { code: "package-present".to_owned(), message });
            }
            _ => new.push(parts),
        }
    }
    new
}

/// The proof: the hosts asked for gain the packages, others that have the file do not change.
fn targets(
    project: &Project,
    hosts: &[Host],
    (side, path): (Side, &AttrPath),
    file: Option<&str>,
    args: &AddPackage,
    names: &[&Vec<String>],
) -> Result<Vec<Target>> {
    let mut out = Vec::new();
    for host in hosts {
        out.extend(proof::names(host, side, path, &Expect::Changed));
        if args.from.is_none() {
            out.extend(names.iter().flat_map(|parts| proof::derivation(host, side, path, parts, true)));
        }
        if args.of_overlay == OfOverlay::Itself {
            out.extend(names.iter().map(|parts| host_question::other_package(project, &host.name, &spelling::attribute(parts))));
        }
    }
    let importing = file.map(|file| project.hosts_importing(file)).transpose()?.unwrap_or_default();
    for other in project.hosts()? {
        let may_have = other.is_unread() || (importing.contains(&other.name) && file != Some("flake.nix"));
        if may_have && !hosts.iter().any(|host| host.is_same_machine(&other)) {
            out.extend(proof::names(&other, side, path, &Expect::Same));
        }
    }
    Ok(out)
}
