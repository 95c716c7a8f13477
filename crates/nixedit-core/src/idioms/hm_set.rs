//! `hm set PATH VALUE`: how Home Manager is part of hosts.
//!
//! ```text
//! extraSpecialArgs = { inherit inputs; };   =>   extraSpecialArgs = { inherit inputs; isMesh = true; };
//! ```
//! In the module of each host that speaks of `home-manager`; once where the hosts share it. Refuses: a module
//! that hosts share which were not asked for; a setting that is none.

use super::host_modules::{self, HostModule};
use super::host_question;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::HmSet;
use crate::plan::{Expect, Place, Plan, Step, Target};
use crate::project::{Host, Project, Side};
use crate::similar_names::near;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::indented::canonical;
use crate::syntax::{SyntaxKind, body, lookup, span};
use crate::text::shell_word;

/// The options of `home-manager` beside `users` (its `nixos/common.nix`).
const KEYS: &[&str] = &[
    "backupCommand",
    "backupFileExtension",
    "extraSpecialArgs",
    "minimal",
    "overwriteBackup",
    "sharedModules",
    "startAsUserService",
    "useGlobalPkgs",
    "useUserPackages",
    "verbose",
];

pub(super) fn plan(project: &Project, args: &HmSet) -> Result<Plan> {
    check_key(&args.path)?;
    let hosts = host_modules::systems(project, &args.hosts)?;
    let path = AttrPath::from_names(std::iter::once("home-manager".to_owned()).chain(args.path.names().iter().cloned()))
        .unwrap_or_else(|| args.path.clone());
    let value = if args.nix { Fragment::parse(&args.value)? } else { Fragment::value(&args.value) };
    let names: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    let mut plan = Plan { hosts: names.clone(), ..Plan::default() };
    let mut changed = Vec::new();
    for host in &hosts {
        let module = module_of(project, host, &path, args, &names)?;
        if let Some(step) = step(&module, &path, &value)? {
            changed.push(host.name.clone());
            if !plan.steps.contains(&step) {
                plan.steps.push(step);
            }
        }
    }
    if plan.steps.is_empty() {
        plan.summary = format!("{path} is already so on {}", names.join(", "));
        return Ok(plan);
    }
    plan.summary = format!("set {path} = {} on {}", value.text(), names.join(", "));
    plan.targets = targets(project, &path, &changed, &value)?;
    Ok(plan)
}

fn check_key(path: &AttrPath) -> Result<()> {
    let key = path.names()[0].as_str();
    if KEYS.contains(&key) && (key != "extraSpecialArgs" || path.names().len() > 1) {
        return Ok(());
    }
    if key == "extraSpecialArgs" {
        return Err(
            Diagnostic::new(Code::UsageInvalid, "extraSpecialArgs holds arguments by name").help("name one: extraSpecialArgs.isMesh")
        );
    }
    let close = near(key, KEYS.iter().copied());
    let help = match close.first() {
        _ if key == "users" => "what a user's home holds is set with: nixedit option set PATH VALUE --host HOST".to_owned(),
        Some(close) => format!("did you mean {close}?"),
        None => format!("settings: {}", KEYS.join(", ")),
    };
    Err(Diagnostic::new(Code::UsageInvalid, format!("home-manager has no setting '{key}'")).help(help).candidates(KEYS.iter().copied()))
}

