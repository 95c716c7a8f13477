//! The modules of a host that an operation may edit, own files before shared ones.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::Hosts;
use crate::project::{Class, HomeUser, Host, Module, ModulePlace, Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::lookup::{self, Found, SetPlace};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, node_at, span};
use crate::text::Span;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A module of a host, parsed.
#[derive(Clone, Debug)]
pub(crate) struct HostModule {
    /// The file it stands in.
    pub source: Source,
    /// Its own expression: the file's root, or an expression written in place. Where it is written
    /// as one dotted binding (`home-manager.users.zk.home.packages = …;`), that binding.
    pub node: SyntaxNode,
    /// The user whose module it is, on Home Manager's side.
    pub user: Option<String>,
    /// Other hosts that have a module in the same file.
    pub shared_with: Vec<String>,
    /// What hosts call themselves (`networking.hostName`), where that is not what they are called here.
    pub own_names: Rc<BTreeMap<String, String>>,
    /// As in [`crate::project::Module`].
    pub depth: usize,
    /// Whether it is there only under a condition that cannot be read.
    pub conditional: bool,
    /// Whether it is a file of its own.
    pub is_file: bool,
    /// Whether it belongs to the host alone by where it stands: its own file, one beside or below that,
    /// or an expression in the binding that names it. Others are parts that only this host happens to have at present.
    pub near: bool,
}

impl HostModule {
    /// A module that is looked at without asking whose it is.
    pub fn alone(source: Source, node: SyntaxNode, user: Option<String>) -> Self {
        Self {
            source,
            node,
            user,
            shared_with: Vec::new(),
            own_names: Rc::default(),
            depth: 0,
            conditional: false,
            is_file: true,
            near: true,
        }
    }

    /// The names of a host, as conditions may have them.
    pub fn names<'a>(&'a self, host: &'a str) -> Vec<&'a str> {
        std::iter::once(host).chain(self.own_names.get(host).map(String::as_str)).collect()
    }

    /// What the module says about an option.
    pub fn find(&self, path: &AttrPath) -> Found {
        match self.in_one_binding() {
            None => lookup::find(&self.node, path),
            Some((set, prefix)) => {
                let path = AttrPath::from_names(prefix.iter().chain(path.names())).unwrap_or_else(|| path.clone());
                let mut found = lookup::find(&set, &path);
                let own = |binding: &SyntaxNode| binding.ancestors().any(|node| node == self.node);
                found.definitions.retain(|definition| own(&definition.binding));
                found.below.retain(|definition| own(&definition.binding));
                found.places.retain(|place| own(&place.set));
                if found.places.is_empty() {
                    // Beside the binding, spelled as it is.
                    found.places.push(SetPlace { set, rest: path.names().to_vec(), wrappers: Vec::new() });
                }
                found.inherited.retain(own);
                found
            }
        }
    }

    /// The set around a module that is written as one binding, and the names in front of its options.
    fn in_one_binding(&self) -> Option<(SyntaxNode, Vec<String>)> {
        let (path, _) = lookup::binding_parts(&self.node)?;
        let user = path.names().iter().position(|name| Some(name) == self.user.as_ref())?;
        Some((self.node.parent()?, path.names()[..=user].to_vec()))
    }

    /// Whether the host alone has this file.
    pub fn is_own(&self) -> bool {
        self.shared_with.is_empty()
    }
}

/// The modules of one side of a host that are written in the flake: own files first, then shared
/// ones, in either those first that are surely there, each in order of depth. Protected files are left out, and shared ones that cannot be read.
pub(super) fn modules(project: &Project, host: &Host, side: Side) -> Result<Vec<HostModule>> {
    let own_names = own_names(project);
    let mut out: Vec<HostModule> = Vec::new();
    for (user, module) in modules_of(project, host, side) {
        let Some(file) = module.place.file() else {
            check_readable(project, &module.place)?;
            continue;
        };
        if is_protected(project, file) {
            continue;
        }
        let mut others = project.others_with(host, file)?;
        let source = match project.source(file) {
            Ok(source) => source,
            Err(error) if module.depth == 0 || others.is_empty() => return Err(error),
            Err(_) => continue,
        };
        let Some(node) = node_of(&source, &module.place) else { continue };
        let is_file = matches!(module.place, ModulePlace::File(_));
        // flake.nix holds the modules of all hosts; an expression in place belongs to its host.
        if !is_file {
            others.retain(|other| match project.host(other) {
                Ok(known) if !known.is_unread() => known.modules_of(side).any(|m| m.place == module.place),
                _ => !is_written_for(host, file, &node),
            });
        }
        let near = !is_file && is_written_for(host, file, &node);
        out.push(HostModule {
            source,
            node,
            user: user.map(str::to_owned),
            own_names: own_names.clone(),
            shared_with: others,
            depth: module.depth,
            conditional: module.conditional,
            near,
            is_file,
        });
    }
    out.sort_by_key(|module| (!module.is_own(), module.conditional, module.depth, !module.is_file));
    if let Some(home) = own_file(&out, host).map(|entry| home_folder(&entry.source.path, host)) {
        out.iter_mut().for_each(|module| module.near |= module.source.path.starts_with(&home));
    }
    Ok(out)
}

