//! What linters find in the flake's files, and which of it is new.
//!
//! statix and deadnix are run on copies of the files as they are and as the last commit has them; only what they did
//! not find there counts. Findings are the same where tool, file, words and the line's text are.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::system::command::{Cancel, Command, find_program};
use crate::system::disk;
use crate::system::git::Repository;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

/// How long one linter may take.
const LIMIT: Duration = Duration::from_secs(60);

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `statix` or `deadnix`.
    pub tool: &'static str,
    /// The file, relative to the flake's root.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// What is found.
    pub message: String,
    /// The text of the line.
    pub text: String,
    /// Whether it was not there in the last commit.
    pub new: bool,
}

/// What the linters found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Findings {
    /// The linters that were run.
    pub tools: Vec<&'static str>,
    /// Those that are not installed.
    pub missing: Vec<&'static str>,
    /// How many files were looked at.
    pub files: usize,
    /// In the order of the tools and files.
    pub findings: Vec<Finding>,
}

/// A linter and the arguments it takes before the folder.
const TOOLS: &[(&str, &[&str])] = &[("statix", &["check", "-o", "errfmt"]), ("deadnix", &["--output-format", "json"])];

/// The findings in `files` (relative to `root`), or without any in those that differ from the last commit; `every` is
/// all files that git tracks. Fails with `env.command` where no linter is installed.
pub fn findings(root: &Path, files: &[String], every: bool, path: Option<&OsStr>, cancel: &Cancel) -> Result<Findings> {
    let repository = Repository::of(root, cancel)?
        .ok_or_else(|| Diagnostic::new(Code::EnvNoGit, "without git there is no state to compare with").help("git init, and commit"))?;
    let mut files = match (files, every) {
        ([], true) => repository.files()?,
        ([], false) => repository.changed()?,
        (files, _) => files.to_vec(),
    };
    files.retain(|file| file.ends_with(".nix"));
    let mut out = Findings { files: files.len(), ..Findings::default() };
    let folder = disk::temporary_folder().map_err(disk::failure("prepare", Path::new("the lint")))?;
    let (now, before) = (folder.path().join("now"), folder.path().join("before"));
    for file in &files {
        copy(&now, file, disk::read(root, file)?)?;
        copy(&before, file, repository.committed(file)?)?;
    }
    for (name, arguments) in TOOLS {
        let Some(program) = find_program(name, path) else {
            out.missing.push(name);
            continue;
        };
        out.tools.push(name);
        let run = |folder: &Path| -> Result<Vec<Finding>> {
            if !disk::exists(folder) {
                return Ok(Vec::new());
            }
            let run = Command::new(&program).args(*arguments).arg(".").folder(folder).limit(LIMIT).run(cancel)?;
            Ok(read(name, &String::from_utf8_lossy(&run.stdout), folder))
        };
        out.findings.extend(marked(run(&now)?, &run(&before)?));
    }
    if out.tools.is_empty() {
        return Err(
            Diagnostic::new(Code::EnvCommand, "neither statix nor deadnix is on PATH").help("nix shell nixpkgs#statix nixpkgs#deadnix")
        );
    }
    Ok(out)
}

fn copy(folder: &Path, file: &str, bytes: Option<Vec<u8>>) -> Result<()> {
    let Some(bytes) = bytes else { return Ok(()) };
    let path = folder.join(file);
    let failed = disk::failure("write", &path);
    disk::create_dir_all(path.parent().unwrap_or(folder)).map_err(&failed)?;
    disk::write(&path, bytes).map_err(&failed)
}

/// What a linter printed: statix `file>line:column:kind:code:message`, deadnix one JSON object a file.
fn read(tool: &'static str, said: &str, folder: &Path) -> Vec<Finding> {
    let mut out = Vec::new();
    for line in said.lines() {
        if tool == "statix" {
            out.extend(of_statix(line, folder));
        } else if let Ok(object) = serde_json::from_str::<Value>(line) {
            out.extend(of_deadnix(&object, folder));
        }
    }
    out
}

fn of_statix(line: &str, folder: &Path) -> Option<Finding> {
    let (file, rest) = line.split_once('>')?;
    let mut parts = rest.splitn(5, ':');
    let number = parts.next()?.parse().ok()?;
    let message = parts.last()?.trim();
    Some(finding("statix", folder, file, number, message))
}

fn of_deadnix(object: &Value, folder: &Path) -> Vec<Finding> {
    let file = object.get("file").and_then(Value::as_str).unwrap_or_default();
    let results = object.get("results").and_then(Value::as_array).cloned().unwrap_or_default();
    let of = |result: &Value| {
        let line = result.get("line")?.as_u64()? as usize;
        Some(finding("deadnix", folder, file, line, result.get("message")?.as_str()?))
    };
    results.iter().filter_map(of).collect()
}

fn finding(tool: &'static str, folder: &Path, file: &str, line: usize, message: &str) -> Finding {
    let file = Path::new(file).strip_prefix(folder).map_or(file, |below| below.to_str().unwrap_or(file));
    let file = file.trim_start_matches("./").to_owned();
    let text = disk::read_to_string(folder.join(&file)).unwrap_or_default();
    let text = text.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim().to_owned();
    Finding { tool, file, line, message: message.to_owned(), text, new: true }
}

/// The findings of now, with those marked as old that were there before, each as often as it was.
fn marked(now: Vec<Finding>, before: &[Finding]) -> Vec<Finding> {
    let key = |finding: &Finding| (finding.file.clone(), finding.message.clone(), finding.text.clone());
    let mut known: HashMap<_, usize> = HashMap::new();
    before.iter().for_each(|finding| *known.entry(key(finding)).or_default() += 1);
    let mark = |finding: Finding| match known.get_mut(&key(&finding)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            Finding { new: false, ..finding }
        }
        _ => finding,
    };
    now.into_iter().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn both_linters_are_read() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.nix"), "{ lib, ... }:\n{ }\n").unwrap();
        let found = read("statix", "./a.nix>1:1:W:10:Found empty pattern: use _\nnoise\n", folder.path());
        assert_eq!((found[0].file.as_str(), found[0].line, found[0].message.as_str()), ("a.nix", 1, "Found empty pattern: use _"));
        let said = r#"{"file":"./a.nix","results":[{"line":1,"column":3,"endColumn":6,"message":"Unused lambda pattern: lib"}]}"#;
        let found = read("deadnix", said, folder.path());
        assert_eq!((found[0].text.as_str(), found[0].message.as_str()), ("{ lib, ... }:", "Unused lambda pattern: lib"));
    }

    #[test]
    fn what_moved_is_not_new() {
        let at = |line, message: &str| Finding {
            tool: "deadnix",
            file: "a.nix".to_owned(),
            line,
            message: message.to_owned(),
            text: "x".to_owned(),
            new: true,
        };
        let found = marked(vec![at(5, "a"), at(6, "a"), at(7, "b")], &[at(1, "a")]);
        assert_eq!(found.iter().map(|finding| finding.new).collect::<Vec<_>>(), [false, true, true]);
    }
}
