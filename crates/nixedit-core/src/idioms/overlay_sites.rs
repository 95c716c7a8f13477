//! Where overlays are, and where a new one goes.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::Target;
use crate::project::overlays::{Defined, Holder, OverlayFunction};
use crate::project::{Overlay, OverlayList, Overlays, Project};
use crate::syntax::{SyntaxNode, span};
use crate::text::{Span, position};

/// A place for a new override.
#[derive(Clone, Debug)]
pub(super) enum Site<'a> {
    /// A list: an overlay of its own.
    List(&'a OverlayList),
    /// A function that is no list's element: an attribute of its set.
    Function(&'a Overlay, &'a OverlayFunction),
}

impl Site<'_> {
    pub fn file(&self) -> &str {
        match self {
            Self::List(list) => &list.file,
            Self::Function(overlay, _) => &overlay.file,
        }
    }

    pub fn hosts(&self) -> &[String] {
        match self {
            Self::List(list) => &list.hosts,
            Self::Function(overlay, _) => &overlay.hosts,
        }
    }

    /// All that a line may lie in to mean it.
    fn whole(&self) -> &SyntaxNode {
        match self {
            Self::List(list) => &list.node,
            Self::Function(overlay, _) => &overlay.node,
        }
    }

    pub fn node(&self) -> &SyntaxNode {
        match self {
            Self::List(list) => &list.node,
            Self::Function(_, function) => &function.set,
        }
    }
}

/// The overlays of the file named, or of the flake.
pub(super) fn read(project: &Project, target: &Target) -> Result<Overlays> {
    match &target.file {
        Some(file) => project.overlays_of_file(file),
        None => project.overlays(),
    }
}

/// Every overlay that defines a package or namespace; with a line, those that span it.
pub(super) fn definitions<'a>(
    project: &Project,
    overlays: &'a Overlays,
    name: &str,
    at: Option<usize>,
) -> Result<Vec<(&'a Overlay, &'a Defined)>> {
    let mut out = Vec::new();
    for overlay in &overlays.all {
        let defined = overlay.function().into_iter().flat_map(|function| &function.defines).filter(|d| d.name == name);
        for defined in defined {
            if at.is_none() || covers(project, &overlay.file, &overlay.node, at)? {
                out.push((overlay, defined));
            }
        }
    }
    Ok(out)
}

fn covers(project: &Project, file: &str, node: &SyntaxNode, at: Option<usize>) -> Result<bool> {
    let source = project.source(file)?;
    let line = |offset| position(&source.text, offset).line;
    let own = span(node);
    Ok(at.is_none_or(|at| line(own.start) <= at && at <= line(own.end)))
}

/// The place for a new override: where others are; else where overlays are written; else a list that
/// only names overlays. Of those, the one that most hosts get.
pub(super) fn choose<'a>(project: &Project, overlays: &'a Overlays, target: &Target) -> Result<Site<'a>> {
    choose_beside(project, overlays, target, |defined| defined.overridden.is_some(), |_| Ok(()))
}

