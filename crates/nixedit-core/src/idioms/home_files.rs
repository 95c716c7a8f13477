//! Files of a home as modules write them: `home.file.".config/nvim".source = …;`.

use super::{arguments, host_modules, option_set, option_unset, place, prune};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{Hosts, OptionSet, OptionUnset};
use crate::plan::{Place, Plan, Step, Target};
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::{AttrPath, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::{self, Found, SetPlace};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, node_at, span};

/// What the target is called elsewhere: the options that are folders of the home (Home Manager's manual,
/// "xdg.configFile", "xdg.dataFile", "xdg.stateFile", "xdg.cacheFile").
const FOLDERS: &[(&str, &str)] =
    &[(".config/", "configFile"), (".local/share/", "dataFile"), (".local/state/", "stateFile"), (".cache/", "cacheFile")];

/// One attribute of one file of a home.
pub(super) struct HomeFile<'a> {
    pub hosts: &'a Hosts,
    pub file: Option<&'a str>,
    /// Relative to the home.
    pub target: &'a str,
    /// `source` or `text`.
    pub attribute: &'static str,
    pub comment: Option<&'a String>,
}

impl HomeFile<'_> {
    /// The file of the flake that the binding goes into.
    pub fn source(&self, project: &Project) -> Result<Source> {
        place::file(project, self.hosts, self.file, &self.path()?)
    }

    fn path(&self) -> Result<AttrPath> {
        Ok(of_target(self.target)?.child(self.attribute))
    }

    /// Binds the attribute. Refuses a target that is managed in another way.
    pub fn bound(&self, project: &Project, source: &Source, value: Fragment, what: &str) -> Result<Plan> {
        let asked = place::asked(project, self.hosts, &source.path);
        let hosts = host_modules::named(project, &asked)?;
        for host in &hosts {
            self.check_elsewhere(project, host)?;
        }
        self.check_other_attribute(source)?;
        let path = self.path()?;
        let inside = |place: &&SetPlace| place.rest.len() == 2;
        let in_set = lookup::find(&source.root, &path).deepest().first().is_some_and(inside);
        // In a set of files the order is the user's own.
        let place = if in_set { Place::Last } else { Place::Fitting };
        let set = OptionSet { place, comment: self.comment.cloned(), ..OptionSet::of(path.clone()) };
        let steps = arguments::with_needed(hosts.first(), source, option_set::steps(source, &set, value)?)?;
        if steps.is_empty() {
            return Ok(Plan { summary: format!("{} is already so in {}", self.target, source.path), ..Plan::default() });
        }
        let targets = questions(project, &asked, source, &path)?;
        Ok(Plan { steps, targets, summary: what.to_owned(), hosts: asked.names, ..Plan::default() })
    }

    /// Refuses a file that is a text and should become a source, or the other way round.
    fn check_other_attribute(&self, source: &Source) -> Result<()> {
        let other = if self.attribute == "text" { "source" } else { "text" };
        let found = lookup::find(&source.root, &of_target(self.target)?.child(other));
        match found.definitions.first() {
            Some(definition) => {
                let at = span(&definition.binding);
                let message = format!("{} has a {other} already ({})", self.target, source.file_line(at.start));
                Err(managed(self, source, at, message))
            }
            None => Ok(()),
        }
    }

    /// Refuses a target that `xdg.configFile` or its like manages.
    fn check_elsewhere(&self, project: &Project, host: &Host) -> Result<()> {
        for (folder, option) in FOLDERS {
            let Some(rest) = self.target.strip_prefix(folder) else { continue };
            let Some(path) = AttrPath::from_names(["xdg", option, rest]) else { continue };
            for module in host_modules::modules(project, host, Side::Home)? {
                if let Some(at) = first(&module.find(&path)) {
                    let place = module.source.file_line(at.start);
                    let message = format!("{} is managed by xdg.{option}.{} ({place})", self.target, quoted_name(rest));
                    return Err(module
                        .source
                        .error(Code::HomeFileManaged, message, at, "here")
                        .help("change it there, or remove it there first"));
                }
            }
        }
        Ok(())
    }
}

