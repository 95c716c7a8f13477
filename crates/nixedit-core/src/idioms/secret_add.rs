//! `secret add NAME`: declare an agenix secret: its rule, its encrypted file, its entry.
//!
//! ```text
//! "a.age".publicKeys = [ zk ];   =>   "a.age".publicKeys = [ zk ];
//!                                     "b.age".publicKeys = [ zk ];
//! age.secrets = { a = { … }; };  =>   age.secrets = { a = { … }; b = { … }; };
//! ```
//! Recipients and attributes are those of a neighbour unless told. Without a value the encrypted
//! file is left to `agenix -e`.
//!
//! Refuses: an empty value; a value for a file that exists while its rule or entry does not; unknown
//! recipients; a host that would get the secret and cannot decrypt it; sops.

use super::{host_modules, host_question, secret_entry, secret_hosts, secret_model, secret_rules};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::SecretAdd;
use crate::plan::{Expect, Note, Plaintext, Plan, Step, Target};
use crate::project::{Host, Project, Rule, Rules, Secrets, Side};
use crate::syntax::attr_path::quoted_name;
use crate::syntax::span;

/// What is asked for, with where it goes.
struct Request<'a> {
    project: &'a Project,
    args: &'a SecretAdd,
    secrets: &'a Secrets,
    rules: &'a Rules,
    /// The rule whose recipients and form are taken over; the secret's own where it has one.
    model: Option<&'a Rule>,
    name: String,
    /// The rule's key.
    key: String,
    /// The encrypted file.
    encrypted: String,
}

pub(super) fn plan(project: &Project, args: &SecretAdd) -> Result<Plan> {
    let name = secret_rules::name(&args.name)?;
    check_value(args)?;
    let secrets = project.secrets()?;
    let rules = secret_rules::rules(&secrets)?;
    let known = secrets.rule(&name);
    let (model, note) = known.map_or_else(|| secret_model::model(project, &secrets, rules, args), |rule| Ok((Some(rule), None)))?;
    let key = known.map_or_else(|| rules.key_of(&name), |rule| rule.key.clone());
    let request = Request { project, args, secrets: &secrets, rules, model, name, encrypted: rules.path_of(&key), key };
    let mut plan = request.plan(known)?;
    plan.notes.extend(note);
    Ok(plan)
}

