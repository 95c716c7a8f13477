//! What is asked of git: which repository a folder is in, what is tracked, what is ignored.
//!
//! Nothing here writes to the repository, save [`Repository::intend_to_add`].

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::system::command::{Cancel, Command, Finished, find_program, variable};
use crate::system::disk;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A git work tree with the folder of a flake in it.
#[derive(Clone, Debug)]
pub struct Repository {
    /// The git program.
    pub program: PathBuf,
    /// The folder of the work tree.
    pub toplevel: PathBuf,
    /// The flake's folder below it: empty, or ending in `/`.
    pub prefix: String,
    /// `.git`, or a linked work tree's own folder.
    pub git_dir: PathBuf,
    /// Where objects live (shared by linked work trees).
    pub objects: PathBuf,
    /// The index.
    pub index: PathBuf,
    /// `sha1` or `sha256`.
    pub object_format: String,
    cancel: Cancel,
}

/// The commit that is checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its hash.
    pub commit: String,
    /// Committer date in git's raw form: `1700000000 +0100`.
    pub date: String,
}

/// The rule that makes git ignore a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoreRule {
    /// The file it stands in, as git names it: `.gitignore`.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// The pattern itself.
    pub pattern: String,
}

impl Repository {
    /// The repository that `folder` (a flake's root) is in; `None` when it is in none. Fails with
    /// `env.no-git` when there is one but no git program, `env.command` when git refuses it.
    pub fn of(folder: &Path, cancel: &Cancel) -> Result<Option<Self>> {
        let folder = disk::real(folder).map_err(|e| Diagnostic::new(Code::FileIo, format!("cannot open {}: {e}", folder.display())))?;
        let Some(program) = find_program("git", variable("PATH").as_deref()) else {
            return match folder.ancestors().any(|above| disk::exists(&above.join(".git"))) {
                true => Err(Diagnostic::new(Code::EnvNoGit, "the flake is in a git repository, but there is no git on PATH")),
                false => Ok(None),
            };
        };
        let asked = ["--show-toplevel", "--absolute-git-dir", "--git-path", "objects", "--git-path", "index", "--show-object-format"];
        let run = git(&program).arg("rev-parse").args(asked).arg("--show-prefix").folder(&folder).run(cancel)?;
        if !run.status.success() {
            let text = run.stderr_text();
            let none = ["not a git repository", "must be run in a work tree"].iter().any(|known| text.contains(known));
            return if none { Ok(None) } else { Err(failed("rev-parse", &run)) };
        }
        let text = String::from_utf8_lossy(&run.stdout).into_owned();
        let mut lines = text.lines();
        let mut next = || lines.next().unwrap_or_default().to_owned();
        Ok(Some(Self {
            program,
            toplevel: PathBuf::from(next()),
            git_dir: PathBuf::from(next()),
            objects: folder.join(next()),
            index: folder.join(next()),
            object_format: next(),
            prefix: next(),
            cancel: cancel.clone(),
        }))
    }

    /// A git command in the work tree's folder, under the repository's own settings but without
    /// hooks and background helpers.
    pub fn command(&self, subcommand: &str) -> Command {
        git(&self.program).arg(subcommand).folder(&self.toplevel)
    }

    /// Runs such a command; an exit status other than 0 is `env.command` with git's own words.
    pub fn run(&self, subcommand: &str, command: Command) -> Result<Vec<u8>> {
        let run = command.run(&self.cancel)?;
        if run.status.success() { Ok(run.stdout) } else { Err(failed(subcommand, &run)) }
    }

    /// The commit that is checked out; `None` before the first one.
    pub fn head(&self) -> Result<Option<Head>> {
        let run = self.command("cat-file").args(["--batch", "--buffer"]).input(b"HEAD\n".to_vec()).run(&self.cancel)?;
        let text = String::from_utf8_lossy(&run.stdout);
        let mut lines = text.lines();
        let commit = match lines.next().map(|line| line.split(' ').collect::<Vec<_>>()).as_deref() {
            Some([hash, "commit", _]) => (*hash).to_owned(),
            _ => return Ok(None),
        };
        let date =
            lines.take_while(|line| !line.is_empty()).find_map(|line| line.strip_prefix("committer ")?.rsplit_once("> ").map(|(_, d)| d));
        Ok(Some(Head { commit, date: date.unwrap_or("1 +0000").to_owned() }))
    }

