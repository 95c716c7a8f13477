//! Golden cases: one TOML file per case below `tests/cases/<operation>/`.
//!
//! A case names a fixture flake and a command line. It is run on a scratch copy, and the whole tree
//! is compared with what the case says: the unified diff of all files, byte for byte, the exit
//! status, what is said on standard error, and what Nix proved. A successful edit is then made a
//! second time (unchanged, exit 0, no file touched) and undone (every byte as before).
//!
//! `NIXEDIT_BLESS=1` writes what happened into the cases; read the change before you commit it.

mod support;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;
use support::{copy, fixture, has_nix};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Folder below `fixtures/`.
    fixture: String,
    /// The command line behind `nixedit`, as a shell would split it.
    run: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stdin: Option<String>,
    /// Files to write before the run: path to text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    files: BTreeMap<String, String>,
    /// Whether git tracks these files, so that Nix sees them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    tracked: bool,
    /// Exit status.
    #[serde(default)]
    exit: i32,
    /// Whether the edit can be made a second time (a command that reads standard input cannot).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    again: Option<bool>,
    /// What standard error says, ids and times left out.
    #[serde(default)]
    says: String,
    /// What standard output says where nothing changed: the data of a command that looks.
    #[serde(default)]
    prints: String,
    /// The unified diff of the whole tree, without context lines beyond one.
    #[serde(default)]
    diff: String,
}

type Tree = BTreeMap<String, (Vec<u8>, SystemTime)>;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

#[test]
fn cases() {
    if !has_nix() {
        return;
    }
    let mut files = Vec::new();
    collect(&repository().join("tests/cases"), &mut files);
    let only = std::env::var("NIXEDIT_CASE").unwrap_or_default();
    files.retain(|file| file.to_string_lossy().contains(&only));
    assert!(!files.is_empty(), "there are cases");
    let (next, failures) = (AtomicUsize::new(0), std::sync::Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if let Err(why) = check(file) {
                        failures.lock().expect("the list").push(format!("{}\n{why}", file.display()));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("the list");
    assert!(failures.is_empty(), "{} of {} cases failed\n\n{}", failures.len(), files.len(), failures.join("\n\n"));
}

fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, out);
        } else if path.extension().is_some_and(|e| e == "toml") {
            out.push(path);
        }
    }
}

fn check(file: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|e| e.to_string())?;
    let case: Case = toml::from_str(&text).map_err(|e| e.to_string())?;
    let scratch = scratch(&case)?;
    let root = scratch.path().join("mesh");
    let before = tree(&root);
    let (exit, said, printed) = nixedit(&root, &case.run, case.stdin.as_deref());
    let after = tree(&root);
    let diff = diff(&before, &after);
    let prints = if diff.is_empty() { printed } else { String::new() };
    let happened = Case { exit, says: normal(&said), prints, diff, ..case.clone() };
    if happened != case {
        if std::env::var_os("NIXEDIT_BLESS").is_some() {
            return std::fs::write(file, written(&happened)).map_err(|e| e.to_string());
        }
        let (want, have) = (written(&case), written(&happened));
        return Err(similar::TextDiff::from_lines(&want, &have).unified_diff().header("the case", "what happened").to_string());
    }
    if exit != 0 {
        pasted(&root, &happened.says)?;
    }
    if exit == 0 && !happened.diff.is_empty() {
        again(&root, &case, &after)?;
        undone(&root, &before)?;
    }
    Ok(())
}

/// Every command line that a refusal offers works when it is pasted; what stands for a value of the
/// reader's (`VALUE`, `<other>`) is left out.
fn pasted(root: &Path, says: &str) -> Result<(), String> {
    let offered = says.lines().filter_map(|line| line.strip_prefix("help: ").or(line.strip_prefix("      ")));
    for line in offered.filter(|line| line.starts_with("nixedit ")) {
        let line = line.split("  # ").next().unwrap_or(line);
        let open =
            |word: &str| word.starts_with('<') || word.contains('…') || (word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()));
        if words(line).iter().any(|word| open(word.rsplit('=').next().unwrap_or(word))) {
            continue;
        }
        let (exit, said, _) = nixedit(root, &format!("{} --dry-run", line.trim_start_matches("nixedit ")), None);
        if exit != 0 {
            return Err(format!("{line}\nis offered, but exits {exit} when pasted:\n{said}"));
        }
    }
    Ok(())
}

