//! The package lists of a host, file or flake output, and which of them to edit.

use super::candidates::{self, ListPlace};
use super::host_condition;
use super::host_modules::{self, HostModule};
use super::package_elements::of_input;
use super::spelling;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{Slot, Target};
use crate::plan::Place;
use crate::project::{Host, ListFile, Project, Side};
use crate::settings::HostSlot;
use crate::syntax::attr_path::{AttrPath, quoted_name};
use crate::syntax::body::Wrapper;
use crate::syntax::fragment::plain_name;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, comment_text, span};

/// Where a file that says nothing else has its packages.
pub(crate) const USUAL_PATHS: [&str; 2] = ["home.packages", "environment.systemPackages"];

/// A package list with what is known about it.
#[derive(Clone, Debug)]
pub(super) struct PackageList {
    /// The file it stands in.
    pub source: Source,
    /// The list and what stands around it.
    pub place: ListPlace,
    /// Other hosts that the list may reach: those that have the file, unless a condition on the
    /// host excludes them.
    pub shared_with: Vec<String>,
    /// What a condition on the host around it says for this host; `None` without such a condition.
    pub host_condition: Option<bool>,
    /// Whether there is no other kind of condition around it.
    pub only_host_conditions: bool,
    /// Whether its module is there only under a condition that cannot be read.
    pub conditional: bool,
    /// As in [`HostModule`].
    pub near: bool,
    /// Whether no other host has its file.
    pub is_own_file: bool,
}

impl PackageList {
    /// A list that is looked at without asking whose it is.
    pub fn alone(source: Source, place: ListPlace) -> Self {
        Self {
            source,
            place,
            shared_with: Vec::new(),
            host_condition: None,
            only_host_conditions: true,
            conditional: false,
            near: true,
            is_own_file: true,
        }
    }

    /// The element that reads as `name`.
    pub fn element(&self, name: &str) -> Option<SyntaxNode> {
        let wanted = plain_name(name);
        self.place.list.children().find(|e| plain_name(&e.text().to_string()) == wanted)
    }

    /// The element for a package: of the package set, or of the input told.
    pub fn package(&self, from: Option<&str>, parts: &[String]) -> Option<SyntaxNode> {
        let name = spelling::attribute(parts);
        match from {
            Some(input) if !self.is_of_input(input) => self.element(&of_input(&self.source, input, parts)),
            _ => self.element(&name),
        }
    }

    /// Whether the list stands in `with inputs.INPUT.packages.…;`, so that a bare name is a package of it.
    pub fn is_of_input(&self, input: &str) -> bool {
        let packages = format!("inputs.{}.packages.", quoted_name(input));
        let nearest = self.place.wrappers.iter().rev().find_map(|wrapper| match wrapper {
            Wrapper::With(scope) => Some(scope.text().to_string()),
            _ => None,
        });
        nearest.is_some_and(|scope| scope.starts_with(&packages))
    }

    /// The same, or a package of that name from an input: `inputs.x.packages.${…}.NAME`.
    pub fn named(&self, name: &str) -> Option<SyntaxNode> {
        let of_input = |element: &SyntaxNode| {
            let text = element.text().to_string();
            element.kind() == SyntaxKind::NODE_SELECT && text.starts_with("inputs.") && text.ends_with(&format!(".{name}"))
        };
        self.element(name).or_else(|| self.place.list.children().find(of_input))
    }

    /// Whether the list may be part of the host: no condition on it says otherwise.
    pub fn is_reaching(&self) -> bool {
        self.host_condition != Some(false)
    }

    /// `file:line` of the list or one of its elements.
    pub fn file_line(&self, node: &SyntaxNode) -> String {
        self.source.file_line(span(node).start)
    }

    /// Whether a new package here reaches the host alone, and surely.
    fn is_eligible(&self) -> bool {
        self.shared_with.is_empty() && self.is_sure() && !self.conditional && !self.place.is_argument()
    }

    /// Whether a new package here may reach the host, and only it: whatever condition there is around
    /// the list. Good enough where the caller names the place, or where there is no other list.
    pub fn is_possible(&self) -> bool {
        self.shared_with.is_empty() && self.host_condition != Some(false) && !self.place.is_argument()
    }

    /// Whether every condition around the list is one on the host that holds for it.
    fn is_sure(&self) -> bool {
        self.place.is_unconditional() || (self.host_condition == Some(true) && self.only_host_conditions)
    }
}

/// The side and attribute path of a host's slot.
pub(super) fn slot_path(project: &Project, slot: &Slot) -> Result<(Side, AttrPath)> {
    let slot = match slot {
        Slot::Default if project.settings().packages.default_slot == HostSlot::System => &Slot::System,
        Slot::Default => &Slot::Home,
        slot => slot,
    };
    let (side, path) = match slot {
        Slot::System => (Side::System, "environment.systemPackages"),
        Slot::Devshell(_) | Slot::Env(_) => {
            return Err(Diagnostic::new(Code::UsageInvalid, "a development shell or environment belongs to the flake, not to a host")
                .help("leave --host away"));
        }
        _ => (Side::Home, "home.packages"),
    };
    Ok((side, AttrPath::parse(path)?))
}

/// The side and attribute path of a host's list: of the path told, else of the slot.
pub(super) fn slot_of(project: &Project, host: &Host, slot: &Slot, path: Option<&AttrPath>) -> Result<(Side, AttrPath)> {
    match path {
        Some(path) => Ok((super::place::side_of(project, host, path)?, path.clone())),
        None => slot_path(project, slot),
    }
}

