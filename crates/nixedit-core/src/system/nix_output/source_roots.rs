//! Which printed paths mean files of the flake, and which file.

use super::{NixFailure, Origin};
use crate::text::join_path;

/// The ways in which Nix may print the root of the evaluated tree. Inputs have files of the same
/// names, so a path counts only when it begins with one of these; nothing is ever guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceRoots {
    /// `path` of `nix flake metadata --json`: the store path of the whole repository.
    pub store_path: Option<String>,
    /// Real paths of the repository: the side repository, the user's own. With and without
    /// symbolic links resolved, where they differ.
    pub repositories: Vec<String>,
    /// The commit that was evaluated, when one was named; another commit of the same repository
    /// is an input.
    pub revision: Option<String>,
    /// Folder of `flake.nix` below the repository's root; empty when it is the root.
    pub subdirectory: String,
}

impl SourceRoots {
    /// The path relative to the folder of `flake.nix`, with `/`; empty for that folder itself.
    /// `None` when the printed path is no file of the flake.
    pub fn relative(&self, printed: &str) -> Option<String> {
        let in_repository = match printed.strip_prefix('«') {
            Some(reference) => self.below_reference(reference)?,
            None if printed.starts_with('/') => self.below_store_path(printed).or_else(|| self.below_repository(printed))?,
            None => return None,
        };
        self.from_repository(in_repository)
    }

    /// Like [`SourceRoots::relative`], for a path that is already relative to the repository.
    pub fn from_repository(&self, path: &str) -> Option<String> {
        let path = join_path("", path)?;
        match self.subdirectory.trim_matches('/') {
            "" => Some(path),
            folder => match path.strip_prefix(folder)? {
                "" => Some(String::new()),
                below => below.strip_prefix('/').map(str::to_owned),
            },
        }
    }

    /// These roots, with the store path read off the failure when it is unknown: `nix flake
    /// metadata` cannot tell it when `flake.nix` itself does not parse. Then the error stands in
    /// `flake.nix` and nothing has been called yet, so there is no trace.
    pub fn learned_from(&self, failure: &NixFailure) -> Self {
        let mut roots = self.clone();
        let own = failure.places.first().filter(|place| place.origin == Origin::Own && failure.trace.is_empty());
        if let (None, Some(place)) = (&self.store_path, own) {
            let below_root = join_path(&self.subdirectory, "flake.nix").unwrap_or_default();
            let root = place.path.strip_suffix(below_root.as_str()).and_then(|path| path.strip_suffix("-source/"));
            roots.store_path = root.filter(|root| root.contains("/nix/store/")).map(|root| format!("{root}-source"));
        }
        roots
    }

    /// `git+file:///repo?ref=…&rev=…»/path`, as Nix 2.34 prints a locked tree.
    fn below_reference<'p>(&self, reference: &'p str) -> Option<&'p str> {
        let (url, path) = reference.split_once('»')?;
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let folder = address.strip_prefix("git+file://").or_else(|| address.strip_prefix("path:"))?;
        let folder = percent_decoded(folder);
        let same_commit = match (&self.revision, query.split('&').find_map(|part| part.strip_prefix("rev="))) {
            (Some(ours), Some(printed)) => ours == printed,
            _ => true,
        };
        let ours = |known: &String| known.trim_end_matches('/') == folder.trim_end_matches('/');
        (same_commit && self.repositories.iter().any(ours)).then_some(path)
    }

    /// `/nix/store/<hash>-source/path`, with anything before it: a store elsewhere on the disk is
    /// printed as it lies there. The hash makes the folder's name unique.
    fn below_store_path<'p>(&self, printed: &'p str) -> Option<&'p str> {
        let folder = self.store_path.as_deref()?.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty())?;
        let at = printed.find(&format!("/{folder}"))? + 1 + folder.len();
        below(&printed[at..])
    }

    /// A real path. A store inside the repository holds the inputs too, and is not part of it.
    fn below_repository<'p>(&self, printed: &'p str) -> Option<&'p str> {
        let roots = self.repositories.iter().map(|root| root.trim_end_matches('/')).filter(|root| !root.is_empty());
        let path = roots.filter_map(|root| below(printed.strip_prefix(root)?)).min_by_key(|path| path.len())?;
        (!path.contains("nix/store/")).then_some(path)
    }
}

/// What follows a folder's name: nothing, or a slash and more.
fn below(rest: &str) -> Option<&str> {
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

/// `%20` and its like resolved; malformed escapes stay as they are.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten().and_then(|hex| std::str::from_utf8(hex).ok());
        match escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots() -> SourceRoots {
        SourceRoots {
            store_path: Some("/nix/store/aaaa-source".into()),
            repositories: vec!["/tmp/side dir".into(), "/home/zk/mesh".into()],
            revision: Some("1234".into()),
            subdirectory: String::new(),
        }
    }

    #[test]
    fn own_files_map_however_they_are_printed() {
        for printed in [
            "/nix/store/aaaa-source/modules/base.nix",
            "/var/chroot/nix/store/aaaa-source/modules/base.nix",
            "«git+file:///tmp/side%20dir?ref=refs/heads/main&rev=1234»/modules/base.nix",
            "«path:/home/zk/mesh»/modules/base.nix",
            "/home/zk/mesh/modules/base.nix",
            "/tmp/side dir/modules/../modules/base.nix",
        ] {
            assert_eq!(roots().relative(printed).as_deref(), Some("modules/base.nix"), "{printed}");
        }
        assert_eq!(roots().relative("/nix/store/aaaa-source").as_deref(), Some(""));
    }

    #[test]
    fn inputs_do_not_map() {
        for printed in [
            "/nix/store/bbbb-source/flake.nix",
            "/nix/store/aaaa-source-2/flake.nix",
            "«github:NixOS/nixpkgs/0f?narHash=x»/flake.nix",
            "«git+file:///tmp/side%20dir?ref=refs/heads/main&rev=99»/flake.nix",
            "/home/zk/mesh2/flake.nix",
            "/home/zk/mesh/.store/nix/store/bbbb-source/flake.nix",
            "c: c.flake.nix",
            "flake.nix",
            "/home/zk/mesh/../other/flake.nix",
            "«",
            "",
        ] {
            assert_eq!(roots().relative(printed), None, "{printed}");
        }
    }

    #[test]
    fn a_flake_below_the_repository_has_its_own_root() {
        let roots = SourceRoots { subdirectory: "nix/".into(), ..roots() };
        assert_eq!(roots.relative("/nix/store/aaaa-source/nix/a.nix").as_deref(), Some("a.nix"));
        assert_eq!(roots.relative("/nix/store/aaaa-source/nixos/a.nix"), None);
    }

    #[test]
    fn escapes_of_addresses() {
        assert_eq!(percent_decoded("a%20b%zz%"), "a b%zz%");
    }
}
