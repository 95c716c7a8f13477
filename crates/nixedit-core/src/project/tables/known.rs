//! Which files are searched for tables, and which names count as hosts.

use super::{Table, find};
use crate::diagnostic::Result;
use crate::project::{Host, ModulePlace, Project};
use crate::syntax::SyntaxKind;
use crate::syntax::attr_path::plain_string;
use crate::syntax::body;
use crate::syntax::lookup::full_path;
use crate::syntax::parse::Source;
use rnix::ast;
use rowan::ast::AstNode;

impl Project {
    /// The host tables of one file, or of all files that hosts are made of (all files of the flake
    /// where that cannot be read). A file that does not parse is passed over unless it is named.
    pub fn tables(&self, file: Option<&str>) -> Result<Vec<Table>> {
        let hosts = self.table_hosts();
        let settings = &self.settings().perhost;
        if let Some(file) = file {
            return Ok(find::tables(&self.source(file)?, &hosts, settings));
        }
        let mut out = Vec::new();
        for file in self.files_with_tables() {
            let Ok(source) = self.source(&file) else { continue };
            out.extend(find::tables(&source, &hosts, settings));
        }
        Ok(out)
    }

    /// The names that count as hosts: those of the flake, else the values of `my.host`, else the
    /// names of the host folders. Empty where nothing is known.
    pub fn table_hosts(&self) -> Vec<String> {
        let hosts = self.hosts().unwrap_or_default();
        if !hosts.is_empty() {
            return hosts.into_iter().map(|host| host.name).collect();
        }
        if !self.exists("flake.nix") {
            return Vec::new();
        }
        let sources = self.nix_files().into_iter().filter_map(|file| self.source_with(&file, "enum"));
        sources.map(|source| enumerated(&source)).find(|names| !names.is_empty()).unwrap_or_else(|| self.host_folder_names())
    }

    fn host_folder_names(&self) -> Vec<String> {
        let folder = &self.settings().flake.hosts_dir;
        let names = self.folder(folder).into_iter();
        names.filter(|name| self.exists(&format!("{folder}/{name}/configuration.nix"))).collect()
    }

    /// The files that may hold tables, in a stable order.
    fn files_with_tables(&self) -> Vec<String> {
        let mut files = self.files_of_hosts();
        let names = &self.settings().perhost.names;
        let may = |text: &str| text.contains("${") || names.iter().any(|name| text.contains(name.as_str()));
        files.retain(|file| self.text_of(file).is_some_and(|text| may(&text)));
        files
    }

    /// The files that hosts are made of, sorted; all of the flake where that cannot be read.
    pub fn files_of_hosts(&self) -> Vec<String> {
        let hosts = self.hosts().unwrap_or_default();
        let mut files: Vec<String> = hosts.iter().flat_map(host_files).collect();
        if files.is_empty() {
            files = self.nix_files();
        }
        files.sort();
        files.dedup();
        files
    }

    fn text_of(&self, file: &str) -> Option<String> {
        let bytes = self.bytes(file).ok().flatten()?;
        String::from_utf8(bytes.to_vec()).ok()
    }

    fn source_with(&self, file: &str, word: &str) -> Option<Source> {
        self.text_of(file).filter(|text| text.contains(word))?;
        self.source(file).ok()
    }
}

/// The files of the flake that a host is made of, both sides.
fn host_files(host: &Host) -> Vec<String> {
    let modules = host.modules.iter().chain(host.users.iter().flat_map(|user| &user.modules));
    let file = |place: &ModulePlace| match place {
        ModulePlace::File(file) | ModulePlace::Inline { file, .. } => Some(file.clone()),
        ModulePlace::Input(_) | ModulePlace::Unknown(_) => None,
    };
    modules.filter_map(|module| file(&module.place)).collect()
}

/// The values of an option `….host` that is an `enum`.
fn enumerated(source: &Source) -> Vec<String> {
    let calls = source.root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_APPLY);
    for call in calls.filter(|call| body::last_name(&body::call(call).0) == "enum") {
        let binding = call.ancestors().find(|n| n.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
        let path = binding.map(|binding| full_path(&binding)).unwrap_or_default();
        if path.iter().rev().nth(1).is_none_or(|name| name != "host") {
            continue;
        }
        let list = body::call(&call).1.into_iter().find(|n| n.kind() == SyntaxKind::NODE_LIST);
        let items = list.into_iter().flat_map(|list| list.children().filter_map(ast::Str::cast).collect::<Vec<_>>());
        return items.filter_map(|item| plain_string(&item)).collect();
    }
    Vec::new()
}
