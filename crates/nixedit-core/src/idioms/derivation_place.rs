//! Where a new derivation goes: into a host's package list, or into the file's `let` with its name in the list.

use super::derivations::{self, Derivation};
use super::host_modules;
use super::package_lists::{self, PackageList};
use super::{arguments, proof, spelling};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{DerivationPlace, Form};
use crate::plan::{Expect, Note, Place, Plan, Step};
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::{AttrPath, is_identifier};
use crate::syntax::fragment::Fragment;
use crate::syntax::indented::canonical;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, span};

/// How names of the package set are written where the derivation will stand: `fetchurl` or `pkgs.fetchurl`.
pub(super) struct Names<'a> {
    list: Option<&'a SyntaxNode>,
}

impl Names<'_> {
    /// A package or builder of the package set.
    pub fn of(&self, name: &str) -> Result<String> {
        let parts = spelling::checked(name)?;
        match self.list {
            Some(list) => Ok(spelling::element(list, &parts)?.text().to_owned()),
            None => Ok(format!("pkgs.{}", spelling::attribute(&parts))),
        }
    }
}

/// A derivation to be written: `make` writes it with the names that mean something where it will stand.
pub(super) struct NewDerivation<'a> {
    pub name: &'a str,
    pub place: &'a DerivationPlace,
    /// The comment above it in a list where the caller gives none.
    pub remark: Option<&'static str>,
    pub make: &'a dyn Fn(&Names) -> Result<String>,
}

impl NewDerivation<'_> {
    /// The plan for the host that is meant.
    pub fn plan(&self, project: &Project) -> Result<Plan> {
        self.check_name()?;
        let host = self.host(project)?;
        let (side, path) = package_lists::slot_of(project, &host, &self.place.slot, None)?;
        let lists = package_lists::of_host(project, &host, side, &path)?;
        let list = package_lists::choose(&lists, &Place::Fitting)?;
        // A list under a condition is better than none.
        let possible = || lists.iter().find(|list| list.near && list.is_possible()).cloned();
        let list =
            list.or_else(|| package_lists::only_here(&lists).cloned()).or_else(possible).ok_or_else(|| no_list(&host, &path, side))?;
        let what = format!("{path} of {}", host.name);
        let present = derivations::of(&list.source).into_iter().find(|known| known.is_called(self.name));
        if let Some(known) = present {
            return self.already(&list, &known, &what);
        }
        if let Some(element) = list.element(self.name) {
            return Err(self.exists(&list, &element, "take another name, or remove that package first"));
        }
        let mut plan = Plan { summary: format!("added {} to {what}", self.name), hosts: vec![host.name.clone()], ..Plan::default() };
        plan.steps = match self.goes_into_let(&list)? {
            true => {
                // Where the names of other bindings are.
                let with_names = |other: &&PackageList| other.source.path == list.source.path && last_bound(&other.place.list).is_some();
                let beside = lists.iter().filter(|other| other.shared_with == list.shared_with).find(with_names);
                self.bound(beside.unwrap_or(&list), &host)?
            }
            false => self.inline(&list, &host)?,
        };
        plan.targets = targets(project, &host, side, &path, &list.source.path, self.name)?;
        Ok(plan)
    }

    fn check_name(&self) -> Result<()> {
        if is_identifier(self.name) && !self.name.contains('\'') {
            return Ok(());
        }
        Err(Diagnostic::new(Code::PackageName, format!("'{}' cannot name a derivation", self.name))
            .help("letters, digits, '_' and '-', beginning with a letter"))
    }

    fn host(&self, project: &Project) -> Result<Host> {
        let hosts = host_modules::hosts(project, &self.place.hosts)?;
        match hosts.as_slice() {
            [host] => Ok(host.clone()),
            _ => Err(Diagnostic::new(Code::HostAmbiguous, "one host at a time")
                .help("promote it to a module for several hosts: nixedit derivation promote")),
        }
    }

    /// The same derivation again is no change; another of that name is refused.
    fn already(&self, list: &PackageList, known: &Derivation, what: &str) -> Result<Plan> {
        let names = Names { list: known.bound_name().is_none().then_some(&list.place.list) };
        let wanted = Fragment::parse(&(self.make)(&names)?)?;
        if canonical(&known.node) == canonical(&wanted.node()) {
            return Ok(Plan { summary: format!("{} is already so in {what}", self.name), ..Plan::default() });
        }
        Err(self.exists(list, &known.node, "give it a new version with nixedit derivation bump, or remove it first"))
    }

    fn exists(&self, list: &PackageList, node: &SyntaxNode, way: &str) -> Box<Diagnostic> {
        let message = format!("{} is there already ({})", self.name, list.file_line(node));
        list.source.error(Code::DerivationExists, message, crate::text::Span::at(span(node).start), "here").help(way)
    }

    /// Whether the file's derivations are bound by its `let`.
    fn goes_into_let(&self, list: &PackageList) -> Result<bool> {
        let known = derivations::of(&list.source);
        let has_let = let_around(&list.place.list).is_some();
        match self.place.form {
            Form::Inline => Ok(false),
            Form::Let if has_let => Ok(true),
            Form::Let => Err(Diagnostic::new(Code::ShapeUnsupported, format!("{} has no let around its list", list.source.path))
                .help("write it into the list with --inline")),
            Form::AsFound => {
                let in_list = known.iter().any(|d| d.node.ancestors().any(|around| around == list.place.list));
                Ok(has_let && !in_list && known.iter().any(|d| d.bound_name().is_some()))
            }
        }
    }

    fn inline(&self, list: &PackageList, host: &Host) -> Result<Vec<Step>> {
        let element = Fragment::parse(&format!("({})", (self.make)(&Names { list: Some(&list.place.list) })?))?;
        let mut steps = arguments::needed(Some(host), &list.source, &list.place.list, &element)?;
        let comment = self.place.comment.clone().or(self.remark.map(str::to_owned));
        let (file, at) = (list.source.path.clone(), span(&list.place.list));
        steps.push(Step::InsertElements { file, list: at, elements: vec![element], place: Place::Fitting, comment });
        Ok(steps)
    }

    fn bound(&self, list: &PackageList, host: &Host) -> Result<Vec<Step>> {
        let Some(around) = let_around(&list.place.list) else { return self.inline(list, host) };
        let value = Fragment::parse(&(self.make)(&Names { list: None })?)?;
        let mut steps = arguments::needed(Some(host), &list.source, &around, &value)?;
        let file = || list.source.path.clone();
        let path = AttrPath::from_names([self.name]).ok_or_else(|| Diagnostic::new(Code::PackageName, "the derivation needs a name"))?;
        steps.push(Step::InsertBinding {
            file: file(),
            set: span(&around),
            path,
            value,
            place: Place::Last,
            comment: self.place.comment.clone(),
        });
        let place = last_bound(&list.place.list).map_or(Place::Fitting, Place::After);
        let elements = vec![Fragment::parse(self.name)?];
        steps.push(Step::InsertElements { file: file(), list: span(&list.place.list), elements, place, comment: None });
        Ok(steps)
    }
}

