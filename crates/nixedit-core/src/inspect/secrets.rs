//! The agenix secrets of a flake.

use crate::diagnostic::Result;
use crate::project::{Project, Rules, Secrets};
use crate::syntax::span;
use crate::text::one_line;
use serde::Serialize;

/// One agenix secret, for people and programs.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SecretRow {
    /// Its name.
    pub name: String,
    /// The encrypted file, relative to the flake's root.
    pub file: String,
    /// Whether that file is there.
    pub exists: bool,
    /// The recipients as the rules file writes them; empty where there is no rule.
    pub recipients: String,
    /// `file:line` of its rule, its entries below `age.secrets`, and what reads it.
    pub rule: Option<String>,
    /// See `rule`.
    pub entries: Vec<String>,
    /// See `rule`.
    pub readers: Vec<String>,
    /// The hosts that get it.
    pub hosts: Vec<String>,
}

/// Every agenix secret that has a rule or an entry.
pub fn secrets(project: &Project) -> Result<Vec<SecretRow>> {
    let secrets = project.secrets()?;
    let mut names: Vec<&str> = secrets.rules.iter().flat_map(|rules| &rules.rules).map(|rule| rule.name()).collect();
    names.extend(secrets.entries.iter().map(|entry| entry.secret.as_str()));
    let mut rows: Vec<SecretRow> = Vec::new();
    for name in names {
        if !rows.iter().any(|row| row.name == name) {
            rows.push(secret_row(project, &secrets, name)?);
        }
    }
    Ok(rows)
}

fn secret_row(project: &Project, secrets: &Secrets, name: &str) -> Result<SecretRow> {
    let line = |file: &str, at: usize| project.source(file).map(|source| source.file_line(at));
    let rule = secrets.rule(name);
    let file = secrets.rules.as_ref().map(|rules| rules.path_of(&rule.map_or_else(|| rules.key_of(name), |rule| rule.key.clone())));
    let file = file.unwrap_or_default();
    let mut hosts: Vec<String> = secrets.entries_of(name).flat_map(|entry| entry.hosts.clone()).collect();
    for place in secrets.generated.iter().filter(|_| rule.is_some()) {
        hosts.extend(project.hosts_importing(&place.file)?.into_iter().filter(|host| !hosts.contains(host)).collect::<Vec<_>>());
    }
    let mut readers = Vec::new();
    for attribute in secrets.attributes_of(name) {
        readers.extend(project.secret_readers(attribute)?);
    }
    let starts = secrets.entries_of(name).filter_map(|entry| entry.bindings.first().map(|binding| (&entry.file, span(binding).start)));
    Ok(SecretRow {
        name: name.to_owned(),
        exists: !file.is_empty() && project.exists(&file),
        recipients: rule.map(|rule| one_line(&rule.recipients.text().to_string())).unwrap_or_default(),
        rule: match (rule, &secrets.rules) {
            (Some(rule), Some(rules)) => Some(line(&rules.file, span(&rule.recipients).start)?),
            _ => None,
        },
        entries: starts.map(|(file, at)| line(file, at)).collect::<Result<_>>()?,
        readers: readers.iter().map(|reader| line(&reader.file, reader.span.start)).collect::<Result<_>>()?,
        file,
        hosts,
    })
}

/// The encrypted file that a secret has or would have; `None` without a rules file.
pub fn secret_file(project: &Project, name: &str) -> Result<Option<String>> {
    let secrets = project.secrets()?;
    let name = name.strip_suffix(".age").unwrap_or(name);
    let key = |rules: &Rules| secrets.rule(name).map_or_else(|| rules.key_of(name), |rule| rule.key.clone());
    Ok(secrets.rules.as_ref().map(|rules| rules.path_of(&key(rules))))
}
