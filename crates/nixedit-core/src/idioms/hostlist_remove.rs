//! `hostlist remove LIST HOST…`: take hosts out of a list of hosts.
//!
//! ```text
//! desktopHosts = [ "nxiz" "zrrh" ];   =>   desktopHosts = [ "nxiz" ];
//! ```
//! A list that has no name is named by the option that it decides. Refuses: no such list, or several.

use super::hostlists;
use crate::diagnostic::Result;
use crate::operation::HostlistRemove;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::syntax::span;

pub(super) fn plan(project: &Project, args: &HostlistRemove) -> Result<Plan> {
    let list = hostlists::choose(project, &args.target, &args.list)?;
    let elements: Vec<_> = args.hosts.iter().filter_map(|host| Some((host.clone(), span(&list.element(host)?)))).collect();
    let (title, file) = (list.title(), list.source.path.clone());
    let mut plan = Plan { hosts: args.hosts.clone(), ..Plan::default() };
    if elements.is_empty() {
        plan.summary = format!("nothing to do: {title} in {file} does not name {}", args.hosts.join(", "));
        return Ok(plan);
    }
    let (gone, elements): (Vec<String>, Vec<_>) = elements.into_iter().unzip();
    plan.summary = format!("removed {} from {title} in {file}", gone.join(", "));
    plan.steps.push(Step::RemoveElements { file, list: span(&list.list), elements });
    hostlists::prove(project, &list, &gone, &mut plan);
    Ok(plan)
}