/// The case as it is written down: long texts as literal blocks.
fn written(case: &Case) -> String {
    let block = |name: &str, text: &str| match text {
        "" => String::new(),
        // What a literal string of TOML cannot hold is escaped in the other kind.
        text if text.contains("'''") => format!("{name} = \"\"\"\n{}\"\"\"\n", text.replace('\\', "\\\\").replace('"', "\\\"")),
        text => format!("{name} = '''\n{text}'''\n"),
    };
    let head = toml::to_string(&Case { says: String::new(), prints: String::new(), diff: String::new(), ..case.clone() }).expect("a case");
    let long = |line: &str| ["says = ", "prints = ", "diff = "].iter().any(|name| line.starts_with(name));
    let head: String = head.lines().filter(|line| !long(line)).map(|l| format!("{l}\n")).collect();
    // Tables must come last in TOML.
    let (plain, tables) = head.split_once("\n[").map_or((head.clone(), String::new()), |(a, b)| (format!("{a}\n"), format!("\n[{b}")));
    let blocks = [block("says", &case.says), block("prints", &case.prints), block("diff", &case.diff)];
    format!("{plain}{}{tables}", blocks.concat())
}

fn scratch(case: &Case) -> Result<tempfile::TempDir, String> {
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let root = folder.path().join("mesh");
    copy(&fixture(&case.fixture), &root);
    let git = |words: &[&str]| Command::new("git").arg("-C").arg(&root).args(words).output().map_err(|e| e.to_string());
    git(&["init", "-q"])?;
    git(&["add", "-A"])?;
    git(&["-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "-qm", "The flake"])?;
    for (path, text) in &case.files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(&root)).map_err(|e| e.to_string())?;
        std::fs::write(path, text).map_err(|e| e.to_string())?;
    }
    if case.tracked {
        git(&["add", "-A"])?;
    }
    Ok(folder)
}

fn nixedit(root: &Path, line: &str, stdin: Option<&str>) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nixedit"));
    command.args(words(line)).current_dir(root).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.spawn().expect("nixedit starts");
    if let (Some(text), Some(mut pipe)) = (stdin, child.stdin.take()) {
        // A command that refuses early does not read its input.
        let _ = pipe.write_all(text.as_bytes());
    }
    let output = child.wait_with_output().expect("nixedit ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stderr), text(&output.stdout))
}

/// A command line as a shell splits it: blanks, single and double quotes.
fn words(line: &str) -> Vec<String> {
    let (mut out, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => out.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    out.extend(word);
    out
}

/// Standard error without what differs from run to run.
fn normal(said: &str) -> String {
    let lines = said.lines().filter(|line| !line.starts_with("undo: "));
    lines.map(|line| format!("{line}\n")).collect()
}

fn tree(root: &Path) -> Tree {
    let mut out = Tree::new();
    read(root, root, &mut out);
    out
}

fn read(root: &Path, folder: &Path, out: &mut Tree) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry")) {
        let path = entry.path();
        if entry.file_name() == ".git" {
            continue;
        }
        if path.is_dir() {
            read(root, &path, out);
        } else {
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
            let time = entry.metadata().and_then(|m| m.modified()).expect("a time");
            out.insert(name, (std::fs::read(&path).expect("a file"), time));
        }
    }
}

fn diff(before: &Tree, after: &Tree) -> String {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort();
    names.dedup();
    let mut out = String::new();
    for name in names {
        let bytes = |tree: &Tree| tree.get(name).map(|(bytes, _)| bytes.clone());
        let (old, new) = (bytes(before), bytes(after));
        if old == new {
            continue;
        }
        let text = |bytes: &Option<Vec<u8>>| String::from_utf8(bytes.clone().unwrap_or_default());
        match (text(&old), text(&new)) {
            (Ok(a), Ok(b)) if !name.ends_with(".age") => {
                let label = |side: &str, there: bool| if there { format!("{side}/{name}") } else { "/dev/null".to_owned() };
                out.push_str(
                    &similar::TextDiff::from_lines(&a, &b)
                        .unified_diff()
                        .context_radius(1)
                        .header(&label("a", old.is_some()), &label("b", new.is_some()))
                        .to_string(),
                );
            }
            // An encrypted file differs from run to run.
            _ => out.push_str(&format!(
                "{} {name}\n",
                if old.is_none() {
                    "new"
                } else if new.is_none() {
                    "deleted"
                } else {
                    "changed"
                }
            )),
        }
    }
    out
}

fn again(root: &Path, case: &Case, after: &Tree) -> Result<(), String> {
    if case.again == Some(false) {
        return Ok(());
    }
    let (exit, said, _) = nixedit(root, &case.run, case.stdin.as_deref());
    let second = tree(root);
    if exit != 0 || &second != after || !(said.contains("unchanged") || said.starts_with("nothing to do")) {
        return Err(format!("the second run is not \"unchanged\": exit {exit}\n{said}{}", diff(after, &second)));
    }
    Ok(())
}

fn undone(root: &Path, before: &Tree) -> Result<(), String> {
    let (exit, said, _) = nixedit(root, "undo", None);
    let back = tree(root);
    let left = diff(before, &back);
    if exit != 0 || !left.is_empty() {
        return Err(format!("undo: exit {exit}\n{said}{left}"));
    }
    Ok(())
}
