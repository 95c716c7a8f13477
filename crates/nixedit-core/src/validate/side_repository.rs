//! Candidates of a flake in git: two commits of a throw-away repository that borrows the user's
//! objects (git alternates).
//!
//! The user's repository is only read: git gets a copy of its index and another place to put
//! objects. Both commits have no parent (so that Nix counts no history and shallow clones work)
//! and the date of HEAD (so that `self.lastModified` stays). Equal trees give equal commits: once
//! an edit has landed, it is the next edit's base, which Nix then knows already.

use crate::change_set::ChangeSet;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::system::command::{Cancel, Command};
use crate::system::disk;
use crate::system::git::Repository;
use crate::validate::candidate::{Source, below, real_path};
use std::any::Any;
use std::collections::BTreeMap;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::thread;

/// A file's state in a commit: mode and bytes, or gone.
type Entry = Option<(String, Vec<u8>)>;

/// Base and edited state. `None` when git tracks nothing of the flake, which then is a mere folder.
pub(super) fn make(repository: &Repository, root: &Path, changes: &ChangeSet, place: &Path) -> Result<Option<(Source, Source)>> {
    let side = Side::make(repository, place).map_err(failed)?;
    // Four questions to git that do not wait for one another.
    let (edited, head, tree, dirty) = thread::scope(|scope| {
        let edited = scope.spawn(|| edited_entries(repository, root, changes));
        let head = scope.spawn(|| repository.head());
        let tree = scope.spawn(|| side.tree());
        let dirty = side.dirty_entries();
        (edited.join(), head.join(), tree.join(), dirty)
    });
    let Some(edited) = edited.map_err(panicked)?? else { return Ok(None) };
    let (dirty, unmerged) = dirty?;
    let tree = if unmerged.is_empty() { tree.map_err(panicked)?? } else { side.tree_without(unmerged)? };
    let date = head.map_err(panicked)??.map_or("1 +0000".to_owned(), |head| head.date);
    side.import(&stream(&tree, &date, &dirty, &edited))?;
    let source = |branch: &str| -> Result<Source> {
        let revision = disk::read_to_string(side.git_dir.join("refs/heads").join(branch)).map_err(failed)?;
        Ok(Source::commit(place, &repository.prefix, revision.trim()))
    };
    Ok(Some((source("base")?, source("main")?)))
}

/// Puts the files of branch `main` beside the repository in `folder`, byte for byte.
pub(super) fn check_out(git: &Path, folder: &Path, cancel: &Cancel) -> Result<()> {
    let as_they_are =
        ["core.autocrlf=false", "core.hooksPath=/dev/null", "filter.lfs.smudge=", "filter.lfs.process=", "filter.lfs.required=false"];
    let command = as_they_are.iter().fold(Command::new(git), |command, setting| command.args(["-c", setting]));
    let run = command.args(["checkout", "--quiet", "--force", "main", "--"]).folder(folder).run(cancel)?;
    if run.status.success() {
        return Ok(());
    }
    let said = run.stderr_text();
    Err(Diagnostic::new(Code::EnvCommand, format!("git cannot lay out the candidate: {}", said.lines().next().unwrap_or_default())))
}

fn panicked(_: Box<dyn Any + Send>) -> Box<Diagnostic> {
    Diagnostic::new(Code::ResultBroken, "a thread that prepared the candidate panicked")
}

fn failed(error: std::io::Error) -> Box<Diagnostic> {
    Diagnostic::new(Code::FileIo, format!("cannot prepare the candidate: {error}"))
}

