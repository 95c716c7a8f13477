//! Whose recipients and form a new secret takes over where it is not told.

use super::{secret_entry, secret_rules};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::SecretAdd;
use crate::plan::Note;
use crate::project::{Project, Recipient, Rule, Rules, Secrets};
use crate::syntax::fragment::Fragment;

/// The rule that is the model, with what to say where another would have other recipients.
pub(super) fn model<'a>(
    project: &Project,
    secrets: &'a Secrets,
    rules: &'a Rules,
    args: &SecretAdd,
) -> Result<(Option<&'a Rule>, Option<Note>)> {
    let Some(like) = &args.like else { return usual(project, secrets, rules, args) };
    let name = like.strip_suffix(".age").unwrap_or(like);
    match secrets.rule(name) {
        Some(rule) => Ok((Some(rule), None)),
        None => {
            let names: Vec<&str> = rules.rules.iter().map(Rule::name).collect();
            Err(Diagnostic::new(Code::SecretMissing, format!("there is no secret '{name}'; secrets: {}", names.join(", ")))
                .candidates(names))
        }
    }
}

/// Of the rules whose secrets the hosts in question can decrypt, one with the most usual recipients; of
/// several such the one that fewest can decrypt, of those the last.
fn usual<'a>(project: &Project, secrets: &'a Secrets, rules: &'a Rules, args: &SecretAdd) -> Result<(Option<&'a Rule>, Option<Note>)> {
    if args.recipients.as_ref().is_some_and(|names| !names.is_empty()) {
        return Ok((rules.rules.last(), None));
    }
    let hosts = hosts(project, secrets, args)?;
    let own: Vec<Recipient> = project.secret_recipients(rules)?.into_iter().filter(|r| hosts.contains(&r.name) && !r.is_list).collect();
    let mut all: Vec<(&Rule, Vec<String>)> = Vec::new();
    for rule in &rules.rules {
        // What cannot be read can be no model.
        let Ok(mut keys) = project.secret_keys(rules, &rule.recipients.text().to_string()) else { continue };
        keys.sort();
        keys.dedup();
        all.push((rule, keys));
    }
    let serves = |keys: &[String]| own.iter().all(|host| host.keys.iter().any(|key| keys.contains(key)));
    let fit: Vec<&(&Rule, Vec<String>)> = all.iter().filter(|(_, keys)| serves(keys)).collect();
    let count = |keys: &Vec<String>| fit.iter().filter(|(_, other)| other == keys).count();
    let best = fit.iter().max_by_key(|(_, keys)| (count(keys), std::cmp::Reverse(keys.len())));
    let Some((rule, keys)) = best else { return Ok((rules.rules.last(), None)) };
    let differ = all.iter().any(|(_, other)| other != keys);
    let message = format!("recipients as those of {}; others with --recipients or --like", rule.name());
    Ok((Some(*rule), differ.then(|| Note { code: "recipients-taken-over".to_owned(), message })))
}

/// The hosts that would get the secret.
fn hosts(project: &Project, secrets: &Secrets, args: &SecretAdd) -> Result<Vec<String>> {
    if !args.hosts.names.is_empty() {
        return Ok(args.hosts.names.clone());
    }
    let generated = secrets.generated.iter().map(|place| place.file.clone()).collect();
    let files = if secrets.entries.is_empty() { generated } else { secret_entry::files(project, secrets, None)? };
    let mut out = Vec::new();
    for file in files {
        out.extend(project.hosts_importing(&file)?);
    }
    Ok(out)
}

/// Who can decrypt it, as the rules file writes that.
pub(super) fn recipients(project: &Project, rules: &Rules, model: Option<&Rule>, args: &SecretAdd) -> Result<Fragment> {
    let names = args.recipients.as_ref().filter(|names| !names.is_empty());
    match (names, model) {
        (Some(names), _) => {
            let mut found: Vec<Recipient> = Vec::new();
            for name in names {
                let recipient = secret_rules::recipient(project, rules, name)?;
                if !found.contains(&recipient) {
                    found.push(recipient);
                }
            }
            secret_rules::value(&found)
        }
        (None, Some(rule)) => Ok(Fragment::of(&project.source(&rules.file)?, &rule.recipients)),
        (None, None) => {
            let known = secret_rules::names(&project.secret_recipients(rules)?);
            Err(Diagnostic::new(Code::SecretRecipientMissing, format!("who can decrypt it? known: {}", known.join(", ")))
                .help("name them with --recipients")
                .candidates(known))
        }
    }
}
