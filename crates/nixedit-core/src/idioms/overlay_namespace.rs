//! `overlay namespace NAME --input INPUT --entry KEY=/path`: parts of a source tree as attributes of a set.
//!
//! ```text
//! [ … ]   =>   [ … (_final: _prev: {
//!                    nuScripts = {
//!                      git = inputs.nu-scripts + "/git";
//!                    };
//!                  }) ]
//! ```
//! Where the namespace exists, the entries go into it, written as the others are.
//!
//! Refuses: no such input; an entry that leads elsewhere already; a name that is no set of entries.

use super::overlay_sites::{self, Site};
use super::{host_question, overlay_add, overlay_spelling};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::OverlayNamespace;
use crate::plan::{Expect, Place, Plan, Step, Target};
use crate::project::overlays::Defined;
use crate::project::{Overlay, Overlays, Project};
use crate::syntax::attr_path::{AttrPath, is_identifier, quoted_name};
use crate::syntax::fragment::Fragment;
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, lookup, span};

pub(super) fn plan(project: &Project, args: &OverlayNamespace) -> Result<Plan> {
    if !is_identifier(&args.name) {
        return Err(Diagnostic::new(Code::PackageName, format!("'{}' is no name for a namespace", args.name))
            .help("name one attribute of pkgs, such as yaziPlugins"));
    }
    let entries = args.entries.iter().map(|entry| Entry::parse(entry)).collect::<Result<Vec<_>>>()?;
    if let Some(input) = &args.input {
        overlay_add::check_input(project, input, &format!("--input {input}=URL adds it"))?;
    }
    let overlays = overlay_sites::read(project, &args.target)?;
    let known = overlay_sites::definitions(project, &overlays, &args.name, args.target.at)?;
    match known.as_slice() {
        [] => fresh(project, args, &overlays, &entries),
        [(overlay, defined)] => into_known(project, args, overlay, defined, &entries),
        several => {
            let message = format!("'{}' is defined by {} overlays", args.name, several.len());
            let places = several.iter().map(|(overlay, defined)| (overlay.file.as_str(), &defined.binding));
            Err(overlay_sites::several(project, Code::ItemAmbiguous, &message, places)?)
        }
    }
}

/// `KEY=/path`.
struct Entry {
    name: String,
    path: String,
}

impl Entry {
    fn parse(text: &str) -> Result<Self> {
        let (name, path) = text.split_once('=').unwrap_or((text, ""));
        let inside = path.starts_with('/') && !path.ends_with('/') && path.split('/').skip(1).all(|part| !["", ".", ".."].contains(&part));
        if name.is_empty() || !inside {
            return Err(Diagnostic::new(Code::UsageInvalid, format!("'{text}' is no entry"))
                .help("a name and a path within the input, which begins with '/': git=/git.yazi"));
        }
        Ok(Self { name: name.to_owned(), path: path.to_owned() })
    }

    fn attr(&self) -> Result<AttrPath> {
        AttrPath::parse(&quoted_name(&self.name))
    }
}

/// How a namespace writes the path of an entry: `inputs.x + "/git"` or `"${inputs.x}/git"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Sum,
    Text,
}

fn written(form: Form, input: &str, path: &str) -> Result<Fragment> {
    let path = Fragment::string(path);
    match form {
        Form::Sum => Fragment::parse(&format!("{input} + {}", path.text())),
        Form::Text => Fragment::parse(&format!("\"${{{input}}}{}", &path.text()[1..])),
    }
}

