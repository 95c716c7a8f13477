//! `activation add NAME`: a script that runs when a home, or with `--system` the system, is activated.
//!
//! ```text
//! home.activation.ensureNotes = config.lib.dag.entryAfter [ "writeBoundary" ] ''
//!   mkdir -p "''${XDG_DATA_HOME:-$HOME/.local/share}/notes"
//! '';
//! ```
//! Refuses: another script of that name; no text; names of the system that no script has (asked of Nix).

use super::activations::{self, SystemStyle};
use super::{arguments, candidates, host_modules, option_set, place};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{ActivationAdd, Hosts, OptionSet};
use crate::plan::{Expect, Note, Plan, Target};
use crate::project::{Host, Project};
use crate::similar_names::near;
use crate::syntax::attr_path::{AttrPath, quoted_string};
use crate::syntax::fragment::Fragment;
use crate::syntax::indented::{canonical, dedented, indented_string};
use crate::syntax::lookup;
use crate::syntax::parse::Source;
use crate::syntax::span;

pub(super) fn plan(project: &Project, args: &ActivationAdd) -> Result<Plan> {
    let path = checked(args)?;
    let source = place::file(project, &args.hosts, args.file.as_deref(), &path)?;
    let (path, value) = written(project, args, &source, path)?;
    let asked = place::asked(project, &args.hosts, &source.path);
    let hosts = host_modules::named(project, &asked)?;
    let mut plan = Plan { summary: format!("{path} is already so in {}", source.path), ..Plan::default() };
    if is_there(&source, &path, &value, args)? {
        return Ok(plan);
    }
    let set = OptionSet { comment: args.comment.clone(), ..OptionSet::of(path.clone()) };
    plan.steps = arguments::with_needed(hosts.first(), &source, option_set::steps(&source, &set, value)?)?;
    plan.summary = format!("added {path} in {}", source.path);
    plan.targets = targets(project, args, &source, &asked, &hosts)?;
    plan.hosts = asked.names;
    plan.notes = notes(project, args, &hosts)?;
    Ok(plan)
}

/// The script's path, of a request that makes sense.
fn checked(args: &ActivationAdd) -> Result<AttrPath> {
    let wrong = |message: String, help: &str| Err(Diagnostic::new(Code::UsageInvalid, message).help(help));
    if dedented(&args.text).is_empty() {
        return wrong("the script is empty".to_owned(), "give its lines with --text, or a file with --text-file");
    }
    if args.system && !args.before.is_empty() {
        return wrong("a script of the system has no --before".to_owned(), "say in the other script that it runs after this one");
    }
    activations::path(args.system, &args.name)
        .ok_or_else(|| Diagnostic::new(Code::UsageInvalid, "the script needs a name").help("name it as its first argument"))
}

/// The path and value to bind, in the style of the scripts around it.
fn written(project: &Project, args: &ActivationAdd, source: &Source, path: AttrPath) -> Result<(AttrPath, Fragment)> {
    let text = indented_string(&args.text, args.raw_nix);
    let list = |names: &[String]| format!("[ {} ]", names.iter().map(|name| quoted_string(name)).collect::<Vec<_>>().join(" "));
    if args.system {
        let value = match (activations::system_style(project, source)?, args.after.is_empty()) {
            (_, true) => return Ok((path.child("text"), Fragment::parse(&text)?)),
            (SystemStyle::StringAfter, false) => format!("lib.stringAfter {} {text}", list(&args.after)),
            (SystemStyle::Set, false) => {
                return Ok((path, Fragment::set(&[("text".to_owned(), text), ("deps".to_owned(), list(&args.after))], false)?));
            }
        };
        return Ok((path, Fragment::parse(&value)?));
    }
    let dag = activations::dag(project, source)?;
    let order = match (args.after.as_slice(), args.before.as_slice()) {
        ([], []) => "entryAfter [ \"writeBoundary\" ]".to_owned(),
        (after, []) => format!("entryAfter {}", list(after)),
        ([], before) => format!("entryBefore {}", list(before)),
        (after, before) => format!("entryBetween {} {}", list(before), list(after)),
    };
    Ok((path, Fragment::parse(&format!("{dag}.{order} {text}"))?))
}

/// Whether the very script is there; another of that name is refused.
fn is_there(source: &Source, path: &AttrPath, value: &Fragment, args: &ActivationAdd) -> Result<bool> {
    let found = candidates::definition(source, path, None)?;
    if found.as_ref().is_some_and(|found| canonical(&found.value) == canonical(&value.node())) {
        return Ok(true);
    }
    let below = || lookup::find(&source.root, path).below.into_iter().next();
    let Some(other) = found.or_else(below) else { return Ok(false) };
    let at = span(&other.binding);
    let host = args.hosts.names.first().map(|host| format!(" --host {host}")).unwrap_or_default();
    let system = if args.system { " --system" } else { "" };
    Err(source
        .error(Code::ActivationExists, format!("another script is called {} ({})", args.name, source.file_line(at.start)), at, "here")
        .help("take another name, or remove that one first:")
        .way(format!("nixedit activation remove {}{system}{host}", args.name), "the script goes"))
}

fn targets(project: &Project, args: &ActivationAdd, source: &Source, asked: &Hosts, hosts: &[Host]) -> Result<Vec<Target>> {
    let Some(path) = activations::path(args.system, &args.name) else { return Ok(Vec::new()) };
    let mut targets = place::questions(project, asked, &source.path, &path)?;
    for target in &mut targets {
        // What a script is made of, without what the library adds to it.
        let parts = if args.system { "inherit (s) deps text;" } else { "inherit (s) after before data;" };
        target.question = format!("let s = {}; in if builtins.isAttrs s then {{ {parts} }} else s", target.question);
    }
    if args.system && !args.after.is_empty() {
        let list: Vec<String> = args.after.iter().map(|name| quoted_string(name)).collect();
        let ask = |host: &Host| {
            let question = format!(
                "let all = c.config.system.activationScripts; others = builtins.attrNames (removeAttrs all [ {name} ]); known = d: all ? ${{d}} || throw \"{} has no activation script ${{d}}; it has: ${{toString others}}\"; in ! all ? {name} || builtins.all known [ {} ]",
                host.name,
                list.join(" "),
                name = quoted_string(&args.name),
            );
            super::host_question::of_host(project, &host.name, "what it depends on", question, Expect::Evaluates)
        };
        targets.extend(hosts.iter().map(ask));
    }
    Ok(targets)
}

fn notes(project: &Project, args: &ActivationAdd, hosts: &[Host]) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    if let Some(host) = hosts.first().filter(|_| !args.system) {
        let known = activations::known_entries(project, host)?;
        for name in args.after.iter().chain(&args.before).filter(|name| !known.contains(name)) {
            let near =
                near(name, known.iter().map(String::as_str)).first().map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            let message = format!("no script of {} is known as {name}, which then orders nothing{near}", host.name);
            notes.push(Note { code: "activation-unordered".to_owned(), message });
        }
    }
    if !args.system && args.before.iter().any(|name| name == "writeBoundary" || name == "checkLinkTargets") {
        let message = "before writeBoundary a script may look but not write".to_owned();
        notes.push(Note { code: "activation-early".to_owned(), message });
    }
    Ok(notes)
}
