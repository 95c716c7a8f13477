//! The rules file: which key may decrypt which file.

use crate::diagnostic::Result;
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::body::Wrapper;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxNode, body, lookup};
use crate::text::{join_path, parent_path};

/// What `agenix` reads to know the recipients of a file.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The file, relative to the flake's root.
    pub file: String,
    /// The folder that the rules' keys are relative to, and that `agenix` is run in.
    pub folder: String,
    /// The set that holds the rules.
    pub set: SyntaxNode,
    /// The rules in order.
    pub rules: Vec<Rule>,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The file name as written: `github-token.age`, `secrets/github-token.age`.
    pub key: String,
    /// The bindings that make the rule; several when written dotted.
    pub bindings: Vec<SyntaxNode>,
    /// The value of `publicKeys`.
    pub recipients: SyntaxNode,
    /// The rule's attributes where it is written as a set, with their values.
    pub set: Option<Vec<(AttrPath, SyntaxNode)>>,
}

impl Rule {
    /// The secret's name: the key without its folder and `.age`.
    pub fn name(&self) -> &str {
        let name = self.key.rsplit('/').next().unwrap_or(&self.key);
        name.strip_suffix(".age").unwrap_or(name)
    }
}

impl Rules {
    /// The encrypted file of a key, relative to the flake's root.
    pub fn path_of(&self, key: &str) -> String {
        join_path(&self.folder, key).unwrap_or_else(|| key.to_owned())
    }

    /// The key of a new secret, in the folder that the last rule's file is in.
    pub fn key_of(&self, name: &str) -> String {
        match self.rules.last().and_then(|rule| rule.key.rsplit_once('/')) {
            Some((folder, _)) => format!("{folder}/{name}.age"),
            None => format!("{name}.age"),
        }
    }
}

/// The rules file: the one the settings name, else a `secrets.nix` that speaks of public keys, else
/// any file that does.
pub(super) fn find(project: &Project, files: &[String]) -> Result<Option<Rules>> {
    if let Some(stated) = &project.settings().secrets.rules {
        return read(project, &project.source(stated)?).map(Some);
    }
    let rank = |file: &str| match file {
        "secrets/secrets.nix" => 0,
        "secrets.nix" => 1,
        file if file.ends_with("/secrets.nix") => 2,
        _ => 3,
    };
    // A rules file that has keys and no rule yet is known by its name, as is one whose last rule went.
    let has_keys = |file: &str| ["\"ssh-", "\"age1"].iter().any(|start| project.mentions(file, start));
    let is_new = |file: &str| rank(file) < 3 && (has_keys(file) || is_without_rules(project, file));
    let mut candidates: Vec<&String> = files.iter().filter(|file| project.mentions(file, "publicKeys") || is_new(file)).collect();
    candidates.sort_by_key(|file| rank(file));
    for file in candidates {
        let Ok(source) = project.source(file) else { continue };
        let rules = read(project, &source)?;
        if !rules.rules.is_empty() || rank(file) < 3 {
            return Ok(Some(rules));
        }
    }
    Ok(None)
}

/// Whether a file comes to an empty set: no module, which would be a function.
fn is_without_rules(project: &Project, file: &str) -> bool {
    let Ok(source) = project.source(file) else { return false };
    let sets = body::sets(&source.root);
    let plain = |wrapper: &Wrapper| matches!(wrapper, Wrapper::With(_));
    let is_empty = |reached: &body::Reached| reached.wrappers.iter().all(plain) && reached.node.children().next().is_none();
    !sets.is_empty() && sets.iter().all(is_empty)
}

fn read(project: &Project, source: &Source) -> Result<Rules> {
    let sets = body::sets(&source.root);
    let rules: Vec<Rule> = sets.iter().flat_map(|reached| rules_of(&reached.node)).collect();
    let whole = || {
        source.error(
            crate::diagnostic::Code::ShapeUnsupported,
            format!("{} is not a set of rules", source.path),
            crate::syntax::span(&source.root),
            "here",
        )
    };
    let set = sets.last().map(|reached| reached.node.clone()).ok_or_else(whole)?;
    let own = parent_path(&source.path).to_owned();
    let found_in =
        |folder: &str| rules.iter().filter(|rule| join_path(folder, &rule.key).is_some_and(|path| project.exists(&path))).count();
    let folder = if found_in("") > found_in(&own) { String::new() } else { own };
    Ok(Rules { file: source.path.clone(), folder, set, rules })
}

fn rules_of(set: &SyntaxNode) -> Vec<Rule> {
    let mut out: Vec<Rule> = Vec::new();
    let mut extra: Vec<(String, SyntaxNode)> = Vec::new();
    for entry in set.children() {
        let Some((path, value)) = lookup::binding_parts(&entry) else { continue };
        match path.names() {
            [key, name] if name == "publicKeys" => {
                out.push(Rule { key: key.clone(), bindings: vec![entry], recipients: value, set: None });
            }
            [key] => {
                let Some(inner) = body::sets(&value).into_iter().next() else { continue };
                let attributes: Vec<_> = inner.node.children().filter_map(|child| lookup::binding_parts(&child)).collect();
                let recipients = attributes.iter().find(|(path, _)| path.names() == ["publicKeys"]).map(|(_, value)| value.clone());
                if let Some(recipients) = recipients {
                    out.push(Rule { key: key.clone(), bindings: vec![entry], recipients, set: Some(attributes) });
                }
            }
            [key, ..] => extra.push((key.clone(), entry)),
            [] => {}
        }
    }
    for (key, entry) in extra {
        if let Some(rule) = out.iter_mut().find(|rule| rule.key == key) {
            rule.bindings.push(entry);
        }
    }
    out
}