/// What hosts call themselves, where that is another name.
fn own_names(project: &Project) -> Rc<BTreeMap<String, String>> {
    let own = |host: &Host| Some((host.name.clone(), host.own_name()?.to_owned()));
    Rc::new(project.host_map().map(|map| map.hosts.iter().filter_map(own).collect()).unwrap_or_default())
}

/// Whether an expression stands in the binding that names the host, where no other can reach it.
fn is_written_for(host: &Host, file: &str, node: &SyntaxNode) -> bool {
    let names = |around: SyntaxNode| around.kind() == SyntaxKind::NODE_ATTRPATH_VALUE && span(&around).contains(host.evidence.span);
    host.evidence.file == file && node.ancestors().any(names)
}

/// The host's own file among its modules: one that is called after it, else the first that no other
/// host has.
fn own_file<'m>(modules: &'m [HostModule], host: &Host) -> Option<&'m HostModule> {
    let own = || modules.iter().filter(|module| module.is_own() && module.is_file && !module.conditional);
    own().find(|module| host.is_named_in(&module.source.path)).or_else(|| own().next())
}

/// What the paths of the host's own files begin with: the folder of the first, or `hosts/nxiz` where
/// that is `hosts/nxiz.nix`. Where none is called after the host any file may be such.
fn home_folder(entry: &str, host: &Host) -> String {
    let (folder, file) = entry.rsplit_once('/').map_or(("", entry), |(folder, file)| (folder, file));
    match file.strip_suffix(".nix") {
        Some(_) if host.is_named_in(file) => entry.trim_end_matches(".nix").to_owned(),
        _ if host.is_named_in(folder) => format!("{folder}/"),
        _ => String::new(),
    }
}

/// Refuses where a module is unknown because its file cannot be read: what it holds must be known
/// before another is chosen.
fn check_readable(project: &Project, place: &ModulePlace) -> Result<()> {
    let ModulePlace::Unknown(text) = place else { return Ok(()) };
    // An unreadable file is told by its path, with the reason in parentheses.
    match text.split_once(" (") {
        Some((file, _)) if project.exists(file) => project.source(file).map(|_| ()),
        _ => Ok(()),
    }
}

/// The modules of one side with the user they belong to: of all users, or of the one that the
/// settings state where the host has it.
fn modules_of<'h>(project: &Project, host: &'h Host, side: Side) -> Vec<(Option<&'h str>, &'h Module)> {
    if side == Side::System {
        return host.modules.iter().map(|module| (None, module)).collect();
    }
    let stated = stated_user(project, host);
    let users: Vec<&HomeUser> = match stated {
        Some(stated) => host.users.iter().filter(|user| stated == user.name).collect(),
        None => people(host).collect(),
    };
    users.into_iter().flat_map(|user| user.modules.iter().map(|module| (Some(user.name.as_str()), module))).collect()
}

/// The users of a host that may be meant: those whose names are known, where there are such (a computed
/// name may be one of them); root is nobody's home where someone else has one.
fn people(host: &Host) -> impl Iterator<Item = &HomeUser> {
    let known = host.users.iter().any(|user| !user.name.contains("${"));
    let is_named = move |user: &HomeUser| !known || !user.name.contains("${");
    let others = host.users.iter().any(|user| user.name != "root" && is_named(user));
    host.users.iter().filter(move |user| is_named(user) && (!others || user.name != "root"))
}

/// The user of the host that the settings state.
fn stated_user<'h>(project: &Project, host: &'h Host) -> Option<&'h str> {
    let stated = project.settings().flake.user.as_ref()?;
    host.users.iter().map(|user| user.name.as_str()).find(|name| name == stated)
}

/// Refuses a host on which several users could be meant.
pub(super) fn check_one_user(project: &Project, host: &Host) -> Result<()> {
    let names: Vec<&str> = people(host).map(|user| user.name.as_str()).collect();
    if names.len() < 2 || stated_user(project, host).is_some() {
        return Ok(());
    }
    Err(Diagnostic::new(Code::HostAmbiguous, format!("whose packages? users of {}: {}", host.name, names.join(", ")))
        .help(format!("name the file with --file, or say in nixedit.toml: [flake] user = \"{}\"", names[0]))
        .candidates(names))
}