/// What the edit makes of each file, by path in the repository.
fn edited_entries(repository: &Repository, root: &Path, changes: &ChangeSet) -> Result<Option<BTreeMap<String, Entry>>> {
    let flake = format!("{}flake.nix", repository.prefix);
    let mut paths = Vec::new();
    for change in changes.files() {
        paths.push(below(&repository.toplevel, &real_path(root, &change.path, change.after.is_none()))?);
    }
    let mut asked = paths.clone();
    asked.push(flake.clone());
    let tracked = repository.tracked(&asked)?;
    if !tracked.contains_key(&flake) && repository.files()?.is_empty() {
        return Ok(None);
    }
    if !tracked.contains_key(&flake) && changes.get("flake.nix").is_none_or(|change| change.before.is_some()) {
        return Err(untracked("flake.nix", &flake, repository)?);
    }
    let mut entries = BTreeMap::new();
    for (change, path) in changes.files().zip(paths) {
        let mode = tracked.get(&path);
        let created = change.before.is_none();
        if mode.is_none() && change.after.is_some() && (!created || repository.ignored_by(&path)?.is_some()) {
            return Err(untracked(&change.path, &path, repository)?);
        }
        let mode = mode.cloned().unwrap_or_else(|| "100644".to_owned());
        entries.insert(path, change.after.as_ref().map(|bytes| (mode, bytes.to_vec())));
    }
    Ok(Some(entries))
}

/// Says that Nix will not see a file (`path` in the flake, `real` in the repository), and why.
fn untracked(path: &str, real: &str, repository: &Repository) -> Result<Box<Diagnostic>> {
    Ok(match repository.ignored_by(real)? {
        Some(rule) => {
            let message = format!("{path} is ignored by git ({}:{}: {}), so Nix does not see it", rule.file, rule.line, rule.pattern);
            Diagnostic::new(Code::FileUntracked, message).help(format!("change the rule, or git add -f -N {path}"))
        }
        None => {
            let message = format!("{path} is not tracked by git, so Nix does not see it");
            Diagnostic::new(Code::FileUntracked, message).help(format!("git add -N {path}"))
        }
    })
}

/// The throw-away repository, with the copied index beside it.
struct Side<'a> {
    user: &'a Repository,
    folder: PathBuf,
    git_dir: PathBuf,
    index: PathBuf,
}

impl<'a> Side<'a> {
    /// An empty repository. Written by hand: that is what `git init` would write, without a process.
    fn make(user: &'a Repository, folder: &Path) -> std::io::Result<Self> {
        let git_dir = folder.join(".git");
        for name in ["objects/info", "objects/pack", "refs/heads"] {
            disk::create_dir_all(git_dir.join(name))?;
        }
        disk::write(git_dir.join("HEAD"), "ref: refs/heads/main\n")?;
        let sha256 = user.object_format == "sha256";
        let version = u8::from(sha256);
        let format = if sha256 { "[extensions]\n\tobjectFormat = sha256\n" } else { "" };
        let config = format!("[core]\n\trepositoryFormatVersion = {version}\n\tbare = false\n\tfsync = none\n{format}");
        disk::write(git_dir.join("config"), config)?;
        disk::write(git_dir.join("objects/info/alternates"), alternate(&user.objects))?;
        let index = git_dir.join("index-of-user");
        if disk::exists(&user.index) {
            disk::copy(&user.index, &index)?;
            // Git takes a file as old as the index for possibly changed: a younger copy would hide
            // a change made in the same instant.
            disk::set_modified(&index, disk::metadata(&user.index)?.modified()?)?;
        }
        Ok(Self { user, folder: folder.to_owned(), git_dir, index })
    }

    /// A git command on the user's repository that puts index and objects here.
    fn diverted(&self, subcommand: &str) -> Command {
        let command = self.user.command(subcommand).variable("GIT_DIR", &self.user.git_dir).variable("GIT_WORK_TREE", &self.user.toplevel);
        command.variable("GIT_INDEX_FILE", &self.index).variable("GIT_OBJECT_DIRECTORY", self.git_dir.join("objects"))
    }

    /// Tracked files that differ from the index, as they are on disk; and the paths among them that
    /// an unfinished merge left without a version of their own.
    fn dirty_entries(&self) -> Result<(BTreeMap<String, Entry>, Vec<String>)> {
        let command = self.diverted("diff-files").args(["--raw", "-z", "--no-renames", "--ignore-submodules=all"]);
        let listed = self.user.run("diff-files", command)?;
        let fields: Vec<&[u8]> = listed.split(|&byte| byte == 0).collect();
        let mut entries = BTreeMap::new();
        let mut unmerged = Vec::new();
        for pair in fields.chunks_exact(2) {
            // A path that is not UTF-8 stays as it is in the index.
            let (Ok(info), Ok(path)) = (std::str::from_utf8(pair[0]), std::str::from_utf8(pair[1])) else { continue };
            let mut info = info.split(' ');
            let old = info.next().unwrap_or_default().trim_start_matches(':');
            let new = info.next().unwrap_or_default();
            if info.nth(2) == Some("U") {
                unmerged.push(path.to_owned());
            }
            if old != "160000" {
                entries.insert(path.to_owned(), self.on_disk(path, new)?);
            }
        }
        Ok((entries, unmerged))
    }

