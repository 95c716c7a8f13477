//! The flake's files as they are now, read once each and only when asked for.

use super::answers::HostAnswer;
use super::hosts::HostMap;
use crate::change_set::ChangeSet;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::settings::Settings;
use crate::syntax::parse::{Source, checked_size, decode};
use crate::system::disk;
use crate::text::ContentHash;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// What was read: path to contents, `None` where there was no file.
type Read = BTreeMap<String, Option<Contents>>;

/// A file's bytes; where they are text, one allocation serves as both.
#[derive(Clone, Debug)]
enum Contents {
    Text(Arc<str>),
    Other(Arc<[u8]>),
}

impl Contents {
    fn of(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text.into()),
            Err(error) => Self::Other(error.into_bytes().into()),
        }
    }

    fn bytes(&self) -> Arc<[u8]> {
        match self {
            Self::Text(text) => text.clone().into(),
            Self::Other(bytes) => bytes.clone(),
        }
    }
}

/// A snapshot: what was read stays as it was read, whatever happens on disk meanwhile.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
    settings: Rc<Settings>,
    read: Rc<RefCell<Read>>,
    listing: Rc<OnceCell<Vec<String>>>,
    sources: RefCell<BTreeMap<String, Source>>,
    changes: ChangeSet,
    hosts: RefCell<Option<Rc<HostMap>>>,
    answers: Rc<[HostAnswer]>,
    real_folders: Rc<RefCell<BTreeMap<String, String>>>,
}

impl Project {
    /// A snapshot of the folder `root`; nothing is read yet.
    pub fn new(root: &Path, settings: Settings) -> Self {
        Self {
            root: root.to_owned(),
            settings: Rc::new(settings),
            read: Rc::default(),
            listing: Rc::default(),
            sources: RefCell::default(),
            changes: ChangeSet::default(),
            hosts: RefCell::default(),
            answers: Rc::default(),
            real_folders: Rc::default(),
        }
    }

    /// The folder of `flake.nix` (or, for a file without a flake, the folder it was named from).
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What the owner stated.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The bytes of a file; `None` when there is no such file.
    pub fn bytes(&self, path: &str) -> Result<Option<Arc<[u8]>>> {
        if let Some(change) = self.changes.get(path) {
            return Ok(change.after.clone());
        }
        Ok(self.read(path)?.map(|contents| contents.bytes()))
    }

    fn read(&self, path: &str) -> Result<Option<Contents>> {
        if let Some(known) = self.read.borrow().get(path) {
            return Ok(known.clone());
        }
        let contents = disk::read(&self.root, path)?.map(Contents::of);
        self.read.borrow_mut().insert(path.to_owned(), contents.clone());
        Ok(contents)
    }

    /// The Nix files on disk, as `list` finds them the first time.
    pub(super) fn listed(&self, list: impl FnOnce() -> Vec<String>) -> Vec<String> {
        self.listing.get_or_init(list).clone()
    }

    /// A parsed Nix file. Fails with `file.missing`, `file.encoding` or `file.parse`.
    pub fn source(&self, path: &str) -> Result<Source> {
        if let Some(known) = self.sources.borrow().get(path) {
            return Ok(known.clone());
        }
        let contents = match self.changes.get(path) {
            Some(change) => change.after.clone().map(Contents::Other),
            None => self.read(path)?,
        };
        let text = match contents
            .ok_or_else(|| Diagnostic::new(Code::FileMissing, format!("there is no file {}", if path.is_empty() { "." } else { path })))?
        {
            Contents::Text(text) => checked_size(path, text)?,
            Contents::Other(bytes) => decode(path, &bytes)?,
        };
        let source = Source::parse(path, text)?;
        self.sources.borrow_mut().insert(path.to_owned(), source.clone());
        Ok(source)
    }

    /// Whether a file or folder of that name exists.
    pub fn exists(&self, path: &str) -> bool {
        match self.changes.get(path) {
            Some(change) => change.after.is_some(),
            None => disk::exists(&self.root.join(path)),
        }
    }

