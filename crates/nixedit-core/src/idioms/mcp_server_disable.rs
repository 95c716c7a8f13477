//! `mcp-server disable SERVER --host HOST`: take an MCP server from the agents of a home.
//!
//! ```text
//! mcp-servers.programs = { git.enable = true; time.enable = true; };   =>   mcp-servers.programs = { git.enable = true; };
//! ```
//! Input, import and the settings of others stay. Refuses: a home whose settings other hosts share.

use super::mcp_servers;
use crate::diagnostic::Result;
use crate::operation::McpServerDisable;
use crate::plan::{Expect, Plan, Step};
use crate::project::Project;
use crate::syntax::{lookup, span};

pub(super) fn plan(project: &Project, args: &McpServerDisable) -> Result<Plan> {
    let home = mcp_servers::home(project, &args.hosts)?;
    let found = lookup::find(&home.source.root, &mcp_servers::path(&args.server, "")?);
    let bindings: Vec<_> = found.definitions.iter().chain(&found.below).map(|found| span(&found.binding)).collect();
    let mut plan = Plan { hosts: vec![home.host.name.clone()], ..Plan::default() };
    if bindings.is_empty() {
        plan.summary = format!("nothing to do: {} has no MCP server {}", home.host.name, args.server);
        return Ok(plan);
    }
    plan.summary = format!("disabled the MCP server {} for {}", args.server, home.host.name);
    plan.steps.push(Step::RemoveBindings { file: home.source.path.clone(), bindings });
    let label = format!("programs.mcp.servers.{}", args.server);
    plan.targets.push(mcp_servers::started(&home, &args.server, &label, Expect::Equals("null".to_owned())));
    Ok(plan)
}
