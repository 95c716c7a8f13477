//! What agents of homes are given: skills and MCP servers.

use super::modules;
use crate::diagnostic::Result;
use crate::operation::Hosts;
use crate::project::Project;
use crate::syntax::attr_path::{AttrPath, plain_string};
use crate::syntax::lookup;
use crate::syntax::{SyntaxNode, body, span};
use crate::text::position;
use rnix::ast;
use rowan::ast::AstNode;
use serde::Serialize;

/// One skill or server of one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AgentRow {
    /// The host.
    pub host: String,
    /// The skill's or server's name.
    pub name: String,
    /// The file that enables it, relative to the flake's root.
    pub file: String,
    /// 1-based line.
    pub line: usize,
}

/// The skills that these hosts enable, or all.
pub fn skills(project: &Project, wanted: &Hosts) -> Result<Vec<AgentRow>> {
    let path = AttrPath::parse("programs.agent-skills.skills.enable")?;
    rows(project, wanted, &path, &|value| {
        let strings = value.descendants().filter_map(ast::Str::cast);
        strings.filter_map(|text| Some((plain_string(&text)?, text.syntax().clone()))).collect()
    })
}

/// The MCP servers that these hosts enable, or all.
pub fn mcp_servers(project: &Project, wanted: &Hosts) -> Result<Vec<AgentRow>> {
    let path = AttrPath::parse("mcp-servers.programs")?;
    rows(project, wanted, &path, &|value| {
        let sets = body::sets(value).into_iter().flat_map(|set| set.node.children().collect::<Vec<_>>());
        sets.filter_map(|entry| Some((lookup::binding_parts(&entry)?.0.names()[0].clone(), entry))).collect()
    })
}

/// The names, with their nodes, that the values of an option have.
fn rows(
    project: &Project,
    wanted: &Hosts,
    path: &AttrPath,
    names: &dyn Fn(&SyntaxNode) -> Vec<(String, SyntaxNode)>,
) -> Result<Vec<AgentRow>> {
    let mut out: Vec<AgentRow> = Vec::new();
    for host in modules::hosts(project, wanted)? {
        for looked in modules::of_host(project, &host) {
            let found = looked.module.find(path);
            let mut all: Vec<(String, SyntaxNode)> = found.definitions.iter().flat_map(|found| names(&found.value)).collect();
            all.extend(found.below.iter().filter_map(|below| {
                let full = lookup::full_path(&below.value);
                let start = full.windows(path.names().len()).position(|part| part == path.names())? + path.names().len();
                Some((full.get(start)?.clone(), below.binding.clone()))
            }));
            for (name, node) in all {
                let source = &looked.module.source;
                let line = position(&source.text, span(&node).start).line;
                if !out.iter().any(|row| row.host == host.name && row.name == name) {
                    out.push(AgentRow { host: host.name.clone(), name, file: source.path.clone(), line });
                }
            }
        }
    }
    Ok(out)
}
