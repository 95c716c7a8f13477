//! MCP servers as mcp-servers-nix has them: where a home enables them.

use super::home_program::{self, Home};
use crate::diagnostic::Result;
use crate::operation::Hosts;
use crate::plan::{Expect, Target};
use crate::project::Project;
use crate::syntax::attr_path::{AttrPath, quoted_name};

/// The option that holds the servers known by name.
pub(super) const ROOT: &str = "mcp-servers.programs";

/// The home of the host asked for.
pub(super) fn home(project: &Project, hosts: &Hosts) -> Result<Home> {
    home_program::of(project, hosts, &AttrPath::parse(ROOT)?)
}

/// An option of a server.
pub(super) fn path(server: &str, rest: &str) -> Result<AttrPath> {
    AttrPath::parse(&format!("{ROOT}.{}{rest}", quoted_name(server)))
}

/// What shows that the agents have, or no longer have, the server: how it is started.
pub(super) fn started(home: &Home, server: &str, label: &str, expect: Expect) -> Target {
    let attr = quoted_name(server);
    home.asks(label, &format!("programs.mcp.servers.{attr} or null"), expect)
}
