//! An option that gets the path of a decrypted secret.
//!
//! ```text
//! services.tailscale.authKeyFile = config.age.secrets.github-token.path;
//! ```
//! In Home Manager's modules a secret of the system is `osConfig.age.secrets.…`.

use super::host_question;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::OptionSet;
use crate::plan::{Expect, Plan, Target};
use crate::project::{Class, Entry, Host, Project, Side};
use crate::similar_names::near;
use crate::syntax::attr_path::quoted_name;
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;

/// A secret as a file of some hosts reads it.
pub(super) struct Reference {
    /// `config` or `osConfig`.
    argument: &'static str,
    /// Its path below that.
    path: String,
    /// The hosts that read it, each with the configuration that has the option.
    readers: Vec<(Host, String)>,
}

/// How `source` refers to the secret. Refuses: no such secret; a host that has the file and not the
/// secret; a secret of a home in a module of the system.
pub(super) fn of(project: &Project, source: &Source, args: &OptionSet, name: &str) -> Result<Reference> {
    let secrets = project.secrets()?;
    let entries = secrets.entries_called(name);
    let name = name.strip_suffix(".age").unwrap_or(name);
    let is_generated = !secrets.generated.is_empty() && secrets.rule(name).is_some();
    if entries.is_empty() && !is_generated {
        let mut names: Vec<&str> = secrets.entries.iter().map(|entry| entry.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        return Err(unknown(name, &names));
    }
    let readers = readers(project, source, args)?;
    let side = readers.first().map_or(Side::System, |(_, side, _)| *side);
    for (host, _, _) in readers.iter().filter(|_| !is_generated) {
        if !entries.iter().any(|entry| entry.hosts.contains(&host.name)) {
            return Err(not_there(name, host, &entries));
        }
    }
    let of_home = !entries.is_empty() && entries.iter().all(|entry| entry.side == Side::Home);
    if of_home && side == Side::System {
        let message = format!("{name} is a secret of Home Manager ({}), which modules of the system cannot read", entries[0].file);
        return Err(Diagnostic::new(Code::SecretMissing, message)
            .help("name a file of Home Manager's with --file, or declare the secret for the system"));
    }
    let argument = if side == Side::Home && !of_home { "osConfig" } else { "config" };
    let attribute = entries.first().map_or(name, |entry| entry.name.as_str());
    let path = format!("age.secrets.{}.path", quoted_name(attribute));
    let readers = readers.into_iter().map(|(host, _, config)| (host, config)).collect();
    Ok(Reference { argument, path, readers })
}

fn unknown(name: &str, names: &[&str]) -> Box<Diagnostic> {
    let near = near(name, names.iter().copied()).first().map(|near| format!(" (did you mean '{near}'?)")).unwrap_or_default();
    Diagnostic::new(Code::SecretMissing, format!("there is no secret '{name}'; secrets: {}{near}", names.join(", ")))
        .help(format!("declare it first: nixedit secret add {}", crate::text::shell_word(name)))
        .candidates(names.iter().copied())
}

fn not_there(name: &str, host: &Host, entries: &[&Entry]) -> Box<Diagnostic> {
    let files: Vec<&str> = entries.iter().map(|entry| entry.file.as_str()).collect();
    let message =
        format!("{} has no secret '{name}': it is declared in {}, which {} does not import", host.name, files.join(", "), host.name);
    Diagnostic::new(Code::SecretMissing, message)
        .help("name a file that only hosts with the secret have, or declare the secret for the others too")
}

/// The hosts that have the file, with the side of it.
fn readers(project: &Project, source: &Source, args: &OptionSet) -> Result<Vec<(Host, Side, String)>> {
    let mut out = Vec::new();
    for name in project.hosts_importing(&source.path)? {
        let host = project.host(&name)?;
        let Some(side) = super::place::side_of_file(project, &host, &source.path, &args.path)? else { continue };
        let user = host.users.iter().find(|user| user.modules.iter().any(|module| module.place.file() == Some(&source.path)));
        let config = match (side, user) {
            (Side::Home, Some(user)) => host.config_of(user),
            _ => "c.config".to_owned(),
        };
        if side == Side::Home && host.class == Class::Home {
            let message = format!("{} is a home of its own: it has no system whose secrets it could read", host.name);
            return Err(Diagnostic::new(Code::SecretMissing, message).help("declare the secret in a module of Home Manager"));
        }
        out.push((host, side, config));
    }
    Ok(out)
}

impl Reference {
    /// The expression.
    pub fn expression(&self) -> Result<Fragment> {
        Fragment::parse(&format!("{}.{}", self.argument, self.path))
    }

    /// On every host the option is where the secret will be.
    pub fn prove(&self, args: &OptionSet, plan: &mut Plan) {
        for (host, config) in &self.readers {
            let from = if self.argument == "osConfig" { "c.config" } else { config.as_str() };
            let option = format!("{config}.{}", args.path);
            let ask =
                |label: String, question: String, expect| Target { forced: false, label, question, expect, ..host_question::whole(host) };
            if args.hosts.is_empty() {
                plan.targets.push(ask(args.path.to_string(), format!("{option} or null"), Expect::Reported));
            }
            let label = format!("{} is {}", args.path, self.path);
            plan.targets.push(ask(label, format!("{option} == {from}.{}", self.path), Expect::Equals("true".to_owned())));
        }
        if plan.hosts.is_empty() {
            plan.hosts = self.readers.iter().map(|(host, _)| host.name.clone()).collect();
        }
    }
}
