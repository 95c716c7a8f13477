//! The map from host to overlays: `hosts = { nxiz = [ … ] ++ shared; adeck = shared; }`.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::project::{Overlays, Project};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, lookup};

/// The value of a host's row, with its file; `None` where the flake has no such map.
pub(super) fn row(project: &Project, overlays: &Overlays, host: &str) -> Result<Option<(Source, SyntaxNode)>> {
    if let Some(stated) = &project.settings().overlays.host_map {
        return stated_row(project, stated, host).map(Some);
    }
    let names: Vec<String> = project.hosts()?.into_iter().map(|host| host.name).collect();
    let mut files: Vec<&str> = overlays.all.iter().map(|overlay| overlay.file.as_str()).collect();
    files.dedup();
    for file in files.into_iter().filter(|file| *file != "flake.nix") {
        let source = project.source(file)?;
        let found = maps(&source, &names).find_map(|set| value_of(&set, host));
        if let Some(value) = found {
            return Ok(Some((source, value)));
        }
    }
    Ok(None)
}

fn stated_row(project: &Project, stated: &str, host: &str) -> Result<(Source, SyntaxNode)> {
    let invalid = || {
        Diagnostic::new(Code::SettingsInvalid, format!("[overlays] host_map = \"{stated}\" is not FILE#ATTR"))
            .help("for example: host_map = \"overlays/default.nix#hosts\"")
    };
    let (file, path) = stated.split_once('#').ok_or_else(invalid)?;
    let source = project.source(file)?;
    let found = lookup::find(&source.root, &AttrPath::parse(path)?.child(host)).definitions;
    match found.into_iter().next() {
        Some(found) => Ok((source, found.value)),
        None => Err(Diagnostic::new(Code::OverlayMissing, format!("{file} has no overlays for host '{host}' below {path}"))
            .help(format!("add the row first: nixedit option set {path}.{host} '[ ]' --file {file}"))),
    }
}

/// Sets whose keys are hosts and whose values may be lists.
fn maps<'a>(source: &'a Source, hosts: &'a [String]) -> impl Iterator<Item = SyntaxNode> + 'a {
    let sets = source.root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_ATTR_SET);
    sets.filter(move |set| {
        let rows: Vec<_> = set.children().filter_map(|entry| lookup::binding_parts(&entry)).collect();
        let is_row =
            |(path, value): &(AttrPath, SyntaxNode)| path.names().len() == 1 && hosts.contains(&path.names()[0]) && may_be_list(value);
        !rows.is_empty() && rows.len() == set.children().count() && rows.iter().all(is_row)
    })
}

fn may_be_list(value: &SyntaxNode) -> bool {
    use SyntaxKind::*;
    matches!(value.kind(), NODE_LIST | NODE_IDENT | NODE_SELECT | NODE_BIN_OP | NODE_PAREN | NODE_WITH | NODE_APPLY | NODE_LET_IN)
}

fn value_of(set: &SyntaxNode, host: &str) -> Option<SyntaxNode> {
    let mut rows = set.children().filter_map(|entry| lookup::binding_parts(&entry));
    rows.find(|(path, _)| path.names() == [host]).map(|(_, value)| value)
}
