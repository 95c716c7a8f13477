//! The files that are a host's own, and what they would be for another host.

use super::host_copy;
use crate::diagnostic::Result;
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::{AttrPath, plain_string, quoted_string};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, body, lookup};
use crate::text::{join_path, parent_path};
use rnix::ast;
use rowan::ast::AstNode;

/// A file of a host with its place for another.
#[derive(Clone, Debug)]
pub(super) struct OwnFile {
    /// Where it is.
    pub file: String,
    /// Where the other host's is to be.
    pub new: String,
    /// Whose modules it belongs to.
    pub side: Side,
    /// Whether it is no module but a list of packages.
    pub is_list: bool,
}

/// Attributes that a host has whatever else it has, as long as they are plain texts.
const ALWAYS: &[&str] = &["nixpkgs.hostPlatform", "home.username", "home.homeDirectory", "system.stateVersion", "home.stateVersion"];

/// The files that are called after the host and that no other host has, but for the one that says it
/// exists.
pub(super) fn own(project: &Project, host: &Host, name: &str) -> Result<Vec<OwnFile>> {
    let mut out: Vec<OwnFile> = Vec::new();
    for side in [Side::System, Side::Home] {
        let lists = host.lists_of(side).map(|list| (list.file.clone(), true));
        for (file, is_list) in project.files_of(host, side).into_iter().map(|file| (file, false)).chain(lists) {
            let new = host_copy::renamed_path(&file, &host.attr, name);
            let known = file == host.evidence.file || out.iter().any(|known| known.file == file);
            if new != file && !known && project.others_with(host, &file)?.is_empty() {
                out.push(OwnFile { file, new, side, is_list });
            }
        }
    }
    Ok(out)
}

/// Whether a file holds what only the machine itself can tell.
pub(super) fn is_of_hardware(file: &str) -> bool {
    file.rsplit('/').next().is_some_and(|name| name.starts_with("hardware"))
}

/// What stands in for the machine's own description until there is one.
pub(super) fn hardware(source: &Source, file: &str, name: &str, system: Option<&str>) -> String {
    let platform = match AttrPath::parse("nixpkgs.hostPlatform") {
        Ok(path) if !lookup::find(&source.root, &path).definitions.is_empty() => system,
        _ => None,
    };
    let platform = platform.map(|system| format!("\n  nixpkgs.hostPlatform = {};\n", quoted_string(system))).unwrap_or_default();
    format!(
        "# Stands in until {name} writes its own:\n#   nixos-generate-config --show-hardware-config > {file}\n{{\n  fileSystems.\"/\" = {{\n    device = \"/dev/disk/by-label/nixos\";\n    fsType = \"ext4\";\n  }};\n{platform}}}\n"
    )
}

/// A host's file with nothing but its heading, the imports that `keeps` says yes to (their target, from
/// the flake's root), and what names the host or its releases.
pub(super) fn reduced(source: &Source, host: &str, keeps: &dyn Fn(&str) -> bool) -> String {
    let mut parts: Vec<String> = Vec::new();
    let imports = imports(source, keeps);
    if !imports.is_empty() {
        let lines: String = imports.iter().map(|path| format!("    {path}\n")).collect();
        parts.push(format!("  imports = [\n{lines}  ];\n"));
    }
    let mut named: Vec<String> = Vec::new();
    for binding in source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE) {
        let Some((_, value)) = lookup::binding_parts(&binding) else { continue };
        if text(&value).as_deref() == Some(host)
            && let Some(path) = AttrPath::from_names(lookup::full_path(&value))
            && !path.names().contains(&"imports".to_owned())
        {
            named.push(format!("  {path} = {};\n", quoted_string(host)));
        }
    }
    let always = ALWAYS.iter().filter_map(|path| AttrPath::parse(path).ok()).filter_map(|path| {
        let found = lookup::find(&source.root, &path).definitions;
        let value = found.first().filter(|found| text(&found.value).is_some())?.value.text().to_string();
        Some(format!("  {path} = {value};\n"))
    });
    let always: String = always.collect();
    parts.extend([named.concat(), always].into_iter().filter(|part| !part.is_empty()));
    format!("{}{{\n{}}}\n", heading(source), parts.join("\n"))
}

/// The comment lines that a file begins with.
fn heading(source: &Source) -> String {
    source.text.lines().take_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}

/// The paths that a file imports, of those that are wanted.
fn imports(source: &Source, keeps: &dyn Fn(&str) -> bool) -> Vec<String> {
    let Ok(path) = AttrPath::parse("imports") else { return Vec::new() };
    let lists = lookup::find(&source.root, &path).definitions.into_iter().flat_map(|found| body::lists(&found.value));
    let elements = lists.flat_map(|reached| reached.node.children().collect::<Vec<SyntaxNode>>());
    let paths = elements.filter(|element| element.kind() == SyntaxKind::NODE_PATH_REL).map(|element| element.text().to_string());
    paths.filter(|path| join_path(parent_path(&source.path), path).is_some_and(|target| keeps(&target))).collect()
}

/// The text of a string that is nothing else.
fn text(value: &SyntaxNode) -> Option<String> {
    ast::Str::cast(value.clone()).and_then(|string| plain_string(&string))
}
