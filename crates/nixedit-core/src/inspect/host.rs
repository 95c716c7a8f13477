//! All that the files say about one host: what somebody would read fifteen files for.

use super::activations::{self, ActivationRow};
use super::list_packages::{self, PackageListRow};
use super::modules::{self, Looked, side_name};
use super::own_options::{self, OptionRow};
use super::{OverlayRow, SecretRow, overlays, secrets};
use crate::diagnostic::Result;
use crate::project::tables::report::TableReport;
use crate::project::{Host, Module, ModulePlace, Project, Side};
use crate::text::one_line;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// One host.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct HostView {
    /// Its name.
    pub host: String,
    /// Its platform, where it can be read.
    pub system: Option<String>,
    /// `file:line` of its definition.
    pub defined_in: String,
    /// Its modules on both sides, each behind the one that imports it.
    pub modules: Vec<ModuleRow>,
    /// Its package lists.
    pub package_lists: Vec<PackageListRow>,
    /// The host tables that have a row for it.
    pub tables: Vec<RowView>,
    /// What it sets of the options that the flake declares itself.
    pub options: Vec<OptionRow>,
    /// The secrets that it gets.
    pub secrets: Vec<SecretRow>,
    /// The overlays that it gets.
    pub overlays: Vec<OverlayRow>,
    /// Its activation scripts.
    pub activation: Vec<ActivationRow>,
}

/// One module of a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ModuleRow {
    /// `system` or `home`.
    pub side: &'static str,
    /// The Home Manager user whose module it is.
    pub user: Option<String>,
    /// `file`, `inline`, `input` or `unknown`.
    pub kind: &'static str,
    /// The file, the input's attribute, or the source text of what cannot be read.
    pub name: String,
    /// 0 for what the host's own list names, 1 for what that imports, and so on.
    pub depth: usize,
    /// Whether it is imported only under a condition.
    pub conditional: bool,
    /// The file that names it.
    pub named_in: String,
}

/// A host's row of one table.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RowView {
    /// The file, relative to the flake's root.
    pub file: String,
    /// 1-based line of the table.
    pub line: usize,
    /// The table's name.
    pub table: String,
    /// Key to source text; the key is empty where the row is a plain value.
    pub cells: BTreeMap<String, String>,
    /// Keys that other hosts have.
    pub missing: Vec<String>,
}

/// What the files say about a host.
pub fn by_reading(project: &Project, name: &str) -> Result<HostView> {
    let host = project.host(name)?;
    let looked = modules::of_host(project, &host);
    let mut package_lists = Vec::new();
    for module in &looked {
        list_packages::of_module(module, &host.names(), &mut package_lists)?;
    }
    let own = |hosts: &[String]| hosts.iter().any(|host| host == name);
    Ok(HostView {
        defined_in: project.source(&host.evidence.file)?.file_line(host.evidence.span.start),
        modules: module_rows(&host),
        package_lists,
        tables: project.table_reports(None)?.iter().filter_map(|table| row_view(table, name)).collect(),
        options: options(&looked),
        secrets: secrets(project)?.into_iter().filter(|secret| own(&secret.hosts)).collect(),
        overlays: overlays(project, None)?.into_iter().filter(|overlay| own(&overlay.hosts)).collect(),
        activation: looked.iter().flat_map(activations::of_module).collect(),
        system: host.system,
        host: host.name,
    })
}

/// The modules of a host on both sides, in order; one that is named again is one row.
pub fn module_rows(host: &Host) -> Vec<ModuleRow> {
    let system = host.modules.iter().map(|module| (Side::System, None, module));
    let home = host.users.iter().flat_map(|user| user.modules.iter().map(|module| (Side::Home, Some(user.name.clone()), module)));
    let mut out: Vec<ModuleRow> = Vec::new();
    for (side, user, module) in system.chain(home) {
        let row = module_row(side, user, module);
        if !out.contains(&row) {
            out.push(row);
        }
    }
    out
}

fn module_row(side: Side, user: Option<String>, module: &Module) -> ModuleRow {
    let (kind, name) = match &module.place {
        ModulePlace::File(file) => ("file", file),
        ModulePlace::Inline { file, .. } => ("inline", file),
        ModulePlace::Input(text) => ("input", text),
        ModulePlace::Unknown(text) => ("unknown", text),
    };
    ModuleRow {
        side: side_name(side),
        user,
        kind,
        name: one_line(name),
        depth: module.depth,
        conditional: module.conditional,
        named_in: module.via.file.clone(),
    }
}

fn row_view(table: &TableReport, host: &str) -> Option<RowView> {
    table.hosts.iter().any(|known| known == host).then(|| {
        let cells = table.cells.iter().filter_map(|(key, cells)| Some((key.clone(), one_line(&cells.get(host)?.text))));
        let cells: BTreeMap<String, String> = cells.collect();
        let missing = table.keys.iter().filter(|key| !cells.contains_key(*key)).cloned().collect();
        RowView { file: table.file.clone(), line: table.line, table: table.name.clone(), cells, missing }
    })
}

/// What the modules of a host set of the options that they declare.
fn options(looked: &[Looked]) -> Vec<OptionRow> {
    let known: HashSet<String> = looked.iter().flat_map(own_options::declared).map(|row| row.path).collect();
    if known.is_empty() { Vec::new() } else { looked.iter().flat_map(|module| own_options::set(module, &known)).collect() }
}