/// The place for a new overlay beside those that define something of its `kin`. What `usable` refuses is
/// no place; where that is all there is, its refusal is the answer.
pub(super) fn choose_beside<'a>(
    project: &Project,
    overlays: &'a Overlays,
    target: &Target,
    kin: fn(&Defined) -> bool,
    usable: impl Fn(&Site) -> Result<()>,
) -> Result<Site<'a>> {
    let stated = project.settings().overlays.file.clone();
    let (mut sites, mut refusal) = (Vec::new(), None);
    for site in all(overlays) {
        if stated.as_ref().is_some_and(|file| file != site.file()) || !covers(project, site.file(), site.whole(), target.at)? {
            continue;
        }
        match usable(&site) {
            Ok(()) => sites.push((rank(overlays, &site, kin), site)),
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    if let (true, Some(refusal)) = (sites.is_empty(), refusal) {
        return Err(refusal);
    }
    // A line means the innermost place around it, in one file: several files have such a line.
    let is_one_file = sites.windows(2).all(|pair| pair[0].1.file() == pair[1].1.file());
    if target.at.is_some() && is_one_file {
        sites.sort_by_key(|(_, site)| span(site.whole()).len());
        sites.truncate(1);
    }
    let best = sites.iter().map(|(rank, _)| *rank).min();
    sites.retain(|(rank, _)| Some(*rank) == best || target.at.is_some());
    match sites.as_slice() {
        [] => Err(none(target, stated.as_deref())),
        [(_, only)] => Ok(only.clone()),
        several_sites => {
            let places = several_sites.iter().map(|(_, site)| (site.file(), site.node()));
            Err(several(project, Code::ListAmbiguous, &format!("{} overlay lists could take it", several_sites.len()), places)?)
        }
    }
}

fn all(overlays: &Overlays) -> impl Iterator<Item = Site<'_>> {
    let bound = overlays.all.iter().filter(|overlay| !matches!(overlay.holder, Holder::List(_)));
    let functions = bound.filter_map(|overlay| overlay.function().map(|function| Site::Function(overlay, function)));
    overlays.lists.iter().map(Site::List).chain(functions)
}

/// Lower is better; hosts count last, the more the better.
fn rank(overlays: &Overlays, site: &Site, kin: fn(&Defined) -> bool) -> (u8, std::cmp::Reverse<usize>) {
    let overrides = |function: &OverlayFunction| function.defines.iter().any(kin);
    let kind = match site {
        Site::List(list) => {
            let functions: Vec<_> = overlays.of_list(&list.node).filter_map(Overlay::function).collect();
            match functions.as_slice() {
                [] => 4,
                functions if functions.iter().any(|f| overrides(f)) => 0,
                _ => 2,
            }
        }
        Site::Function(_, function) => 3 * u8::from(!overrides(function)),
    };
    (kind, std::cmp::Reverse(site.hosts().len()))
}

fn none(target: &Target, stated: Option<&str>) -> Box<Diagnostic> {
    let place = target.file.as_deref().or(stated).unwrap_or("this flake");
    if let Some(line) = target.at {
        return Diagnostic::new(Code::OverlayMissing, format!("no overlay is at line {line} of {place}"))
            .help("name a line of an overlay or of a list of them: nixedit overlay list");
    }
    Diagnostic::new(Code::OverlayMissing, format!("no overlay list is written in {place}"))
        .help("start one in a module that the hosts import: nixedit option set nixpkgs.overlays '[ ]' --file FILE")
}

/// A refusal that lists places in several files.
pub(super) fn several<'a>(
    project: &Project,
    code: Code,
    message: &str,
    places: impl Iterator<Item = (&'a str, &'a SyntaxNode)>,
) -> Result<Box<Diagnostic>> {
    let mut out = Diagnostic::new(code, message).help("say which one with --file FILE, and --at LINE where that is not enough");
    for (file, node) in places {
        let source = project.source(file)?;
        let at = span(node).start;
        out = out.candidates([source.file_line(at)]).at(file, &source.text, Span::at(at), "one is here");
    }
    Ok(out)
}

/// What the overlays of a list (else of the flake) mostly call their parameters, without `_`.
pub(super) fn usual_names(overlays: &Overlays, list: &OverlayList) -> (String, String) {
    let names = |overlay: &Overlay| {
        let function = overlay.function()?;
        let bare = |name: &str| name.trim_start_matches('_').to_owned();
        let pair = (bare(&function.last.name), bare(&function.previous.name));
        (!pair.0.is_empty() && !pair.1.is_empty()).then_some(pair)
    };
    let mut own: Vec<_> = overlays.of_list(&list.node).filter_map(names).collect();
    if own.is_empty() {
        own = overlays.all.iter().filter_map(names).collect();
    }
    let count = |pair: &(String, String)| own.iter().filter(|other| *other == pair).count();
    let best = own.iter().rev().max_by_key(|pair| count(pair)).cloned();
    best.unwrap_or_else(|| ("final".to_owned(), "prev".to_owned()))
}
