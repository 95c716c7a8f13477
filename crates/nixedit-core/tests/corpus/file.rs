//! One file as a project of its own, held in memory.

use nixedit_core::change_set::{ChangeSet, FileChange};
use nixedit_core::diagnostic::Result;
use nixedit_core::operation::Operation;
use nixedit_core::plan::{Plan, Step};
use nixedit_core::project::Project;
use nixedit_core::settings::Settings;
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
}

impl File {
    /// Decodes and parses; nothing of the file's folder can be seen from the project.
    pub fn read(path: &Path, bytes: &[u8]) -> Result<Self> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = decode(&name, bytes)?;
        Self::of(name, text)
    }

    /// A file with this text.
    pub fn of(name: String, text: Arc<str>) -> Result<Self> {
        let mut content = ChangeSet::default();
        content.record(FileChange { path: name.clone(), before: None, after: Some(text.into()) });
        let project = Project::new(Path::new("/nonexistent/corpus"), Settings::default()).with(&content);
        let source = project.source(&name)?;
        Ok(Self { name, source, project })
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
