//! `program disable NAME --host HOST`: enable a program's module no more.
//!
//! ```text
//! programs.htop.enable = true;   =>
//! ```
//! What else is set of the program stays, for the next time. Refuses: a file of several hosts enables it.

use super::program_enable::root;
use super::{home_program, host_modules};
use crate::diagnostic::{Code, Result};
use crate::operation::{Operation, OptionUnset, ProgramDisable};
use crate::plan::{Expect, Plan};
use crate::project::{Project, Side};
use crate::syntax::span;
use crate::text::shell_word;

pub(super) fn plan(project: &Project, args: &ProgramDisable) -> Result<Plan> {
    let host = home_program::one_host(project, &args.hosts)?;
    let enable = root(&args.name)?.child("enable");
    let mut plan = Plan { hosts: vec![host.name.clone()], ..Plan::default() };
    plan.summary = format!("nothing to do: {} is not enabled for {} by its files", args.name, host.name);
    for side in [Side::Home, Side::System] {
        let modules = host_modules::modules(project, &host, side)?;
        let defining = modules.iter().find_map(|module| Some((module, module.find(&enable).definitions.into_iter().next()?)));
        let Some((module, found)) = defining else { continue };
        if !module.is_own() {
            let at = span(&found.binding);
            let (place, others) = (module.source.file_line(at.start), home_program::others(module));
            let message = format!("{} is enabled at {place}, which {others} too", args.name);
            return Err(module.source.error(Code::FileShared, message, at, "here").help(format!(
                "switch it off for {0} alone: nixedit option set {enable} 'lib.mkForce false' --nix --file {1}",
                host.name,
                shell_word(&host_modules::entry(project, &host, side)?.source.path)
            )));
        }
        let home = home_program::of_side(project, &host, side, &enable)?;
        let unset = OptionUnset { hosts: Default::default(), file: Some(module.source.path.clone()), at: None, path: enable.clone() };
        let one = home_program::part(project, Some(&Operation::OptionUnset(unset)))?;
        plan.summary = format!("disabled {} for {}", args.name, host.name);
        plan.steps.extend(one.steps);
        plan.targets.push(home.asks(&enable.to_string(), &format!("{enable} or false"), Expect::Equals("false".to_owned())));
    }
    Ok(plan)
}
