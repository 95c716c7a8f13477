//! `derivation bump NAME`: another version of something that a host's files build.
//!
//! ```text
//! runCommand "nullclaw-2026.3.1" { … hash = "sha256-C…"; }   =>   runCommand "nullclaw-2026.4.0" { … hash = "sha256-F…"; }
//! ```
//! The version is changed wherever the derivation's own strings spell it: its name, `version`, `rev`, the URL.
//! Refuses: a source whose hash would belong to the old version; a derivation that other hosts build too.

use super::derivations::{self, Derivation};
use super::{candidates, host_modules};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{DerivationBump, Hash};
use crate::plan::{Expect, Note, Plan, Step, Target};
use crate::project::{Host, Project, Side};
use crate::syntax::attr_path::{plain_string, quoted_string};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, span};
use crate::text::position;
use rnix::ast;
use rowan::ast::AstNode;

pub(super) fn plan(project: &Project, args: &DerivationBump) -> Result<Plan> {
    if (&args.version, &args.rev, &args.hash, &args.vendor_hash) == (&None, &None, &Hash::Missing, &Hash::Missing) {
        return Err(Diagnostic::new(Code::UsageInvalid, "bump it to what?").help("give --version, --rev or --hash"));
    }
    let (source, derivation) = found(project, args)?;
    let mut plan = Plan { summary: format!("{} is already so in {}", args.name, source.path), ..Plan::default() };
    plan.steps = steps(&source, &derivation, args)?;
    if plan.steps.is_empty() {
        return Ok(plan);
    }
    let to = args.version.as_ref().or(args.rev.as_ref()).map(|to| format!(" to {to}")).unwrap_or_default();
    plan.summary = format!("bumped {}{to} in {}", args.name, source.path);
    plan.notes = left(&source, &derivation, args);
    plan.hosts.clone_from(&args.hosts.names);
    plan.targets = targets(project, args, &source, &derivation)?;
    Ok(plan)
}

/// The derivation in the file named, or in the files of the host that is meant.
fn found(project: &Project, args: &DerivationBump) -> Result<(Source, Derivation)> {
    let mut sources = Vec::new();
    match &args.file {
        Some(file) => sources.push((project.source(file)?, Vec::new())),
        None => {
            // Nobody need name a host for what there is but once.
            let hosts = if args.hosts.is_empty() { project.hosts()? } else { host_modules::hosts(project, &args.hosts)? };
            for host in hosts {
                for (source, others) in of_host(project, &host, args)? {
                    if !sources.iter().any(|(known, _): &(Source, Vec<String>)| known.path == source.path) {
                        sources.push((source, others));
                    }
                }
            }
        }
    }
    let called = |source: &Source| derivations::of(source).into_iter().filter(|d| d.is_called(&args.name)).collect::<Vec<_>>();
    let mut all = Vec::new();
    for (source, others) in &sources {
        all.extend(called(source).into_iter().map(|derivation| (source.clone(), others.clone(), derivation)));
    }
    let known = || sources.iter().flat_map(|(source, _)| derivations::of(source)).map(|derivation| derivation.name);
    match all.as_slice() {
        [] => Err(Diagnostic::new(Code::DerivationMissing, format!("nothing is called {} there", args.name))
            .help("see what there is: nixedit derivation list")
            .candidates(known())),
        [(source, others, derivation)] if others.is_empty() => Ok((source.clone(), derivation.clone())),
        [(source, others, _)] => Err(Diagnostic::new(
            Code::FileShared,
            format!("{} is built in {}, which {} has too", args.name, source.path, others.join(", ")),
        )
        .help(format!("change it for all of them with --file {}", source.path))),
        [(first, ..), (second, ..), ..] if first.path != second.path => {
            let files: Vec<String> = all.iter().map(|(source, _, d)| source.file_line(span(&d.node).start)).collect();
            let message = format!("{} is built in several files: {}", args.name, files.join(", "));
            Err(Diagnostic::new(Code::PlaceAmbiguous, message)
                .help("name one with --file FILE, or a host with --host HOST")
                .candidates(files))
        }
        [(source, ..), ..] => {
            let nodes: Vec<&SyntaxNode> = all.iter().filter(|(other, ..)| other.path == source.path).map(|(_, _, d)| &d.node).collect();
            Err(candidates::several(source, &format!("{} is built in several places", args.name), Code::PlaceAmbiguous, nodes.into_iter()))
        }
    }
}

/// The files of a host, each once, with the hosts that are not meant and have it too.
fn of_host(project: &Project, host: &Host, args: &DerivationBump) -> Result<Vec<(Source, Vec<String>)>> {
    let mut out: Vec<(Source, Vec<String>)> = Vec::new();
    for side in [Side::Home, Side::System] {
        for module in host_modules::modules(project, host, side)? {
            if !out.iter().any(|(source, _)| source.path == module.source.path) {
                let meant = |other: &&String| args.hosts.is_empty() || args.hosts.all || args.hosts.names.contains(other);
                let others = module.shared_with.iter().filter(|other| !meant(other)).cloned();
                out.push((module.source.clone(), others.collect()));
            }
        }
    }
    Ok(out)
}