/// Every list of packages that reaches a host through one slot, the best place first.
pub(super) fn of_host(project: &Project, host: &Host, side: Side, path: &AttrPath) -> Result<Vec<PackageList>> {
    let mut out = Vec::new();
    for module in host_modules::modules(project, host, side)? {
        out.extend(of_module(&module, &host.name, path));
    }
    for file in host.lists_of(side).filter(|file| file.option == path.to_string()) {
        out.extend(of_list_file(project, host, file)?);
    }
    Ok(out)
}

/// The lists of a file that is no module, where it is made of lists.
pub(super) fn of_list_file(project: &Project, host: &Host, file: &ListFile) -> Result<Vec<PackageList>> {
    let source = project.source(&file.file)?;
    let shared_with = project.others_with(host, &file.file)?;
    let list = |place: ListPlace| PackageList {
        host_condition: host_condition::around(&place, &host.names()),
        only_host_conditions: host_condition::are_all_known(&place, &host.names()),
        shared_with: shared_with.clone(),
        conditional: file.conditional,
        ..PackageList::alone(source.clone(), place)
    };
    Ok(candidates::lists(&source, None).into_iter().map(list).collect())
}

/// The lists of one module.
pub(super) fn of_module(module: &HostModule, host: &str, path: &AttrPath) -> Vec<PackageList> {
    let found = module.find(path).definitions;
    let counts = |place: &ListPlace, host: &str| host_condition::around(place, &module.names(host));
    let lists = found.iter().flat_map(|d| candidates::lists_of(&d.value, &d.wrappers).into_iter().chain(candidates::named_lists(d)));
    lists
        .map(|place| PackageList {
            source: module.source.clone(),
            shared_with: module.shared_with.iter().filter(|other| counts(&place, other) != Some(false)).cloned().collect(),
            host_condition: counts(&place, host),
            only_host_conditions: host_condition::are_all_known(&place, &module.names(host)),
            conditional: module.conditional,
            near: module.near,
            is_own_file: module.is_own(),
            place,
        })
        .collect()
}

/// The list that a new package of a host goes into; `None` when the host has none of its own.
pub(super) fn choose(lists: &[PackageList], place: &Place) -> Result<Option<PackageList>> {
    let eligible: Vec<&PackageList> = lists.iter().filter(|list| list.is_eligible()).collect();
    let named: Vec<&PackageList> =
        eligible.iter().copied().chain(lists.iter().filter(|list| !list.is_eligible() && list.is_possible())).collect();
    if let Place::Group(group) = place {
        let wanted = group.to_lowercase();
        let has = |list: &&&PackageList| headings(&list.place.list).iter().any(|h| h.to_lowercase().starts_with(&wanted));
        if let Some(found) = named.iter().find(has) {
            return Ok(Some((*found).clone()));
        }
        let known: Vec<String> = named.iter().flat_map(|list| headings(&list.place.list)).collect();
        return Err(Diagnostic::new(
            Code::GroupMissing,
            format!("no group '{group}'; groups: {}", if known.is_empty() { "none".to_owned() } else { known.join(", ") }),
        )
        .help(format!("start it with --new-group \"{group}\""))
        .candidates(known));
    }
    if let Place::After(name) | Place::Before(name) = place
        && let Some(found) = named.iter().find(|list| list.element(name).is_some())
    {
        return Ok(Some((*found).clone()));
    }
    let near: Vec<&&PackageList> = eligible.iter().filter(|list| list.near).collect();
    let plain = near.iter().find(|list| list.host_condition.is_none()).map(|list| **list);
    // A list under a condition in the host's own file is nearer than one for it in a shared file.
    let own = named.iter().find(|list| list.near && list.is_own_file && !near.is_empty()).copied();
    Ok(plain.or(own).or(near.first().map(|list| **list)).cloned())
}

/// The list of a part that only this host has, for want of a place that is its own.
pub(super) fn only_here(lists: &[PackageList]) -> Option<&PackageList> {
    lists.iter().find(|list| list.is_eligible())
}

/// The texts of the comment lines among a list's elements.
pub(super) fn headings(list: &SyntaxNode) -> Vec<String> {
    let mut out = Vec::new();
    let mut line_is_empty = false;
    for element in list.children_with_tokens() {
        match element.kind() {
            SyntaxKind::TOKEN_WHITESPACE => line_is_empty |= element.as_token().is_some_and(|t| t.text().contains('\n')),
            SyntaxKind::TOKEN_COMMENT => {
                let text = element.as_token().map(|t| comment_text(t.text())).unwrap_or_default();
                if line_is_empty && !text.is_empty() {
                    out.push(text);
                }
            }
            _ => line_is_empty = false,
        }
    }
    out
}

/// The lists that a file's packages are looked for in: those of the path told; else those of the
/// usual paths; the file's own expression where it has none of these.
pub(super) fn of_file(source: &Source, target: &Target) -> Result<Vec<ListPlace>> {
    if target.path.is_some() {
        return Ok(super::list_remove::lists(source, target.at, target.path.as_ref()));
    }
    let mut out = Vec::new();
    for path in USUAL_PATHS {
        out.extend(super::list_remove::lists(source, target.at, Some(&AttrPath::parse(path)?)));
    }
    Ok(if out.is_empty() { super::list_remove::lists(source, target.at, None) } else { out })
}