    /// The path without symbolic links, where it stays in the flake: what two names of a file have in common.
    pub(super) fn real_path(&self, path: &str) -> String {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let known = self.real_folders.borrow().get(folder).cloned();
        let real = known.unwrap_or_else(|| {
            let real = self.resolved(folder).unwrap_or_else(|| folder.to_owned());
            self.real_folders.borrow_mut().insert(folder.to_owned(), real.clone());
            real
        });
        let file = if real.is_empty() { name.to_owned() } else { format!("{real}/{name}") };
        let is_link = disk::entry(self.root.join(&file)).is_ok_and(|data| data.is_symlink());
        if is_link { self.resolved(&file).unwrap_or(file) } else { file }
    }

    fn resolved(&self, path: &str) -> Option<String> {
        let root = disk::real(&self.root).ok()?;
        let real = disk::real(&root.join(path)).ok()?;
        real.strip_prefix(&root).ok()?.to_str().map(str::to_owned)
    }

    /// Whether `path` is a folder.
    pub fn is_folder(&self, path: &str) -> bool {
        disk::is_folder(&self.root.join(path)) || self.created_in(path).next().is_some()
    }

    /// The names in a folder, sorted; empty when there is none. What was put on top of the disk counts.
    pub fn folder(&self, path: &str) -> Vec<String> {
        let mut names = disk::folder(&self.root.join(path));
        let created: Vec<&str> = self.created_in(path).filter(|name| !names.iter().any(|known| known == name)).collect();
        if !created.is_empty() {
            names.extend(created.into_iter().map(str::to_owned).collect::<Vec<_>>());
            names.sort();
            names.dedup();
        }
        names
    }

    /// The names in a folder of what was created on top of the disk, or leads to it.
    fn created_in<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> {
        let created = self.changes.files().filter(|change| change.before.is_none() && change.after.is_some());
        created.filter_map(move |change| {
            let below = if path.is_empty() { Some(change.path.as_str()) } else { change.path.strip_prefix(path)?.strip_prefix('/') };
            below?.split('/').next()
        })
    }

    /// This snapshot with `changes` on top.
    pub fn with(&self, changes: &ChangeSet) -> Self {
        let mut all = self.changes.clone();
        let mut sources = self.sources.borrow().clone();
        for change in changes.files() {
            sources.remove(&change.path);
            all.record(change.clone());
        }
        Self {
            root: self.root.clone(),
            settings: self.settings.clone(),
            read: self.read.clone(),
            listing: self.listing.clone(),
            sources: sources.into(),
            changes: all,
            hosts: RefCell::default(),
            answers: self.answers.clone(),
            real_folders: self.real_folders.clone(),
        }
    }

    /// This snapshot with what Nix answered about hosts.
    pub fn with_answers(&self, answers: Vec<HostAnswer>) -> Self {
        Self { answers: answers.into(), hosts: RefCell::default(), ..self.clone() }
    }

    /// What Nix answered about hosts.
    pub(super) fn answers(&self) -> &[HostAnswer] {
        &self.answers
    }

    /// The host map, made by `read` when it is first asked for.
    pub(super) fn remembered_hosts(&self, read: impl FnOnce(&Self) -> Result<HostMap>) -> Result<Rc<HostMap>> {
        if let Some(known) = &*self.hosts.borrow() {
            return Ok(known.clone());
        }
        let map = Rc::new(read(self)?);
        self.hosts.replace(Some(map.clone()));
        Ok(map)
    }

    /// What has been put on top of the files on disk.
    pub fn changes(&self) -> &ChangeSet {
        &self.changes
    }

    /// How many files were looked at: what reading has cost so far.
    pub fn files_read(&self) -> usize {
        self.read.borrow().len()
    }

    /// Every file that was looked at, with the hash of what was there (`None`: absent), but for those
    /// that `changes` names: a change has its file's bytes with it.
    pub fn files_read_besides(&self, changes: &ChangeSet) -> Vec<(String, Option<ContentHash>)> {
        let read = self.read.borrow();
        let others = read.iter().filter(|(path, _)| changes.get(path).is_none());
        others.map(|(path, contents)| (path.clone(), contents.as_ref().map(|c| ContentHash::of(&c.bytes())))).collect()
    }
}
