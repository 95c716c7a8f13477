//! Looking without changing: what a file or host says about an attribute.

use crate::diagnostic::Result;
use crate::operation::Hosts;
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::{SyntaxNode, lookup, span};
use crate::text::{Position, Span, position};
use serde::Serialize;

/// The source of one value.
#[derive(Clone, Debug, Serialize)]
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
        None => project.files_of_hosts(hosts)?,
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

impl Project {
    fn files_of_hosts(&self, _hosts: &Hosts) -> Result<Vec<String>> {
        Ok(Vec::new())
    }
}
