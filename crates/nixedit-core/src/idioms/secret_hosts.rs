//! What hosts can do with a secret: decrypt it, and give its file to a user.

use super::host_modules;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::project::{Host, Project, Recipient, Rules, Side};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::{SyntaxKind, SyntaxNode, body};

/// Refuses where a host would get a secret that its own key cannot decrypt. Hosts whose name stands
/// for no key in the rules file cannot be told. `otherwise` is what else would settle it.
pub(super) fn check_keys(project: &Project, rules: &Rules, hosts: &[String], keys: &[String], otherwise: &str) -> Result<()> {
    let known = project.secret_recipients(rules)?;
    for host in hosts {
        let own: Vec<&Recipient> = of_host(&known, host).collect();
        if !own.is_empty() && !own.iter().any(|r| r.keys.iter().any(|key| keys.contains(key))) {
            let message = format!("host {host} would get the secret but its key is not in publicKeys");
            return Err(Diagnostic::new(Code::SecretRecipientMissing, message)
                .help(format!("{} must be among the recipients; or {otherwise}", own[0].text))
                .candidates([own[0].text.clone()]));
        }
    }
    Ok(())
}

/// Refuses a host that has no key, in a rules file that names the keys of others: it can decrypt
/// nothing. One that decrypts with something other than its host key cannot be told.
pub(super) fn check_has_key(project: &Project, rules: &Rules, hosts: &[String]) -> Result<()> {
    let known = project.secret_recipients(rules)?;
    let all = project.hosts()?;
    if !all.iter().any(|host| of_host(&known, &host.name).next().is_some()) {
        return Ok(());
    }
    for host in all.iter().filter(|host| hosts.contains(&host.name)) {
        let named = known.iter().any(|recipient| recipient.text.contains(&host.name));
        if !named && decrypts_with_host_key(project, host)? {
            let message = format!("host {} would get the secret but has no key in {}", host.name, rules.file);
            return Err(Diagnostic::new(Code::SecretRecipientMissing, message).help(format!(
                "bind its public key there first, {0} = \"ssh-ed25519 …\"; (the host's /etc/ssh/ssh_host_ed25519_key.pub), and name {0} among the recipients",
                host.name
            )));
        }
    }
    Ok(())
}

fn of_host<'r>(known: &'r [Recipient], host: &str) -> impl Iterator<Item = &'r Recipient> {
    known.iter().filter(move |recipient| recipient.name == host && !recipient.is_list)
}

/// Whether the modules say nothing of other identities than the host's own keys, which is what agenix
/// takes unless told.
fn decrypts_with_host_key(project: &Project, host: &Host) -> Result<bool> {
    let path = AttrPath::parse("age.identityPaths")?;
    let modules = host_modules::modules(project, host, Side::System)?;
    let of_host = |list: &SyntaxNode| list.children().all(|path| path.text().to_string().contains("ssh_host_"));
    let mut values = modules.iter().flat_map(|module| module.find(&path).definitions).map(|found| body::lists(&found.value));
    Ok(values.all(|lists| !lists.is_empty() && lists.iter().all(|reached| of_host(&reached.node))))
}

/// Whether a host has a user, as far as its modules tell: where they compute users, any.
pub(super) fn has_user(project: &Project, host: &Host, name: &str) -> Result<bool> {
    if name == "root" || host.users.iter().any(|user| user.name == name) {
        return Ok(true);
    }
    let Some(path) = AttrPath::from_names(["users", "users", name]) else { return Ok(true) };
    let modules = host_modules::modules(project, host, Side::System)?;
    let all = AttrPath::parse("users.users")?;
    Ok(modules.iter().any(|module| {
        let found = module.find(&path);
        let mut sets = module.find(&all).definitions.into_iter().map(|found| found.value.kind());
        let computed = module.source.text.contains("users.${") || sets.any(|kind| kind != SyntaxKind::NODE_ATTR_SET);
        computed || !found.definitions.is_empty() || !found.below.is_empty()
    }))
}
