//! What a host's key has to do with secrets.

use crate::diagnostic::{Code, Result};
use crate::project::{Project, Rules};
use crate::syntax::span;
use crate::text::shell_word;

/// What remains to be done for the secrets that the model can read, once the new host has a key.
pub(super) fn recipients_to_add(project: &Project, model: &str, name: &str) -> Result<Vec<String>> {
    let Some(rules) = project.secrets()?.rules else { return Ok(Vec::new()) };
    let own = keys_of(project, &rules, model)?;
    let mut out = Vec::new();
    for rule in &rules.rules {
        let keys = project.secret_keys(&rules, &rule.recipients.text().to_string()).unwrap_or_default();
        if keys.iter().any(|key| own.contains(key)) {
            out.push(format!("nixedit secret recipients {} --add {}", shell_word(rule.name()), shell_word(name)));
        }
    }
    if !out.is_empty() {
        out.insert(0, format!("bind the host key of {name} in {}, then:", rules.file));
    }
    Ok(out)
}

/// Refuses where nobody could read a secret without the host.
pub(super) fn check_not_only(project: &Project, name: &str) -> Result<()> {
    let Some(rules) = project.secrets()?.rules else { return Ok(()) };
    let own = keys_of(project, &rules, name)?;
    let source = project.source(&rules.file)?;
    for rule in &rules.rules {
        let keys = project.secret_keys(&rules, &rule.recipients.text().to_string()).unwrap_or_default();
        if !keys.is_empty() && keys.iter().all(|key| own.contains(key)) {
            let at = span(&rule.recipients);
            let message = format!("nobody but {name} can decrypt {} ({})", rule.name(), source.file_line(at.start));
            let secret = shell_word(rule.name());
            return Err(source
                .error(Code::SecretRecipientMissing, message, at, "its only recipient")
                .help(format!("remove it first: nixedit secret remove {secret}, or: nixedit secret recipients {secret} --add <other>")));
        }
    }
    Ok(())
}

/// The secrets that list the host's key among others.
pub(super) fn recipients_to_remove(project: &Project, name: &str) -> Result<Vec<String>> {
    let Some(rules) = project.secrets()?.rules else { return Ok(Vec::new()) };
    let own = keys_of(project, &rules, name)?;
    let mut out = Vec::new();
    for rule in &rules.rules {
        let keys = project.secret_keys(&rules, &rule.recipients.text().to_string()).unwrap_or_default();
        if keys.iter().any(|key| own.contains(key)) {
            out.push(format!("nixedit secret recipients {} --remove {}", shell_word(rule.name()), shell_word(name)));
        }
    }
    Ok(out)
}

fn keys_of(project: &Project, rules: &Rules, host: &str) -> Result<Vec<String>> {
    let known = project.secret_recipients(rules)?;
    Ok(known.into_iter().filter(|recipient| recipient.name == host && !recipient.is_list).flat_map(|r| r.keys).collect())
}
