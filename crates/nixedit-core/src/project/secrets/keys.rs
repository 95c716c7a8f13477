//! Public keys, read from the rules file.

use super::Rules;
use crate::change_set::{ChangeSet, FileChange};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::project::Project;
use crate::project::evaluate::Evaluator;
use crate::project::value::{Attr, Attrs, Kind, Place, Value};
use crate::syntax::attr_path::quoted_name;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, lookup, span};
use crate::text::Span;
use std::rc::Rc;

/// A name in the rules file that stands for one key or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The name alone: `zk`.
    pub name: String,
    /// How the rules file writes it: `zk`, `identities.zk`.
    pub text: String,
    /// Its keys.
    pub keys: Vec<String>,
    /// Whether it is a list.
    pub is_list: bool,
}

impl Project {
    /// The keys that an expression comes to where the rules stand; each as `TYPE KEY`, without a
    /// comment. Fails with `secret.recipient-unknown` and the part that cannot be read.
    pub fn secret_keys(&self, rules: &Rules, expression: &str) -> Result<Vec<String>> {
        self.with_probe(rules, expression, |evaluator, value| {
            let unreadable = |text: String| {
                Diagnostic::new(Code::SecretRecipientUnknown, format!("recipient '{text}' cannot be read from {}", rules.file))
                    .help("write its public key, or a name that is bound to it, in the rules file")
            };
            let mut keys = Vec::new();
            for item in evaluator.items(value) {
                let key = evaluator.force(&item.value);
                match key.as_str() {
                    Some(text) if !item.conditional => keys.push(bare(text)),
                    _ => return Err(unreadable(evaluator.snippet(&item.place))),
                }
            }
            Ok(keys)
        })
    }

    /// The names that recipients can be called by: the `let` bindings around the rules, and the
    /// attributes of those that are sets of keys.
    pub fn secret_recipients(&self, rules: &Rules) -> Result<Vec<Recipient>> {
        let source = self.source(&rules.file)?;
        let names = bound_names(&source, rules);
        let set: String = names.iter().map(|name| format!("{} = {};", quoted_name(name), name)).collect();
        self.with_probe(rules, &format!("{{ {set} }}"), |evaluator, value| {
            let mut out = Vec::new();
            for attr in &evaluator.attrs(value).entries {
                collect(evaluator, attr, "", &mut out);
            }
            Ok(out)
        })
    }

    /// Reads an expression as if it stood where the rules do.
    fn with_probe<T>(&self, rules: &Rules, expression: &str, read: impl FnOnce(&Evaluator, &Value) -> Result<T>) -> Result<T> {
        let source = self.source(&rules.file)?;
        let at = span(&rules.set);
        let text = format!("{}{{ probe = {expression}; }}{}", &source.text[..at.start], &source.text[at.end..]);
        let mut changes = ChangeSet::default();
        changes.record(FileChange { path: rules.file.clone(), before: self.bytes(&rules.file)?, after: Some(text.into_bytes().into()) });
        let probed = self.with(&changes);
        let evaluator = Evaluator::new(&probed, Vec::new());
        let place = Place { file: rules.file.as_str().into(), span: Span::at(0) };
        let value = evaluator.import(&rules.file, &place);
        let probe = evaluator.select(&value, "probe", &place);
        read(&evaluator, &probe.unwrap_or_else(|| Value::unknown(expression, &place)))
    }
}

fn collect(evaluator: &Evaluator, attr: &Attr, prefix: &str, out: &mut Vec<Recipient>) {
    let value = evaluator.force(&attr.value);
    let text = format!("{prefix}{}", quoted_name(&attr.name));
    let recipient = |keys, is_list| Recipient { name: attr.name.to_string(), text: text.clone(), keys, is_list };
    match &value.kind {
        Kind::Str(key) if is_key(key) => out.push(recipient(vec![bare(key)], false)),
        Kind::List(items) => {
            let keys: Vec<String> = items.iter().filter_map(|item| evaluator.force(&item.value).as_str().map(bare)).collect();
            if keys.len() == items.len() && keys.iter().all(|key| is_key(key)) && !keys.is_empty() {
                out.push(recipient(keys, true));
            }
        }
        Kind::Attrs(attrs) if prefix.is_empty() => children(evaluator, attrs, &format!("{text}."), out),
        _ => {}
    }
}

fn children(evaluator: &Evaluator, attrs: &Rc<Attrs>, prefix: &str, out: &mut Vec<Recipient>) {
    for attr in &attrs.entries {
        collect(evaluator, attr, prefix, out);
    }
}

/// The names of the `let`s around the rules, outermost first.
fn bound_names(source: &Source, rules: &Rules) -> Vec<String> {
    let set = crate::syntax::node_at(&source.root, span(&rules.set));
    let lets = set.into_iter().flat_map(|set| set.ancestors()).filter(|n| n.kind() == SyntaxKind::NODE_LET_IN);
    let mut out: Vec<String> = Vec::new();
    for scope in lets.collect::<Vec<_>>().into_iter().rev() {
        for (path, _) in scope.children().filter_map(|entry| lookup::binding_parts(&entry)) {
            let name = &path.names()[0];
            if !out.contains(name) && !name.contains("${") {
                out.push(name.clone());
            }
        }
    }
    out
}

/// Whether a text looks like a public key.
pub fn is_key(text: &str) -> bool {
    ["ssh-", "age1", "ecdsa-", "sk-"].iter().any(|start| text.trim_start().starts_with(start))
}

/// A key without the comment behind it.
fn bare(key: &str) -> String {
    let words: Vec<&str> = key.split_whitespace().collect();
    let length = if words.first().is_some_and(|word| word.starts_with("age1")) { 1 } else { 2 };
    words.into_iter().take(length).collect::<Vec<_>>().join(" ")
}