    /// The modes (`100644`, `100755`, `120000`) of those of `paths` that git tracks, added with
    /// `add -N` included. Paths are relative to the work tree's folder.
    pub fn tracked(&self, paths: &[String]) -> Result<BTreeMap<String, String>> {
        if paths.is_empty() {
            return Ok(BTreeMap::new());
        }
        let command = self.command("ls-files").args(["--stage", "-z", "--"]).args(paths.iter().map(|p| format!(":(top,literal){p}")));
        let listed = self.run("ls-files", command)?;
        Ok(records(&listed)
            .filter_map(|record| {
                let (info, path) = record.split_once('\t')?;
                Some((path.to_owned(), info.split(' ').next()?.to_owned()))
            })
            .filter(|(path, _)| paths.contains(path))
            .collect())
    }

    /// Every tracked file below the flake's folder, relative to it.
    pub fn files(&self) -> Result<Vec<String>> {
        let command = self.command("ls-files").args(["-z", "--"]).arg(format!(":(top,literal){}", self.prefix));
        let listed = self.run("ls-files", command)?;
        Ok(records(&listed).filter_map(|path| path.strip_prefix(&self.prefix).map(str::to_owned)).collect())
    }

    /// The bytes of a file (relative to the flake's folder) in the commit that is checked out; `None`
    /// where it is not in there.
    pub fn committed(&self, path: &str) -> Result<Option<Vec<u8>>> {
        self.committed_in("HEAD", path)
    }

    /// The same in another commit, named as git names commits: `HEAD~2`, a branch, a hash.
    pub fn committed_in(&self, commit: &str, path: &str) -> Result<Option<Vec<u8>>> {
        let name = format!("{commit}:{}{path}", self.prefix);
        let run = self.command("cat-file").args(["blob", name.as_str()]).run(&self.cancel)?;
        Ok(run.status.success().then_some(run.stdout))
    }

    /// The files below the flake's folder, relative to it, that differ from the commit that is checked
    /// out, new ones included unless they are ignored; not those that are gone.
    pub fn changed(&self) -> Result<Vec<String>> {
        let mut out = Vec::new();
        let below = if self.prefix.is_empty() { "." } else { self.prefix.as_str() };
        if self.head()?.is_some() {
            let asked = ["--name-only", "-z", "--no-renames", "--diff-filter=d", "HEAD", "--", below];
            out = self.run("diff", self.command("diff").args(asked))?;
        }
        let others = ["-z", "--others", "--exclude-standard", "--", below];
        out.extend(self.run("ls-files", self.command("ls-files").args(others))?);
        let mut paths: Vec<String> = records(&out).filter_map(|path| path.strip_prefix(&self.prefix).map(str::to_owned)).collect();
        paths.sort();
        paths.dedup();
        Ok(paths)
    }

    /// The rule that makes git ignore a path (relative to the work tree's folder), if one does.
    pub fn ignored_by(&self, path: &str) -> Result<Option<IgnoreRule>> {
        let asked = format!("{path}\0").into_bytes();
        let run = self.command("check-ignore").args(["-v", "-z", "--no-index", "--stdin"]).input(asked).run(&self.cancel)?;
        match run.status.code() {
            Some(0) => {}
            Some(1) => return Ok(None),
            _ => return Err(failed("check-ignore", &run)),
        }
        let fields: Vec<&str> = records(&run.stdout).collect();
        Ok(match fields[..] {
            // A rule that begins with `!` is the one that keeps the path.
            [file, line, pattern, _] if !pattern.starts_with('!') => {
                Some(IgnoreRule { file: file.to_owned(), line: line.parse().unwrap_or(0), pattern: pattern.to_owned() })
            }
            _ => None,
        })
    }

    /// Makes git know of new files (relative to the flake's folder) without staging what is in them.
    pub fn intend_to_add(&self, paths: &[String]) -> Result<()> {
        if paths.is_empty() {
            return Ok(());
        }
        let paths = paths.iter().map(|path| {
            // Git refuses a path that leads through a symbolic link.
            let full = self.toplevel.join(&self.prefix).join(path);
            let real = disk::real(&full).unwrap_or(full);
            format!(":(top,literal){}", real.strip_prefix(&self.toplevel).unwrap_or(&real).display())
        });
        self.run("add", self.command("add").args(["-N", "--"]).args(paths)).map(drop)
    }
}