fn compact(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The input and form of an entry that is there.
fn read(value: &SyntaxNode) -> Option<(Form, String)> {
    let text = value.text().to_string();
    if value.kind() == SyntaxKind::NODE_BIN_OP {
        let (input, path) = text.split_once('+')?;
        return path.trim().starts_with("\"/").then(|| (Form::Sum, input.trim().to_owned()));
    }
    let (input, path) = text.strip_prefix("\"${")?.split_once('}')?;
    path.starts_with('/').then(|| (Form::Text, input.trim().to_owned()))
}

/// A new namespace, behind those that are there.
fn fresh(project: &Project, args: &OverlayNamespace, overlays: &Overlays, entries: &[Entry]) -> Result<Plan> {
    let Some(input) = &args.input else { return Err(no_input(project, args)?) };
    let spelled = |site: &Site| overlay_spelling::input_itself(project, &project.source(site.file())?, site.node(), input, site.hosts());
    let site = overlay_sites::choose_beside(project, overlays, &args.target, is_namespace, |site| spelled(site).map(drop))?;
    let file = site.file().to_owned();
    let (text, mut steps) = spelled(&site)?;
    let mut lines = String::new();
    for entry in entries {
        lines.push_str(&format!("  {} = {};\n", entry.attr()?, written(Form::Sum, &text, &entry.path)?.text()));
    }
    let set = format!("{{\n{lines}}}");
    let comment = args.comment.clone();
    steps.push(match &site {
        Site::List(list) => {
            let (last, previous) = overlay_sites::usual_names(overlays, list);
            let overlay = format!("(_{last}: _{previous}: {{\n  {} = {};\n}})", args.name, set.replace('\n', "\n  "));
            let kin = overlays.of_list(&list.node).filter(|o| o.function().is_some_and(|f| f.defines.iter().any(is_namespace)));
            let place = kin.last().map_or(Place::Last, |overlay| Place::After(overlay.node.text().to_string()));
            Step::InsertElements { file: file.clone(), list: span(&list.node), elements: vec![Fragment::parse(&overlay)?], place, comment }
        }
        Site::Function(_, function) => Step::InsertBinding {
            file: file.clone(),
            set: span(&function.set),
            path: AttrPath::parse(&args.name)?,
            value: Fragment::parse(&set)?,
            place: Place::Fitting,
            comment,
        },
    });
    let summary = format!("{} names parts of {input} in {file}", args.name);
    let mut targets = targets(project, site.hosts(), &args.name, &entries.iter().collect::<Vec<_>>());
    targets.extend(site.hosts().first().map(|host| free(project, host, &args.name, entries)));
    Ok(Plan { summary, steps, targets, hosts: site.hosts().to_vec(), ..Plan::default() })
}

fn is_namespace(defined: &Defined) -> bool {
    let set = defined.value.as_ref().filter(|value| value.kind() == SyntaxKind::NODE_ATTR_SET);
    set.is_some_and(|set| set.children().filter_map(|entry| lookup::binding_parts(&entry)).any(|(_, value)| read(&value).is_some()))
}

/// Which input is meant must be said: those that are plain source trees come first.
fn no_input(project: &Project, args: &OverlayNamespace) -> Result<Box<Diagnostic>> {
    let flake = project.flake()?;
    let trees = flake.inputs.iter().filter(|input| input.is_flake.as_ref().is_some_and(|stated| stated.text == "false"));
    let names: Vec<String> = trees.map(|input| input.name.clone()).collect();
    let known = if names.is_empty() { "none yet".to_owned() } else { names.join(", ") };
    Ok(Diagnostic::new(
        Code::UsageInvalid,
        format!("no overlay defines {}, and a new one needs the input that its entries lie in", args.name),
    )
    .help(format!("--input NAME for an input there is (source trees: {known}), --input NAME=URL for a new one"))
    .candidates(names))
}

/// More entries for a namespace.
fn into_known(project: &Project, args: &OverlayNamespace, overlay: &Overlay, defined: &Defined, entries: &[Entry]) -> Result<Plan> {
    let source = project.source(&overlay.file)?;
    let line = source.file_line(span(&defined.binding).start);
    let Some(set) = defined.value.as_ref().filter(|value| value.kind() == SyntaxKind::NODE_ATTR_SET) else {
        let message = format!("'{}' at {line} is no set that entries could go into", args.name);
        return Err(source
            .error(Code::OverlayExists, message, span(&defined.binding), "here")
            .help("choose another name for the namespace"));
    };
    let mut plan = Plan { hosts: overlay.hosts.clone(), ..Plan::default() };
    let (form, input, steps) = style(project, args, overlay, &source, set)?;
    let (mut new, mut added) = (Vec::new(), Vec::new());
    for entry in entries {
        let path = entry.attr()?;
        let value = written(form, &input, &entry.path)?;
        match lookup::find_in(set, &path).definitions.first() {
            Some(there) if compact(&there.value.text().to_string()) == compact(value.text()) => {}
            Some(there) => return Err(elsewhere(&source, args, entry, &there.value)),
            None => {
                new.push((path, value));
                added.push(entry);
            }
        }
    }
    if new.is_empty() {
        plan.summary = format!("{} has that already at {line}", args.name);
        return Ok(plan);
    }
    let keys: Vec<&str> = added.iter().map(|entry| entry.name.as_str()).collect();
    plan.summary = format!("added {} to {} in {}", keys.join(", "), args.name, overlay.file);
    plan.targets = targets(project, &overlay.hosts, &args.name, &added);
    plan.steps = steps;
    let file = source.path.clone();
    plan.steps.push(Step::InsertBindings { file, set: span(set), bindings: new, place: Place::Last });
    Ok(plan)
}

/// How the namespace's entries are written, and the input as it is written there.
fn style(
    project: &Project,
    args: &OverlayNamespace,
    overlay: &Overlay,
    source: &Source,
    set: &SyntaxNode,
) -> Result<(Form, String, Vec<Step>)> {
    let known: Vec<(Form, String)> =
        set.children().filter_map(|entry| lookup::binding_parts(&entry)).filter_map(|(_, value)| read(&value)).collect();
    let form = known.last().map_or(Form::Sum, |(form, _)| *form);
    if let Some(input) = &args.input {
        let (text, steps) = overlay_spelling::input_itself(project, source, set, input, &overlay.hosts)?;
        return Ok((form, text, steps));
    }
    match known.split_first() {
        Some(((_, first), rest)) if rest.iter().all(|(_, other)| other == first) => Ok((form, first.clone(), Vec::new())),
        Some(_) => {
            let message = format!("the entries of {} lie in several inputs", args.name);
            Err(source.error(Code::ItemAmbiguous, message, span(set), "here").help("say which: --input NAME"))
        }
        None => Err(no_input(project, args)?),
    }
}

fn elsewhere(source: &Source, args: &OverlayNamespace, entry: &Entry, value: &SyntaxNode) -> Box<Diagnostic> {
    let message = format!("{}.{} is {} already", args.name, entry.name, value.text());
    source
        .error(Code::OverlayExists, message, span(value), "here")
        .help("choose another name for the entry, or let it lead elsewhere: nixedit option set PATH VALUE --nix --file FILE")
}

/// The namespace takes the name of nothing that pkgs has.
fn free(project: &Project, host: &str, namespace: &str, entries: &[Entry]) -> Target {
    let own: Vec<String> = entries.iter().map(|entry| Fragment::string(&entry.name).text().to_owned()).collect();
    let names = format!("builtins.attrNames (c.pkgs.{namespace} or {{ }})");
    let taken = format!("builtins.any (n: !(builtins.elem n [ {} ])) ({names})", own.join(" "));
    let question = format!("if {taken} then \"something else\" else \"nothing else\"");
    let target = host_question::of_host(project, host, format!("what pkgs calls {namespace}"), question, Expect::Same);
    Target { host: None, ..target }
}

/// Every new entry leads to something that exists: a wrong path would be found at build time only.
fn targets(project: &Project, hosts: &[String], namespace: &str, entries: &[&Entry]) -> Vec<Target> {
    let one = |host: &String, entry: &&Entry| {
        let attr = format!("pkgs.{namespace}.{}", quoted_name(&entry.name));
        let path = Fragment::string(&entry.path);
        let absent = Fragment::string(&format!("{attr}: the input has no {}", entry.path));
        let there = format!("if builtins.pathExists c.{attr} then {} else throw {}", path.text(), absent.text());
        let question = format!("if c ? {attr} then ({there}) else null");
        host_question::of_host(project, host, attr, question, Expect::Changed)
    };
    hosts.iter().flat_map(|host| entries.iter().map(move |entry| one(host, entry))).collect()
}
