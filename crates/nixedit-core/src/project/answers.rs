//! What Nix answered about hosts where reading ended, put beside what was read.

use super::hosts::{Class, Evidence, HomeUser, Host, HostMap, Module, ModulePlace, Side, SpecialArgs};
use crate::text::Span;

/// What makes an answer known for one.
const KIND: &str = "asked of Nix";

/// One host as Nix knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostAnswer {
    /// The output that it stands in.
    pub class: Class,
    /// Its attribute name there.
    pub attr: String,
    /// Its files on the system's side, with their depth; `None` where nobody was asked.
    pub files: Option<Files>,
}

/// The flake's own files that a host is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Whether these are surely all.
    pub complete: bool,
    /// System modules with their depth, in order.
    pub system: Vec<(String, usize)>,
    /// The same for each Home Manager user.
    pub home: Vec<(String, Vec<(String, usize)>)>,
}

/// Puts answers into the map: hosts that were not read, and files of those that were.
pub(super) fn add(answers: &[HostAnswer], map: &mut HostMap) {
    for answer in answers {
        let at = map.hosts.iter().position(|host| host.class == answer.class && host.attr == answer.attr);
        let at = at.unwrap_or_else(|| {
            map.hosts.push(unread(answer));
            map.hosts.len() - 1
        });
        if let Some(files) = &answer.files {
            complete(&mut map.hosts[at], files);
        }
    }
    // Whoever was asked for names told them all.
    map.unresolved.retain(|(_, at)| !answers.iter().any(|answer| at.kind == answer.class.output()));
}

fn unread(answer: &HostAnswer) -> Host {
    let evidence = Evidence { file: super::flake::FLAKE.to_owned(), span: Span::at(0), kind: KIND };
    let unknown = Module { place: ModulePlace::Unknown("… (computed)".to_owned()), via: evidence.clone(), depth: 0, conditional: false };
    Host {
        name: answer.attr.clone(),
        class: answer.class,
        attr: answer.attr.clone(),
        evidence,
        system: None,
        host_name: None,
        modules: vec![unknown],
        lists: Vec::new(),
        special_args: SpecialArgs::default(),
        users: Vec::new(),
    }
}

/// The host with its files: what could not be read gives way to them.
fn complete(host: &mut Host, files: &Files) {
    if host.class == Class::Home {
        if let Some(user) = host.users.first_mut() {
            merge(&mut user.modules, &files.system, files.complete);
        } else {
            host.users.push(user(&host.attr, &files.system));
        }
        return;
    }
    merge(&mut host.modules, &files.system, files.complete);
    for (name, own) in &files.home {
        match host.users.iter_mut().find(|user| user.name == *name) {
            Some(user) => merge(&mut user.modules, own, files.complete),
            None => host.users.push(user(name, own)),
        }
    }
    // A user with a computed name is one of those that Nix named.
    host.users.retain(|user| files.home.iter().any(|(name, _)| *name == user.name) || files.home.is_empty());
}

fn user(name: &str, files: &[(String, usize)]) -> HomeUser {
    let mut user = HomeUser { name: name.to_owned(), special_args: SpecialArgs::default(), modules: Vec::new(), lists: Vec::new() };
    merge(&mut user.modules, files, true);
    user
}

fn merge(modules: &mut Vec<Module>, files: &[(String, usize)], complete: bool) {
    for (file, depth) in files {
        let place = ModulePlace::File(file.clone());
        match modules.iter_mut().find(|module| module.place == place) {
            Some(known) => known.conditional = false,
            None => {
                let via = Evidence { file: super::flake::FLAKE.to_owned(), span: Span::at(0), kind: KIND };
                modules.push(Module { place, via, depth: *depth, conditional: false });
            }
        }
    }
    if complete {
        let there = |file: &str| files.iter().any(|(known, _)| known == file);
        modules.retain(|module| match &module.place {
            ModulePlace::Unknown(_) => false,
            ModulePlace::File(file) => !module.conditional || there(file),
            ModulePlace::Inline { .. } | ModulePlace::Input(_) => true,
        });
    }
}

impl HostMap {
    /// Whether something about the hosts could not be read, so that Nix may know more.
    pub fn leaves_open(&self) -> bool {
        !self.unresolved.is_empty() || self.hosts.is_empty() || self.hosts.iter().any(Host::leaves_open)
    }
}

impl Host {
    /// Whether some of its modules could not be read.
    pub fn leaves_open(&self) -> bool {
        !self.is_complete(Side::System) || !self.is_complete(Side::Home)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(place: ModulePlace, conditional: bool) -> Module {
        let via = Evidence { file: "flake.nix".to_owned(), span: Span::at(0), kind: "modules" };
        Module { place, via, depth: 0, conditional }
    }

    #[test]
    fn what_nix_knows_takes_the_place_of_what_could_not_be_read() {
        let mut modules = vec![
            module(ModulePlace::File("a.nix".into()), true),
            module(ModulePlace::File("b.nix".into()), true),
            module(ModulePlace::Unknown("f x".into()), false),
        ];
        merge(&mut modules, &[("a.nix".into(), 0), ("c.nix".into(), 1)], true);
        let seen: Vec<_> = modules.iter().map(|m| (m.place.file().unwrap_or("?"), m.conditional)).collect();
        assert_eq!(seen, [("a.nix", false), ("c.nix", false)]);
    }

    #[test]
    fn hosts_that_are_computed_appear() {
        let mut map = HostMap::default();
        let evidence = Evidence { file: "flake.nix".to_owned(), span: Span::at(0), kind: "nixosConfigurations" };
        map.unresolved.push(("f x".to_owned(), evidence));
        assert!(map.leaves_open());
        let files = Files { complete: true, system: vec![("a.nix".into(), 0)], home: vec![("zk".into(), vec![("h.nix".into(), 0)])] };
        add(&[HostAnswer { class: Class::Nixos, attr: "nxiz".into(), files: Some(files) }], &mut map);
        assert!(!map.leaves_open());
        assert_eq!(map.hosts[0].users[0].name, "zk");
    }
}