fn managed(file: &HomeFile, source: &Source, at: crate::text::Span, message: String) -> Box<Diagnostic> {
    let host = file.hosts.names.first().map_or_else(|| format!(" --file {}", source.path), |host| format!(" --host {host}"));
    source
        .error(Code::HomeFileManaged, message, at, "here")
        .help("remove it first:")
        .way(format!("nixedit file remove {}{host}", crate::text::shell_word(file.target)), "it is no longer managed")
}

fn first(found: &Found) -> Option<crate::text::Span> {
    found.definitions.iter().chain(&found.below).map(|definition| span(&definition.binding)).next()
}

/// `home.file.TARGET`. Refuses a target outside of the home.
pub(super) fn of_target(target: &str) -> Result<AttrPath> {
    let outside = target.starts_with('/') || target.split('/').any(|part| part == "..");
    if target.is_empty() || outside || target.starts_with('~') {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("'{target}' is no path below the home"))
            .help("write it relative to the home: .config/nvim"));
    }
    AttrPath::from_names(["home", "file", target.trim_end_matches('/')])
        .ok_or_else(|| Diagnostic::new(Code::UsageInvalid, "which file of the home?"))
}

/// What proves that the file changed, as text: a source is a path or something that is built.
pub(super) fn questions(project: &Project, hosts: &Hosts, source: &Source, path: &AttrPath) -> Result<Vec<Target>> {
    let mut targets = place::questions(project, hosts, &source.path, path)?;
    for target in &mut targets {
        // A file of the flake is told by its path there: where the store has the flake says nothing.
        let inside = "builtins.match \"${builtins.storeDir}/[^/]+/(.+)\" s";
        target.question = format!(
            "let v = {}; s = builtins.toString v; m = {inside}; in if v == null then null else if m == null then s else builtins.head m",
            target.question
        );
    }
    Ok(targets)
}

/// The way out of a home for an entry with many attributes: `option unset` of all of it, proven by its being
/// gone, since what it was is no value to show.
pub(super) fn removal(project: &Project, hosts: &Hosts, file: Option<&String>, path: AttrPath) -> Result<Plan> {
    let hosts = file.map_or_else(|| hosts.clone(), |file| place::asked(project, hosts, file));
    let mut plan = option_unset::plan(project, &OptionUnset { hosts, file: file.cloned(), at: None, path })?;
    prune(project, &mut plan)?;
    for target in &mut plan.targets {
        target.question = format!("({}) != null", target.question);
    }
    Ok(plan)
}

/// A removal that takes along the set that it empties, and arguments that nothing else reads.
fn prune(project: &Project, plan: &mut Plan) -> Result<()> {
    let mut more = Vec::new();
    for step in &mut plan.steps {
        let Step::RemoveBindings { file, bindings } = step else { continue };
        let source = project.source(file)?;
        if let [only] = bindings.as_mut_slice()
            && let Some(outer) = node_at(&source.root, *only).and_then(|binding| emptied(&binding))
        {
            *only = span(&outer);
        }
        let arguments = prune::unused(&source, bindings).into_iter();
        more.extend(arguments.filter(|step| matches!(step, Step::RemoveArgument { .. })));
    }
    plan.steps.extend(more);
    Ok(())
}

/// The binding of a plain set that holds nothing but this binding.
fn emptied(binding: &SyntaxNode) -> Option<SyntaxNode> {
    let set = binding.parent().filter(|set| set.kind() == SyntaxKind::NODE_ATTR_SET && set.children().count() == 1)?;
    let comments = set.children_with_tokens().any(|part| part.kind() == SyntaxKind::TOKEN_COMMENT);
    let outer = set.parent().filter(|outer| outer.kind() == SyntaxKind::NODE_ATTRPATH_VALUE && !comments)?;
    // A whole module or the home is no part of the one entry.
    lookup::binding_parts(&outer)
        .is_some_and(|(path, _)| ["activation", "activationScripts", "file"].contains(&path.last()))
        .then_some(outer)
}
