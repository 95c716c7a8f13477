//! `input add NAME URL`: add a flake input in the style of its neighbours.
//!
//! ```text
//! inputs.nixpkgs.url = "…";   =>   inputs.nixpkgs.url = "…";
//!                                  inputs.agenix.url = "…";
//! ```
//! Where `outputs` takes only the inputs that it names, the name is added to them. Refuses: a name that
//! Nix cannot lock; an address that is none; an input of that name with another URL; something to
//! follow that is no input; a flake without `inputs`.

use super::input_address;
use super::input_form::{self, Form};
use super::inputs_changed::{self, FLAKE, Reach};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::InputAdd;
use crate::plan::{LockWish, Place, Plan, Step};
use crate::project::{Flake, Project};
use crate::syntax::attr_path::AttrPath;
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::{self, SetPlace};
use crate::syntax::parse::Source;
use crate::syntax::span;

/// What is written above an input whose own inputs are to stay its own.
const NEVER_FOLLOW: &str = "Do not follow ours";

pub(super) fn plan(project: &Project, args: &InputAdd) -> Result<Plan> {
    check_words(args)?;
    let file = args.file.as_deref().unwrap_or(FLAKE);
    let source = project.source(file)?;
    let path = inputs_changed::path_of(&args.name)?;
    let url = Fragment::string(&args.url);
    let mut plan = Plan { summary: format!("added input {} ({})", args.name, args.url), ..Plan::default() };
    if let Some(known) = existing(&source, &path, &args.name, url.text())? {
        plan.summary = known;
        return Ok(plan);
    }
    // A part of a flake (inputs alone in a file) says nothing of what there is to follow.
    let flake = project.flake_in(file).ok();
    if let Some(flake) = flake.as_ref().filter(|flake| flake.outputs.is_some()) {
        args.follows.iter().try_for_each(|follow| inputs_changed::check_target(flake, follow_of(follow).1))?;
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
    let args = &InputAdd { place: place_of(flake.as_ref(), args), ..args.clone() };
    plan.steps.push(step(&source, place, args, &url)?);
    plan.steps.extend(flake.as_ref().and_then(|flake| into_closed_outputs(flake, file, &args.name)));
    plan.notes.extend(input_address::remark(&args.url));
    let inner = args.follows.iter().map(|follow| (args.name.clone(), follow_of(follow).0.to_owned())).collect();
    inputs_changed::finish(project, plan, LockWish { inner, ..LockWish::changed(file) }, Reach::Outputs, args.no_lock)
}

/// Behind the last source tree that is no flake, where that is asked for: people who add such an input by itself
/// put it anywhere.
fn place_of(flake: Option<&Flake>, args: &InputAdd) -> Place {
    let is_source = |input: &&crate::project::Input| input.is_flake.as_ref().is_some_and(|stated| stated.text == "false");
    let last = flake.and_then(|flake| flake.inputs.iter().rfind(|input| is_source(input)));
    match (last, &args.place) {
        (Some(last), Place::Fitting) if args.with_sources => Place::After(last.name.clone()),
        (_, place) => place.clone(),
    }
}

/// `NAME` or `NAME=TARGET` as both.
fn follow_of(follow: &str) -> (&str, &str) {
    follow.split_once('=').unwrap_or((follow, follow))
}

/// A pattern of `outputs` without `...` takes only the inputs that it names.
fn into_closed_outputs(flake: &Flake, file: &str, name: &str) -> Option<Step> {
    let head = flake.outputs.as_ref().filter(|head| !head.open && head.names.iter().all(|(known, _)| known != name))?;
    Some(Step::AddParameter { file: file.to_owned(), function: head.function, name: name.to_owned() })
}

/// A name must be one that needs no quotes and that `follows` can spell: Nix's rule for flake
/// identifiers is `[a-zA-Z][a-zA-Z0-9_-]*`; a leading `_` harms nothing.
fn check_words(args: &InputAdd) -> Result<()> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !args.name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') || !args.name.chars().all(fits) {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("'{}' is no name for an input", args.name))
            .help("a letter, then letters, digits, '_' and '-': home-manager"));
    }
    if args.name == "self" {
        return Err(Diagnostic::new(Code::UsageInvalid, "'self' is this flake itself").help("choose another name"));
    }
    if args.no_flake && (args.never_follow || !args.follows.is_empty()) {
        return Err(Diagnostic::new(Code::UsageInvalid, "a plain source tree has no inputs of its own that could follow"));
    }
    input_address::check(&args.name, &args.url)
}

/// What to say when the input exists already; an error when it points elsewhere.
fn existing(source: &Source, path: &AttrPath, name: &str, url: &str) -> Result<Option<String>> {
    let urls = lookup::find(&source.root, &path.child("url")).definitions;
    match urls.first() {
        Some(found) if found.value.text() == url => Ok(Some(format!("input {name} is already there"))),
        Some(found) => Err(source
            .error(Code::InputExists, format!("input '{name}' already points to {}", found.value.text()), span(&found.value), "here")
            .help(format!("let it point there instead: nixedit input set-url {name} {url}{}", of_file(&source.path)))),
        None => Ok(None),
    }
}

/// The flag that names a file other than the flake's own.
fn of_file(file: &str) -> String {
    if file == FLAKE { String::new() } else { format!(" --file {file}") }
}

/// The input in the form of its neighbours.
fn step(source: &Source, place: &SetPlace, args: &InputAdd, url: &Fragment) -> Result<Step> {
    let base = AttrPath::from_names(place.rest.clone()).unwrap_or_else(|| unreachable!("the name itself is missing"));
    let (file, set) = (source.path.clone(), span(&place.set));
    let known = input_form::inputs(place);
    let attributes = attributes(args, url);
    let form = input_form::for_new(&known, attributes.len(), input_form::beside(place, &args.place).as_deref());
    let comment = args.comment.clone().or_else(|| args.never_follow.then(|| NEVER_FOLLOW.to_owned()));
    if let (Form::Dotted, [(path, value)]) = (form, attributes.as_slice()) {
        return Ok(Step::InsertBinding { file, set, path: below(&base, path), value: value.clone(), place: args.place.clone(), comment });
    }
    if form == Form::Dotted {
        let bindings = attributes.into_iter().map(|(path, value)| (below(&base, &path), value)).collect();
        return Ok(Step::InsertBindings { file, set, bindings, place: args.place.clone() });
    }
    let nested = input_form::nests_follows(&known, args.follows.len());
    let value = Fragment::parse(&written(&attributes, nested, form == Form::OneLine))?;
    Ok(Step::InsertBinding { file, set, path: base, value, place: args.place.clone(), comment })
}

/// What is to be said of the input, in the usual order.
fn attributes(args: &InputAdd, url: &Fragment) -> Vec<(AttrPath, Fragment)> {
    let path = |names: &[&str]| AttrPath::from_names(names.iter().copied()).unwrap_or_else(|| unreachable!("names are given"));
    let mut out = vec![(path(&["url"]), url.clone())];
    if args.no_flake {
        out.push((path(&["flake"]), Fragment::value("false")));
    }
    out.extend(args.follows.iter().map(|follow| {
        let (name, target) = follow_of(follow);
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
