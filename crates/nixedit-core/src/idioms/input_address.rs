//! Addresses of inputs: what is one, and what is better written otherwise.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::Note;

/// Addresses that begin so are flake references; what follows is Nix's to judge.
const SCHEMES: &[&str] =
    &["github:", "gitlab:", "sourcehut:", "git:", "git+", "hg+", "path:", "tarball+", "file+", "file:", "http:", "https:", "flake:"];

/// Refuses what Nix could not read as a flake reference.
pub(super) fn check(name: &str, url: &str) -> Result<()> {
    if url.is_empty() {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("input '{name}' needs a flake reference"))
            .help("such as github:OWNER/REPOSITORY, or path:./FOLDER"));
    }
    let wrong = |help: String| Err(Diagnostic::new(Code::InputAddress, format!("'{url}' is no flake reference")).help(help));
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return wrong("it may hold no blanks; write %20".to_owned());
    }
    if let Some((host, path)) = url.strip_prefix("git@").and_then(|rest| rest.split_once(':')) {
        return wrong(format!("git+ssh://git@{host}/{path}"));
    }
    if let Some(rest) = url.strip_prefix("ssh://") {
        return wrong(format!("git+ssh://{rest}"));
    }
    if let Some(short) = as_forge(url) {
        return wrong(short);
    }
    for forge in ["github:", "gitlab:", "sourcehut:"] {
        if url
            .strip_prefix(forge)
            .is_some_and(|rest| rest.split(['?', '#']).next().unwrap_or(rest).split('/').filter(|p| !p.is_empty()).count() < 2)
        {
            return wrong(format!("{forge}OWNER/REPOSITORY"));
        }
    }
    let known = SCHEMES.iter().any(|scheme| url.starts_with(scheme));
    let local = url.starts_with('/') || url.starts_with('.');
    if known || local || is_registry_name(url) {
        Ok(())
    } else {
        wrong("such as github:OWNER/REPOSITORY, git+https://HOST/PATH, path:./FOLDER".to_owned())
    }
}

/// `nixpkgs`, `nixpkgs/nixos-unstable`: a name of the registry.
fn is_registry_name(url: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    url.starts_with(|c: char| c.is_ascii_alphabetic()) && url.chars().all(fits)
}

/// The page of a repository as a flake reference.
fn as_forge(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let forge = match host {
        "github.com" | "www.github.com" => "github",
        "gitlab.com" => "gitlab",
        _ => return None,
    };
    let mut parts = path.trim_end_matches('/').split('/');
    let (owner, repository) = (parts.next()?, parts.next()?);
    parts.next().is_none().then(|| format!("{forge}:{owner}/{}", repository.trim_end_matches(".git")))
}

/// A remark about an address that works but is a poor choice.
pub(super) fn remark(url: &str) -> Option<Note> {
    let bare = url.split('?').next().unwrap_or(url);
    let is_nixpkgs = bare.to_ascii_lowercase().contains("nixpkgs");
    let of_forge = ["github:", "gitlab:", "sourcehut:"].iter().any(|forge| bare.starts_with(forge)) && bare.matches('/').count() > 1;
    let master = (of_forge && bare.ends_with("/master")) || url.contains("ref=master");
    master.then(|| Note {
        code: "input-master".to_owned(),
        message: match is_nixpkgs {
            true => format!("{url} follows a branch that no channel has tested or built; nixos-unstable is what has passed its tests"),
            false => format!("{url} follows a branch by name; leave /master away to take the default one, or name a release"),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_what_is_none() {
        for good in [
            "github:o/r",
            "github:o/r/main?dir=x",
            "git+ssh://git@h/p",
            "path:./x",
            "./x",
            "nixpkgs",
            "nixpkgs/nixos-unstable",
            "https://h/x.tar.gz",
        ] {
            assert!(check("a", good).is_ok(), "{good}");
        }
        for (bad, help) in [
            ("git@github.com:o/r.git", "git+ssh://git@github.com/o/r.git"),
            ("https://github.com/o/r.git", "github:o/r"),
            ("github:o", "github:OWNER/REPOSITORY"),
            ("ssh://h/p", "git+ssh://h/p"),
        ] {
            let error = check("a", bad).unwrap_err();
            assert_eq!((error.code, error.help.as_deref()), (Code::InputAddress, Some(help)), "{bad}");
        }
        assert!(check("a", "a b").is_err() && check("a", "githbu:o/r").is_err());
    }

    #[test]
    fn a_branch_without_tests_is_remarked_on() {
        assert!(remark("github:NixOS/nixpkgs/master").unwrap().message.contains("nixos-unstable"));
        assert!(remark("github:o/r/master").is_some() && remark("github:o/r").is_none() && remark("github:o/master").is_none());
    }
}