/// The module that says how Home Manager is part of the host: one that says this already, else one that says
/// anything of it, own ones first.
fn module_of(project: &Project, host: &Host, path: &AttrPath, args: &HmSet, asked: &[String]) -> Result<HostModule> {
    let head = AttrPath::parse("home-manager")?;
    let speaks = |path: &AttrPath| {
        let path = path.clone();
        move |module: &&HostModule| {
            let found = module.find(&path);
            !found.definitions.is_empty() || !found.below.is_empty()
        }
    };
    let modules: Vec<HostModule> = host_modules::modules(project, host, Side::System)?.into_iter().filter(|m| m.user.is_none()).collect();
    let parent = AttrPath::from_names(path.names()[..2].to_vec()).unwrap_or_else(|| head.clone());
    let wanted = [path.clone(), parent, head.child("useGlobalPkgs"), head];
    let Some(module) = wanted.iter().find_map(|path| modules.iter().find(speaks(path))) else {
        return Err(Diagnostic::new(Code::HostNoHomeManager, format!("no module of host '{}' speaks of home-manager", host.name))
            .help("import Home Manager's module there first: nixedit module import --host HOST home-manager#nixosModules.home-manager"));
    };
    let sharers = sharers(project, module)?;
    let others: Vec<&String> = sharers.iter().filter(|name| !asked.contains(name)).collect();
    if others.is_empty() {
        return Ok(module.clone());
    }
    let names = others.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    let message = format!("the home-manager settings of {} are those of {names} too", host.name);
    let nix = if args.nix { " --nix" } else { "" };
    let command = format!("nixedit hm set {} {}{nix} --all-hosts", shell_word(&args.path.to_string()), shell_word(&args.value));
    Err(module
        .source
        .error(Code::FileShared, message, span(&module.node), "shared")
        .help("set it for all of them:")
        .way(command, "on every host"))
}

/// The hosts that have just this module.
fn sharers(project: &Project, module: &HostModule) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for host in project.hosts()? {
        let own = host_modules::modules(project, &host, Side::System)?;
        if own.iter().any(|other| other.source.path == module.source.path && span(&other.node) == span(&module.node)) {
            out.push(host.name);
        }
    }
    Ok(out)
}

fn step(module: &HostModule, path: &AttrPath, value: &Fragment) -> Result<Option<Step>> {
    let file = module.source.path.clone();
    let found = module.find(path);
    if let Some(known) = found.definitions.first() {
        let old = body::below_priority(&known.value);
        let same = canonical(&old) == canonical(&value.node());
        return Ok((!same).then(|| Step::Replace { file, at: span(&old), with: value.clone() }));
    }
    if let Some(entry) = found.inherited.first() {
        let (inherit, name) = (span(entry), path.last().to_owned());
        return Ok(Some(Step::BindInherited { file, inherit, name, value: Some(value.clone()) }));
    }
    let deepest = found.deepest().into_iter().next().cloned();
    let Some(place) = deepest else {
        return Err(module.source.error(Code::ShapeUnsupported, "this module is not an attribute set", span(&module.node), "here"));
    };
    let rest = AttrPath::from_names(place.rest.clone()).unwrap_or_else(|| path.clone());
    let inside = lookup::full_path(&place.set).last().is_some_and(|name| name == "extraSpecialArgs");
    let at = if inside { Place::Last } else { Place::Fitting };
    Ok(Some(Step::InsertBinding { file, set: span(&place.set), path: rest, value: value.clone(), place: at, comment: None }))
}

/// Another value on these hosts, the same on the others. Of a set only its names are told, of a function
/// that it is one, so these need not differ.
fn targets(project: &Project, path: &AttrPath, changed: &[String], value: &Fragment) -> Result<Vec<Target>> {
    let list = "if builtins.isList v then builtins.length v else v";
    let shown = format!("if builtins.isAttrs v then builtins.attrNames v else if builtins.isFunction v then \"function\" else {list}");
    let is_data = matches!(value.kind(), SyntaxKind::NODE_LITERAL | SyntaxKind::NODE_IDENT | SyntaxKind::NODE_STRING);
    let new = if is_data { Expect::Changed } else { Expect::Reported };
    let question = format!("let v = c.config.{path} or null; in {shown}");
    let expect = |host: &Host| if changed.contains(&host.name) { new.clone() } else { Expect::Same };
    let hosts = project.hosts()?;
    let systems = hosts.iter().filter(|host| !host.users.is_empty() && !host.output().starts_with("homeConfigurations"));
    Ok(systems.map(|host| host_question::of_host(project, &host.name, path.to_string(), question.clone(), expect(host))).collect())
}
