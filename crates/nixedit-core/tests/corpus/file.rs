//! One file as a project of its own, held in memory.

use nixedit_core::change_set::{ChangeSet, FileChange};
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::Operation;
use nixedit_core::plan::{Plan, Step};
use nixedit_core::project::Project;
use nixedit_core::settings::{FormatSettings, Settings, WholeFile};
use nixedit_core::syntax::parse::{Source, decode};
use nixedit_core::{apply, compile};
use std::path::Path;
use std::sync::Arc;

/// What is asked for: an operation, or a step that several operations share.
#[derive(Clone, Debug)]
pub enum Ask {
    Operation(Box<Operation>),
    Step(Step),
}

impl Ask {
    /// The same with another line told.
    pub fn at_line(&self, line: usize) -> Self {
        let mut ask = self.clone();
        if let Self::Operation(operation) = &mut ask {
            let at = match &mut **operation {
                Operation::ListAdd(args) => &mut args.target.at,
                Operation::ListRemove(args) => &mut args.target.at,
                Operation::ListReplace(args) => &mut args.target.at,
                Operation::AddPackage(args) => &mut args.target.at,
                Operation::RemovePackage(args) => &mut args.target.at,
                Operation::OptionSet(args) => &mut args.at,
                Operation::OptionUnset(args) => &mut args.at,
                _ => return ask,
            };
            *at = at.map(|_| line);
        }
        ask
    }
}

impl From<Operation> for Ask {
    fn from(operation: Operation) -> Self {
        Self::Operation(Box::new(operation))
    }
}

/// A file and the project that consists of it.
pub struct File {
    /// Its own name, without folders.
    pub name: String,
    pub source: Source,
    pub project: Project,
    /// Whether it is kept as its formatter has it.
    pub kept: WholeFile,
}

impl File {
    /// Decodes and parses; nothing of the file's folder can be seen from the project.
    pub fn read(path: &Path, bytes: &[u8]) -> Result<Self> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = decode(&name, bytes)?;
        Self::of(name, text, WholeFile::Never)
    }

    /// A file with this text.
    pub fn of(name: String, text: Arc<str>, kept: WholeFile) -> Result<Self> {
        let mut content = ChangeSet::default();
        content.record(FileChange::new(&name, None, Some(text.into())));
        let format = FormatSettings { whole_file: kept, ..FormatSettings::default() };
        let settings = Settings { format, ..Settings::default() };
        let project = Project::new(Path::new("/nonexistent/corpus"), settings).with(&content);
        let source = project.source(&name)?;
        Ok(Self { name, source, project, kept })
    }

    /// The same file, kept as its formatter has it.
    pub fn kept_formatted(&self) -> Result<Self> {
        Self::of(self.name.clone(), self.source.text.clone(), WholeFile::IfClean)
    }

    /// The file with another text.
    pub fn with(&self, text: &Arc<str>) -> Result<Self> {
        Self::of(self.name.clone(), text.clone(), self.kept)
    }

    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// The file's text after `ask`; the same text where nothing is to be done.
    pub fn after(&self, ask: &Ask) -> Result<Arc<str>> {
        let changes = match ask {
            Ask::Operation(operation) => apply::propose(&self.project, std::slice::from_ref(operation))?.changes,
            Ask::Step(step) => compile::compile(&self.project, &Plan { steps: vec![step.clone()], ..Plan::default() })?,
        };
        match changes.get(&self.name).and_then(|change| change.after.clone()) {
            Some(bytes) => decode(&self.name, &bytes),
            None => Ok(self.source.text.clone()),
        }
    }
}
