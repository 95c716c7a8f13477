//! Looking without changing: what a file or host says about an attribute.

use crate::diagnostic::Result;
use crate::operation::Hosts;
use crate::project::{Overlay, OverlayKind, Project, Rules, Secrets, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::{SyntaxNode, lookup, span};
use crate::text::{Position, Span, position};
use serde::Serialize;

/// The source of one value.
#[derive(Clone, Debug, Serialize)]
pub struct Value {
    /// The file, relative to the flake's root.
    pub file: String,
    /// Where the value starts.
    pub start: Position,
    /// Its bytes.
    pub span: Span,
    /// The kind of expression: `list`, `set`, `string`, …
    pub kind: String,
    /// Its source text.
    pub text: String,
}

/// Every value that a file, or the files of hosts, give to a path.
pub fn values(project: &Project, hosts: &Hosts, file: Option<&str>, path: Option<&AttrPath>) -> Result<Vec<Value>> {
    let files = match file {
        Some(file) => vec![file.to_owned()],
        None => files_of_hosts(project, hosts)?,
    };
    let mut out = Vec::new();
    for file in files {
        let source = project.source(&file)?;
        let nodes: Vec<SyntaxNode> = match path {
            None => source.root.first_child().into_iter().collect(),
            Some(path) => lookup::find(&source.root, path).definitions.into_iter().map(|d| d.value).collect(),
        };
        out.extend(nodes.iter().map(|node| Value {
            file: file.clone(),
            start: position(&source.text, span(node).start),
            span: span(node),
            kind: format!("{:?}", node.kind()).trim_start_matches("NODE_").to_lowercase().replace('_', "-"),
            text: node.text().to_string(),
        }));
    }
    Ok(out)
}

/// The files of hosts on both sides, each once, entries before what they import.
fn files_of_hosts(project: &Project, hosts: &Hosts) -> Result<Vec<String>> {
    let hosts = if hosts.all || hosts.is_empty() {
        project.hosts()?
    } else {
        hosts.names.iter().map(|name| project.host(name)).collect::<Result<Vec<_>>>()?
    };
    let mut files: Vec<String> = Vec::new();
    for host in &hosts {
        for file in [Side::System, Side::Home].into_iter().flat_map(|side| project.files_of(host, side)) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

/// One overlay, for people and programs.
#[derive(Clone, Debug, Serialize)]
pub struct OverlayRow {
    /// The file, relative to the flake's root.
    pub file: String,
    /// Where it starts.
    pub start: Position,
    /// `function`, `input` or `unknown`.
    pub kind: &'static str,
    /// What it is called: the names it defines, `input#name`, or its source text.
    pub name: String,
    /// The attributes it defines.
    pub defines: Vec<String>,
    /// Those of them that are an `overrideAttrs`.
    pub overrides: Vec<String>,
    /// The names of its two parameters; empty for what is no function.
    pub parameters: Vec<String>,
    /// The hosts that get it, as far as can be read.
    pub hosts: Vec<String>,
}

/// Every overlay of the flake, or of one file.
pub fn overlays(project: &Project, file: Option<&str>) -> Result<Vec<OverlayRow>> {
    let found = match file {
        Some(file) => project.overlays_of_file(file)?,
        None => project.overlays()?,
    };
    found.all.iter().map(|overlay| overlay_row(project, overlay)).collect()
}

fn overlay_row(project: &Project, overlay: &Overlay) -> Result<OverlayRow> {
    let source = project.source(&overlay.file)?;
    let function = overlay.function();
    let defined = || function.into_iter().flat_map(|function| &function.defines);
    Ok(OverlayRow {
        file: overlay.file.clone(),
        start: position(&source.text, overlay.span().start),
        kind: match overlay.kind {
            OverlayKind::Function(_) => "function",
            OverlayKind::Input(..) => "input",
            OverlayKind::Unknown(_) => "unknown",
        },
        name: overlay.name(),
        defines: defined().map(|defined| defined.name.clone()).collect(),
        overrides: defined().filter(|defined| defined.overridden.is_some()).map(|defined| defined.name.clone()).collect(),
        parameters: function.map(|f| vec![f.last.name.clone(), f.previous.name.clone()]).unwrap_or_default(),
        hosts: overlay.hosts.clone(),
    })
}

/// One agenix secret, for people and programs.
#[derive(Clone, Debug, Serialize)]
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
    names.extend(secrets.entries.iter().map(|entry| entry.name.as_str()));
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
    let starts = secrets.entries_of(name).filter_map(|entry| entry.bindings.first().map(|binding| (&entry.file, span(binding).start)));
    Ok(SecretRow {
        name: name.to_owned(),
        exists: !file.is_empty() && project.exists(&file),
        recipients: rule
            .map(|rule| rule.recipients.text().to_string().split_whitespace().collect::<Vec<_>>().join(" "))
            .unwrap_or_default(),
        rule: match (rule, &secrets.rules) {
            (Some(rule), Some(rules)) => Some(line(&rules.file, span(&rule.recipients).start)?),
            _ => None,
        },
        entries: starts.map(|(file, at)| line(file, at)).collect::<Result<_>>()?,
        readers: project.secret_readers(name)?.iter().map(|reader| line(&reader.file, reader.span.start)).collect::<Result<_>>()?,
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
