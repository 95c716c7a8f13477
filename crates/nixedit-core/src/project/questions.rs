//! Questions about hosts and files, answered from the host map.

use super::answers;
use super::configurations::OUTPUTS;
use super::hosts::{Class, Evidence, Host, HostMap, Module, ModulePlace, Side};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::project::Project;
use crate::similar_names::near;
use crate::syntax::attr_path::quoted_name;
use crate::text::Span;
use std::rc::Rc;

impl Project {
    /// All hosts and what could not be read about them; read once, then remembered.
    pub fn host_map(&self) -> Result<Rc<HostMap>> {
        self.remembered_hosts(|project| {
            let mut map = project.read_hosts()?;
            for host in &mut map.hosts {
                project.add_stated_entries(host);
            }
            answers::add(project.answers(), &mut map);
            Ok(map)
        })
    }

    /// The hosts of the flake, in the order in which they are written.
    pub fn hosts(&self) -> Result<Vec<Host>> {
        Ok(self.host_map()?.hosts.clone())
    }

    /// The host of that name, as it is called or as its output (`darwinConfigurations.book`). Fails
    /// with `host.unknown` and the names there are.
    pub fn host(&self, name: &str) -> Result<Host> {
        let map = self.host_map()?;
        match map.hosts.iter().find(|host| host.name == name || host.output() == name) {
            Some(host) => Ok(host.clone()),
            None => Err(self.unknown_host(name, &map)),
        }
    }

    /// The flake output of the host of that name.
    pub fn output_of(&self, name: &str) -> String {
        self.host(name).map_or_else(|_| format!("{}.{}", Class::Nixos.output(), quoted_name(name)), |host| host.output())
    }

    /// The hosts beside `host` that have a module in `file`, or may have one because nothing of them
    /// can be read; for these a file that is called after `host` is its own. Another name of the same
    /// machine is no other host.
    pub fn others_with(&self, host: &Host, file: &str) -> Result<Vec<String>> {
        let map = self.host_map()?;
        let with = self.hosts_importing(file)?;
        let unread = |other: &Host| other.is_unread() && !host.is_named_in(file);
        let others = map.hosts.iter().filter(|other| !host.is_same_machine(other) && (with.contains(&other.name) || unread(other)));
        let mut names: Vec<String> = others.map(|other| other.name.clone()).collect();
        let computed = map.unresolved.iter().filter(|(_, at)| at.kind != OUTPUTS && !host.is_named_in(file));
        names.extend(computed.map(|(text, _)| format!("hosts of '{text}'")));
        Ok(names)
    }

    /// The files of the flake that make one side of a host, each once, in the order of its modules.
    pub fn files_of(&self, host: &Host, side: Side) -> Vec<String> {
        let mut files: Vec<String> = Vec::new();
        for file in host.modules_of(side).filter_map(|module| module.place.file()) {
            if !files.iter().any(|known| known == file) {
                files.push(file.to_owned());
            }
        }
        files
    }

    /// The hosts that have a module or a list in `file`, on either side, in the order of the flake.
    pub fn hosts_importing(&self, file: &str) -> Result<Vec<String>> {
        let map = self.host_map()?;
        let has = |host: &&Host| [Side::System, Side::Home].iter().any(|&side| has_file(host, side, file));
        Ok(map.hosts.iter().filter(has).map(|host| host.name.clone()).collect())
    }

    /// Adds the entry files that the settings name and reading did not find.
    fn add_stated_entries(&self, host: &mut Host) {
        let settings = &self.settings().flake;
        let stated = |pattern: &Option<String>| {
            let file = pattern.as_ref()?.replace("{host}", &host.name);
            self.exists(&file).then_some(file)
        };
        let (system, home) = (stated(&settings.system_entry), stated(&settings.home_entry));
        add_entry(&mut host.modules, system, "flake.system_entry");
        let wanted = settings.user.clone();
        let user = host.users.iter_mut().find(|user| wanted.as_ref().is_none_or(|wanted| *wanted == user.name));
        if let Some(user) = user {
            add_entry(&mut user.modules, home, "flake.home_entry");
        }
    }

    fn unknown_host(&self, name: &str, map: &HostMap) -> Box<Diagnostic> {
        let mut names: Vec<&str> = map.hosts.iter().map(|host| host.name.as_str()).collect();
        names.sort_unstable();
        let mut message = match names.as_slice() {
            [] => format!("unknown host '{name}' — no host of this flake can be read from its files"),
            names => format!("unknown host '{name}' — hosts of this flake: {}", names.join(", ")),
        };
        if let Some(near) = near(name, names.iter().copied()).first() {
            message.push_str(&format!(" (did you mean '{near}'?)"));
        }
        let error = Diagnostic::new(Code::HostUnknown, message).candidates(names.iter().copied());
        let mut hints = Vec::new();
        if let Some((text, at)) = map.unresolved.first() {
            hints.push(format!("some hosts are computed and were not read: '{text}' in {}", at.file));
        }
        let folders = self.host_folders();
        if names.is_empty() && !folders.is_empty() {
            hints.push(format!("these folders look like hosts: {}", folders.join(", ")));
        }
        if hints.is_empty() { error } else { error.help(hints.join("; ")) }
    }

    /// Folders that hold a `configuration.nix`: a hint, no evidence.
    fn host_folders(&self) -> Vec<String> {
        let folder = &self.settings().flake.hosts_dir;
        let names = self.folder(folder).into_iter();
        names.filter(|name| self.exists(&format!("{folder}/{name}/configuration.nix"))).collect()
    }
}

/// Whether a host has a module or a list in a file on one side.
fn has_file(host: &Host, side: Side, file: &str) -> bool {
    host.modules_of(side).any(|module| module.place.file() == Some(file)) || host.lists_of(side).any(|list| list.file == file)
}

fn add_entry(modules: &mut Vec<Module>, file: Option<String>, kind: &'static str) {
    let Some(file) = file else { return };
    let place = ModulePlace::File(file.clone());
    if !modules.iter().any(|module| module.place == place) {
        let via = Evidence { file: "nixedit.toml".to_owned(), span: Span::at(0), kind };
        modules.insert(0, Module { place, via, depth: 0, conditional: false });
    }
}
