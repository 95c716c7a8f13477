//! The activation scripts of hosts: of the system and of its homes.

use super::modules::{self, Looked, side_name};
use crate::diagnostic::Result;
use crate::operation::Hosts;
use crate::project::{Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::{SyntaxNode, body, lookup, span};
use crate::text::{one_line, position};
use serde::Serialize;

/// One activation script.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ActivationRow {
    /// Its name.
    pub name: String,
    /// `system` or `home`.
    pub side: &'static str,
    /// The Home Manager user whose script it is.
    pub user: Option<String>,
    /// The file, relative to the flake's root.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// The hosts that run it, where more than one was asked about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// How it begins, on one line.
    pub text: String,
}

/// The scripts of these hosts, or of all: each once, with the hosts that run it.
pub fn activations(project: &Project, wanted: &Hosts) -> Result<Vec<ActivationRow>> {
    let mut rows: Vec<ActivationRow> = Vec::new();
    for host in modules::hosts(project, wanted)? {
        for row in modules::of_host(project, &host).iter().flat_map(of_module) {
            let same = |known: &&mut ActivationRow| (&known.file, known.line, known.side) == (&row.file, row.line, row.side);
            match rows.iter_mut().find(same) {
                Some(known) if !known.hosts.contains(&host.name) => known.hosts.push(host.name.clone()),
                Some(_) => {}
                None => rows.push(ActivationRow { hosts: vec![host.name.clone()], ..row }),
            }
        }
    }
    Ok(rows)
}

/// The scripts that one module binds.
pub(super) fn of_module(looked: &Looked) -> Vec<ActivationRow> {
    let path = match looked.side {
        Side::System => ["system", "activationScripts"],
        Side::Home => ["home", "activation"],
    };
    let Some(path) = AttrPath::from_names(path) else { return Vec::new() };
    let found = looked.module.find(&path);
    let below = found.below.iter().filter_map(|definition| {
        let names = lookup::full_path(&definition.binding);
        let at = names.windows(2).position(|pair| pair == path.names())?;
        Some((names.get(at + 2)?.clone(), definition.binding.clone()))
    });
    let sets = found.definitions.iter().flat_map(|definition| body::sets(&definition.value));
    let inside = sets.flat_map(|set| set.node.children().collect::<Vec<_>>());
    let inside = inside.filter_map(|binding| Some((lookup::binding_parts(&binding)?.0.names().first()?.clone(), binding)));
    below.chain(inside).map(|(name, binding)| activation_row(looked, name, &binding)).collect()
}

fn activation_row(looked: &Looked, name: String, binding: &SyntaxNode) -> ActivationRow {
    let source = &looked.module.source;
    let value = lookup::binding_parts(binding).map(|(_, value)| one_line(&value.text().to_string())).unwrap_or_default();
    ActivationRow {
        name,
        side: side_name(looked.side),
        user: looked.module.user.clone(),
        file: source.path.clone(),
        line: position(&source.text, span(binding).start).line,
        hosts: Vec::new(),
        text: value,
    }
}