/// The module around a node that is written in place and can be a function; `None` where the file is
/// itself a module of the host, so that its own head will do, and where there is none.
pub(super) fn in_place_around(host: &Host, source: &Source, node: &SyntaxNode) -> Option<Span> {
    if has_module_file(host, &source.path) {
        return None;
    }
    let around = |module: &Module| match &module.place {
        ModulePlace::Inline { file, span: at } if *file == source.path && at.contains(span(node)) => Some(*at),
        _ => None,
    };
    let modules = [Side::System, Side::Home].into_iter().flat_map(|side| host.modules_of(side));
    // What is written as one binding is no expression that could take an argument.
    let function = |at: &Span| node_at(&source.root, *at).is_some_and(|node| node.kind() != SyntaxKind::NODE_ATTRPATH_VALUE);
    modules.filter_map(around).filter(function).min_by_key(|at| at.end - at.start)
}

/// Whether a file is a module of the host, on either side.
pub(super) fn has_module_file(host: &Host, path: &str) -> bool {
    let is_it = |module: &Module| matches!(&module.place, ModulePlace::File(file) if file == path);
    [Side::System, Side::Home].into_iter().any(|side| host.modules_of(side).any(is_it))
}

fn node_of(source: &Source, place: &ModulePlace) -> Option<SyntaxNode> {
    match place {
        ModulePlace::File(_) => Some(source.root.clone()),
        ModulePlace::Inline { span: at, .. } => node_at(&source.root, *at),
        _ => None,
    }
}

/// Whether the settings forbid to edit a file.
pub(super) fn is_protected(project: &Project, file: &str) -> bool {
    project.settings().flake.protected.iter().any(|pattern| matches(pattern, file))
}

/// `*` within a folder, `**` across folders.
fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once("**") {
        Some((before, after)) => {
            path.starts_with(before)
                && (after.is_empty() || {
                    let tail = after.trim_start_matches('/');
                    let rest = &path[before.len()..];
                    rest.match_indices('/').map(|(at, _)| &rest[at + 1..]).chain([rest]).any(|part| matches(tail, part))
                })
        }
        None => match pattern.split_once('*') {
            Some((before, after)) => {
                let inner = path.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                inner.is_some_and(|inner| !inner.contains('/'))
            }
            None => pattern == path,
        },
    }
}

/// The hosts named; none where none is.
pub(super) fn named(project: &Project, wanted: &Hosts) -> Result<Vec<Host>> {
    if wanted.is_empty() { Ok(Vec::new()) } else { hosts(project, wanted) }
}

/// The hosts that are meant. None named is right only where the flake has one host.
pub(crate) fn hosts(project: &Project, wanted: &Hosts) -> Result<Vec<Host>> {
    if wanted.all {
        let all = project.hosts()?;
        if all.is_empty() {
            return Err(
                Diagnostic::new(Code::HostUnknown, "no host of this flake can be read from its files").help("name a file with --file")
            );
        }
        return Ok(all);
    }
    if wanted.names.is_empty() {
        let all = project.hosts()?;
        return match all.as_slice() {
            [only] => Ok(vec![only.clone()]),
            several => {
                let names: Vec<&str> = several.iter().map(|h| h.name.as_str()).collect();
                Err(Diagnostic::new(Code::HostRequired, format!("which host? hosts of this flake: {}", names.join(", ")))
                    .help("name it with --host HOST, take all with --all-hosts, or name a file with --file")
                    .candidates(names))
            }
        };
    }
    let mut out: Vec<Host> = Vec::new();
    for name in &wanted.names {
        let host = project.host(name)?;
        if !out.iter().any(|known| known.name == host.name) {
            out.push(host);
        }
    }
    Ok(out)
}

/// As [`hosts`]; where all are meant, those with a system.
pub(super) fn systems(project: &Project, wanted: &Hosts) -> Result<Vec<Host>> {
    let mut out = hosts(project, wanted)?;
    out.retain(|host| !wanted.all || host.class != Class::Home);
    Ok(out)
}

/// The host's own file for one side.
pub(super) fn entry(project: &Project, host: &Host, side: Side) -> Result<HostModule> {
    let all = modules(project, host, side)?;
    if let Some(own) = own_file(&all, host) {
        return Ok(own.clone());
    }
    let what = if side == Side::Home { "Home Manager" } else { "system" };
    let shared: Vec<String> = all.iter().filter(|m| m.is_file).map(|m| m.source.path.clone()).collect();
    Err(Diagnostic::new(Code::FileShared, format!("host '{}' has no {what} file of its own", host.name))
        .help(match shared.first() {
            Some(file) => format!("files it shares with others: {}; name one with --file {file}", shared.join(", ")),
            None => "name the file with --file".to_owned(),
        })
        .candidates(shared))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_of_protected_files() {
        assert!(matches("**/hardware-configuration.nix", "hosts/nxiz/hardware-configuration.nix"));
        assert!(matches("**/hardware-configuration.nix", "hardware-configuration.nix"));
        assert!(!matches("**/hardware-configuration.nix", "hosts/nxiz/configuration.nix"));
        assert!(matches("reference/**", "reference/a/b.nix") && !matches("reference/*", "reference/a/b.nix"));
    }
}
