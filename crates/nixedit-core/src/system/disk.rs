//! The one door to files: reading below the flake's root, the few writes that everything durable is made of, and
//! the plain calls that the rest is made of. Nothing else in the crate touches a file.

use crate::diagnostic::{Code, Diagnostic, Result};
use rustix::fs::{Access, CWD, RenameFlags, access, renameat_with};
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

pub use std::fs::{
    File, Metadata, TryLockError, copy, create_dir, create_dir_all, hard_link, metadata, read as bytes, read_link, read_to_string,
};
pub use std::fs::{remove_dir, remove_file, rename, set_permissions, symlink_metadata as entry, write};
pub use std::os::unix::fs::symlink;
pub use tempfile::TempDir;

/// The bytes of `root/path`; `None` when there is no such file. A file that lies outside `root`
/// (a symbolic link that leads out) is refused with `file.outside`.
pub fn read(root: &Path, path: &str) -> Result<Option<Vec<u8>>> {
    let full = root.join(path);
    let failed = |error: std::io::Error| Diagnostic::new(Code::FileIo, format!("cannot read {path}: {error}"));
    let real = match full.canonicalize() {
        Ok(real) => real,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let base = root.canonicalize().map_err(failed)?;
    if !real.starts_with(&base) {
        let message = format!("{path} is a symbolic link to {}, outside the flake", real.display());
        return Err(Diagnostic::new(Code::FileOutside, message).help("edit that file where it lives"));
    }
    if real.is_dir() {
        return Ok(None);
    }
    fs::read(&real).map(Some).map_err(failed)
}

/// The names in a folder, sorted; empty when it cannot be listed.
pub fn folder(path: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(path).map(|entries| entries.flatten().filter_map(|e| e.file_name().into_string().ok()).collect()).unwrap_or_default();
    names.sort();
    names
}

/// The names in a folder, in no order, texts or not; fails when it cannot be listed.
pub fn names(path: &Path) -> io::Result<Vec<OsString>> {
    Ok(fs::read_dir(path)?.flatten().map(|entry| entry.file_name()).collect())
}

/// How hard to push bytes towards the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sync {
    /// Leave it to the kernel: safe against a crash of this program, not against loss of power.
    None,
    /// What must be on the disk first is, so that a loss of power leaves all old or all new. Of a
    /// change of one file it may take the last seconds: the old file then stands.
    #[default]
    Data,
    /// Times and other particulars as well, and nothing that was reported as done is lost.
    Full,
}

/// Who owns a file and who may do what with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ownership {
    /// Permission bits, without the kind of file.
    pub mode: u32,
    /// Number of the owner.
    pub user: u32,
    /// Number of the group.
    pub group: u32,
}

impl Ownership {
    /// What stands in a file's metadata.
    pub fn of(metadata: &fs::Metadata) -> Self {
        Self { mode: metadata.mode() & 0o7777, user: metadata.uid(), group: metadata.gid() }
    }
}

/// A failure of the disk as a diagnostic: `cannot <action> <path>: <reason>`.
pub fn failure(action: &str, path: &Path) -> impl Fn(io::Error) -> Box<Diagnostic> {
    let told = format!("cannot {action} {}", path.display());
    move |error| Diagnostic::new(Code::FileIo, format!("{told}: {error}"))
}

/// Makes an empty file that must not exist yet. With `ownership` it starts out private, so that
/// nobody reads it before `fill` has put the right bits on it; without, the umask decides.
pub fn create(path: &Path, ownership: Option<Ownership>) -> io::Result<File> {
    let mode = if ownership.is_some() { 0o600 } else { 0o666 };
    OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
}

/// Writes all bytes of a file made by `create`, then gives it its owner and bits.
pub fn fill(mut file: File, bytes: &[u8], ownership: Option<Ownership>) -> io::Result<()> {
    file.write_all(bytes)?;
    let Some(wanted) = ownership else { return Ok(()) };
    let now = Ownership::of(&file.metadata()?);
    if (now.user, now.group) != (wanted.user, wanted.group) {
        // Only root may give files away; anyone else ends up owner, as with any editor.
        match fchown(&file, Some(wanted.user), Some(wanted.group)) {
            Err(error) if error.kind() != ErrorKind::PermissionDenied => return Err(error),
            _ => {}
        }
    }
    // After the owner: a change of owner clears some bits.
    file.set_permissions(fs::Permissions::from_mode(wanted.mode))
}