    /// A file of the work tree; `mode` is what git thinks of it.
    fn on_disk(&self, path: &str, mode: &str) -> Result<Entry> {
        let full = self.user.toplevel.join(path);
        let Ok(data) = disk::entry(&full) else { return Ok(None) };
        if data.is_symlink() {
            let target = disk::read_link(&full).map_err(failed)?;
            return Ok(Some(("120000".to_owned(), target.into_os_string().into_vec())));
        }
        if !data.is_file() {
            return Ok(None);
        }
        let executable = if mode.starts_with("100") { mode == "100755" } else { disk::Ownership::of(&data).mode & 0o100 != 0 };
        let mode = if executable { "100755" } else { "100644" };
        Ok(Some((mode.to_owned(), disk::bytes(&full).map_err(failed)?)))
    }

    /// The tree of the (copied) index.
    fn tree(&self) -> Result<String> {
        let hash = self.user.run("write-tree", self.diverted("write-tree").arg("--missing-ok"))?;
        Ok(String::from_utf8_lossy(&hash).trim().to_owned())
    }

    /// The same without these paths.
    fn tree_without(&self, paths: Vec<String>) -> Result<String> {
        let zeros = "0".repeat(if self.user.object_format == "sha256" { 64 } else { 40 });
        let lines: String = paths.iter().map(|path| format!("0 {zeros} 0\t{path}\0")).collect();
        self.user.run("update-index", self.diverted("update-index").args(["-z", "--index-info"]).input(lines.into_bytes()))?;
        self.tree()
    }

    /// Feeds commits to this repository.
    fn import(&self, stream: &[u8]) -> Result<()> {
        let command = Command::new(&self.user.program).args(["-c", "fastimport.unpackLimit=1", "fast-import", "--quiet"]);
        let command = command.variable("GIT_DIR", &self.git_dir).folder(&self.folder).input(stream.to_vec());
        self.user.run("fast-import", command).map(drop)
    }
}

/// The line of `objects/info/alternates`; quoted where git would take it for something else.
fn alternate(objects: &Path) -> Vec<u8> {
    let mut line = objects.as_os_str().as_encoded_bytes().to_vec();
    if line.iter().any(|&b| b == b'\n' || b == b'"') {
        line = quoted(&String::from_utf8_lossy(&line)).into_bytes();
    }
    line.push(b'\n');
    line
}

/// What `git fast-import` reads: branch `base` with `dirty` on top of `tree`, branch `main` with
/// `edited` on top of that.
fn stream(tree: &str, date: &str, dirty: &BTreeMap<String, Entry>, edited: &BTreeMap<String, Entry>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut lines = [String::new(), String::new()];
    let mut mark = 0;
    for (lines, entries) in lines.iter_mut().zip([dirty, edited]) {
        for (path, entry) in entries {
            lines.push_str(&match entry {
                None => format!("D {}\n", quoted(path)),
                Some((mode, bytes)) => {
                    mark += 1;
                    out.extend(format!("blob\nmark :{mark}\ndata {}\n", bytes.len()).bytes().chain(bytes.iter().copied()).chain([b'\n']));
                    format!("M {mode} :{mark} {}\n", quoted(path))
                }
            });
        }
    }
    let [base, edit] = lines;
    for (branch, files) in [("base", base.clone()), ("main", base + &edit)] {
        let head =
            format!("commit refs/heads/{branch}\ncommitter nixedit <nixedit@localhost> {date}\ndata 9\ncandidate\nM 040000 {tree} \"\"\n");
        out.extend(head.bytes().chain(files.bytes()).chain([b'\n']));
    }
    out
}

/// A path in quotes, as C writes it.
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
