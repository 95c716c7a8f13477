//! What lands: the bytes of each touched file before and after.

use crate::text::ContentHash;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One file's change. `before` is `None` for a new file, `after` is `None` for a deleted one.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileChange {
    /// Path relative to the flake's root, with `/`.
    pub path: String,
    /// The bytes the change was computed from.
    pub before: Option<Arc<[u8]>>,
    /// The bytes that are to stand there.
    pub after: Option<Arc<[u8]>>,
}

impl std::fmt::Debug for FileChange {
    /// The path and how many bytes: whole files make no readable message.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = |bytes: &Option<Arc<[u8]>>| bytes.as_ref().map(|bytes| bytes.len());
        write!(f, "{} ({:?} -> {:?} bytes)", self.path, size(&self.before), size(&self.after))
    }
}

impl FileChange {
    /// A change of the file at `path`, relative to the root.
    pub fn new(path: impl Into<String>, before: Option<Arc<[u8]>>, after: Option<Arc<[u8]>>) -> Self {
        Self { path: path.into(), before, after }
    }

    #[doc(hidden)]
    /// Hash of the bytes before; `None` for a new file.
    pub fn base(&self) -> Option<ContentHash> {
        self.before.as_deref().map(ContentHash::of)
    }

    /// The change as `git apply` reads it, with three lines around each hunk; of what is no text only that it differs.
    pub fn unified_diff(&self) -> String {
        let name = |side: &str, there: bool| if there { format!("{side}/{}", self.path) } else { "/dev/null".to_owned() };
        let (old, new) = (name("a", self.before.is_some()), name("b", self.after.is_some()));
        match (text(self.before.as_deref()), text(self.after.as_deref())) {
            (Some(before), Some(after)) => {
                TextDiff::from_lines(before, after).unified_diff().context_radius(3).header(&old, &new).to_string()
            }
            _ => format!("Binary files {old} and {new} differ\n"),
        }
    }
}

/// Bytes as text; nothing where there is no file, `None` where they are no text.
fn text(bytes: Option<&[u8]>) -> Option<&str> {
    std::str::from_utf8(bytes.unwrap_or_default()).ok().filter(|text| !text.contains('\0'))
}

/// All changes of one edit, by path. Empty means "already so".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    files: BTreeMap<String, FileChange>,
}

impl ChangeSet {
    /// Adds a file's change on top of what is there: the first `before` and the last `after` count.
    /// A change that ends where it began disappears.
    pub fn record(&mut self, change: FileChange) {
        let path = change.path.clone();
        let before = self.files.remove(&path).map_or(change.before, |earlier| earlier.before);
        if before != change.after {
            self.files.insert(path.clone(), FileChange { path, before, after: change.after });
        }
    }

    /// The changes, ordered by path.
    pub fn files(&self) -> impl Iterator<Item = &FileChange> {
        self.files.values()
    }

    /// All of it as `git apply` reads it.
    pub fn unified_diff(&self) -> String {
        self.files().map(FileChange::unified_diff).collect()
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The change of one file.
    pub fn get(&self, path: &str) -> Option<&FileChange> {
        self.files.get(path)
    }
}
