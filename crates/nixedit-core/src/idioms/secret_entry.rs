//! A new entry below `age.secrets`, written as its neighbours are.

use super::{host_modules, secret_hosts};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::SecretAdd;
use crate::plan::{Note, Place, Plan, Step};
use crate::project::{Entry, Host, Project, Secrets, Side};
use crate::syntax::attr_path::{AttrPath, quoted_string};
use crate::syntax::body::Wrapper;
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::{self, SetPlace};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, span};
use crate::text::{parent_path, relative_path};

/// Attributes that a new entry takes over from its neighbours, besides `file`.
const TAKEN_OVER: &[&str] = &["owner", "group", "mode", "path", "symlink"];

/// The files that entries go to: for the hosts named, one of their own each; else the one that the
/// settings name, else the one that most entries are in.
pub(super) fn files(project: &Project, secrets: &Secrets, hosts: Option<&[Host]>) -> Result<Vec<String>> {
    if let Some(hosts) = hosts {
        return hosts.iter().map(|host| own_file(project, secrets, host)).collect();
    }
    if let Some(stated) = &project.settings().secrets.module {
        return Ok(vec![stated.clone()]);
    }
    let count = |file: &str| secrets.entries.iter().filter(|entry| entry.file == file).count();
    let best = secrets.entries.iter().rev().map(|entry| entry.file.as_str()).max_by_key(|file| count(file));
    match best {
        Some(file) => Ok(vec![file.to_owned()]),
        None => Err(Diagnostic::new(Code::HostRequired, "no module has age.secrets yet; which host gets the secret?")
            .help("name it with --host HOST, or name the module in nixedit.toml: [secrets] module = \"modules/secrets.nix\"")),
    }
}

fn own_file(project: &Project, secrets: &Secrets, host: &Host) -> Result<String> {
    let own = secrets.entries.iter().find(|entry| entry.hosts == [host.name.clone()]);
    match own {
        Some(entry) => Ok(entry.file.clone()),
        None => Ok(host_modules::entry(project, host, Side::System)?.source.path),
    }
}

/// Adds the entry to a file.
pub(super) fn add(
    project: &Project,
    secrets: &Secrets,
    args: &SecretAdd,
    name: &str,
    file: &str,
    encrypted: &str,
    plan: &mut Plan,
) -> Result<()> {
    let source = project.source(file)?;
    let mut attributes = attributes(project, secrets, args, name, &source, encrypted)?;
    if args.owner.is_none() {
        plan.notes.extend(without_strangers(project, secrets, file, &mut attributes)?);
    }
    let path = AttrPath::from_names(["age", "secrets", name]).unwrap_or_else(|| unreachable!("three names"));
    let found = lookup::find(&source.root, &path);
    let place = best_place(&found.deepest()).ok_or_else(|| {
        let message = format!("{file} is not an attribute set");
        source.error(Code::ShapeUnsupported, message, span(&source.root), "nothing to put an entry into")
    })?;
    let rest = AttrPath::from_names(place.rest.clone()).unwrap_or(path);
    let beside = rest.names().len() == 1;
    let (path, value) = match attributes.as_slice() {
        [(only, value)] if !beside || !is_set_of_sets(&place.set) => (rest.child(only), Fragment::parse(value)?),
        [(only, value)] => (rest, Fragment::parse(&format!("{{ {only} = {value}; }}"))?),
        several => (rest, Fragment::set(several, has_one_line_sets(&place.set))?),
    };
    let place_among = if beside { Place::Last } else { Place::Fitting };
    plan.steps.push(Step::InsertBinding { file: file.to_owned(), set: span(&place.set), path, value, place: place_among, comment: None });
    Ok(())
}

/// Leaves the owner out where a host that gets the entry has no such user: agenix would fail there.
fn without_strangers(project: &Project, secrets: &Secrets, file: &str, attributes: &mut Vec<(String, String)>) -> Result<Option<Note>> {
    let owner = attributes.iter().find(|(name, _)| name == "owner").map(|(_, value)| value.trim_matches('"').to_owned());
    let Some(owner) = owner.filter(|_| secrets.entries.iter().all(|entry| entry.side == Side::System)) else { return Ok(None) };
    // A user that owns a secret on the host already may be one that a service brings.
    let owns = |entry: &Entry, host: &String| {
        entry.hosts.contains(host)
            && entry.attributes.iter().any(|(name, value)| name == "owner" && value.text().to_string().trim_matches('"') == owner)
    };
    let strange = |host: &String| !secrets.entries.iter().any(|entry| owns(entry, host));
    for name in project.hosts_importing(file)?.into_iter().filter(strange) {
        if !secret_hosts::has_user(project, &project.host(&name)?, &owner)? {
            attributes.retain(|(name, value)| name != "owner" && (name != "group" || value.trim_matches('"') != owner));
            let message = format!("{name} has no user {owner}, so the secret is root's there; another with --owner USER");
            return Ok(Some(Note { code: "owner-left-out".to_owned(), message }));
        }
    }
    Ok(None)
}

