//! `input add NAME URL`: add a flake input in the style of its neighbours.
//!
//! ```text
//! inputs.nixpkgs.url = "…";   =>   inputs.nixpkgs.url = "…";
//!                                  inputs.agenix.url = "…";
//! ```
//! Refuses: a name that Nix cannot lock; an input of that name with another URL; a flake without
//! `inputs`.

use super::input_form::{self, Form};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::InputAdd;
use crate::plan::{Plan, Step};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::{self, SetPlace};
use crate::syntax::parse::Source;
use crate::syntax::span;

pub(super) fn plan(project: &Project, args: &InputAdd) -> Result<Plan> {
    check_words(args)?;
    let source = project.source(args.file.as_deref().unwrap_or("flake.nix"))?;
    let path = AttrPath::from_names(["inputs", &args.name]).unwrap_or_else(|| unreachable!("two names"));
    let url = Fragment::string(&args.url);
    let mut plan = Plan { summary: format!("added input {} ({})", args.name, args.url), ..Plan::default() };
    if let Some(known) = existing(&source, &path, &args.name, url.text())? {
        plan.summary = known;
        return Ok(plan);
    }
    let found = lookup::find(&source.root, &path);
    let deepest = found.deepest();
    let Some(place) = deepest.first() else {
        return Err(source.error(
            Code::ShapeUnsupported,
            format!("{} has no set to add an input to", source.path),
            span(&source.root),
            "here",
        ));
    };
    plan.steps.push(step(&source, place, args, &url)?);
    Ok(plan)
}

/// A name must be one that needs no quotes and that `follows` can spell: Nix's rule for flake
/// identifiers is `[a-zA-Z][a-zA-Z0-9_-]*`; a leading `_` harms nothing.
fn check_words(args: &InputAdd) -> Result<()> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !args.name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') || !args.name.chars().all(fits) {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("'{}' is no name for an input", args.name))
            .help("a letter, then letters, digits, '_' and '-': home-manager"));
    }
    if args.url.is_empty() {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("input '{}' needs a flake reference", args.name))
            .help("such as github:OWNER/REPOSITORY, or path:./FOLDER"));
    }
    Ok(())
}

/// What to say when the input exists already; an error when it points elsewhere.
fn existing(source: &Source, path: &AttrPath, name: &str, url: &str) -> Result<Option<String>> {
    let urls = lookup::find(&source.root, &path.child("url")).definitions;
    match urls.first() {
        Some(found) if found.value.text() == url => Ok(Some(format!("input {name} is already there"))),
        Some(found) => Err(source
            .error(Code::InputExists, format!("input '{name}' already points to {}", found.value.text()), span(&found.value), "here")
            .help(format!("change it with: nixedit option set {}.url {url} --file {}", path, source.path))),
        None => Ok(None),
    }
}

/// The input in the form of its neighbours.
fn step(source: &Source, place: &SetPlace, args: &InputAdd, url: &Fragment) -> Result<Step> {
    let base = AttrPath::from_names(place.rest.clone()).unwrap_or_else(|| unreachable!("the name itself is missing"));
    let (file, set) = (source.path.clone(), span(&place.set));
    let known = input_form::inputs(place);
    let attributes = attributes(args, url);
    let form = input_form::for_new(&known, attributes.len(), input_form::beside(place, &args.place).as_deref());
    if form == Form::Dotted {
        let bindings = attributes.into_iter().map(|(path, value)| (below(&base, &path), value)).collect();
        return Ok(Step::InsertBindings { file, set, bindings, place: args.place.clone() });
    }
    let nested = input_form::nests_follows(&known, args.follows.len());
    let value = Fragment::parse(&written(&attributes, nested, form == Form::OneLine))?;
    Ok(Step::InsertBinding { file, set, path: base, value, place: args.place.clone(), comment: None })
}

/// What is to be said of the input, in the usual order.
fn attributes(args: &InputAdd, url: &Fragment) -> Vec<(AttrPath, Fragment)> {
    let path = |names: &[&str]| AttrPath::from_names(names.iter().copied()).unwrap_or_else(|| unreachable!("names are given"));
    let mut out = vec![(path(&["url"]), url.clone())];
    if args.no_flake {
        out.push((path(&["flake"]), Fragment::value("false")));
    }
    out.extend(args.follows.iter().map(|follow| {
        let (name, target) = follow.split_once('=').unwrap_or((follow, follow));
        (path(&["inputs", name, "follows"]), Fragment::string(target))
    }));
    out
}

fn below(base: &AttrPath, path: &AttrPath) -> AttrPath {
    path.names().iter().fold(base.clone(), |base, name| base.child(name))
}

/// A set of the attributes; `nested` puts what follows into an `inputs` set of its own.
fn written(attributes: &[(AttrPath, Fragment)], nested: bool, one_line: bool) -> String {
    let (follows, own): (Vec<_>, Vec<_>) = attributes.iter().partition(|(path, _)| nested && path.names()[0] == "inputs");
    let binding = |(path, value): &&(AttrPath, Fragment)| format!("{path} = {};", value.text());
    let inner = follows.iter().filter_map(|(path, value)| {
        let rest = AttrPath::from_names(path.names()[1..].to_vec())?;
        Some(format!("{rest} = {};", value.text()))
    });
    let inner: Vec<String> = inner.collect();
    let mut lines: Vec<String> = own.iter().map(binding).collect();
    if one_line {
        lines.extend((!inner.is_empty()).then(|| format!("inputs = {{ {} }};", inner.join(" "))));
        return format!("{{ {} }}", lines.join(" "));
    }
    lines.extend((!inner.is_empty()).then(|| format!("inputs = {{\n    {}\n  }};", inner.join("\n    "))));
    format!("{{\n  {}\n}}", lines.join("\n  "))
}
