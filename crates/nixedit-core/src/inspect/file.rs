//! All that is to be known about one file: who has it, what it imports, sets and declares.

use super::list_packages::{self, PackageListRow};
use super::modules::{self, Looked};
use super::own_options::{self, OptionRow};
use super::{OverlayRow, overlays};
use crate::diagnostic::Result;
use crate::idioms::host_modules::HostModule;
use crate::project::tables::report::TableReport;
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::{SyntaxKind, SyntaxNode, body, lookup, span};
use crate::text::{one_line, position};
use rnix::ast;
use rowan::ast::AstNode;
use serde::Serialize;

/// One file.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FileView {
    /// The file, relative to the flake's root.
    pub file: String,
    /// The hosts that have it as a module, with the side: `nxiz (home)`.
    pub hosts: Vec<String>,
    /// The files that import it.
    pub imported_by: Vec<String>,
    /// The arguments of its function.
    pub arguments: Vec<String>,
    /// What it imports, as written.
    pub imports: Vec<String>,
    /// Its package lists.
    pub package_lists: Vec<PackageListRow>,
    /// Its host tables.
    pub tables: Vec<TableReport>,
    /// The options that it declares.
    pub declares: Vec<OptionRow>,
    /// What it sets, in order.
    pub sets: Vec<OptionRow>,
    /// The overlays written in it.
    pub overlays: Vec<OverlayRow>,
}

/// What is to be known about a file, as far as it can be read.
pub fn by_reading(project: &Project, file: &str) -> Result<FileView> {
    let source = project.source(file)?;
    let module = HostModule::alone(source.clone(), source.root, None);
    let mut looked = Looked { side: Side::System, module, conditional: false };
    let (mut hosts, mut imported_by) = (Vec::new(), Vec::new());
    let all = project.hosts().unwrap_or_default();
    let mut package_lists = Vec::new();
    for host in &all {
        for side in sides_of(host, file, &mut imported_by) {
            hosts.push(format!("{} ({})", host.name, modules::side_name(side)));
            looked.side = side;
            list_packages::of_module(&looked, &host.names(), &mut package_lists)?;
        }
    }
    if hosts.is_empty() {
        list_packages::of_module(&looked, &[], &mut package_lists)?;
        package_lists.iter_mut().for_each(|list| list.hosts.clear());
    }
    let imports = AttrPath::from_names(["imports"]).map(|path| looked.module.find(&path).definitions).unwrap_or_default();
    let imports = imports.iter().flat_map(|d| body::lists(&d.value)).flat_map(|list| list.node.children().collect::<Vec<_>>());
    Ok(FileView {
        file: file.to_owned(),
        hosts,
        imported_by,
        arguments: arguments(&looked.module.source.root),
        imports: imports.map(|node| one_line(&node.text().to_string())).collect(),
        package_lists,
        tables: project.table_reports(Some(file)).unwrap_or_default(),
        declares: own_options::declared(&looked),
        sets: sets(&looked),
        overlays: overlays(project, Some(file)).unwrap_or_default(),
    })
}

/// The sides of a host on which it has a file; notes who imports it.
fn sides_of(host: &Host, file: &str, imported_by: &mut Vec<String>) -> Vec<Side> {
    let mut out = Vec::new();
    for side in [Side::System, Side::Home] {
        for module in host.modules_of(side).filter(|module| module.place.file() == Some(file)) {
            if !out.contains(&side) {
                out.push(side);
            }
            if module.via.file != file && !imported_by.contains(&module.via.file) {
                imported_by.push(module.via.file.clone());
            }
        }
    }
    out
}

/// The names of a module's argument pattern.
fn arguments(root: &SyntaxNode) -> Vec<String> {
    let function = ast::Root::cast(root.clone()).and_then(|root| root.expr());
    let Some(ast::Expr::Lambda(lambda)) = function else { return Vec::new() };
    match lambda.param() {
        Some(ast::Param::Pattern(pattern)) => pattern.pat_entries().filter_map(|entry| Some(entry.ident()?.to_string())).collect(),
        Some(ast::Param::IdentParam(name)) => name.ident().map(|name| name.to_string()).into_iter().collect(),
        None => Vec::new(),
    }
}

/// What a file sets: each binding that is no set of further ones, but for imports and declarations.
fn sets(looked: &Looked) -> Vec<OptionRow> {
    let mut out = Vec::new();
    for set in body::sets(&looked.module.source.root) {
        collect(looked, &set.node, &[], &mut out);
    }
    out.retain(|row| row.path != "imports" && !row.path.starts_with("options."));
    out
}

fn collect(looked: &Looked, set: &SyntaxNode, prefix: &[String], out: &mut Vec<OptionRow>) {
    let source = &looked.module.source;
    for binding in set.children() {
        let Some((path, value)) = lookup::binding_parts(&binding) else { continue };
        let mut names = [prefix, path.names()].concat();
        if prefix.is_empty() && names.len() > 1 && names[0] == "config" {
            names.remove(0);
        }
        let inner = if value.kind() == SyntaxKind::NODE_LIST { Vec::new() } else { body::sets(&value) };
        let whole = prefix.is_empty() && names == ["config"];
        if inner.iter().all(|set| !set.is_argument()) && !inner.is_empty() {
            inner.iter().for_each(|set| collect(looked, &set.node, if whole { &[] } else { &names }, out));
        } else if let Some(path) = AttrPath::from_names(names) {
            let line = position(&source.text, span(&binding).start).line;
            let value = Some(one_line(&value.text().to_string()));
            out.push(OptionRow { path: path.to_string(), value, file: source.path.clone(), line });
        }
    }
}