/// Whether sets among the neighbours are written on one line each.
pub(super) fn has_one_line_sets(set: &SyntaxNode) -> bool {
    let values = set.children().filter_map(|entry| lookup::binding_parts(&entry)).map(|(_, value)| value);
    let mut sets = values.filter(|value| value.kind() == SyntaxKind::NODE_ATTR_SET && value.children().count() > 1).peekable();
    sets.peek().is_some() && sets.all(|set| !set.text().contains_char('\n'))
}

fn best_place<'a>(deepest: &[&'a SetPlace]) -> Option<&'a SetPlace> {
    let plain = |place: &&&SetPlace| !place.wrappers.iter().any(|w| matches!(w, Wrapper::Condition(_) | Wrapper::Call(_)));
    deepest.iter().find(plain).or(deepest.first()).copied()
}

/// Whether the neighbours are written as sets, `x = { file = …; };`.
fn is_set_of_sets(set: &SyntaxNode) -> bool {
    let values: Vec<_> = set.children().filter_map(|entry| lookup::binding_parts(&entry)).collect();
    values.is_empty() || values.iter().any(|(path, value)| path.names().len() == 1 && value.kind() == SyntaxKind::NODE_ATTR_SET)
}

/// The entry's attributes and their values, in order.
fn attributes(
    project: &Project,
    secrets: &Secrets,
    args: &SecretAdd,
    name: &str,
    source: &Source,
    encrypted: &str,
) -> Result<Vec<(String, String)>> {
    let like = args.like.as_deref().map(|like| like.strip_suffix(".age").unwrap_or(like));
    let models: Vec<&Entry> =
        secrets.entries.iter().filter(|entry| like.is_none_or(|like| entry.name == like || entry.secret == like)).collect();
    let mut out = vec![("file".to_owned(), file_value(&models, source, name, encrypted))];
    let stated = [("owner", &args.owner), ("group", &args.group), ("mode", &args.mode), ("path", &args.path)];
    for attribute in TAKEN_OVER {
        let told = stated.iter().find(|(name, _)| name == attribute).and_then(|(_, value)| value.as_ref());
        let value = match told {
            Some(value) => Some(quoted_string(value)),
            None if models.is_empty() => {
                project.settings().secrets.defaults.get(*attribute).map(|value| quoted_string(&value.replace("{name}", name)))
            }
            None => usual(project, &models, attribute, &source.path)?.map(|text| text.replace("{name}", name)),
        };
        out.extend(value.map(|value| ((*attribute).to_owned(), value)));
    }
    let order: Vec<&str> = models.first().map(|entry| entry.attributes.iter().map(|(name, _)| name.as_str()).collect()).unwrap_or_default();
    out.sort_by_key(|(name, _)| order.iter().position(|known| known == name).unwrap_or(usize::MAX));
    Ok(out)
}

/// As a neighbour in the same file writes it, else the relative path.
fn file_value(models: &[&Entry], source: &Source, name: &str, encrypted: &str) -> String {
    let relative = relative_path(parent_path(&source.path), encrypted);
    for entry in models.iter().filter(|entry| entry.file == source.path) {
        let value = entry.attributes.iter().find(|(name, _)| name == "file");
        let Some((_, value)) = value else { continue };
        let text = value.text().to_string();
        let stem = format!("{}.age", entry.name);
        if value.kind() != SyntaxKind::NODE_PATH_REL && text.matches(&stem).count() == 1 {
            return text.replace(&stem, &format!("{name}.age"));
        }
    }
    relative
}

/// The value that most entries give to an attribute, with `{name}` for the entry's own name; `None`
/// where half of them or more do not set it. Expressions are taken over within their own file only.
fn usual(project: &Project, models: &[&Entry], attribute: &str, file: &str) -> Result<Option<String>> {
    let mut texts: Vec<String> = Vec::new();
    for entry in models {
        let Some((_, value)) = entry.attributes.iter().find(|(name, _)| name == attribute) else { continue };
        let literal = matches!(value.kind(), SyntaxKind::NODE_STRING | SyntaxKind::NODE_LITERAL)
            && !value.text().to_string().contains("${")
            || matches!(value.text().to_string().as_str(), "true" | "false");
        if literal || entry.file == file {
            let text = Fragment::of(&project.source(&entry.file)?, value).text().to_owned();
            texts.push(if attribute == "path" { text.replace(&entry.name, "{name}") } else { text });
        }
    }
    if 2 * texts.len() <= models.len() {
        return Ok(None);
    }
    let count = |text: &String| texts.iter().filter(|other| *other == text).count();
    Ok(texts.iter().rev().max_by_key(|text| count(text)).cloned())
}
