//! The edited flake as the search sees it: printed paths made files, files made trees.

use super::input_advice::{OutputNames, OutputPart};
use crate::diagnostic::{Code, Label};
use crate::syntax::parse::Source;
use crate::system::nix_output::{NixFailure, SourceRoots};
use crate::text::{Span, join_path};
use std::sync::Arc;

/// Whether a path of the flake is there, and whether git would give it to Nix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presence {
    /// There is no such file.
    Absent,
    /// The file is tracked by git.
    Tracked,
    /// The file is on disk, and git does not know it.
    Untracked,
    /// The file is on disk, and git is told to ignore it; the rule as `file:line: pattern`.
    Ignored(String),
}

/// What the search needs to know about the candidate. Paths are relative to the folder of
/// `flake.nix`, with `/`.
pub trait CandidateFiles {
    /// The candidate's text of a file; `None` when there is none or it is not text.
    fn text(&self, path: &str) -> Option<Arc<str>>;
    /// Every `.nix` file of the candidate.
    fn nix_files(&self) -> Vec<String>;
    /// Whether a file is there for git.
    fn presence(&self, path: &str) -> Presence {
        if self.text(path).is_some() { Presence::Tracked } else { Presence::Absent }
    }
    /// Names of packages, for suggestions; asked for only when a name is missing. Empty when it
    /// would cost too much.
    fn package_names(&self) -> Vec<String> {
        Vec::new()
    }
    /// What an input has at the end of a way into its outputs; `None` where that cannot be told.
    fn input_outputs(&self, _input: &str, _way: &[OutputPart]) -> Option<OutputNames> {
        None
    }
}

/// One failure with everything that is known about where it may stand.
pub(super) struct Scene<'a> {
    pub(super) failure: &'a NixFailure,
    pub(super) files: &'a dyn CandidateFiles,
    roots: SourceRoots,
}

impl<'a> Scene<'a> {
    pub(super) fn new(failure: &'a NixFailure, roots: &SourceRoots, files: &'a dyn CandidateFiles) -> Self {
        Self { failure, files, roots: roots.learned_from(failure) }
    }

    /// The kind of failure; a missing file that is on disk is an untracked one.
    pub(super) fn code(&self) -> Code {
        match (self.failure.code(), self.missing()) {
            (Code::NixFileMissing, Some((_, Presence::Untracked | Presence::Ignored(_)))) => Code::NixFileUntracked,
            (code, _) => code,
        }
    }

    /// The path of the flake that a printed path means, folder or file.
    pub(super) fn relative(&self, printed: &str) -> Option<String> {
        self.roots.relative(printed)
    }

    /// The file that a printed path means, with its text; a folder means its `default.nix`.
    pub(super) fn file(&self, printed: &str) -> Option<(String, Arc<str>)> {
        let path = self.relative(printed)?;
        if let Some(text) = self.files.text(&path) {
            return Some((path, text));
        }
        let inside = join_path(&path, "default.nix")?;
        self.files.text(&inside).map(|text| (inside, text))
    }

    /// The file that is not there, when it is one of the flake.
    pub(super) fn missing(&self) -> Option<(String, Presence)> {
        let printed = self.failure.missing.as_deref()?;
        let path = if printed.starts_with(['/', '«']) {
            self.relative(printed)?
        } else {
            // A relative path is told together with the repository that it is relative to.
            let ours = |file: &String| self.roots.repositories.contains(file);
            self.roots.from_repository(printed).filter(|_| self.failure.files.iter().any(ours))?
        };
        let presence = self.files.presence(&path);
        Some((path, presence))
    }

    /// The trees of the Nix files that hold `word`; files that do not parse are left out.
    pub(super) fn sources_with(&self, word: &str) -> impl Iterator<Item = Source> {
        let texts = self.files.nix_files().into_iter().filter_map(|path| Some((self.files.text(&path)?, path)));
        let texts = texts.filter(move |(text, _)| text.contains(word));
        texts.filter_map(|(text, path)| Source::parse(&path, text).ok())
    }
}

/// A label at `span` of a parsed file.
pub(super) fn label(source: &Source, span: Span, message: &str) -> Label {
    Label { file: source.path.clone(), source: source.text.clone(), span, message: message.to_owned() }
}
