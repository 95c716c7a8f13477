//! Where an attribute is defined: every definition with its condition and priority.

use super::modules::{self, Looked, side_name};
use super::priority::{Standing, standing};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::Hosts;
use crate::project::{Host, Project};
use crate::similar_names::near;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::lookup::{self, Definition, Found};
use crate::syntax::{SyntaxKind, SyntaxNode, body, span};
use crate::text::{Position, Span, one_line, position};
use serde::Serialize;

/// Everything that the flake's files say about an attribute.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Where {
    /// The path asked about.
    pub path: String,
    /// The hosts that were looked at.
    pub hosts: Vec<String>,
    /// Its definitions, in the order of hosts and modules.
    pub definitions: Vec<DefinitionRow>,
    /// Where the flake's own modules declare it as an option.
    pub declarations: Vec<DeclarationRow>,
}

/// One definition.
#[derive(Clone, Debug, Serialize)]
pub struct DefinitionRow {
    /// What it sets: the path asked about, or one below it.
    pub path: String,
    /// The file, relative to the flake's root.
    pub file: String,
    /// Where the binding starts.
    pub start: Position,
    /// `system` or `home`.
    pub side: &'static str,
    /// The Home Manager user whose module it is in.
    pub user: Option<String>,
    /// The hosts that it reaches, but for those that its conditions exclude by name.
    pub hosts: Vec<String>,
    /// The conditions it stands under, outermost first.
    pub conditions: Vec<String>,
    /// The function that gives it a priority, such as `mkForce`.
    pub wrapper: Option<String>,
    /// Its priority: the lowest number wins; `null` where it cannot be read.
    pub priority: Option<u32>,
    /// Hosts on which another definition surely wins over it.
    pub overridden_on: Vec<String>,
    /// The kind of expression: `list`, `string`, …
    pub kind: String,
    /// Its source text, without conditions and priorities around it.
    pub text: String,
}

/// One declaration of an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeclarationRow {
    /// The file, relative to the flake's root.
    pub file: String,
    /// Where the binding starts.
    pub start: Position,
    /// The type, default and description as they are written.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// See `kind`.
    pub default: Option<String>,
    /// See `kind`.
    pub description: Option<String>,
}

/// A definition on the way to its row.
struct Draft {
    row: DefinitionRow,
    span: Span,
    /// For each host that it reaches: its place, and whether it surely holds there.
    sure: Vec<(String, bool)>,
}

/// What the files say about `path`, on the hosts named or all. Fails with `option.missing` where
/// nothing defines or declares it.
pub fn by_reading(project: &Project, hosts: &Hosts, path: &AttrPath) -> Result<Where> {
    let hosts = modules::hosts(project, hosts)?;
    let mut drafts: Vec<Draft> = Vec::new();
    let mut out = Where { path: path.to_string(), hosts: hosts.iter().map(|host| host.name.clone()).collect(), ..Where::default() };
    for host in &hosts {
        for looked in modules::of_host(project, host) {
            look(&looked, host, path, &mut drafts, &mut out.declarations);
        }
    }
    out.definitions = settled(drafts);
    Ok(out)
}

/// `by_reading`, or a refusal that names near paths where nothing was found.
pub fn or_refuse(project: &Project, found: Where) -> Result<Where> {
    if !found.definitions.is_empty() || !found.declarations.is_empty() {
        return Ok(found);
    }
    let names = found.hosts.iter().filter_map(|name| project.host(name).ok()).collect::<Vec<_>>();
    let known: Vec<String> = names.iter().flat_map(|host| modules::of_host(project, host)).flat_map(|looked| paths(&looked)).collect();
    let near = near(&found.path, known.iter().map(String::as_str));
    let mean = near.first().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    let whose = if found.hosts.len() == 1 { format!(" of {}", found.hosts[0]) } else { String::new() };
    let command = near.first().map_or_else(
        || "it may have its default, or be set by a module of an input".to_owned(),
        |near| {
            format!("nixedit where {near}{}", if found.hosts.len() == 1 { format!(" --host {}", found.hosts[0]) } else { String::new() })
        },
    );
    Err(Diagnostic::new(Code::OptionMissing, format!("nothing in the files{whose} sets {}{mean}", found.path))
        .help(command)
        .candidates(near))
}

/// Every path that a module sets.
fn paths(looked: &Looked) -> Vec<String> {
    let bindings = looked.module.node.descendants().filter(|node| node.kind() == SyntaxKind::NODE_ATTRPATH_VALUE);
    bindings.filter_map(|node| AttrPath::from_names(lookup::full_path(&node))).map(|path| path.to_string()).collect()
}

/// The path as a module of that side and user spells it.
fn seen_from(path: &AttrPath, looked: &Looked) -> Option<AttrPath> {
    match path.names() {
        [head, users, user, rest @ ..] if head == "home-manager" && users == "users" && !rest.is_empty() => {
            (looked.module.user.as_ref() == Some(user)).then(|| AttrPath::from_names(rest.to_vec()))?
        }
        _ => Some(path.clone()),
    }
}

