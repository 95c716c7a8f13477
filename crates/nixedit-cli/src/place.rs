//! Which folder is the flake, and what a file argument means from here.

use nixedit_core::diagnostic::{Code, Diagnostic, Result};
use std::path::{Component, Path, PathBuf};

/// The flake named, or the one around the current folder, or the one that the environment names.
/// `file` is a file argument: it decides where no flake is found.
pub fn root(named: Option<&Path>, file: Option<&str>) -> Result<PathBuf> {
    let here = std::env::current_dir().map_err(|e| Diagnostic::new(Code::FileIo, format!("no current folder: {e}")))?;
    if let Some(named) = named {
        let root = absolute(&here, named);
        if !root.is_dir() {
            return Err(Diagnostic::new(Code::FlakeMissing, format!("there is no folder {}", named.display()))
                .help("give the folder that holds flake.nix"));
        }
        return Ok(root);
    }
    let start = file.map_or(here.clone(), |file| absolute(&here, Path::new(file)).parent().map_or(here.clone(), Path::to_owned));
    let around = [here.as_path(), start.as_path()].into_iter().find_map(|from| from.ancestors().find(|dir| dir.join("flake.nix").exists()));
    if let Some(root) = around {
        return Ok(root.to_owned());
    }
    if file.is_some_and(|file| here.join(file).exists()) {
        let inside = absolute(&here, Path::new(file.unwrap_or_default())).starts_with(&here);
        return Ok(if inside { here } else { start });
    }
    let stated = ["NIXEDIT_FLAKE", "NH_OS_FLAKE", "NH_FLAKE"].iter().filter_map(std::env::var_os).map(PathBuf::from);
    match stated.into_iter().find(|dir| dir.join("flake.nix").exists()) {
        Some(root) => Ok(absolute(&here, &root)),
        None if file.is_some() => Ok(here),
        None => {
            let error = Diagnostic::new(Code::FlakeMissing, format!("no flake.nix in {} or above it", here.display()));
            let help = "go to the flake's folder, name it with -C DIR, or name a single file with --file";
            Err(in_files(error.help(help), &here, &std::env::args().skip(1).collect::<Vec<_>>()))
        }
    }
}

/// The same command for each file that a system or a home without a flake is usually in.
fn in_files(mut error: Box<Diagnostic>, here: &Path, words: &[String]) -> Box<Diagnostic> {
    if !words.first().is_some_and(|word| word.ends_with("-package")) {
        return error;
    }
    let is_host = |word: &String| word == "--host";
    let numbered = words.iter().enumerate();
    let kept = numbered.filter(|(at, word)| !is_host(word) && !word.starts_with("--host=") && (*at == 0 || !is_host(&words[at - 1])));
    let kept: Vec<&str> = kept.map(|(_, word)| word.as_str()).collect();
    for file in ["configuration.nix", "home.nix"].into_iter().filter(|file| here.join(file).exists()) {
        error = error.way(format!("nixedit {} --file {file}", kept.join(" ")), format!("in {file}"));
    }
    error
}

fn absolute(here: &Path, path: &Path) -> PathBuf {
    let mut out = if path.is_absolute() { PathBuf::new() } else { here.to_owned() };
    for part in path.components() {
        match part {
            Component::ParentDir => {
                out.pop();
            }
            Component::CurDir => {}
            part => out.push(part),
        }
    }
    out
}

/// A file argument as a path below the root: seen from the current folder, or from the root.
pub fn root_relative(root: &Path, file: &str) -> Result<String> {
    let here = std::env::current_dir().unwrap_or_else(|_| root.to_owned());
    let from_here = absolute(&here, Path::new(file));
    let from_root = absolute(root, Path::new(file));
    let below = |path: &Path| path.strip_prefix(root).ok().map(|p| p.to_string_lossy().into_owned());
    let found = [from_here, from_root].into_iter().filter(|path| path.is_file()).find_map(|path| below(&path));
    found.or_else(|| below(&absolute(root, Path::new(file)))).ok_or_else(|| {
        Diagnostic::new(Code::FileOutside, format!("{file} lies outside {}", root.display()))
            .help("name the flake that holds it with -C DIR")
    })
}
