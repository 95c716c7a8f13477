//! What a file or host says about an attribute, as source text.

use crate::diagnostic::Result;
use crate::operation::Hosts;
use crate::project::{Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::{SyntaxNode, lookup, span};
use crate::text::{Position, Span, position};
use serde::Serialize;

/// The source of one value.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Value {
    /// The file, relative to the flake's root.
    pub file: String,
    /// Where the value starts.
    pub start: Position,
    /// Its bytes.
    pub span: Span,
    /// The kind of expression: `list`, `set`, `string`, …
    pub kind: String,
    /// Its source text.
    pub text: String,
}

/// Every value that a file, or the files of hosts, give to a path.
pub fn values(project: &Project, hosts: &Hosts, file: Option<&str>, path: Option<&AttrPath>) -> Result<Vec<Value>> {
    let files = match file {
        Some(file) => vec![file.to_owned()],
        None => files_of_hosts(project, hosts)?,
    };
    let mut out = Vec::new();
    for file in files {
        let source = project.source(&file)?;
        let nodes: Vec<SyntaxNode> = match path {
            None => source.root.first_child().into_iter().collect(),
            Some(path) => lookup::find(&source.root, path).definitions.into_iter().map(|d| d.value).collect(),
        };
        out.extend(nodes.iter().map(|node| Value {
            file: file.clone(),
            start: position(&source.text, span(node).start),
            span: span(node),
            kind: format!("{:?}", node.kind()).trim_start_matches("NODE_").to_lowercase().replace('_', "-"),
            text: node.text().to_string(),
        }));
    }
    Ok(out)
}

/// The files of hosts on both sides, each once, entries before what they import.
fn files_of_hosts(project: &Project, hosts: &Hosts) -> Result<Vec<String>> {
    let hosts = if hosts.all || hosts.is_empty() {
        project.hosts()?
    } else {
        hosts.names.iter().map(|name| project.host(name)).collect::<Result<Vec<_>>>()?
    };
    let mut files: Vec<String> = Vec::new();
    for host in &hosts {
        for file in [Side::System, Side::Home].into_iter().flat_map(|side| project.files_of(host, side)) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    Ok(files)
}