/// Pushes files to the disk. One sync costs milliseconds of waiting and next to no work, so up to
/// sixteen wait side by side.
pub fn sync_files(paths: &[PathBuf], sync: Sync) -> io::Result<()> {
    if sync == Sync::None {
        return Ok(());
    }
    let (queue, failed) = (Mutex::new(paths.iter()), Mutex::new(None));
    let next = || queue.lock().ok().and_then(|mut queue| queue.next());
    let work = || {
        while let Some(path) = next() {
            let done = File::open(path).and_then(|file| if sync == Sync::Full { file.sync_all() } else { file.sync_data() });
            if let (Err(error), Ok(mut slot)) = (done, failed.lock()) {
                slot.get_or_insert(error);
            }
        }
    };
    std::thread::scope(|scope| {
        (1..paths.len().min(16)).for_each(|_| drop(scope.spawn(work)));
        work();
    });
    failed.into_inner().ok().flatten().map_or(Ok(()), Err)
}

/// Pushes the names in folders to the disk; a folder that is gone needs none. After a sync of the
/// files that they name, little is left to do.
pub fn sync_folders(folders: &[PathBuf], sync: Sync) -> io::Result<()> {
    if sync == Sync::None {
        return Ok(());
    }
    for folder in folders {
        match File::open(folder).and_then(|file| file.sync_all()) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Puts each of two files of one file system in the other's place in one step. `Ok(false)` where the file system
/// cannot do that; then nothing has happened.
pub fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    use rustix::io::Errno;
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        outcome => outcome.map(|()| true).map_err(io::Error::from),
    }
}

/// Removes a file; one that is gone already is fine.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Err(error),
        _ => Ok(()),
    }
}

/// The bytes of a file; `None` when it is not there.
pub fn read_if_there(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether there is a file or folder, links followed.
pub fn exists(path: &Path) -> bool {
    path.exists()
}

/// Whether it is a folder, links followed.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// Whether it is a file, links followed.
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// The path with its links followed; fails where it leads nowhere.
pub fn real(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize()
}

/// The path from the top, without looking whether it is there.
pub fn absolute(path: &Path) -> io::Result<PathBuf> {
    std::path::absolute(path)
}

/// Whether we may write a file, or make files in a folder.
pub fn check_writable(path: &Path) -> io::Result<()> {
    let wanted = if path.is_dir() { Access::WRITE_OK | Access::EXEC_OK } else { Access::WRITE_OK };
    Ok(access(path, wanted)?)
}

/// Makes folders that are missing, for the user's eyes only.
pub fn create_private_folders(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Writes a file, made for the user's eyes only where it is new.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(bytes))
}

/// Writes behind the end of a file at once, made where it is new.
pub fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().create(true).append(true).open(path)?.write_all(bytes)
}

/// Opens a file to lock it, made for the user's eyes only where it is new; what it holds stays.
pub fn open_to_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// Writes a file beside its place and renames it there: whoever reads sees all of it or nothing.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temporary = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    fs::write(temporary.path(), bytes)?;
    temporary.persist(path).map(drop).map_err(|error| error.error)
}

/// A folder that is removed when it is dropped.
pub fn temporary_folder() -> io::Result<TempDir> {
    tempfile::Builder::new().prefix("nixedit-").tempdir()
}

/// When a file's bytes, name or bits changed last.
pub fn status_changed(entry: &Metadata) -> SystemTime {
    let (seconds, nanoseconds) = (u64::try_from(entry.ctime()).unwrap_or(0), u64::try_from(entry.ctime_nsec()).unwrap_or(0));
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_nanos(nanoseconds)
}

/// Gives a file a time of last change.
pub fn set_modified(path: &Path, time: SystemTime) -> io::Result<()> {
    File::options().append(true).open(path)?.set_modified(time)
}
