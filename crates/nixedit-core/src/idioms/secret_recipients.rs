//! `secret recipients NAME --add WHO --remove WHO`: change who can decrypt a secret.
//!
//! ```text
//! "a.age".publicKeys = [ zk ];   =>   "a.age".publicKeys = [ zk tm20 ];
//! ```
//! The file itself is encrypted anew by `agenix -r`, which needs a private key.
//!
//! Refuses: no such secret; unknown recipients; one that comes from a list that other rules share;
//! removing the last one, or the key of a host that gets the secret.

use super::{host_question, secret_add, secret_hosts, secret_rules};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::SecretRecipients;
use crate::plan::{Expect, Place, Plan, Step};
use crate::project::{Project, Recipient, Rule, Rules, Secrets, Side};
use crate::syntax::body::{self, Wrapper};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, span};
use crate::text::Span;

pub(super) fn plan(project: &Project, args: &SecretRecipients) -> Result<Plan> {
    let name = secret_rules::name(&args.name)?;
    if args.add.is_empty() && args.remove.is_empty() {
        return Err(Diagnostic::new(Code::UsageInvalid, "which recipients?").help("say it with --add NAME or --remove NAME"));
    }
    let secrets = project.secrets()?;
    let rules = secret_rules::rules(&secrets)?;
    let rule = secrets.rule(&name).ok_or_else(|| missing(rules, &name))?;
    let source = project.source(&rules.file)?;
    let mut keys = project.secret_keys(rules, &rule.recipients.text().to_string())?;
    let mut plan = Plan { summary: format!("changed the recipients of {name}"), ..Plan::default() };
    let find = |name: &String| secret_rules::recipient(project, rules, name);
    let removed = args.remove.iter().map(find).collect::<Result<Vec<_>>>()?;
    plan.steps.extend(removals(&source, rule, &removed, &keys)?);
    keys.retain(|key| !removed.iter().any(|recipient| recipient.keys.contains(key)));
    let mut added = args.add.iter().map(find).collect::<Result<Vec<_>>>()?;
    added.retain(|recipient| !recipient.keys.iter().all(|key| keys.contains(key)));
    plan.steps.extend(additions(&source, rule, &added)?);
    keys.extend(added.iter().flat_map(|recipient| recipient.keys.clone()));
    if plan.steps.is_empty() {
        plan.summary = format!("the recipients of {name} are already so");
        return Ok(plan);
    }
    if keys.is_empty() {
        return Err(Diagnostic::new(Code::SecretRecipientMissing, format!("nobody could decrypt {name} any more"))
            .help(format!("remove the secret with: nixedit secret remove {name}")));
    }
    plan.hosts = hosts(project, &secrets, &name)?;
    if !removed.is_empty() {
        secret_hosts::check_keys(project, rules, &plan.hosts, &keys, "take its age.secrets entry away from that host first")?;
    }
    for host in &plan.hosts {
        for (label, entry) in secret_add::options(&project.host(host)?, secrets.attribute_on(&name, host), side(&secrets)) {
            plan.targets.push(host_question::of_host(project, host, format!("{label}.path"), format!("{entry}.path"), Expect::Evaluates));
        }
    }
    plan.next.push(secret_rules::agenix(rules, "-r"));
    Ok(plan)
}

fn side(secrets: &Secrets) -> Side {
    secrets.entries.first().map_or(Side::System, |entry| entry.side)
}

fn missing(rules: &Rules, name: &str) -> Box<Diagnostic> {
    let names: Vec<&str> = rules.rules.iter().map(Rule::name).collect();
    Diagnostic::new(Code::SecretMissing, format!("there is no secret '{name}'; secrets: {}", names.join(", ")))
        .help(format!("declare it first: nixedit secret add {name}"))
        .candidates(names)
}

fn hosts(project: &Project, secrets: &Secrets, name: &str) -> Result<Vec<String>> {
    let mut out: Vec<String> = secrets.entries_of(name).flat_map(|entry| entry.hosts.clone()).collect();
    for place in &secrets.generated {
        out.extend(project.hosts_importing(&place.file).unwrap_or_default());
    }
    out.dedup();
    Ok(out)
}