impl Request<'_> {
    fn plan(&self, known: Option<&Rule>) -> Result<Plan> {
        let recipients = secret_model::recipients(self.project, self.rules, self.model, self.args)?;
        let keys = self.project.secret_keys(self.rules, recipients.text())?;
        if keys.is_empty() {
            let message = format!("nobody could decrypt {}", self.name);
            return Err(Diagnostic::new(Code::SecretRecipientMissing, message).help("name recipients with --recipients"));
        }
        let mut plan = Plan { summary: format!("added secret {} for {}", self.name, recipients.text()), ..Plan::default() };
        match known {
            Some(rule) => check_same(self.project, self.rules, rule, &keys)?,
            None => plan.steps.push(secret_rules::added(self.project, self.rules, self.model, &self.key, &recipients)?),
        }
        self.entries(&mut plan)?;
        secret_hosts::check_keys(self.project, self.rules, &plan.hosts, &keys, "name with --host the hosts that get it")?;
        if self.side() == Side::System {
            secret_hosts::check_has_key(self.project, self.rules, &plan.hosts)?;
        }
        self.file(keys, &mut plan)?;
        if plan.steps.is_empty() {
            plan.summary = format!("secret {} is already there", self.name);
        } else {
            plan.targets = self.targets(&plan.hosts)?;
        }
        Ok(plan)
    }

    /// Adds the entries that are missing, and the hosts that get the secret.
    fn entries(&self, plan: &mut Plan) -> Result<()> {
        let (project, secrets) = (self.project, self.secrets);
        if let Some(generated) = secrets.generated.first().filter(|_| secrets.entries.is_empty()) {
            plan.hosts = project.hosts_importing(&generated.file)?;
            let message = format!("age.secrets is made from the rules in {}: the rule is all that it needs", generated.file);
            plan.notes.push(Note { code: "secret-generated".to_owned(), message });
            return Ok(());
        }
        for entry in secrets.entries_of(&self.name) {
            join(&mut plan.hosts, &entry.hosts);
        }
        let wanted = match self.args.hosts.names.is_empty() {
            true if plan.hosts.is_empty() => None,
            true => return Ok(()),
            false => Some(host_modules::systems(project, &self.args.hosts)?),
        };
        let without: Option<Vec<Host>> = wanted.map(|hosts| hosts.into_iter().filter(|host| !plan.hosts.contains(&host.name)).collect());
        let mut files = secret_entry::files(project, secrets, without.as_deref())?;
        files.dedup();
        for file in files {
            secret_entry::add(project, secrets, self.args, &self.name, &file, &self.encrypted, plan)?;
            join(&mut plan.hosts, &project.hosts_importing(&file)?);
        }
        Ok(())
    }

    /// The encrypted file, or the command that makes it.
    fn file(&self, keys: Vec<String>, plan: &mut Plan) -> Result<()> {
        let exists = self.project.exists(&self.encrypted);
        let edit = secret_rules::agenix(self.rules, &format!("-e {}", self.key));
        match &self.args.value {
            Some(_) if exists => self.value_kept(&edit, plan),
            Some(value) => {
                let armored = secret_rules::is_armored(self.project, self.rules, self.model)?;
                let plaintext = Plaintext::new(value.clone());
                plan.steps.push(Step::EncryptFile { file: self.encrypted.clone(), recipients: keys, plaintext, armored });
                Ok(())
            }
            None if exists => Ok(()),
            None => {
                plan.next.push(edit);
                Ok(())
            }
        }
    }

    /// A value for a file that exists cannot be compared with it, since that takes a private key. Where
    /// all else is there too, the command may be one that is repeated: nothing is done, and that the
    /// value went nowhere is said. Where the rule or the entry is new, the value would be expected in it.
    fn value_kept(&self, edit: &str, plan: &mut Plan) -> Result<()> {
        let file = &self.encrypted;
        if !plan.steps.is_empty() {
            return Err(Diagnostic::new(Code::SecretExists, format!("{file} exists already; its value is not replaced"))
                .help(format!("declare it as it is with --no-value; change the value with: {edit}")));
        }
        let message = format!("{file} was there; the value given was neither compared with it nor stored; to change it: {edit}");
        plan.notes.push(Note { code: "secret-value-kept".to_owned(), message });
        Ok(())
    }

    fn side(&self) -> Side {
        self.secrets.entries.first().map_or(Side::System, |entry| entry.side)
    }

    /// The entry on every host; that its file is there, where it should be.
    fn targets(&self, hosts: &[String]) -> Result<Vec<Target>> {
        let side = self.side();
        let with_file = self.args.value.is_some() || self.project.exists(&self.encrypted);
        let mut out = Vec::new();
        for host in hosts {
            for (label, entry) in options(&self.project.host(host)?, self.secrets.attribute_on(&self.name, host), side) {
                out.push(if self.secrets.entries_of(&self.name).any(|known| known.hosts.contains(host)) {
                    host_question::of_host(self.project, host, format!("{label}.path"), format!("{entry}.path"), Expect::Evaluates)
                } else {
                    host_question::of_host(self.project, host, format!("{label}.path"), format!("{entry}.path or null"), Expect::Changed)
                });
                if with_file {
                    let question = format!("builtins.pathExists {entry}.file");
                    let there = host_question::of_host(
                        self.project,
                        host,
                        format!("{label}.file exists"),
                        question,
                        Expect::Equals("true".to_owned()),
                    );
                    out.push(Target { forced: true, ..there });
                }
            }
        }
        Ok(out)
    }
}

fn check_value(args: &SecretAdd) -> Result<()> {
    match &args.value {
        Some(value) if value.iter().all(u8::is_ascii_whitespace) => {
            Err(Diagnostic::new(Code::SecretEmpty, "the value on standard input is empty")
                .help("pipe the value in: printf %s \"$KEY\" | nixedit secret add NAME; or give --no-value and write it with agenix -e"))
        }
        _ => Ok(()),
    }
}

/// A rule that exists must say what is asked for.
fn check_same(project: &Project, rules: &Rules, rule: &Rule, keys: &[String]) -> Result<()> {
    let own = project.secret_keys(rules, &rule.recipients.text().to_string())?;
    if own.iter().all(|key| keys.contains(key)) && keys.iter().all(|key| own.contains(key)) {
        return Ok(());
    }
    let source = project.source(&rules.file)?;
    let at = span(&rule.recipients);
    let message = format!("secret '{}' already exists with other recipients ({})", rule.name(), source.file_line(at.start));
    Err(source
        .error(Code::SecretExists, message, at, "here")
        .help(format!("change them with: nixedit secret recipients {} --add NAME", rule.name())))
}

fn join(hosts: &mut Vec<String>, more: &[String]) {
    for host in more {
        if !hosts.contains(host) {
            hosts.push(host.clone());
        }
    }
}

/// The entry's option on a host, as people call it and as Nix reaches it over `c`.
pub(super) fn options(host: &Host, name: &str, side: Side) -> Vec<(String, String)> {
    let name = quoted_name(name);
    let label = format!("age.secrets.{name}");
    match side {
        Side::System => vec![(label.clone(), format!("c.config.{label}"))],
        Side::Home => {
            let users = host.users.iter().map(|user| format!("{}.{label}", host.config_of(user)));
            users.map(|option| (label.clone(), option)).collect()
        }
    }
}
