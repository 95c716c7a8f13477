//! The package lists of flake outputs that are built from packages: environments and shells.

use super::candidates::{self, ListPlace};
use super::package_lists::PackageList;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::Slot;
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::lookup::{self, Definition};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode};
use crate::text::{join_path, parent_path};

/// The best list that one of `attributes` is given, the first that has one.
fn list_below(source: &Source, attributes: &[&str], belongs: impl Fn(&Definition) -> bool) -> Option<ListPlace> {
    attributes.iter().find_map(|attribute| {
        let path = AttrPath::from_names([*attribute])?;
        let found = lookup::find_suffix(&source.root, &path).into_iter().find(&belongs)?;
        let lists = candidates::lists_of(&found.value, &found.wrappers);
        candidates::best_lists(&lists).first().map(|place| (*place).clone())
    })
}

/// The files that the value of a flake output names: `import ./shell.nix { … }`.
pub(super) fn imported(project: &Project, source: &Source, kind: &str, name: &str) -> Vec<Source> {
    let Some(path) = AttrPath::from_names([name]) else { return Vec::new() };
    let outputs = lookup::find_suffix(&source.root, &path).into_iter();
    let values = outputs.filter(|d| lookup::full_path(&d.binding).iter().any(|n| n == kind)).map(|d| d.value);
    let paths = values.flat_map(|value| value.descendants().filter(|n| n.kind() == SyntaxKind::NODE_PATH_REL).collect::<Vec<_>>());
    let file = |node: SyntaxNode| {
        let path = join_path(parent_path(&source.path), &node.text().to_string())?;
        let file = if project.is_folder(&path) { join_path(&path, "default.nix")? } else { path };
        project.source(&file).ok()
    };
    paths.filter_map(file).collect()
}

/// The lists of a flake output that is built from packages: an environment or a shell.
pub(super) fn list(project: &Project, slot: &Slot) -> Result<PackageList> {
    let source = project.source("flake.nix")?;
    let (kind, name, attributes): (&str, &str, &[&str]) = match slot {
        Slot::Env(name) => ("packages", name, &["paths"]),
        Slot::Devshell(name) => ("devShells", name, &["packages", "buildInputs", "nativeBuildInputs"]),
        _ => return Err(Diagnostic::new(Code::UsageInvalid, "no flake output")),
    };
    let belongs = |full: &[String]| full.iter().any(|n| n == kind) && full.len() > 1 && full[full.len() - 2] == name;
    let found = list_below(&source, attributes, |definition| belongs(&lookup::full_path(&definition.binding)));
    let found = found.map(|place| (source.clone(), place)).or_else(|| {
        let files = imported(project, &source, kind, name);
        files.into_iter().find_map(|file| list_below(&file, attributes, |_| true).map(|place| (file, place)))
    });
    if let Some((source, place)) = found {
        return Ok(PackageList::alone(source, place));
    }
    Err(Diagnostic::new(Code::ListMissing, format!("flake.nix has no list of packages for {kind}.{name}"))
        .help(format!("it is looked for as {}", attributes.join(", "))))
}
