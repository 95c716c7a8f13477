//! Skills for agents as agent-skills-nix has them: where a home enables them.

use super::home_program::{self, Home};
use crate::diagnostic::Result;
use crate::operation::Hosts;
use crate::plan::{Expect, Target};
use crate::project::Project;
use crate::syntax::attr_path::{AttrPath, plain_string};
use crate::syntax::lookup;
use rnix::ast;
use rowan::ast::AstNode;

/// The option that holds all of it.
pub(super) const ROOT: &str = "programs.agent-skills";

/// The home of the host asked for.
pub(super) fn home(project: &Project, hosts: &Hosts) -> Result<Home> {
    home_program::of(project, hosts, &AttrPath::parse(ROOT)?)
}

/// An option below the root.
pub(super) fn path(rest: &str) -> Result<AttrPath> {
    AttrPath::parse(&format!("{ROOT}.{rest}"))
}

/// The skills that a home's file enables.
pub(super) fn enabled(home: &Home) -> Vec<String> {
    let Ok(path) = path("skills.enable") else { return Vec::new() };
    let found = lookup::find(&home.source.root, &path).definitions.into_iter();
    let strings = found.flat_map(|found| found.value.descendants().filter_map(ast::Str::cast).collect::<Vec<_>>());
    strings.filter_map(|text| plain_string(&text)).collect()
}

/// What proves a change of them: one of skills and agents changes, and every skill is found.
pub(super) fn targets(home: &Home) -> Vec<Target> {
    let either = || Expect::ChangedAny("skills".to_owned());
    let agents = format!("{ROOT}.targets or {{ }}");
    let on = home.asks(&format!("{ROOT}.targets"), &agents, either());
    let named = format!("let t = {}; in builtins.filter (name: t.${{name}}.enable or false) (builtins.attrNames t)", on.question);
    vec![
        home.asks(&format!("{ROOT}.skills.enable"), &format!("{ROOT}.skills.enable or [ ]"), either()),
        Target { question: named, ..on },
        home.asks(&format!("{ROOT}.bundlePath"), &format!("{ROOT}.bundlePath.drvPath"), Expect::Evaluates),
    ]
}