/// The list literals that the rule's value is made of, `++` and `with` seen through.
fn own_lists(rule: &Rule) -> Vec<SyntaxNode> {
    let plain = |w: &Wrapper| matches!(w, Wrapper::Operand | Wrapper::With(_));
    body::lists(&rule.recipients).into_iter().filter(|r| r.wrappers.iter().all(plain)).map(|r| r.node).collect()
}

fn removals(source: &Source, rule: &Rule, removed: &[Recipient], keys: &[String]) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    for list in own_lists(rule) {
        let names = |element: &SyntaxNode| removed.iter().any(|recipient| is(element, recipient));
        let elements: Vec<_> = list.children().filter(names).map(|element| span(&element)).collect();
        if !elements.is_empty() {
            steps.push(without(source, &list, elements));
        }
    }
    for recipient in removed.iter().filter(|recipient| recipient.keys.iter().any(|key| keys.contains(key))) {
        let written = own_lists(rule).iter().flat_map(|list| list.children().collect::<Vec<_>>()).any(|element| is(&element, recipient));
        if !written {
            let at = span(&rule.recipients);
            let message = format!("'{}' is not written in the rule of {}: it comes from {}", recipient.name, rule.name(), source.slice(at));
            return Err(source
                .error(Code::ShapeUnsupported, message, at, "here")
                .help("other rules may share that list; change the list by hand, or write the recipients out"));
        }
    }
    Ok(steps)
}

/// The list without some elements; an operand of `++` that would be empty goes as a whole.
fn without(source: &Source, list: &SyntaxNode, elements: Vec<Span>) -> Step {
    let file = source.path.clone();
    let parent = list.parent().filter(|parent| parent.kind() == SyntaxKind::NODE_BIN_OP && list.children().count() == elements.len());
    let other = parent.as_ref().and_then(|parent| parent.children().find(|operand| operand != list));
    match (parent, other) {
        (Some(parent), Some(other)) => Step::Replace { file, at: span(&parent), with: Fragment::of(source, &other) },
        _ => Step::RemoveElements { file, list: span(list), elements },
    }
}

/// Whether an element names the recipient, alone or as an attribute of a set of keys.
fn is(element: &SyntaxNode, recipient: &Recipient) -> bool {
    let text = element.text().to_string();
    text == recipient.text || text == recipient.name
}

fn additions(source: &Source, rule: &Rule, added: &[Recipient]) -> Result<Vec<Step>> {
    let file = source.path.clone();
    let (lists, single): (Vec<&Recipient>, Vec<&Recipient>) = added.iter().partition(|recipient| recipient.is_list);
    let mut steps = Vec::new();
    let own = own_lists(rule).into_iter().next();
    let elements = single.iter().map(|recipient| Fragment::parse(&recipient.text)).collect::<Result<Vec<_>>>()?;
    let mut operands: Vec<String> = lists.iter().map(|recipient| recipient.text.clone()).collect();
    match own {
        Some(list) if !elements.is_empty() => {
            steps.push(Step::InsertElements { file: file.clone(), list: span(&list), elements, place: Place::Last, comment: None });
        }
        None if !elements.is_empty() => {
            let texts: Vec<&str> = single.iter().map(|recipient| recipient.text.as_str()).collect();
            operands.insert(0, format!("[ {} ]", texts.join(" ")));
        }
        _ => {}
    }
    if operands.is_empty() {
        return Ok(steps);
    }
    if !steps.is_empty() || rule.recipients.kind() == SyntaxKind::NODE_IF_ELSE {
        let at = span(&rule.recipients);
        return Err(source
            .error(Code::ShapeUnsupported, "single recipients and lists cannot be added at once here", at, "here")
            .help("add them one after the other"));
    }
    let operand = Fragment::parse(&operands.join(" ++ "))?;
    steps.push(Step::AppendOperand { file, at: span(&rule.recipients), operator: "++", operand });
    Ok(steps)
}
