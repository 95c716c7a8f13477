//! What goes with a change of inputs: the lock file, and what must still stand.

use super::host_question;
use super::module_import::evaluates;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Expect, LockWish, Note, Plan, Target};
use crate::project::{Flake, Project, Side};
use crate::similar_names::near;
use crate::syntax::attr_path::AttrPath;

/// The flake's own file, unless another is named.
pub(super) const FLAKE: &str = "flake.nix";

/// How much of the flake a change of inputs can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// Nothing reads the input yet: the outputs must be those that they were.
    Outputs,
    /// Modules of hosts may read it.
    Hosts,
    /// Any package of a host may come from it.
    Systems,
}

/// Gives a plan that changes inputs its lock and its proof. `no_lock` leaves the lock file alone; then
/// nothing can be evaluated either, since Nix refuses a lock file that does not fit.
pub(super) fn finish(project: &Project, mut plan: Plan, wish: LockWish, reach: Reach, no_lock: bool) -> Result<Plan> {
    let is_flake = wish.flake == FLAKE || wish.flake.ends_with("/flake.nix");
    if plan.steps.is_empty() || !is_flake {
        return Ok(plan);
    }
    if no_lock {
        let message = "flake.lock is left as it is; nixedit input lock locks what is missing".to_owned();
        plan.notes.push(Note { code: "lock-skipped".to_owned(), message });
        return Ok(plan);
    }
    if wish.flake == FLAKE {
        plan.targets.extend(targets(project, reach));
    }
    plan.lock = Some(wish);
    Ok(plan)
}

/// The questions that show that the flake still stands. Hosts that cannot be read are not asked about.
pub(super) fn targets(project: &Project, reach: Reach) -> Vec<Target> {
    let Ok(map) = project.host_map() else { return Vec::new() };
    let hosts = &map.hosts;
    let mut out: Vec<Target> = Vec::new();
    for kind in ["nixosConfigurations", "darwinConfigurations", "homeConfigurations"] {
        if hosts.iter().any(|host| host.output().starts_with(kind)) {
            out.push(Target {
                host: None,
                output: kind.to_owned(),
                label: kind.to_owned(),
                question: "builtins.attrNames c".to_owned(),
                expect: Expect::Same,
                forced: false,
            });
        }
    }
    for host in hosts.iter().filter(|_| reach > Reach::Outputs) {
        let sides = [Side::System, Side::Home].into_iter().filter(|side| match side {
            Side::Home => !host.users.is_empty(),
            Side::System => !host.output().starts_with("homeConfigurations"),
        });
        out.extend(sides.map(|side| evaluates(host, side)));
        out.extend((reach == Reach::Systems).then(|| host_question::whole(host)));
    }
    let mut computed: Vec<&'static str> = map.unresolved.iter().map(|(_, at)| at.kind).collect();
    computed.sort_unstable();
    computed.dedup();
    out.extend(computed.into_iter().filter(|_| reach > Reach::Outputs).map(|kind| every_host(kind, reach)));
    out
}

/// The question about all hosts of an output at once, where reading does not tell which there are.
fn every_host(kind: &str, reach: Reach) -> Target {
    let part = match (kind, reach) {
        ("homeConfigurations", Reach::Systems) => "activationPackage.drvPath",
        ("homeConfigurations", _) => "config.home.stateVersion",
        (_, Reach::Systems) => "config.system.build.toplevel.drvPath",
        _ => "config.system.stateVersion",
    };
    Target {
        host: None,
        output: kind.to_owned(),
        label: "every host".to_owned(),
        question: format!("builtins.mapAttrs (_: host: host.{part}) c"),
        expect: Expect::Evaluates,
        forced: reach == Reach::Systems,
    }
}

/// `inputs.NAME` below which an input is written.
pub(super) fn path_of(name: &str) -> Result<AttrPath> {
    AttrPath::from_names(["inputs", name]).ok_or_else(|| Diagnostic::new(Code::PathSyntax, format!("'{name}' is no name of an input")))
}

/// Refuses a name that the flake has no input of; what `outputs` asks for by name is one too.
pub(super) fn check_known(flake: &Flake, name: &str) -> Result<()> {
    let known = names(flake);
    if known.iter().any(|known| known == name) {
        return Ok(());
    }
    Err(unknown(name, &known))
}

/// Every name that stands for an input.
pub(super) fn names(flake: &Flake) -> Vec<String> {
    let mut out: Vec<String> = flake.inputs.iter().map(|input| input.name.clone()).collect();
    let asked = flake.outputs.iter().flat_map(|head| &head.names).map(|(name, _)| name.clone());
    let asked: Vec<String> = asked.filter(|name| name != "self" && !out.contains(name)).collect();
    out.extend(asked);
    out
}

/// Says which inputs there are.
pub(super) fn unknown(name: &str, known: &[String]) -> Box<Diagnostic> {
    let error = Diagnostic::new(Code::InputMissing, format!("there is no input '{name}'")).candidates(known.to_vec());
    let close = near(name, known.iter().map(String::as_str));
    match close.first() {
        Some(close) => error.help(format!("did you mean '{close}'?")),
        None if known.is_empty() => error.help("the flake has no inputs"),
        None => error.help(format!("inputs of this flake: {}", known.join(", "))),
    }
}

/// What an input is to follow must be an input of this flake; `a/b` is one of `a`'s.
pub(super) fn check_target(flake: &Flake, target: &str) -> Result<()> {
    match target.split('/').next() {
        Some("") | None => Ok(()),
        Some(first) => check_known(flake, first),
    }
}

/// The questions about a lock file that changes by itself. What it was may not fit flake.nix, so
/// nothing is compared with that.
pub(super) fn of_lock(project: &Project, file: &str, reach: Reach) -> Vec<Target> {
    if file != FLAKE {
        return Vec::new();
    }
    targets(project, reach).into_iter().map(|target| Target { expect: Expect::Evaluates, ..target }).collect()
}
