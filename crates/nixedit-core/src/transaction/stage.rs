//! What git is told: a flake sees only files that git knows of.

use super::record::EditRecord;
use crate::diagnostic::Result;
use crate::plan::Note;
use crate::system::command::Cancel;
use crate::system::git::Repository;
use std::path::Path;

/// Of these files (relative to the flake's root), those that git knows only as "to be added"
/// (`git add -N`). Git says so only while the file exists. Without git there are none.
pub(super) fn only_intended(root: &Path, files: Vec<String>) -> Vec<String> {
    if files.is_empty() {
        return files;
    }
    let Ok(Some(repository)) = Repository::of(root, &Cancel::default()) else { return Vec::new() };
    // Asked one by one: an answer names no file that could be mistaken for another.
    files.into_iter().filter(|file| is_intended(&repository, file)).collect()
}

fn is_intended(repository: &Repository, file: &str) -> bool {
    let command = repository.command("status").args(["--porcelain=v1", "-z", "--untracked-files=no", "--"]);
    let asked = command.arg(format!(":(top,literal){}{file}", repository.prefix));
    repository.run("status", asked).is_ok_and(|said| said.starts_with(b" A"))
}

/// Tells git of new files and makes it forget removed ones that were only "to be added". A refusal
/// is a remark: the edit stands.
pub(super) fn tell_git(root: &Path, record: &EditRecord) -> Vec<Note> {
    let is_new = |file: &&super::FileRecord| record.stage && file.before.is_none() && file.after.is_some();
    let new: Vec<String> = record.files.iter().filter(is_new).map(|file| file.real.clone()).collect();
    if new.is_empty() && record.unstage.is_empty() {
        return Vec::new();
    }
    let repository = match Repository::of(root, &Cancel::default()) {
        Ok(Some(repository)) => repository,
        Ok(None) => return Vec::new(),
        Err(error) => return vec![note("file-untracked", format!("git was not told of {}: {error}", new.join(", ")))],
    };
    let mut notes = intend(&repository, &new);
    if let Err(error) = forget(&repository, &record.unstage) {
        notes.push(note("git-not-told", format!("git still lists removed files: {error}")));
    }
    notes
}

/// `git add -N`, which leaves alone what git knows already.
fn intend(repository: &Repository, files: &[String]) -> Vec<Note> {
    if repository.intend_to_add(files).is_ok() {
        return Vec::new();
    }
    // One refused file (an ignored one, say) must not keep git from hearing of the others.
    let refused = |file: &String| repository.intend_to_add(std::slice::from_ref(file)).err().map(|error| (file.clone(), error));
    let told = |(file, error)| note("file-untracked", format!("git was not told of {file}, so Nix does not see it: {error}"));
    files.iter().filter_map(refused).map(told).collect()
}

fn forget(repository: &Repository, files: &[String]) -> Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let from_top = files.iter().map(|file| format!("{}{file}", repository.prefix));
    let command = repository.command("update-index").args(["--force-remove", "--"]).args(from_top);
    repository.run("update-index", command).map(drop)
}

fn note(code: &str, message: String) -> Note {
    Note { code: code.to_owned(), message }
}
