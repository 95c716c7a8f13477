//! What the files of hosts build themselves.

use super::modules;
use crate::diagnostic::Result;
use crate::idioms::derivations::{self, Derivation};
use crate::operation::Hosts;
use crate::project::Project;
use crate::syntax::span;
use crate::text::position;
use serde::Serialize;

/// One derivation.
#[derive(Clone, Debug, Serialize)]
pub struct DerivationRow {
    /// Its name.
    pub name: String,
    /// Its version, where one is written out.
    pub version: Option<String>,
    /// The function that makes it.
    pub builder: String,
    /// `let` or `list`.
    pub form: &'static str,
    /// The file, relative to the flake's root.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// The hosts that have the file.
    pub hosts: Vec<String>,
}

/// The derivations of these hosts, or of all: each once.
pub fn derivations(project: &Project, wanted: &Hosts) -> Result<Vec<DerivationRow>> {
    let mut rows: Vec<DerivationRow> = Vec::new();
    for host in modules::hosts(project, wanted)? {
        for looked in modules::of_host(project, &host) {
            let source = &looked.module.source;
            for found in derivations::of(source).iter().filter(|found| span(&looked.module.node).contains(span(&found.node))) {
                let line = position(&source.text, span(&found.node).start).line;
                match rows.iter_mut().find(|row| row.file == source.path && row.line == line && row.name == found.name) {
                    Some(row) if !row.hosts.contains(&host.name) => row.hosts.push(host.name.clone()),
                    Some(_) => {}
                    None => rows.push(row(found, &source.path, line, &host.name)),
                }
            }
        }
    }
    Ok(rows)
}

fn row(found: &Derivation, file: &str, line: usize, host: &str) -> DerivationRow {
    DerivationRow {
        name: found.name.clone(),
        version: found.version.clone(),
        builder: found.builder.clone(),
        form: if found.bound_name().is_some() { "let" } else { "list" },
        file: file.to_owned(),
        line,
        hosts: vec![host.to_owned()],
    }
}
