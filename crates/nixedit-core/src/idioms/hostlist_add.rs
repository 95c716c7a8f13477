//! `hostlist add LIST HOST…`: name hosts in a list of hosts.
//!
//! ```text
//! desktopHosts = [ "nxiz" "zrrh" ];   =>   desktopHosts = [ "nxiz" "zrrh" "adeck" ];
//! ```
//! A list that has no name is named by the option that it decides. Refuses: no such list, or several; a
//! name that no host has.

use super::hostlists;
use crate::diagnostic::Result;
use crate::operation::HostlistAdd;
use crate::plan::{Place, Plan, Step};
use crate::project::Project;
use crate::syntax::fragment::Fragment;
use crate::syntax::span;

pub(super) fn plan(project: &Project, args: &HostlistAdd) -> Result<Plan> {
    let list = hostlists::choose(project, &args.target, &args.list)?;
    let mut new: Vec<String> = Vec::new();
    for host in &args.hosts {
        if list.element(host).is_none() && !new.contains(host) {
            new.push(host.clone());
        }
    }
    hostlists::check_known(project, &new)?;
    let (title, file) = (list.title(), list.source.path.clone());
    let mut plan = Plan { hosts: args.hosts.clone(), ..Plan::default() };
    if new.is_empty() {
        plan.summary = format!("nothing to do: {title} in {file} names {}", args.hosts.join(", "));
        return Ok(plan);
    }
    plan.summary = format!("added {} to {title} in {file}", new.join(", "));
    let elements = new.iter().map(|host| Fragment::string(host)).collect();
    plan.steps.push(Step::InsertElements { file, list: span(&list.list), elements, place: Place::Last, comment: None });
    hostlists::prove(project, &list, &new, &mut plan);
    Ok(plan)
}
