//! What a lock file pins, read from its text, and the difference of two in words.
//!
//! The format is Nix's: a graph of nodes by name, whose edges are either the name of another node or a
//! path from the root that is followed (<https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake#lock-files>).

mod date;
mod difference;

pub use date::day_of;
pub use difference::{LockChange, difference};

use crate::text::parent_path;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// How deep inputs of inputs are looked into; a lock file that nests deeper is none that Nix wrote.
const DEEPEST: usize = 32;

/// A lock file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlakeLock {
    nodes: BTreeMap<String, Value>,
    root: String,
}

/// What an input is held at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct Pin {
    /// The revision; `None` for what has none (a folder, a tarball).
    pub rev: Option<String>,
    /// The day of the content in UTC, `2026-08-20`.
    pub date: Option<String>,
    /// The hash of the content, as Nix writes it.
    pub hash: Option<String>,
    /// Where it comes from, without what it is held at: `github:NixOS/nixpkgs`, `path:./sub`.
    pub origin: Option<String>,
    /// A path of inputs from the root that is followed instead: `nixpkgs`, `a/b`.
    pub follows: Option<String>,
}

impl Pin {
    /// Whether it is a folder of the flake, which needs no lock of its own.
    pub fn is_own(&self) -> bool {
        self.follows.is_none() && self.rev.is_none() && self.hash.is_none()
    }

    /// `a1b2c3d 2026-08-20`, as far as it is known; `follows nixpkgs`.
    pub fn words(&self) -> String {
        if let Some(target) = &self.follows {
            return if target.is_empty() { "nothing".to_owned() } else { format!("follows {target}") };
        }
        let hash = || self.hash.as_ref().map(|hash| hash.chars().take(14).collect::<String>());
        let rev = self.rev.as_ref().map(|rev| rev.chars().take(7).collect::<String>()).or_else(hash);
        let known: Vec<String> = rev.into_iter().chain(self.date.clone()).collect();
        if known.is_empty() { "part of this flake".to_owned() } else { known.join(" ") }
    }
}

impl FlakeLock {
    /// Reads a lock file; `None` when the bytes are none.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let mut whole: Value = serde_json::from_slice(bytes).ok()?;
        let root = whole.get("root")?.as_str()?.to_owned();
        let nodes = serde_json::from_value(whole.get_mut("nodes")?.take()).ok()?;
        Some(Self { nodes, root })
    }

    /// The flake's own inputs, in order.
    pub fn inputs(&self) -> Vec<(String, Pin)> {
        let edges = self.edges(&self.root);
        edges.into_iter().map(|(name, edge)| (name, self.pin(&edge))).collect()
    }

    /// What an input is held at; its path is written `a/b`.
    pub fn input(&self, path: &str) -> Option<Pin> {
        let (above, last) = path.rsplit_once('/').map_or((None, path), |(above, last)| (Some(above), last));
        let node = above.map_or(Some(self.root.clone()), |above| self.node_at(above, 0))?;
        self.edges(&node).get(last).map(|edge| self.pin(edge))
    }

    /// The names of an input's own inputs; `None` when the lock file does not have the input.
    pub fn inner_inputs(&self, path: &str) -> Option<Vec<String>> {
        self.node_at(path, 0).map(|node| self.edges(&node).into_keys().collect())
    }

    /// Every input, those of inputs too, by its path.
    pub fn pins(&self) -> BTreeMap<String, Pin> {
        let mut out = BTreeMap::new();
        self.collect(&self.root, "", 0, &mut out);
        out
    }

    fn collect(&self, node: &str, prefix: &str, depth: usize, out: &mut BTreeMap<String, Pin>) {
        for (name, edge) in self.edges(node) {
            let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
            out.insert(path.clone(), self.pin(&edge));
            if let (Value::String(next), true) = (&edge, depth < DEEPEST) {
                self.collect(next, &path, depth + 1, out);
            }
        }
    }

    fn edges(&self, node: &str) -> BTreeMap<String, Value> {
        let inputs = self.nodes.get(node).and_then(|node| node.get("inputs"));
        inputs.and_then(|inputs| serde_json::from_value(inputs.clone()).ok()).unwrap_or_default()
    }

    /// The node that a path of inputs leads to, through what it follows.
    fn node_at(&self, path: &str, depth: usize) -> Option<String> {
        let mut node = self.root.clone();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            node = match self.edges(&node).get(name)? {
                Value::String(next) => next.clone(),
                Value::Array(_) if depth >= DEEPEST => return None,
                edge => self.node_at(&followed(edge)?, depth + 1)?,
            };
        }
        Some(node)
    }

    fn pin(&self, edge: &Value) -> Pin {
        if let Some(follows) = followed(edge) {
            return Pin { follows: Some(follows), ..Pin::default() };
        }
        let locked = edge.as_str().and_then(|name| self.nodes.get(name)).and_then(|node| node.get("locked"));
        let text = |key: &str| locked.and_then(|locked| locked.get(key)?.as_str()).map(str::to_owned);
        // Nix says 1 of what lost its own time in the store.
        let time = locked.and_then(|locked| locked.get("lastModified")?.as_i64()).filter(|&time| time > 1);
        Pin { rev: text("rev"), date: time.map(day_of), hash: text("narHash"), origin: locked.and_then(origin), follows: None }
    }
}

