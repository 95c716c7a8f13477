//! Settings of a host, mostly of its home, that several operations make up: where they stand, and the
//! parts that they are.

use super::host_modules::{self, HostModule};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{Hosts, InputAdd, ListAdd, ModuleImport, Operation, OptionSet, Target as Named};
use crate::plan::{Expect, Place, Plan, Target};
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::parse::Source;

/// The home of one host, and the file of it that an option stands in or goes to.
pub(super) struct Home {
    /// The host.
    pub host: Host,
    /// The file.
    pub source: Source,
    /// Where the user's options stand in `c`, the evaluated configuration.
    pub config: String,
}

/// The one host that is meant.
pub(super) fn one_host(project: &Project, hosts: &Hosts) -> Result<Host> {
    let mut all = host_modules::hosts(project, hosts).map_err(|error| match error.code {
        Code::HostRequired => error.help("name it with --host HOST"),
        _ => error,
    })?;
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(Diagnostic::new(Code::HostAmbiguous, "one host at a time").help("name one with --host HOST")),
    }
}

/// The home of the one host asked for. The file is that which sets something below `path`, else the host's own.
pub(super) fn of(project: &Project, hosts: &Hosts, path: &AttrPath) -> Result<Home> {
    let host = &one_host(project, hosts)?;
    if host.users.is_empty() {
        let message = format!("host '{}' has no Home Manager", host.name);
        return Err(Diagnostic::new(Code::HostNoHomeManager, message).help("name another host with --host"));
    }
    host_modules::check_one_user(project, host)?;
    let modules = host_modules::modules(project, host, Side::Home)?;
    let module = match modules.iter().find(|module| sets(module, path)) {
        Some(module) if !module.is_own() => {
            let message = format!("{path} is set in {}, which {} too", module.source.path, others(module));
            return Err(Diagnostic::new(Code::FileShared, message).help("change it there by hand, for all of them"));
        }
        Some(module) => module.clone(),
        None => host_modules::entry(project, host, Side::Home)?,
    };
    Ok(Home::in_module(host, module))
}

/// `adeck has`, `adeck, zrrh have`: the other hosts of a module.
pub(super) fn others(module: &HostModule) -> String {
    let verb = if module.shared_with.len() == 1 { "has" } else { "have" };
    format!("{} {verb}", module.shared_with.join(", "))
}

/// One side of a host: its own file that sets something below `path`, else its entry.
pub(super) fn of_side(project: &Project, host: &Host, side: Side, path: &AttrPath) -> Result<Home> {
    let modules = host_modules::modules(project, host, side)?;
    match modules.iter().find(|module| module.is_own() && sets(module, path)) {
        Some(module) => Ok(Home::in_module(host, module.clone())),
        None => Ok(Home::in_module(host, host_modules::entry(project, host, side)?)),
    }
}

pub(super) fn sets(module: &HostModule, path: &AttrPath) -> bool {
    let found = module.find(path);
    !found.definitions.is_empty() || !found.below.is_empty()
}

impl Home {
    fn in_module(host: &Host, module: HostModule) -> Self {
        let user = host.users.iter().find(|user| module.user.as_ref() == Some(&user.name));
        let config = user.map_or_else(|| "c.config".to_owned(), |user| host.config_of(user));
        Self { host: host.clone(), source: module.source, config }
    }

    /// Whether the file sets the option, or something below it.
    pub fn sets(&self, path: &AttrPath) -> bool {
        let found = crate::syntax::lookup::find(&self.source.root, path);
        !found.definitions.is_empty() || !found.below.is_empty()
    }

    /// The option as an operation: a Nix expression.
    pub fn set(&self, path: AttrPath, value: impl Into<String>) -> Operation {
        Operation::OptionSet(OptionSet { file: Some(self.source.path.clone()), value: value.into(), ..OptionSet::of(path) })
    }

    /// Elements for a list, Nix expressions.
    pub fn add(&self, path: AttrPath, items: Vec<String>) -> Operation {
        let target = Named { file: Some(self.source.path.clone()), path: Some(path), at: None };
        Operation::ListAdd(ListAdd { target, nix: true, items, ..ListAdd::default() })
    }

    /// The import of a module that an input has.
    pub fn import(&self, module: String) -> Operation {
        let target = Named { file: Some(self.source.path.clone()), ..Named::default() };
        let hosts = Hosts { names: vec![self.host.name.clone()], ..Hosts::default() };
        Operation::ModuleImport(ModuleImport { hosts, target, modules: vec![module], ..ModuleImport::default() })
    }

    /// A question about the user's configuration, `question` behind it.
    pub fn asks(&self, label: &str, question: &str, expect: Expect) -> Target {
        Target {
            host: Some(self.host.name.clone()),
            output: self.host.output(),
            label: label.to_owned(),
            question: format!("{}.{question}", self.config),
            expect,
            forced: false,
        }
    }
}

/// The input that comes from a repository: its name here, and the operation that adds it where there is none.
pub(super) fn input(project: &Project, wanted: InputAdd, repository: &str) -> Result<(String, Option<Operation>)> {
    let flake = project.flake()?;
    let from = |text: &str| text.split(['?', '#']).next().unwrap_or_default().contains(repository);
    let known = flake.inputs.iter().find(|input| input.name == wanted.name || input.url.as_ref().is_some_and(|url| from(&url.text)));
    if let Some(known) = known {
        return Ok((known.name.clone(), None));
    }
    let nixpkgs = flake.input("nixpkgs").is_some() && !wanted.no_flake;
    let follows = if nixpkgs { vec!["nixpkgs".to_owned()] } else { Vec::new() };
    Ok((wanted.name.clone(), Some(Operation::InputAdd(InputAdd { follows, place: Place::Last, ..wanted }))))
}

/// The operations that bring a module of an input into a home: the input, where there is none, and the
/// import. Neither where the home sets the module's options already, wherever it has it from.
pub(super) fn module(
    project: &Project,
    home: &Home,
    wanted: InputAdd,
    repository: &str,
    root: &str,
) -> Result<(Option<Operation>, Option<Operation>)> {
    if home.sets(&AttrPath::parse(root)?) {
        return Ok((None, None));
    }
    let (name, add) = input(project, wanted, repository)?;
    Ok((add, Some(home.import(format!("{name}#homeManagerModules.default")))))
}

/// The plan of one of several operations that are parts of one; what it says is a line of the whole. What
/// proves the whole is given by the caller, so that no part need have an effect of its own.
pub(super) fn part(project: &Project, operation: Option<&Operation>) -> Result<Plan> {
    let Some(operation) = operation else { return Ok(Plan::default()) };
    let mut plan = super::plan(project, operation)?;
    if !plan.steps.is_empty() {
        let set = |set: &OptionSet| format!("set {} in {}", set.path, set.file.as_deref().unwrap_or_default());
        let line = match operation {
            Operation::OptionSet(args) if plan.summary.contains('\n') => set(args),
            _ => plan.summary.clone(),
        };
        plan.lines.insert(0, line);
    }
    plan.summary.clear();
    plan.notes.retain(|note| note.code != "module-imported");
    if matches!(operation, Operation::OptionSet(_) | Operation::ListAdd(_) | Operation::ListRemove(_)) {
        plan.targets.clear();
    }
    Ok(plan)
}