fn look(looked: &Looked, host: &Host, path: &AttrPath, drafts: &mut Vec<Draft>, declarations: &mut Vec<DeclarationRow>) {
    let Some(path) = seen_from(path, looked) else { return };
    let Found { definitions, below, inherited, .. } = looked.module.find(&path);
    for definition in definitions.iter().chain(&below) {
        add(looked, host, definition, drafts);
    }
    for inherit in inherited {
        let definition = Definition { binding: inherit.clone(), value: inherit, wrappers: Vec::new() };
        add(looked, host, &definition, drafts);
    }
    let option = AttrPath::from_names(std::iter::once("options").chain(path.names().iter().map(String::as_str)));
    for declared in option.map(|option| looked.module.find(&option).definitions).unwrap_or_default() {
        let row = declaration(looked, &declared);
        if !declarations.contains(&row) {
            declarations.push(row);
        }
    }
}

/// Notes that a definition reaches a host; one that several hosts have is one draft.
fn add(looked: &Looked, host: &Host, definition: &Definition, drafts: &mut Vec<Draft>) {
    let standing = standing(definition, &host.names());
    if standing.holds == Some(false) {
        return;
    }
    let (file, at) = (&looked.module.source.path, span(&definition.binding));
    let same = |draft: &&mut Draft| draft.row.file == *file && draft.span == at && draft.row.user == looked.module.user;
    let sure = standing.holds == Some(true) && !looked.conditional;
    let draft = match drafts.iter_mut().find(same) {
        Some(known) => known,
        None => {
            drafts.push(Draft { row: row(looked, definition, standing), span: at, sure: Vec::new() });
            let last = drafts.len() - 1;
            &mut drafts[last]
        }
    };
    if !draft.row.hosts.contains(&host.name) {
        draft.row.hosts.push(host.name.clone());
        draft.sure.push((host.name.clone(), sure));
    }
}

fn row(looked: &Looked, definition: &Definition, standing: Standing) -> DefinitionRow {
    let source = &looked.module.source;
    let full = lookup::full_path(&definition.binding);
    let own = match looked.module.user.as_ref().and_then(|user| full.iter().position(|name| name == user)) {
        // A user's options that are written in a system module: without what leads to the user.
        Some(at) if full.first().is_some_and(|name| name == "home-manager") => full[at + 1..].to_vec(),
        _ => full,
    };
    let own: Vec<String> = own.into_iter().skip_while(|name| name == "config").collect();
    DefinitionRow {
        path: AttrPath::from_names(own).map(|path| path.to_string()).unwrap_or_default(),
        file: source.path.clone(),
        start: position(&source.text, span(&definition.binding).start),
        side: side_name(looked.side),
        user: looked.module.user.clone(),
        hosts: Vec::new(),
        conditions: standing.conditions,
        wrapper: standing.wrapper,
        priority: standing.priority,
        overridden_on: Vec::new(),
        kind: format!("{:?}", standing.value.kind()).trim_start_matches("NODE_").to_lowercase().replace('_', "-"),
        text: standing.value.text().to_string(),
    }
}

fn declaration(looked: &Looked, declared: &Definition) -> DeclarationRow {
    let sets: Vec<SyntaxNode> = body::sets(&declared.value).into_iter().map(|reached| reached.node).collect();
    let text = |name: &str| {
        let path = AttrPath::from_names([name])?;
        let found = sets.iter().flat_map(|set| lookup::find_in(set, &path).definitions).next()?;
        Some(one_line(&found.value.text().to_string()))
    };
    DeclarationRow {
        file: looked.module.source.path.clone(),
        start: position(&looked.module.source.text, span(&declared.binding).start),
        kind: text("type").or_else(|| sets.is_empty().then(|| one_line(&declared.value.text().to_string()))),
        default: text("default"),
        description: text("description"),
    }
}

/// The rows, each with the hosts on which a sure definition of the same path beats it.
fn settled(drafts: Vec<Draft>) -> Vec<DefinitionRow> {
    let best = |path: &str, user: &Option<String>, host: &str| {
        let sure = drafts
            .iter()
            .filter(|draft| draft.row.path == path && draft.row.user == *user && draft.sure.contains(&(host.to_owned(), true)));
        sure.filter_map(|draft| draft.row.priority).min()
    };
    let beaten = |row: &DefinitionRow, host: &String| {
        row.priority.is_some_and(|own| best(&row.path, &row.user, host).is_some_and(|best| best < own))
    };
    let rows = drafts.iter().map(|draft| {
        let overridden_on = draft.row.hosts.iter().filter(|host| beaten(&draft.row, host)).cloned().collect();
        DefinitionRow { overridden_on, ..draft.row.clone() }
    });
    rows.collect()
}