fn steps(source: &Source, derivation: &Derivation, args: &DerivationBump) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let mut replace = |node: &SyntaxNode, text: &str| -> Result<()> {
        let with = Fragment::parse(text)?;
        if node.text() != with.text() {
            steps.push(Step::Replace { file: source.path.clone(), at: span(node), with });
        }
        Ok(())
    };
    let hashes = [("hash", &args.hash), ("sha256", &args.hash), ("outputHash", &args.hash), ("vendorHash", &args.vendor_hash)];
    for (name, hash) in hashes.into_iter().chain([("cargoHash", &args.vendor_hash), ("npmDepsHash", &args.vendor_hash)]) {
        if *hash != Hash::Missing {
            for node in values(derivation, name) {
                replace(&node, &derivations::hash(hash, &args.name, "--hash SRI")?)?;
            }
        }
    }
    if let Some(rev) = &args.rev {
        for node in values(derivation, "rev").into_iter().chain(values(derivation, "tag")) {
            replace(&node, &quoted_string(rev))?;
        }
    }
    if let (Some(new), Some(old)) = (&args.version, &derivation.version) {
        for (node, text) in strings(derivation) {
            let told = is_value_of(&node, "rev") && args.rev.is_some();
            if !told && text.contains(old.as_str()) && old != new {
                replace(&node, &quoted_string(&text.replace(old.as_str(), new)))?;
            }
        }
    }
    let fetched = !values(derivation, "hash").is_empty() || !values(derivation, "sha256").is_empty();
    let moved = steps.iter().any(|step| matches!(step, Step::Replace { .. }));
    if moved && fetched && args.hash == Hash::Missing && (args.version.is_some() || args.rev.is_some()) {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("the hash of {} belongs to the version it has now", args.name))
            .help("give the new one with --hash SRI, or take --fake-hash and let the build tell it"));
    }
    Ok(steps)
}

/// The values of an attribute of that name anywhere in the derivation, where they are strings or fake hashes.
fn values(derivation: &Derivation, name: &str) -> Vec<SyntaxNode> {
    let values = derivation.node.descendants().filter(|node| is_value_of(node, name));
    values.filter(|node| node.kind() == SyntaxKind::NODE_STRING || node.text().to_string().ends_with("fakeHash")).collect()
}

fn is_value_of(node: &SyntaxNode, name: &str) -> bool {
    let binding = node.parent().and_then(|parent| crate::syntax::lookup::binding_parts(&parent));
    binding.is_some_and(|(path, value)| path.last() == name && value == *node)
}

/// The plain strings of the derivation, without scripts and lists.
fn strings(derivation: &Derivation) -> Vec<(SyntaxNode, String)> {
    let nodes =
        derivation.node.descendants().filter(|node| node.kind() == SyntaxKind::NODE_STRING && node.text().char_at(0.into()) == Some('"'));
    nodes.filter_map(|node| Some((node.clone(), plain_string(&ast::Str::cast(node)?)?))).collect()
}

/// Where the old version is still spelled: scripts, where it may mean anything; and hashes that were not given.
fn left(source: &Source, derivation: &Derivation, args: &DerivationBump) -> Vec<Note> {
    let mut notes = Vec::new();
    let note = |message: String| Note { code: "bump-left".to_owned(), message };
    let at = |node: &SyntaxNode| format!("{}:{}", source.path, position(&source.text, span(node).start).line);
    if let (Some(old), Some(_)) = (&derivation.version, &args.version) {
        let scripts = derivation.node.descendants().filter(|node| node.kind() == SyntaxKind::NODE_STRING);
        let scripts = scripts.filter(|node| node.text().to_string().starts_with("''") && node.text().to_string().contains(old.as_str()));
        notes.extend(scripts.map(|node| note(format!("{old} is left in the script at {}", at(&node)))));
    }
    for name in ["vendorHash", "cargoHash", "npmDepsHash"] {
        if args.vendor_hash == Hash::Missing {
            notes.extend(
                values(derivation, name)
                    .iter()
                    .map(|node| note(format!("{name} at {} is as it was; give another with --vendor-hash", at(node)))),
            );
        }
    }
    notes
}

/// The hosts that are meant get another derivation of that name; others that have the file do not.
fn targets(project: &Project, args: &DerivationBump, source: &Source, derivation: &Derivation) -> Result<Vec<Target>> {
    let asked = super::place::asked(project, &args.hosts, &source.path);
    let mut out = Vec::new();
    for host in project.hosts()? {
        let meant = asked.all || asked.names.contains(&host.name);
        for (side, path) in [(Side::Home, "home.packages"), (Side::System, "environment.systemPackages")] {
            if !project.files_of(&host, side).contains(&source.path) {
                continue;
            }
            let path = crate::syntax::attr_path::AttrPath::parse(path)?;
            let expect = if meant { Expect::Changed } else { Expect::Same };
            out.extend(super::proof::derivations_called(&host, side, &path, &derivation.name, &expect));
        }
    }
    Ok(out)
}