/// The last element that is the name of a `let` binding.
fn last_bound(list: &SyntaxNode) -> Option<String> {
    let is_bound = |element: &SyntaxNode| {
        let binder = scope::meaning(element, &element.text().to_string());
        element.kind() == SyntaxKind::NODE_IDENT && matches!(binder, Meaning::Lexical(node) if node.kind() == SyntaxKind::NODE_LET_IN)
    };
    list.children().filter(is_bound).last().map(|element| element.text().to_string())
}

/// The outermost `let` around a list: that of the file.
fn let_around(list: &SyntaxNode) -> Option<SyntaxNode> {
    list.ancestors().filter(|node| node.kind() == SyntaxKind::NODE_LET_IN).last()
}

fn no_list(host: &Host, path: &AttrPath, side: Side) -> Box<Diagnostic> {
    let to = if side == Side::System { " --to system" } else { "" };
    Diagnostic::new(Code::ListMissing, format!("{} has no list of its own for {path}", host.name))
        .help(format!("start one with a package: nixedit add-package --host {}{to} NAME", host.name))
}

/// The host gains the derivation; others that have the file do not change.
pub(super) fn targets(
    project: &Project,
    host: &Host,
    side: Side,
    path: &AttrPath,
    file: &str,
    name: &str,
) -> Result<Vec<crate::plan::Target>> {
    let mut out = Vec::from_iter(proof::names(host, side, path, &Expect::Changed));
    out.extend(proof::called(host, side, path, name));
    for other in project.hosts_importing(file)? {
        let other = project.host(&other)?;
        if !other.is_same_machine(host) {
            out.extend(proof::names(&other, side, path, &Expect::Same));
        }
    }
    Ok(out)
}

/// What a build will miss.
pub(super) fn fake_note(name: &str) -> Note {
    let message = format!("{name} has no real hash yet: its build will fail and tell the right one");
    Note { code: "hash-fake".to_owned(), message }
}
