//! The entries below `age.secrets`.

use super::{Entry, Place, Secrets};
use crate::diagnostic::Result;
use crate::project::{Project, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::lookup::{self, Definition};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxNode, body, span};

/// Adds what one file says.
pub(super) fn collect(project: &Project, file: &str, out: &mut Secrets) -> Result<()> {
    if !project.mentions(file, "secrets") {
        return Ok(());
    }
    // A file that does not parse has no entry that could be edited.
    let Ok(source) = project.source(file) else { return Ok(()) };
    if out.sops.is_none() {
        let (exact, below) = definitions(&source, &["sops", "secrets"]);
        let first = exact.into_iter().chain(below).next();
        out.sops = first.map(|found| Place { file: file.to_owned(), span: span(&found.binding) });
    }
    let (exact, below) = definitions(&source, &["age", "secrets"]);
    if exact.is_empty() && below.is_empty() {
        return Ok(());
    }
    let mut found: Vec<Found> = Vec::new();
    for definition in &exact {
        let sets = body::sets(&definition.value);
        if sets.iter().all(|set| set.is_argument()) && definition.value.text().to_string().contains("import") {
            out.generated.push(Place { file: file.to_owned(), span: span(&definition.value) });
            continue;
        }
        for entry in sets.iter().flat_map(|set| set.node.children().collect::<Vec<_>>()) {
            if let Some((path, value)) = lookup::binding_parts(&entry) {
                add(&mut found, path.names(), entry, value);
            }
        }
    }
    for definition in below {
        let Some((path, _)) = lookup::binding_parts(&definition.binding) else { continue };
        let names = path.names();
        if let Some(at) = names.iter().position(|name| name == "secrets") {
            add(&mut found, &names[at + 1..], definition.binding.clone(), definition.value.clone());
        }
    }
    let (side, hosts) = users(project, file)?;
    out.entries.extend(found.into_iter().map(|found| found.entry(file, side, &hosts)));
    Ok(())
}

/// The bindings of a path, and those below it, from the file's root or at the end of a longer path.
fn definitions(source: &Source, names: &[&str]) -> (Vec<Definition>, Vec<Definition>) {
    let Some(path) = AttrPath::from_names(names.iter().copied()) else { return Default::default() };
    let found = lookup::find(&source.root, &path);
    if found.definitions.is_empty() && found.below.is_empty() {
        return (lookup::find_suffix(&source.root, &path), Vec::new());
    }
    (found.definitions, found.below)
}

struct Found {
    name: String,
    bindings: Vec<SyntaxNode>,
    attributes: Vec<(String, SyntaxNode)>,
}

impl Found {
    fn entry(self, file: &str, side: Side, hosts: &[String]) -> Entry {
        Entry {
            secret: self.name.clone(),
            name: self.name,
            file: file.to_owned(),
            bindings: self.bindings,
            attributes: self.attributes,
            side,
            hosts: hosts.to_vec(),
        }
    }
}

fn add(found: &mut Vec<Found>, names: &[String], binding: SyntaxNode, value: SyntaxNode) {
    let [name, rest @ ..] = names else { return };
    let index = found.iter().position(|entry| entry.name == *name).unwrap_or_else(|| {
        found.push(Found { name: name.clone(), bindings: Vec::new(), attributes: Vec::new() });
        found.len() - 1
    });
    let entry = &mut found[index];
    entry.bindings.push(binding);
    match rest {
        [] => {
            let sets = body::sets(&value);
            let inner =
                sets.iter().flat_map(|set| set.node.children().collect::<Vec<_>>()).filter_map(|child| lookup::binding_parts(&child));
            entry.attributes.extend(inner.map(|(path, value)| (path.to_string(), value)));
        }
        [attribute, ..] => entry.attributes.push((attribute.clone(), value)),
    }
}

/// The side and hosts that have a file as a module.
fn users(project: &Project, file: &str) -> Result<(Side, Vec<String>)> {
    let Ok(map) = project.host_map() else { return Ok((Side::System, Vec::new())) };
    let has = |side: Side| map.hosts.iter().filter(move |host| host.modules_of(side).any(|module| module.place.file() == Some(file)));
    let system: Vec<String> = has(Side::System).map(|host| host.name.clone()).collect();
    if !system.is_empty() {
        return Ok((Side::System, system));
    }
    let home: Vec<String> = has(Side::Home).map(|host| host.name.clone()).collect();
    Ok(if home.is_empty() { (Side::System, home) } else { (Side::Home, home) })
}
