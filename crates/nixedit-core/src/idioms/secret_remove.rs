//! `secret remove NAME`: remove an agenix secret: its rule, its entries, its encrypted file.
//!
//! ```text
//! "a.age".publicKeys = [ zk ];   =>   "b.age".publicKeys = [ zk ];
//! "b.age".publicKeys = [ zk ];
//! ```
//! An entry is the secret's that names its file, whatever it is called. `let` bindings that only the rule read go
//! along. Refuses: `config.age.secrets.NAME` is read; the file is named by something that is no entry.

use super::{prune, secret_rules};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::SecretRemove;
use crate::plan::{Expect, Plan, Step, Target};
use crate::project::secrets::Place;
use crate::project::{Project, Secrets};
use crate::syntax::attr_path::quoted_name;
use crate::syntax::span;
use crate::text::Span;
use std::collections::BTreeMap;

pub(super) fn plan(project: &Project, args: &SecretRemove) -> Result<Plan> {
    let name = secret_rules::name(&args.name)?;
    let secrets = project.secrets()?;
    let mut plan = Plan { summary: absent(&secrets, &name), ..Plan::default() };
    // Rules that are gone with the last of them are no reason to refuse: the secret is not there either.
    if secrets.rules.is_none() && secrets.sops.is_none() && secrets.entries_of(&name).next().is_none() {
        return Ok(plan);
    }
    let rules = secret_rules::rules(&secrets)?;
    let mut gone: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    if let Some(rule) = secrets.rule(&name) {
        gone.entry(rules.file.clone()).or_default().extend(rule.bindings.iter().map(span));
    }
    for entry in secrets.entries_of(&name) {
        gone.entry(entry.file.clone()).or_default().extend(entry.bindings.iter().map(span));
        plan.hosts.extend(entry.hosts.iter().filter(|host| !plan.hosts.contains(host)).cloned().collect::<Vec<_>>());
    }
    let key = secrets.rule(&name).map_or_else(|| rules.key_of(&name), |rule| rule.key.clone());
    let encrypted = rules.path_of(&key);
    if gone.is_empty() {
        return Ok(plan);
    }
    plan.summary = format!("removed secret {name}");
    check_unread(project, &name, &readers(project, &secrets, &name, &encrypted, &gone)?)?;
    for (file, bindings) in gone {
        let source = project.source(&file)?;
        plan.steps.extend(prune::unused(&source, &bindings));
        plan.steps.push(Step::RemoveBindings { file, bindings });
    }
    if project.exists(&encrypted) {
        plan.steps.push(Step::DeleteFile { file: encrypted });
    }
    generated_hosts(project, &secrets, &mut plan.hosts);
    plan.targets = targets(project, &secrets.attributes_of(&name), &plan.hosts);
    Ok(plan)
}

/// No host has an entry of the secret any more.
fn targets(project: &Project, attributes: &[&str], hosts: &[String]) -> Vec<Target> {
    let mut out = Vec::new();
    for host in hosts {
        for attr in attributes.iter().map(|attr| quoted_name(attr)) {
            let (label, question) = (format!("age.secrets.{attr}"), format!("c.config.age.secrets ? {attr}"));
            out.push(super::host_question::of_host(project, host, label, question, Expect::Equals("false".to_owned())));
        }
    }
    out
}

/// That there is nothing to remove. An entry of that name may be there, for the file of another.
fn absent(secrets: &Secrets, name: &str) -> String {
    match secrets.entries.iter().find(|entry| entry.name == name && entry.secret != name) {
        Some(entry) => format!("there is no secret {name}: age.secrets.{} is of {}", quoted_name(name), entry.secret),
        None => format!("there is no secret {name}"),
    }
}

/// What would read the secret still, without what goes with it. A path to the file that is no entry counts:
/// something that was not seen through may hand it on.
fn readers(project: &Project, secrets: &Secrets, name: &str, encrypted: &str, gone: &BTreeMap<String, Vec<Span>>) -> Result<Vec<Place>> {
    let mut out = Vec::new();
    for attribute in secrets.attributes_of(name) {
        out.extend(project.secret_readers(attribute)?);
    }
    let goes = |place: &Place| gone.get(&place.file).is_some_and(|bindings| bindings.iter().any(|gone| gone.contains(place.span)));
    out.extend(project.secret_file_uses(encrypted)?.into_iter().filter(|place| !goes(place)));
    Ok(out)
}

fn generated_hosts(project: &Project, secrets: &Secrets, hosts: &mut Vec<String>) {
    for place in &secrets.generated {
        for host in project.hosts_importing(&place.file).unwrap_or_default() {
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
    }
}

fn check_unread(project: &Project, name: &str, readers: &[Place]) -> Result<()> {
    if readers.is_empty() {
        return Ok(());
    }
    let mut places = Vec::new();
    for reader in readers {
        places.push(project.source(&reader.file)?.file_line(reader.span.start));
    }
    let mut out = Diagnostic::new(Code::SecretUsed, format!("secret '{name}' is still read at {}", places.join(", ")))
        .help("remove those uses first")
        .candidates(places);
    for reader in readers {
        let source = project.source(&reader.file)?;
        out = out.at(&reader.file, &source.text, reader.span, "read here");
    }
    Err(out)
}
