//! The edited flake's files, for whoever looks for the place of a failure.

use crate::diagnostic::Diagnostic;
use crate::syntax::attr_path::{quoted_name, quoted_string};
use crate::system::disk;
use crate::system::git::Repository;
use crate::system::nix::{Evaluation, Nix};
use crate::system::nix_output::{NixFailure, SourceRoots};
use crate::validate::locate::{CandidateFiles, OutputNames, OutputPart, Presence, to_diagnostic};
use crate::validate::{Request, Source};
use serde_json::Value;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long suggestions may take.
const SUGGESTIONS: Duration = Duration::from_secs(20);

/// The files as the candidate has them: on disk, tracked if there is git, with the edit on top.
pub(super) struct EditedFiles<'a> {
    request: &'a Request<'a>,
    nix: &'a Nix,
    base: &'a Source,
    output: Option<&'a str>,
    repository: Option<Repository>,
    listed: OnceCell<BTreeSet<String>>,
}

impl<'a> EditedFiles<'a> {
    /// `output` is what was being evaluated; packages are looked up in it, as `base` has it.
    pub fn new(request: &'a Request<'a>, nix: &'a Nix, base: &'a Source, output: Option<&'a str>) -> Self {
        // A folder copy has no revision: what git would say does not count there.
        let in_git = base.roots.revision.is_some();
        let repository = if in_git { Repository::of(request.root, &request.cancel).ok().flatten() } else { None };
        Self { request, nix, base, output, repository, listed: OnceCell::new() }
    }

    /// The failure as a diagnostic in the edited text.
    pub fn diagnose(&self, failure: &NixFailure, roots: &SourceRoots) -> Box<Diagnostic> {
        to_diagnostic(failure, roots, self)
    }

    /// Every file of the candidate.
    fn listed(&self) -> &BTreeSet<String> {
        self.listed.get_or_init(|| {
            let mut listed = match &self.repository {
                Some(repository) => repository.files().unwrap_or_default().into_iter().collect(),
                None => {
                    let mut found = BTreeSet::new();
                    walk(self.request.root, "", &mut found);
                    found
                }
            };
            for change in self.request.changes.files() {
                match change.after {
                    Some(_) => listed.insert(change.path.clone()),
                    None => listed.remove(&change.path),
                };
            }
            listed
        })
    }

    /// Whether the candidate has the file, by this name or by the one it has behind links.
    fn has(&self, path: &str) -> bool {
        let real = || {
            let root = disk::real(self.request.root).ok()?;
            let real = disk::real(&root.join(path)).ok()?;
            Some(real.strip_prefix(&root).ok()?.to_str()?.to_owned())
        };
        self.listed().contains(path) || real().is_some_and(|real| self.listed().contains(&real))
    }
}

impl EditedFiles<'_> {
    /// What a function makes of the configuration that was being evaluated.
    fn ask(&self, function: &str) -> Option<Value> {
        let output = self.output.filter(|output| output.split('.').next().is_some_and(|set| set.ends_with("Configurations")))?;
        let nix = self.nix.at_most(SUGGESTIONS);
        match nix.eval(&self.base.reference, output, function, &self.request.cancel) {
            Ok(Evaluation::Value(answer)) => Some(answer),
            _ => None,
        }
    }
}

impl CandidateFiles for EditedFiles<'_> {
    fn text(&self, path: &str) -> Option<Arc<str>> {
        let bytes = match self.request.changes.get(path) {
            Some(change) => change.after.as_deref()?.to_vec(),
            None if self.has(path) => disk::read(self.request.root, path).ok()??,
            None => return None,
        };
        String::from_utf8(bytes).ok().map(Into::into)
    }

    fn nix_files(&self) -> Vec<String> {
        self.listed().iter().filter(|path| path.ends_with(".nix")).cloned().collect()
    }

    fn presence(&self, path: &str) -> Presence {
        let below = format!("{}/", path.trim_end_matches('/'));
        if self.has(path) || self.listed().range(below.clone()..).next().is_some_and(|file| file.starts_with(&below)) {
            return Presence::Tracked;
        }
        let Some(repository) = self.repository.as_ref().filter(|_| disk::exists(&self.request.root.join(path))) else {
            return Presence::Absent;
        };
        match repository.ignored_by(&format!("{}{path}", repository.prefix)) {
            Ok(Some(rule)) => Presence::Ignored(format!("{}:{}: {}", rule.file, rule.line, rule.pattern)),
            _ => Presence::Untracked,
        }
    }

    fn package_names(&self) -> Vec<String> {
        // A shell or check has no package set of its own to look into: those of hosts are the flake's.
        let of_any = || {
            let nix = self.nix.at_most(SUGGESTIONS);
            let function = "c: builtins.attrNames (builtins.head (builtins.attrValues c)).pkgs";
            match nix.eval(&self.base.reference, "nixosConfigurations", function, &self.request.cancel) {
                Ok(Evaluation::Value(answer)) => Some(answer),
                _ => None,
            }
        };
        let names = self.ask("c: builtins.attrNames c.pkgs").or_else(of_any);
        names.and_then(|names| serde_json::from_value(names).ok()).unwrap_or_default()
    }

    fn input_outputs(&self, input: &str, way: &[OutputPart]) -> Option<OutputNames> {
        let part = |part: &OutputPart| match part {
            OutputPart::Name(name) => format!(".{}", quoted_name(name)),
            OutputPart::System => ".${system}".to_owned(),
        };
        let (flake, input) = (quoted_string(&self.base.reference), quoted_name(input));
        let way: String = way.iter().map(part).collect();
        let answer = self.ask(&format!(
            "c: let system = c.pkgs.stdenv.hostPlatform.system; in [ system (builtins.attrNames (builtins.getFlake {flake}).inputs.{input}.outputs{way}) ]"
        ))?;
        let (system, names) = serde_json::from_value(answer).ok()?;
        Some(OutputNames { system, names })
    }
}

fn walk(folder: &Path, at: &str, found: &mut BTreeSet<String>) {
    for name in disk::folder(folder) {
        let (path, below) = (folder.join(&name), if at.is_empty() { name.clone() } else { format!("{at}/{name}") });
        match disk::entry(&path) {
            Ok(data) if data.is_dir() && name != ".git" => walk(&path, &below, found),
            Ok(data) if !data.is_dir() => drop(found.insert(below)),
            _ => {}
        }
    }
}