/// The path of the lock file beside a flake's file.
pub fn beside(flake: &str) -> String {
    let folder = parent_path(flake);
    if folder.is_empty() { "flake.lock".to_owned() } else { format!("{folder}/flake.lock") }
}

/// Where a locked input comes from.
fn origin(locked: &Value) -> Option<String> {
    let text = |key: &str| locked.get(key).and_then(Value::as_str);
    match (text("type")?, text("owner"), text("repo")) {
        (kind, Some(owner), Some(repo)) => Some(format!("{kind}:{owner}/{repo}")),
        ("path", ..) => Some(format!("path:{}", text("path")?)),
        (kind, ..) => Some(format!("{kind}+{}", text("url")?)),
    }
}

/// The path that an edge follows.
fn followed(edge: &Value) -> Option<String> {
    let names: Vec<&str> = edge.as_array()?.iter().filter_map(Value::as_str).collect();
    Some(names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{ "nodes": {
        "a": { "inputs": { "c": "c", "n": [ "n" ] }, "locked": { "rev": "0123456789", "lastModified": 1756684800, "narHash": "sha256-a" } },
        "c": { "locked": { "path": "./c", "type": "path" } },
        "n": { "locked": { "lastModified": 1, "narHash": "sha256-0123456789" } },
        "root": { "inputs": { "a": "a", "n": "n", "x": [ "a", "c" ] } } }, "root": "root", "version": 7 }"#;

    #[test]
    fn pins_are_read_through_what_they_follow() {
        let lock = FlakeLock::parse(TEXT.as_bytes()).unwrap();
        let words: Vec<(String, String)> = lock.pins().into_iter().map(|(path, pin)| (path, pin.words())).collect();
        let expected = [
            ("a", "0123456 2025-09-01"),
            ("a/c", "part of this flake"),
            ("a/n", "follows n"),
            ("n", "sha256-0123456"),
            ("x", "follows a/c"),
        ];
        assert_eq!(words, expected.map(|(path, words)| (path.to_owned(), words.to_owned())));
        assert_eq!(lock.inner_inputs("a").unwrap(), ["c", "n"]);
        assert_eq!(lock.inner_inputs("x").unwrap(), [] as [&str; 0]);
        assert!(lock.inner_inputs("b").is_none());
        assert_eq!(lock.input("a/n").unwrap().follows.as_deref(), Some("n"));
        assert!(FlakeLock::parse(b"{}").is_none() && FlakeLock::parse(b"x").is_none());
    }

    #[test]
    fn what_follows_itself_ends() {
        let text = r#"{ "nodes": { "root": { "inputs": { "a": [ "b" ], "b": [ "a" ] } } }, "root": "root" }"#;
        assert!(FlakeLock::parse(text.as_bytes()).unwrap().inner_inputs("a").is_none());
    }
}