fn git(program: &Path) -> Command {
    // No optional locks: reading must not refresh the user's index.
    Command::new(program).variable("GIT_OPTIONAL_LOCKS", "0").variable("GIT_TERMINAL_PROMPT", "0").args([
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.splitIndex=false",
        "-c",
        "core.hooksPath=/dev/null",
    ])
}

/// Parts between NUL bytes; parts that are not UTF-8 are left out (no path of ours is such).
fn records(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes.split(|&b| b == 0).filter(|part| !part.is_empty()).filter_map(|part| std::str::from_utf8(part).ok())
}

fn failed(subcommand: &str, run: &Finished) -> Box<Diagnostic> {
    let text = run.stderr_text();
    let line = text.lines().find(|line| line.starts_with("fatal:") || line.starts_with("error:")).or(text.lines().next());
    Diagnostic::new(Code::EnvCommand, format!("git {subcommand} failed: {}", line.unwrap_or("it said nothing").trim()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn run(folder: &Path, arguments: &[&str]) {
        let git = find_program("git", std::env::var_os("PATH").as_deref()).unwrap();
        let command = Command::new(&git).args(["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "init.defaultBranch=main"]);
        let run = command.args(arguments).folder(folder).run(&Cancel::default()).unwrap();
        assert!(run.status.success(), "{arguments:?}: {}", run.stderr_text());
    }

    fn of(folder: &Path) -> Repository {
        Repository::of(folder, &Cancel::default()).unwrap().unwrap()
    }

    #[test]
    fn a_folder_outside_any_repository() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Repository::of(folder.path(), &Cancel::default()).unwrap().is_none());
    }

    #[test]
    fn a_flake_in_a_subfolder() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        run(&top, &["init", "-q"]);
        fs::create_dir_all(top.join("a b/hosts")).unwrap();
        fs::write(top.join(".gitignore"), "# secrets\n*.key\n!kept.key\n").unwrap();
        fs::write(top.join("a b/flake.nix"), "{}").unwrap();
        fs::write(top.join("a b/hosts/h*.nix"), "{}").unwrap();
        let repository = of(&top.join("a b"));
        assert_eq!((repository.toplevel.as_path(), repository.prefix.as_str()), (top.as_path(), "a b/"));
        assert_eq!(repository.head().unwrap(), None);
        run(&top, &["add", "a b/flake.nix"]);
        run(&top, &["commit", "-q", "-m", "one", "--date", "1600000000 +0000"]);
        assert!(repository.head().unwrap().unwrap().date.ends_with("00"));
        assert_eq!(repository.files().unwrap(), ["flake.nix"]);
        std::os::unix::fs::symlink("hosts", top.join("a b/linked")).unwrap();
        repository.intend_to_add(&["linked/h*.nix".to_owned()]).unwrap();
        assert_eq!(repository.files().unwrap(), ["flake.nix", "hosts/h*.nix"]);
        let asked = ["a b/flake.nix", "a b/hosts/h*.nix", "a b/none"].map(str::to_owned);
        assert_eq!(repository.tracked(&asked).unwrap().into_keys().collect::<Vec<_>>(), ["a b/flake.nix", "a b/hosts/h*.nix"]);
        let rule = IgnoreRule { file: ".gitignore".to_owned(), line: 2, pattern: "*.key".to_owned() };
        assert_eq!(repository.ignored_by("a b/hosts/x.key").unwrap(), Some(rule));
        assert_eq!(repository.ignored_by("a b/hosts/kept.key").unwrap(), None);
        assert_eq!(repository.ignored_by("a b/hosts/x.nix").unwrap(), None);
    }

    #[test]
    fn a_linked_work_tree_shares_objects() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        let main = top.join("main");
        fs::create_dir(&main).unwrap();
        run(&main, &["init", "-q"]);
        fs::write(main.join("flake.nix"), "{}").unwrap();
        run(&main, &["add", "."]);
        run(&main, &["commit", "-q", "-m", "one"]);
        run(&main, &["worktree", "add", "-q", "../linked", "-b", "other"]);
        let repository = of(&top.join("linked"));
        assert_eq!(repository.objects, main.join(".git/objects"));
        assert!(repository.index.starts_with(main.join(".git/worktrees")));
        assert_eq!(repository.toplevel, top.join("linked"));
    }
}
