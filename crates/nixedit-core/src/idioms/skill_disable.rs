//! `skill disable ID --host HOST`: take a skill from the agents of a home.
//!
//! ```text
//! skills.enable = [ "pdf" "docx" ];   =>   skills.enable = [ "pdf" ];
//! ```
//! Inputs, import and settings stay. Refuses: a home whose settings other hosts share.

use super::{home_program, skills};
use crate::diagnostic::Result;
use crate::operation::{ListRemove, Operation, SkillDisable, Target as Named};
use crate::plan::Plan;
use crate::project::Project;
use crate::syntax::attr_path::quoted_string;

pub(super) fn plan(project: &Project, args: &SkillDisable) -> Result<Plan> {
    let home = skills::home(project, &args.hosts)?;
    let ids: Vec<&str> = args.skills.iter().map(|skill| skill.rsplit('/').next().unwrap_or(skill)).collect();
    let enabled = skills::enabled(&home);
    let mut plan = Plan::default();
    if ids.iter().any(|id| enabled.iter().any(|known| known == id)) {
        let target = Named { file: Some(home.source.path.clone()), path: Some(skills::path("skills.enable")?), at: None };
        let items = ids.iter().map(|id| quoted_string(id)).collect();
        let removal = Operation::ListRemove(ListRemove { target, nix: true, items, ..ListRemove::default() });
        plan = home_program::part(project, Some(&removal))?;
        plan.targets = skills::targets(&home);
    }
    plan.hosts = vec![home.host.name.clone()];
    plan.lines.clear();
    let have = if enabled.is_empty() { "it has none".to_owned() } else { format!("skills: {}", enabled.join(", ")) };
    plan.summary = match plan.steps.is_empty() {
        true => format!("nothing to do: {} has no skill {} ({have})", home.host.name, ids.join(", ")),
        false => format!("disabled {} for {}", ids.join(", "), home.host.name),
    };
    Ok(plan)
}
